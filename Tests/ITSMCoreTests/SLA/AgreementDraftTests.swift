import Testing

@testable import ITSMCore

@Suite struct AgreementDraftTests {
    private static let target = #"{"metric": "resolution", "goals": {"high": {"seconds": 3600, "calendar": "24x7"}}}"#

    @Test(arguments: [
        (#"{"name": "Gold", "targets": [\#(target)]}"#, []),
        ("{}", ["/name", "/targets"]),
        (#"{"name": "Gold", "targets": []}"#, ["/targets"]),
        (#"{"name": "Gold", "targets": [\#(target), \#(target)]}"#, ["/targets/1/metric"]),
        (#"{"name": "Gold", "targets": [{"metric": "ola", "goals": {}}]}"#, ["/targets/0/goals"]),
        (
            #"{"name": "Gold", "targets": [{"metric": "ola", "goals": {"low": {"seconds": 0, "calendar": "Nowhere"}}, "pausedIn": ["resolved"]}]}"#,
            ["/targets/0/goals/low/seconds", "/targets/0/goals/low/calendar", "/targets/0/pausedIn/0"]
        ),
        (
            #"{"name": "Gold", "targets": [{"metric": "ola", "goals": {"low": {"seconds": 5, "calendar": "Old hours"}}}]}"#,
            ["/targets/0/goals/low/calendar"]
        ),
        (
            #"{"name": "Gold", "targets": [\#(target)], "coverage": {"categories": ["network", "cooking"], "groups": ["Network", "Spies"], "services": ["x"]}}"#,
            ["/coverage/categories/1", "/coverage/groups/1", "/coverage/services/0"]
        ),
        (#"{"name": "Gold", "targets": [\#(target)], "order": -1}"#, ["/order"]),
    ])
    func faultsOfADraft(json: String, pointers: [String]) throws {
        let draft = try Promises.read(json, as: ServiceLevelAgreement.Draft.self)
        do {
            let agreement = try ServiceLevelAgreement(draft, id: Desk.id(51), picks: Promises.picks, at: Desk.monday)
            #expect(pointers.isEmpty)
            #expect(agreement.order == 100 && agreement.target(for: .resolution)?.pausedIn == [.pendingRequester])
        } catch let error as ITSMError {
            #expect(error.pointers == pointers)
        }
    }

    @Test func aPatchMergesTheCoverageAndReplacesTargets() throws {
        var agreement = Promises.standard
        agreement.coverage.kinds = [.incident]
        try agreement.apply(try Promises.read(#"{"coverage": {"groups": ["Network"]}}"#), picks: Promises.picks, at: Desk.monday)
        #expect(agreement.coverage == Coverage(kinds: [.incident], groups: [Desk.network.id]) && agreement.version == 2)
        try agreement.apply(
            try Promises.read(
                #"{"coverage": {"kinds": null}, "targets": [{"metric": "ola", "goals": {"low": {"seconds": 5, "calendar": "24x7"}}}]}"#),
            picks: Promises.picks, at: Desk.monday)
        #expect(agreement.coverage == Coverage(groups: [Desk.network.id]) && agreement.targets.map(\.metric) == [.ola])
        try agreement.apply(try Promises.read(#"{"coverage": null, "description": null}"#), picks: Promises.picks, at: Desk.monday)
        #expect(agreement.coverage == Coverage() && agreement.version == 4)
    }

    @Test func whatItNamesAlreadyStaysAlthoughArchived() throws {
        var agreement = Promises.standard
        agreement.targets = [.init(.ola, goals: [.low: .init(seconds: 60, calendar: Promises.retired.id)])]
        let patch =
            #"{"targets": [{"metric": "ola", "goals": {"low": {"seconds": 90, "calendar": {"id": "\#(Promises.retired.id)", "name": "x"}}}}]}"#
        var picks = Promises.picks
        picks.current = agreement.references
        try agreement.apply(try Promises.read(patch), picks: picks, at: Desk.monday)
        #expect(agreement.targets[0].goals[.low]?.seconds == 90)
    }

    @Test(arguments: [
        (#"{"name": "Other"}"#, false), (#"{"description": "Other"}"#, false), (#"{"order": 5}"#, true),
        (#"{"coverage": {"kinds": ["change"]}}"#, true),
        (#"{"targets": [{"metric": "ola", "goals": {"low": {"seconds": 5, "calendar": "24x7"}}}]}"#, true), (#"{"archived": true}"#, true),
    ])
    func whichEditsMatterToRunningClocks(json: String, matters: Bool) throws {
        var agreement = Promises.standard
        try agreement.apply(try Promises.read(json), picks: Promises.picks, at: Desk.monday)
        #expect(agreement.runsOtherwise(than: Promises.standard) == matters)
    }

    @Test func theViewNamesWhatItRefersTo() throws {
        var agreement = Promises.standard
        agreement.coverage = Coverage(kinds: [.request, .incident], groups: [Desk.network.id, Desk.servers.id])
        let names = SLANames(calendars: [Promises.always.id: "24x7"], groups: [Desk.network.id: "Network", Desk.servers.id: "app servers"])
        let json = try JSONValue(encoding: ServiceLevelAgreement.View(agreement, names: names))
        #expect(json["coverage"]?["kinds"] == ["incident", "request"])
        #expect(
            json["coverage"]?["groups"]
                == .array([Ref(id: Desk.servers.id, name: "app servers").json, Ref(id: Desk.network.id, name: "Network").json]))
        guard case .array(let targets) = json["targets"] else {
            Issue.record("no targets")
            return
        }
        #expect(targets[0]["goals"] == ["critical": ["seconds": 3_600, "calendar": Promises.always.ref.json]])
    }

    @Test func theDeskAsksThemInOrderAndLeavesArchivedOnesOut() {
        func agreement(_ number: UInt8, _ order: Int, archived: Bool = false) -> ServiceLevelAgreement {
            ServiceLevelAgreement(
                id: Desk.id(number), name: "\(number)", order: order, targets: [], archivedAt: archived ? Desk.monday : nil, createdAt: Desk.monday,
                updatedAt: Desk.monday)
        }
        let desk = DeskSnapshot(
            settings: Desk.settings, matrix: .standard, groups: [], services: [], categories: [],
            agreements: [agreement(64, 100), agreement(63, 100), agreement(62, 50), agreement(60, 1, archived: true)])
        #expect(desk.agreementsInOrder.map(\.name) == ["62", "63", "64"])
        #expect(desk.find(agreement: .name("60"))?.archivedAt != nil)
    }
}
