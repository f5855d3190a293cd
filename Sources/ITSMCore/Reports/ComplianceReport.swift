/// How well what was promised was kept: by metric, and within each by month, policy, group and priority. Cancelled clocks are left out (sla.md, 2).
public struct ComplianceReport: Sendable, Hashable, Codable {
    public var from: CivilMonth
    public var to: CivilMonth
    /// The IANA zone whose months these are.
    public var timeZone: String
    public var rules: ComplianceRules
    /// Those that any clock was stopped for, in the order of a ticket's life.
    public var metrics: [Metric]
    /// Clocks that today's policies have no goal for, and which therefore count nowhere; 0 as measured.
    public var withoutGoal: Int

    /// The clocks of one metric, in all and divided.
    public struct Metric: Sendable, Hashable, Codable {
        public var metric: SLAMetric
        public var total: ComplianceFigures
        /// Every month of the period, also those without a clock.
        public var months: [Row<CivilMonth>]
        /// The policy under which a clock ended; the most clocks first.
        public var policies: [Row<Ref<ServiceLevelAgreement>>]
        /// Without a key: tickets of no group.
        public var groups: [Row<Ref<SupportGroup>>]
        /// The most urgent first.
        public var priorities: [Row<Priority>]
    }

    /// The clocks that share one key.
    public struct Row<Key: Sendable & Hashable & Codable>: Sendable, Hashable, Codable {
        public var key: Key?
        public var figures: ComplianceFigures

        public init(_ key: Key?, _ figures: ComplianceFigures) {
            self.key = key
            self.figures = figures
        }
    }

    /// - Parameters:
    ///   - policies: what they are called.
    ///   - groups: likewise.
    public init(
        _ cells: some Sequence<ComplianceCell>, over period: CompliancePeriod, by rules: ComplianceRules, withoutGoal: Int = 0,
        policies: (ID<ServiceLevelAgreement>) -> Ref<ServiceLevelAgreement>, groups: (ID<SupportGroup>) -> Ref<SupportGroup>
    ) {
        (from, to, timeZone) = (period.first, period.last, period.zone.name)
        self.rules = rules
        self.withoutGoal = withoutGoal
        let months = period.months
        let byMetric = Dictionary(grouping: cells, by: \.key.metric)
        metrics = SLAMetric.allCases.compactMap { metric in
            guard let cells = byMetric[metric] else { return nil }
            let (byMonth, byPriority) = (Self.sums(cells, by: \.month), Self.sums(cells, by: \.priority))
            var total = ComplianceFigures()
            for cell in cells { total += cell.figures }
            return Metric(
                metric: metric, total: total, months: months.indices.map { Row(months[$0], byMonth[$0] ?? .init()) },
                policies: Self.sums(cells, by: \.policy).map { Row(policies($0), $1) }.sorted(by: Self.isBefore),
                groups: Self.sums(cells, by: \.group).map { Row($0.map(groups), $1) }.sorted(by: Self.isBefore),
                priorities: Priority.allCases.compactMap { priority in byPriority[priority].map { Row(priority, $0) } })
        }
    }

    private static func sums<Key: Hashable>(_ cells: [ComplianceCell], by key: KeyPath<ComplianceCell.Key, Key>) -> [Key: ComplianceFigures] {
        cells.reduce(into: [:]) { $0[$1.key[keyPath: key], default: .init()] += $1.figures }
    }

    private static func isBefore<Record>(_ a: Row<Ref<Record>>, _ b: Row<Ref<Record>>) -> Bool {
        (b.figures.total, a.key?.name ?? "", a.key?.id.description ?? "") < (a.figures.total, b.key?.name ?? "", b.key?.id.description ?? "")
    }
}

extension ComplianceReport.Row {
    private enum CodingKeys: String, CodingKey { case key }

    public init(from decoder: any Decoder) throws {
        key = try decoder.container(keyedBy: CodingKeys.self).decodeIfPresent(Key.self, forKey: .key)
        figures = try ComplianceFigures(from: decoder)
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encodeIfPresent(key, forKey: .key)
        try figures.encode(to: encoder)
    }
}
