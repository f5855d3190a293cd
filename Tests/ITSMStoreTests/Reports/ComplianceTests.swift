import ITSMCore
import ITSMTestSupport
import Testing

@testable import ITSMStore

/// A medium incident's resolution is due in eight hours of weekdays 09:00–17:00. The 2nd of October 2090 is a Monday.
@Suite struct ComplianceTests {
    private let october = CivilMonth("2090-10")!

    private func reports(_ desk: ClockDesk) -> ReportService { ReportService(database: desk.database, desk: { desk.desk.snapshot }) }

    private func report(_ desk: ClockDesk, _ rules: ComplianceRules = .asMeasured, as caller: Principal) async throws -> ComplianceReport {
        let period = try CompliancePeriod(from: october, to: october.adding(1), zone: .utc, now: desk.people.clock.now())
        return try await reports(desk).compliance(over: period, by: rules, as: caller)
    }

    private func figures(_ report: ComplianceReport, _ metric: SLAMetric = .resolution) -> [Int] {
        guard let found = report.metrics.first(where: { $0.metric == metric }) else { return [] }
        return [found.total.met, found.total.breached, found.total.metAtFirst]
    }

    @Test func stoppedClocksCountOnceInTheirMonthByTheirLastResult() async throws {
        let desk = try await ClockDesk.make()
        let root = try await desk.people.superAdmin()
        let met = try await desk.raise("02 09:00")
        try await desk.move(met, to: .resolved, "02 12:00")
        let late = try await desk.raise("02 10:00") { $0.group = nil }
        try await desk.move(late, to: .resolved, "04 10:00")
        let cancelled = try await desk.raise("02 11:00")
        try await desk.move(cancelled, to: .cancelled, "05 11:00")
        let again = try await desk.raise("03 09:00")
        try await desk.move(again, to: .resolved, "03 10:00")
        try await desk.move(again, to: .inProgress, "04 09:00")
        try await desk.move(again, to: .resolved, "31 12:00")
        _ = try await desk.raise("05 09:00")

        let report = try await report(desk, as: root)
        #expect(figures(report) == [1, 2, 2], "one was met when it was first resolved")
        let resolution = try #require(report.metrics.first { $0.metric == .resolution })
        #expect(resolution.months.map { "\($0.key!) \($0.figures.total)" } == ["2090-10 3", "2090-11 0"])
        #expect(resolution.policies.map { $0.key?.name } == ["Standard"] && resolution.priorities.map(\.key) == [.medium])
        #expect(resolution.groups.map { "\($0.key?.name ?? "-") \($0.figures.met)/\($0.figures.breached)" } == ["Wires 1/1", "- 0/1"])

        // The month is that of the zone: in Auckland the 31st at 12:00 UTC is November.
        let auckland = try #require(SystemZones.shared.rules(named: "Pacific/Auckland"))
        let there = try CompliancePeriod(from: october, to: october.adding(1), zone: auckland, now: desk.people.clock.now())
        let shifted = try await reports(desk).compliance(over: there, as: root).metrics.first { $0.metric == .resolution }
        #expect(shifted?.months.map(\.figures.total) == [2, 1])
    }

    @Test func nobodyCountsWhatTheyMayNotReadOrReportOn() async throws {
        let desk = try await ClockDesk.make()
        let wires = RefInput<SupportGroup>.id(desk.wires)
        let boxes = try await desk.people.groups.create(.init(name: "Boxes"), as: .automation()).id
        try await desk.desk.refresh()
        let root = try await desk.people.superAdmin()
        let admin = try await desk.people.person("ada", roles: [.name("admin")])
        let manager = try await desk.people.person("max", roles: [.name("manager")], groups: [wires])
        for (group, isConfidential) in [(desk.wires, false), (desk.wires, true), (boxes, false), (boxes, true)] {
            let ticket = try await desk.raise("02 09:00") {
                ($0.assignee, $0.group, $0.confidential) = (nil, .id(group), isConfidential)
            }
            desk.go("02 10:00")
            _ = try await desk.tickets.transition(
                .id(ticket.id), .init(to: .resolved, resolution: .init(code: .fixed, notes: "Done")), as: .automation())
        }
        for rules in ComplianceRules.allCases {
            #expect(figures(try await report(desk, rules, as: root)) == [4, 0, 4])
            #expect(figures(try await report(desk, rules, as: admin)) == [2, 0, 2], "nothing confidential of groups that are not theirs")
            #expect(figures(try await report(desk, rules, as: manager)) == [2, 0, 2], "of their groups alone")
            #expect(await code { try await report(desk, rules, as: desk.anna) } == .forbidden)
            #expect(await code { try await report(desk, rules, as: desk.rita) } == .forbidden)
        }
    }

    @Test func todaysRulesMeasureThePastAnewAndLeaveItAsItIs() async throws {
        let desk = try await ClockDesk.make()
        let root = try await desk.people.superAdmin()
        let quick = try await desk.raise("02 09:00")
        try await desk.move(quick, to: .resolved, "02 12:00")
        let slow = try await desk.raise("02 09:00")
        try await desk.move(slow, to: .resolved, "03 12:00")
        // Four hours of work, and a night of waiting for the requester.
        let waited = try await desk.raise("02 09:00")
        try await desk.move(waited, to: .inProgress, "02 09:30")
        try await desk.move(waited, to: .pendingRequester, "02 11:00")
        try await desk.move(waited, to: .inProgress, "03 13:00")
        try await desk.move(waited, to: .resolved, "03 15:00")
        #expect(figures(try await report(desk, as: root)) == [2, 1, 2])
        #expect(figures(try await report(desk, .today, as: root)) == [2, 1, 2], "nothing was edited")

        let agreements = AgreementService(database: desk.database)
        var patch = ServiceLevelAgreement.Patch()
        patch.targets = .value([.init(.resolution, goals: [.medium: .init(seconds: 2 * 3_600, calendar: .name("24x7"))], pausedIn: [])])
        _ = try await agreements.update(.name("Standard"), patch, as: root)
        try await desk.desk.refresh()
        #expect(figures(try await report(desk, as: root)) == [2, 1, 2])
        let today = try await report(desk, .today, as: root)
        #expect(figures(today) == [0, 3, 0], "three hours are too many now, and waits no longer stop the clock")
        #expect(today.withoutGoal == 3, "there is no promise of a first response any more")
        #expect(figures(today, .firstResponse).isEmpty)

        var archive = ServiceLevelAgreement.Patch()
        archive.archived = .value(true)
        _ = try await agreements.update(.name("Standard"), archive, as: root)
        try await desk.desk.refresh()
        let none = try await report(desk, .today, as: root)
        #expect(none.metrics.isEmpty && none.withoutGoal == 6)
    }

    @Test func placesGoOnWithoutAGapAmongEqualTimes() async throws {
        let desk = try await ClockDesk.make()
        for _ in 1...3 {
            let ticket = try await desk.raise("02 09:00")
            try await desk.move(ticket, to: .resolved, "02 12:00")
        }
        let (start, end) = (ClockDesk.instant("01 00:00"), ClockDesk.instant("03 00:00"))
        let all = try await desk.database.read {
            try $0.reports.stopped(from: start, before: end, where: nil, after: nil, limit: 100, for: .automation())
        }
        #expect(all.count == 6, "a first response and a resolution each")
        var paged: [StoppedClock] = []
        while true {
            let place = paged.last?.place
            let next = try await desk.database.read {
                try $0.reports.stopped(from: start, before: end, where: nil, after: place, limit: 4, for: .automation())
            }
            if next.isEmpty { break }
            paged += next
        }
        #expect(paged == all)
    }
}
