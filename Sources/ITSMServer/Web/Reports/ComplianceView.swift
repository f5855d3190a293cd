import ITSMCore

/// The page of service levels: one metric at a time, by month as a chart and a table, and by policy, group and priority.
struct ComplianceView: Sendable {
    let faults: FormFaults?
    let fields: [FormField]
    let metric: String
    let tabs: [NoticeList.Tab]
    let csv: String
    /// Nil where there is nothing to show.
    let found: Found?
    let empty: RecordList.Empty?
    /// What today's rules leave out; nil for nothing.
    let left: String?

    struct Found: Sendable {
        let percent: String
        let words: String
        let facts: [Fact]
        let chart: MonthChart
        let months: Table
        let tables: [Table]
    }

    struct Fact: Sendable {
        let name: String
        let value: String
    }

    struct Table: Sendable {
        let caption: String
        let key: String
        let rows: [Row]
    }

    struct Row: Sendable {
        let name: String
        let met: Int
        let breached: Int
        /// `97.5 %`; a dash for none.
        let percent: String
        let percentAtFirst: String
        /// Nil where there are none.
        let bar: Bar?
    }

    /// Of 100.
    struct Bar: Sendable {
        let share: String
    }

    init(_ report: ComplianceReport?, _ asked: ComplianceForm, _ error: ITSMError?, metric: SLAMetric) {
        let form = FormFields(asked.typed, error)
        faults = form.faults
        fields = [
            form.text("from", "From", type: "month"), form.text("to", "To", type: "month"),
            form.select(
                "rules", "Measured", asked.rules.rawValue, [("asMeasured", "As measured then"), ("today", "As of today's rules")]),
            form.condition(
                FilterQuery.name, "Tickets", nil, scope: .list, help: "Only of tickets for which it is true, such as ticket.priority <= 2."),
        ]
        self.metric = metric.rawValue
        tabs = SLAMetric.allCases.map { each in
            NoticeList.Tab(
                label: each.heading, address: "\(ReportPages.slaAddress)?metric=\(each.rawValue)&\(asked.query)", isCurrent: each == metric)
        }
        csv = "/api/v1/reports/sla?format=csv&\(asked.query)"
        let without = report?.withoutGoal ?? 0
        left = without == 0 ? nil : "\(without) \(without == 1 ? "clock is" : "clocks are") left out: today's policies have no goal for them."
        let shown = report?.metrics.first { $0.metric == metric }
        found = shown.map { Found($0) }
        empty =
            shown != nil || error != nil
            ? nil
            : .init(
                icon: "chart", heading: "Nothing was measured",
                words: "No clock of this kind was stopped in these months, among the tickets that you may read.")
    }
}

extension ComplianceView.Found {
    init(_ metric: ComplianceReport.Metric) {
        let total = metric.total
        percent = total.percentMet.words
        words = "\(total.met) of \(total.total) met"
        facts = [
            .init(name: "Breached", value: "\(total.breached)"),
            .init(name: "Met when first stopped", value: total.percentMetAtFirst.words),
        ]
        chart = MonthChart(metric.months, of: metric.metric)
        months = .init(caption: "By month", key: "Month", rows: metric.months.map { .init($0.key?.words ?? "", $0.figures) })
        tables = [
            .init(caption: "By policy", key: "Policy", rows: metric.policies.map { .init($0.key?.name ?? "", $0.figures) }),
            .init(caption: "By group", key: "Group", rows: metric.groups.map { .init($0.key?.name ?? "No group", $0.figures) }),
            .init(caption: "By priority", key: "Priority", rows: metric.priorities.map { .init($0.key?.word ?? "", $0.figures) }),
        ]
    }
}

extension ComplianceView.Row {
    init(_ name: String, _ figures: ComplianceFigures) {
        self.name = name
        met = figures.met
        breached = figures.breached
        percent = figures.percentMet.words
        percentAtFirst = figures.percentMetAtFirst.words
        bar = figures.percentMet.map { .init(share: "\($0)") }
    }
}

extension Double? {
    /// `97.5 %`.
    var words: String {
        guard let value = self else { return "–" }
        return value == value.rounded() ? "\(Int(value)) %" : "\(value) %"
    }
}

extension SLAMetric {
    var heading: String {
        switch self {
        case .firstResponse: "First response"
        case .nextResponse: "Next response"
        case .resolution: "Resolution"
        case .ola: "Between teams"
        }
    }
}

extension CivilMonth {
    /// `Nov 2026`.
    var words: String { "\(name) \(year)" }
    /// `Nov`.
    var name: String { ScreenTime.months[month - 1] }
}
