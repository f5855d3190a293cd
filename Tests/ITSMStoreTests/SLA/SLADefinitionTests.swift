import Foundation
import ITSMCore
import ITSMStore
import ITSMTestSupport
import Testing

/// A desk with people, and the services for what it promises.
private struct SLADesk {
    let desk: PeopleDesk
    let calendars: SLACalendarService
    let agreements: AgreementService
    let rules: EscalationRuleService
    let root: Principal

    init() async throws {
        desk = try await PeopleDesk.make()
        calendars = SLACalendarService(database: desk.database)
        agreements = AgreementService(database: desk.database)
        rules = EscalationRuleService(database: desk.database)
        root = try await desk.superAdmin()
    }

    func snapshot() async throws -> DeskSnapshot { try await desk.database.read { try $0.desk.load() } }

    func kinds(of record: ID<AnyRecord>) async throws -> [Activity.Kind] {
        var filter = ActivityFilter()
        filter.record = record
        return try await desk.activity(filter).map(\.kind)
    }
}

private func read<Value: Decodable>(_ json: String, as: Value.Type = Value.self) throws -> Value {
    try JSONDecoder().decode(Value.self, from: Data(json.utf8))
}

private let office = #"{"name": "Office", "weekly": {"mon": [["09:00", "17:00"]]}}"#

@Suite struct SLADefinitionTests {
    @Test func aNewDeskPromisesTheStandard() async throws {
        let desk = try await SLADesk()
        let snapshot = try await desk.snapshot()
        let standard = try #require(snapshot.agreementsInOrder.first)
        #expect(standard.name == "Standard" && standard.coverage == Coverage(kinds: [.incident, .request]) && standard.version == 1)
        let hours: [SLAMetric: [Priority: Int64]] = standard.targets.reduce(into: [:]) { $0[$1.metric] = $1.goals.mapValues { $0.seconds / 60 } }
        #expect(
            hours == [
                .firstResponse: [.critical: 15, .high: 30, .medium: 240, .low: 480],
                .resolution: [.critical: 60, .high: 240, .medium: 480, .low: 1_440],
            ])
        #expect(standard.target(for: .resolution)?.pausedIn == [.pendingRequester] && standard.target(for: .firstResponse)?.pausedIn == [])
        let monday = Instant("2026-03-02T16:00:00Z")!
        for target in standard.targets {
            let soon = try #require(target.goals[.high]), later = try #require(target.goals[.low])
            #expect(snapshot.clock(of: soon.calendar)?.instant(after: monday, adding: 3_600_000_000) == monday.adding(seconds: 3_600))
            #expect(snapshot.clock(of: later.calendar)?.instant(after: monday, adding: 7_200_000_000) == Instant("2026-03-03T10:00:00Z"))
        }
        #expect(snapshot.activeEscalationRules.map(\.threshold) == [.percent(50), .percent(75), .percent(100)])
        #expect(snapshot.activeEscalationRules.map(\.actions) == [[.notify([.assignee])], [.notify([.groupManager])], [.escalate]])
        #expect(snapshot.find(calendar: .name("WEEKDAYS 09:00–17:00"))?.id == SLACalendar.weekdaysID)
    }

    @Test func aCalendarsLife() async throws {
        let desk = try await SLADesk()
        let made = try await desk.calendars.create(try read(office), as: desk.root)
        #expect(made.version == 1 && made.zone == "UTC")
        #expect(await failure { try await desk.calendars.create(try read(office), as: desk.root) }?.problems.map(\.pointer) == ["/name"])

        let renamed = try await desk.calendars.update(.name("office"), try read(#"{"name": "Bureau"}"#), expecting: 1, as: desk.root)
        #expect(!renamed.mustRecompute && renamed.record.version == 2)
        let edited = try await desk.calendars.update(.id(made.id), try read(#"{"weekly": {"tue": [["09:00", "17:00"]]}}"#), as: desk.root)
        #expect(edited.mustRecompute && edited.record.version == 3)
        let kept = try await desk.calendars.update(.id(made.id), try read(#"{"weekly": {"tue": []}, "runningCycles": "keep"}"#), as: desk.root)
        #expect(!kept.mustRecompute && kept.record.version == 4)
        #expect(try await desk.calendars.update(.id(made.id), try read(#"{"name": "Bureau"}"#), as: desk.root).record == kept.record)
        #expect(await failure { try await desk.calendars.update(.id(made.id), .init(), expecting: 1, as: desk.root) }?.code == .versionMismatch)

        let first = try #require(PageRequest(limit: 3))
        let page = try await desk.calendars.versions(of: .id(made.id), page: first, as: desk.root)
        #expect(page.items.map(\.version) == [4, 3, 2])
        let rest = try await desk.calendars.versions(of: .id(made.id), page: try #require(PageRequest(limit: 3, after: page.next)), as: desk.root)
        #expect(rest.items == [made] && rest.next == nil)
        let old = try await desk.desk.database.read { try $0.slaDefinitions.calendar(Edition(made.id, version: 3)) }
        #expect(old?.weekly[.tue] == .hours(9, 17))

        let archived = try await desk.calendars.update(.id(made.id), try read(#"{"archived": true}"#), as: desk.root).record
        #expect(archived.archivedAt != nil)
        try await desk.calendars.delete(.id(made.id), expecting: archived.version, as: desk.root)
        #expect(await failure { try await desk.calendars.find(.id(made.id), as: desk.root) }?.code == .notFound)
        #expect(
            try await desk.kinds(of: made.id.retyped()) == [
                .slaCalendarDeleted, .slaCalendarArchived, .slaCalendarUpdated, .slaCalendarUpdated, .slaCalendarUpdated, .slaCalendarCreated,
            ])
    }

    @Test func activitySaysWhetherRunningClocksFollow() async throws {
        let desk = try await SLADesk()
        let made = try await desk.calendars.create(try read(office), as: desk.root)
        for (patch, says) in [
            (#"{"name": "Bureau"}"#, nil), (#"{"zone": "Europe/Berlin"}"#, "follow"), (#"{"zone": "UTC", "runningCycles": "keep"}"#, "keep"),
        ] {
            _ = try await desk.calendars.update(.id(made.id), try read(patch), as: desk.root)
            var filter = ActivityFilter()
            filter.record = made.id.retyped()
            #expect(try await desk.desk.activity(filter).first?.changes?.value["runningCycles"]?.string == says)
        }
    }

    @Test func whatIsNamedIsNotDeleted() async throws {
        let desk = try await SLADesk()
        let calendar = try await desk.calendars.create(try read(office), as: desk.root)
        let group = try await desk.desk.groups.create(.init(name: "Network"), as: desk.root)
        let policy = try await desk.agreements.create(
            try read(
                """
                {"name": "Gold", "order": 5, "coverage": {"groups": ["network"], "categories": ["network/vpn"], "services": ["Email"]},
                    "targets": [{"metric": "resolution", "goals": {"high": {"seconds": 60, "calendar": "Office"}}}]}
                """), as: desk.root)
        let rule = try await desk.rules.create(
            try read(#"{"name": "Late", "policy": "gold", "threshold": {"afterDue": 60}, "actions": [{"type": "assign", "group": "network"}]}"#),
            as: desk.root)
        #expect(try await desk.snapshot().agreementsInOrder.map(\.name) == ["Gold", "Standard"])

        func refusal(_ body: () async throws -> Void) async -> String? {
            let error = await failure(of: body)
            #expect(error?.code == .inUse)
            return error?.detail
        }
        #expect(
            await refusal { try await desk.calendars.delete(.id(calendar.id), as: desk.root) }?.contains("1 policy, or an earlier version") == true)
        #expect(await refusal { try await desk.agreements.delete(.name("Gold"), as: desk.root) }?.contains("1 escalation rule") == true)
        #expect(
            await refusal { try await desk.desk.groups.delete(.name("Network"), ifVersion: nil, as: desk.root) }?.contains(
                "1 SLA policy and 1 escalation rule") == true)
        let categories = CategoryService(database: desk.desk.database), services = ServicePortfolio(database: desk.desk.database)
        #expect(await refusal { try await categories.delete(.name("network/vpn"), as: desk.root) }?.contains("1 SLA policy") == true)
        #expect(await refusal { try await services.delete(.name("Email"), as: desk.root) }?.contains("1 SLA policy") == true)

        // Another version no longer names them; clocks that run under the old one still need its calendar.
        _ = try await desk.agreements.update(
            .id(policy.agreement.id),
            try read(#"{"coverage": null, "targets": [{"metric": "ola", "goals": {"low": {"seconds": 60, "calendar": "24x7"}}}]}"#), as: desk.root)
        try await services.delete(.name("Email"), as: desk.root)
        #expect(await refusal { try await desk.calendars.delete(.id(calendar.id), as: desk.root) } != nil)
        let old = try await desk.agreements.find(.id(policy.agreement.id), version: 1, as: desk.root)
        #expect(old.names.calendars == [calendar.id: "Office"] && old.names.services.isEmpty)

        try await desk.rules.delete(.id(rule.rule.id), as: desk.root)
        try await desk.agreements.delete(.name("Gold"), as: desk.root)
        try await desk.calendars.delete(.id(calendar.id), as: desk.root)
        try await desk.desk.groups.delete(.id(group.id), ifVersion: nil, as: desk.root)
        #expect(try await desk.kinds(of: policy.agreement.id.retyped()) == [.slaPolicyDeleted, .slaPolicyUpdated, .slaPolicyCreated])
    }

    @Test func anAgreementsEditKeepsRunningClocksUnlessAsked() async throws {
        let desk = try await SLADesk()
        let patch = #"{"targets": [{"metric": "ola", "goals": {"low": {"seconds": 60, "calendar": "24x7"}}}]"#
        #expect(try await !desk.agreements.update(.name("Standard"), try read(patch + "}"), as: desk.root).mustRecompute)
        let followed = try await desk.agreements.update(.name("Standard"), try read(#"{"order": 7, "runningCycles": "follow"}"#), as: desk.root)
        #expect(followed.mustRecompute && followed.record.agreement.version == 3)
        let named = try await desk.agreements.update(.name("Standard"), try read(#"{"name": "Silver", "runningCycles": "follow"}"#), as: desk.root)
        #expect(!named.mustRecompute)
    }

    @Test func archivedOnesCoverNothingNewAndAreStillFound() async throws {
        let desk = try await SLADesk()
        _ = try await desk.agreements.update(.name("Standard"), try read(#"{"archived": true}"#), as: desk.root)
        let rules = try await desk.rules.list(NameFilter(), page: .first, as: desk.root).items
        _ = try await desk.rules.update(.id(rules[0].rule.id), try read(#"{"archived": true}"#), as: desk.root)
        let snapshot = try await desk.snapshot()
        #expect(snapshot.agreementsInOrder.isEmpty && snapshot.find(agreement: .name("standard"))?.archivedAt != nil)
        #expect(snapshot.activeEscalationRules.count == 2 && snapshot.escalationRules.count == 3)
        #expect(try await desk.agreements.list(NameFilter(isArchived: false), page: .first, as: desk.root).items.isEmpty)
        #expect(try await desk.agreements.list(NameFilter(query: "STAND", isArchived: true), page: .first, as: desk.root).items.count == 1)
    }

    @Test func listsGoOnWhereTheyEnded() async throws {
        let desk = try await SLADesk()
        for (name, order) in [("C", 5), ("B", 100), ("A", 1_000)] {
            _ = try await desk.agreements.create(
                try read(
                    #"{"name": "\#(name)", "order": \#(order), "targets": [{"metric": "ola", "goals": {"low": {"seconds": 1, "calendar": "24x7"}}}]}"#
                ),
                as: desk.root)
        }
        var names: [String] = []
        var after: PagePosition?
        repeat {
            let page = try await desk.agreements.list(NameFilter(), page: try #require(PageRequest(limit: 1, after: after)), as: desk.root)
            names += page.items.map(\.agreement.name)
            after = page.next
        } while after != nil
        #expect(names == ["C", "Standard", "B", "A"])
        #expect(try await desk.calendars.list(NameFilter(), page: .first, as: desk.root).items.map(\.name) == ["24x7", "Weekdays 09:00–17:00"])
    }

    @Test func whoMayReadAndChange() async throws {
        let desk = try await SLADesk()
        let agent = try await desk.desk.person("anna", roles: [.name("agent")]), requester = try await desk.desk.person("rita")
        #expect(try await desk.agreements.find(.name("Standard"), as: agent).agreement.name == "Standard")
        #expect(try await desk.calendars.find(.name("24x7"), as: agent).name == "24x7")
        #expect(try await desk.rules.list(NameFilter(), page: .first, as: agent).items.count == 3)
        #expect(await failure { try await desk.agreements.find(.name("Standard"), as: requester) }?.code == .forbidden)
        #expect(await failure { try await desk.calendars.list(NameFilter(), page: .first, as: requester) }?.code == .forbidden)
        #expect(await failure { try await desk.rules.find(.name("no such rule"), as: requester) }?.code == .forbidden)
        for caller in [agent, requester] {
            #expect(await failure { try await desk.calendars.create(try read(office), as: caller) }?.code == .forbidden)
            #expect(await failure { try await desk.agreements.update(.name("Standard"), .init(), as: caller) }?.code == .forbidden)
            #expect(await failure { try await desk.rules.delete(.name("no such rule"), as: caller) }?.code == .forbidden)
        }
    }

    @Test func theStandardWeekMovesWithTheDesksZone() async throws {
        let desk = try await SLADesk()
        let settings = SettingsService(database: desk.desk.database)
        func choose(_ zone: String) async throws -> String {
            var patch = DeskSettings.Patch()
            patch.timeZone = .value(zone)
            _ = try await settings.update(patch, as: desk.root)
            return try await desk.calendars.find(.id(SLACalendar.weekdaysID), as: desk.root).zone
        }
        #expect(try await choose("Europe/Berlin") == "Europe/Berlin")
        #expect(try await choose("Asia/Tokyo") == "Asia/Tokyo")
        _ = try await desk.calendars.update(.id(SLACalendar.weekdaysID), try read(#"{"weekly": {"sat": [["09:00", "12:00"]]}}"#), as: desk.root)
        #expect(try await choose("Europe/Paris") == "Asia/Tokyo")
        #expect(try await desk.kinds(of: SLACalendar.weekdaysID.retyped()) == [.slaCalendarUpdated, .slaCalendarUpdated, .slaCalendarUpdated])
    }

    @Test func aVersionIsWrittenOnce() async throws {
        let database = try await TestDatabase.make()
        let session = try AdminSession(database.url)
        #expect(throws: AdminSession.Failure.self) { try session.run("UPDATE sla_policy_versions SET definition = '{}'") }
        #expect(throws: AdminSession.Failure.self) { try session.run("DELETE FROM sla_calendar_versions") }
    }
}
