import Foundation
import Testing

@testable import ITSMCore

@Suite struct ComplianceReportTests {
    @Test(
        arguments: [
            (0, 0, nil), (1, 0, 100), (0, 1, 0), (2, 1, 66.7), (1, 2, 33.3), (1_999, 1, 99.9), (99_999, 1, 99.9), (1, 99_999, 0.1), (1, 1, 50),
        ] as [(Int, Int, Double?)])
    func aShareIsNeverRoundedToAllOrNothing(_ met: Int, _ breached: Int, _ percent: Double?) {
        #expect(ComplianceFigures(met: met, breached: breached).percentMet == percent)
    }

    private static let (gold, silver): (ID<ServiceLevelAgreement>, ID<ServiceLevelAgreement>) = (id(1), id(2))
    private static let wires: ID<SupportGroup> = id(3)

    private static func id<Record>(_ number: Int) -> ID<Record> { ID("00000000-0000-7000-8000-00000000000\(number)")! }

    private static func cell(
        _ metric: SLAMetric, _ policy: ID<ServiceLevelAgreement>, _ group: ID<SupportGroup>?, _ priority: Priority, _ month: Int, _ met: Int,
        _ breached: Int
    ) -> ComplianceCell {
        .init(
            .init(metric: metric, policy: policy, group: group, priority: priority, month: month),
            .init(met: met, breached: breached, metAtFirst: met + 1))
    }

    private func report(_ cells: [ComplianceCell]) throws -> ComplianceReport {
        let period = try CompliancePeriod(from: CivilMonth("2026-10"), to: CivilMonth("2026-12"), zone: .utc, now: Instant(seconds: 0))
        return ComplianceReport(cells, over: period, by: .asMeasured) {
            Ref(id: $0, name: $0 == Self.gold ? "Gold" : "Silver")
        } groups: {
            Ref(id: $0, name: "Wires")
        }
    }

    @Test func cellsAddUpByEachGrouping() throws {
        let report = try report([
            Self.cell(.resolution, Self.silver, Self.wires, .high, 0, 5, 1), Self.cell(.resolution, Self.silver, nil, .high, 2, 3, 0),
            Self.cell(.resolution, Self.gold, Self.wires, .critical, 2, 0, 2), Self.cell(.firstResponse, Self.gold, nil, .low, 1, 1, 0),
        ])
        #expect(report.metrics.map(\.metric) == [.firstResponse, .resolution], "in the order of a ticket's life")
        let resolution = report.metrics[1]
        #expect(resolution.total == .init(met: 8, breached: 3, metAtFirst: 11))
        #expect(resolution.months.map { "\($0.key!) \($0.figures.met)/\($0.figures.breached)" } == ["2026-10 5/1", "2026-11 0/0", "2026-12 3/2"])
        #expect(resolution.policies.map { "\($0.key!.name) \($0.figures.total)" } == ["Silver 9", "Gold 2"], "the most first")
        #expect(resolution.groups.map { "\($0.key?.name ?? "-") \($0.figures.total)" } == ["Wires 8", "- 3"])
        #expect(resolution.priorities.map { "\($0.key!) \($0.figures.met)" } == ["critical 0", "high 8"])
        for metric in report.metrics {
            let sums = [metric.months.map(\.figures), metric.policies.map(\.figures), metric.groups.map(\.figures), metric.priorities.map(\.figures)]
            for figures in sums { #expect(figures.map(\.total).reduce(0, +) == metric.total.total) }
        }
    }

    @Test func nothingIsNoMetric() throws { #expect(try report([]).metrics.isEmpty) }

    @Test func itSurvivesTheWire() throws {
        let report = try report([Self.cell(.ola, Self.gold, nil, .low, 1, 1, 2)])
        let data = try JSONEncoder().encode(report)
        #expect(try JSONDecoder().decode(ComplianceReport.self, from: data) == report)
        let json = try JSONDecoder().decode(JSONValue.self, from: data)
        #expect(json["from"] == "2026-10" && json["rules"] == "asMeasured")
    }
}
