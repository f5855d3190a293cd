/// How many clocks were met.
public struct ComplianceFigures: Sendable, Hashable {
    /// Clocks that were stopped within their goals.
    public var met: Int
    /// Clocks whose time exceeded their goals.
    public var breached: Int
    /// Those that were met when they were first stopped; work that was taken up again may have breached them later.
    public var metAtFirst: Int

    public init(met: Int = 0, breached: Int = 0, metAtFirst: Int = 0) {
        self.met = met
        self.breached = breached
        self.metAtFirst = metAtFirst
    }

    /// All that count.
    public var total: Int { met + breached }

    /// In percent, to one decimal, and never rounded up to 100 or down to 0; nil where there are none.
    public var percentMet: Double? { Self.percent(met, of: total) }
    /// Likewise of `metAtFirst`.
    public var percentMetAtFirst: Double? { Self.percent(metAtFirst, of: total) }

    private static func percent(_ part: Int, of total: Int) -> Double? {
        guard total > 0 else { return nil }
        let tenths = (Double(part) * 1_000 / Double(total)).rounded()
        if part == total { return 100 }
        return min(max(tenths, part == 0 ? 0 : 1), 999) / 10
    }

    /// Adds the clocks of another group.
    public static func += (a: inout Self, b: Self) {
        a.met += b.met
        a.breached += b.breached
        a.metAtFirst += b.metAtFirst
    }

    mutating func count(met isMet: Bool, atFirst: Bool) {
        if isMet { met += 1 } else { breached += 1 }
        if atFirst { metAtFirst += 1 }
    }
}

extension ComplianceFigures: Codable {
    enum CodingKeys: String, CodingKey { case met, breached, percentMet, metAtFirst, percentMetAtFirst }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            met: try fields.decode(Int.self, forKey: .met), breached: try fields.decode(Int.self, forKey: .breached),
            metAtFirst: try fields.decode(Int.self, forKey: .metAtFirst))
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(met, forKey: .met)
        try fields.encode(breached, forKey: .breached)
        try fields.encodeIfPresent(percentMet, forKey: .percentMet)
        try fields.encode(metAtFirst, forKey: .metAtFirst)
        try fields.encodeIfPresent(percentMetAtFirst, forKey: .percentMetAtFirst)
    }
}

/// Clocks that have all in common by which a report groups.
public struct ComplianceCell: Sendable, Hashable {
    public var key: Key
    public var figures: ComplianceFigures

    /// What its clocks have in common.
    public struct Key: Sendable, Hashable {
        public var metric: SLAMetric
        public var policy: ID<ServiceLevelAgreement>
        /// The ticket's group; of an OLA the group whose stay it measured.
        public var group: ID<SupportGroup>?
        public var priority: Priority
        /// In which month of the period they were stopped, from 0.
        public var month: Int

        public init(metric: SLAMetric, policy: ID<ServiceLevelAgreement>, group: ID<SupportGroup>?, priority: Priority, month: Int) {
            self.metric = metric
            self.policy = policy
            self.group = group
            self.priority = priority
            self.month = month
        }
    }

    public init(_ key: Key, _ figures: ComplianceFigures) {
        self.key = key
        self.figures = figures
    }
}
