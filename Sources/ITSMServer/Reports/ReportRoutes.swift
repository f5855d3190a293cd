import HTTPTypes
import Hummingbird
import ITSMCore
import NIOCore

/// The desk's numbers.
struct ReportRoutes: Sendable {
    let reports: ReportService
    let desk: CurrentDesk

    func add(to table: inout RouteTable) {
        let (reports, desk) = (reports, desk)
        table.document(
            "reports/sla", "How well promises were kept",
            """
            By metric, and within each by month, policy, group and priority: clocks that were stopped in whole months, as the caller's zone counts them. \
            Cancelled ones are left out, and so is what the caller may not read or their right to reports does not reach. `filter` asks it of some tickets only. `percentMetAtFirst` counts what a \
            clock said when it was first stopped. As CSV with `format=csv` or `Accept: text/csv`.
            """, tag: "Reports", needs: .permission(.readReports), query: ComplianceQuery.all + [ComplianceQuery.format],
            of: ComplianceReport.self, alternative: "text/csv"
        ) { call in
            let query = try ComplianceQuery(call, desk)
            let report = try await reports.compliance(over: query.period, by: query.rules, where: query.condition, as: call.principal)
            guard query.wantsCSV else { return try call.response(Answer<ComplianceReport>.ok(report)) }
            return ComplianceCSV.response(report)
        }
    }
}

/// What a report is asked for.
struct ComplianceQuery: Sendable {
    static let from = Query<CivilMonth>("from", "The first month, such as 2026-05; six months before the last when absent.")
    static let to = Query<CivilMonth>("to", "The last month; the present one when absent. At most \(CompliancePeriod.longest) in all.")
    static let rules = Query<ComplianceRules>(
        "rules", "`asMeasured` (when absent): what the clocks said. `today`: what they would say under today's policies and calendars.")
    static let format = Query<DataFormat>("format", "`json` or `csv`; goes before `Accept`.")

    static let all: [any QueryParameter] = [from, to, rules, FilterQuery.tickets.parameter]

    enum DataFormat: String, CaseIterable, QueryValue, Sendable { case json, csv }

    let period: CompliancePeriod
    let rules: ComplianceRules
    /// Of the tickets that it is about.
    let condition: Condition?
    let wantsCSV: Bool

    /// - Throws: 400 for what is no period, and for a condition that is wrong.
    init(_ call: Call, _ desk: CurrentDesk) throws {
        let time = ScreenTime(for: call.principal, desk)
        do {
            period = try CompliancePeriod(from: call[Self.from], to: call[Self.to], zone: time.zone, now: time.now)
        } catch {
            throw ITSMError.badRequest(error.problems.map { FieldProblem("?\($0.pointer.dropFirst())", $0.code, $0.message) })
        }
        rules = call[Self.rules] ?? .asMeasured
        condition = try FilterQuery.tickets.condition(call, desk.snapshot)
        wantsCSV = (call[Self.format] ?? (call.request.headers[.accept]?.hasPrefix("text/csv") == true ? .csv : .json)) == .csv
    }
}

/// A report as a table for spreadsheets: one line for each figure of each grouping.
enum ComplianceCSV {
    private static let columns = ["metric", "by", "id", "name", "met", "breached", "percentMet", "metAtFirst", "percentMetAtFirst"]

    static func response(_ report: ComplianceReport) -> Response {
        let name = "sla-\(report.from)-\(report.to).csv"
        let headers: HTTPFields = [
            .contentType: "text/csv; charset=utf-8", .contentDisposition: "attachment; filename=\"\(name)\"", .cacheControl: "no-store",
        ]
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes(report))))
    }

    private static func bytes(_ report: ComplianceReport) -> [UInt8] {
        let writer = CSVWriter(lineBreak: "\r\n")
        var lines: [[String]] = []
        for metric in report.metrics {
            lines.append(line(metric, "total", "", "", metric.total))
            for row in metric.months { lines.append(line(metric, "month", "", row.key?.description ?? "", row.figures)) }
            for row in metric.policies { lines.append(line(metric, "policy", row.key?.id.description ?? "", row.key?.name ?? "", row.figures)) }
            for row in metric.groups { lines.append(line(metric, "group", row.key?.id.description ?? "", row.key?.name ?? "", row.figures)) }
            for row in metric.priorities { lines.append(line(metric, "priority", "", row.key?.rawValue ?? "", row.figures)) }
        }
        return ([columns] + lines).flatMap { writer.line($0.map(SpreadsheetCell.harmless)) }
    }

    private static func line(
        _ metric: ComplianceReport.Metric, _ by: String, _ id: String, _ name: String, _ figures: ComplianceFigures
    ) -> [String] {
        [
            metric.metric.rawValue, by, id, name, "\(figures.met)", "\(figures.breached)", figures.percentMet.map { "\($0)" } ?? "",
            "\(figures.metAtFirst)", figures.percentMetAtFirst.map { "\($0)" } ?? "",
        ]
    }
}

// MARK: - On the wire

extension CivilMonth: WireType, QueryValue {
    static var schema: Schema { .text(7).described("A month such as 2026-11.") }

    init?(query text: String) { self.init(text) }
}

extension ComplianceRules: WireType, QueryValue {}
extension SLAMetric: QueryValue {}

extension ComplianceFigures: WireType {
    static var schema: Schema { .object("ComplianceFigures", "How many clocks were met.", members) }

    static let members: [Schema.Member] = [
        .required("met", Int.self), .required("breached", Int.self),
        .optional("percentMet", Double.self, "To one decimal; absent where there are none."),
        .required("metAtFirst", Int.self, "Met when they were first stopped; work that was taken up again may have breached them later."),
        .optional("percentMetAtFirst", Double.self),
    ]
}

extension ComplianceReport: WireType {
    static var schema: Schema {
        .object(
            "ComplianceReport", "How well promises were kept.",
            [
                .required("from", CivilMonth.self), .required("to", CivilMonth.self), .required("timeZone", String.self, "Whose months these are."),
                .required("rules", ComplianceRules.self),
                .required(
                    "metrics",
                    .array(
                        of: .object([
                            .required("metric", SLAMetric.self), .required("total", ComplianceFigures.self),
                            .required("months", rows(CivilMonth.schema), "Every month, also those without a clock."),
                            .required("policies", rows(Ref<ServiceLevelAgreement>.schema)),
                            .required("groups", rows(Ref<SupportGroup>.schema), "Without a key: tickets of no group."),
                            .required("priorities", rows(Priority.schema)),
                        ])), "Those that any clock was stopped for."),
                .required("withoutGoal", Int.self, "Clocks that today's policies have no goal for, which count nowhere; 0 as measured."),
            ])
    }

    private static func rows(_ key: Schema) -> Schema { .array(of: .object([.optional("key", key)] + ComplianceFigures.members)) }
}
