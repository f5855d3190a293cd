/// Whole months, as clocks of a zone count them, whose clocks of tickets a report is about: those that were stopped in them.
public struct CompliancePeriod: Sendable, Hashable {
    /// The first month that belongs to it.
    public let first: CivilMonth
    /// The last month that belongs to it.
    public let last: CivilMonth
    /// By whose midnight months begin.
    public let zone: ZoneRules

    /// Months of one report.
    public static let longest = 24
    /// Whole months before the present one that a report shows unless asked for others.
    public static let standard = 6

    /// - Parameters:
    ///   - first: nil for six months before the last.
    ///   - last: nil for the present month.
    /// - Throws: `invalid` at `/from` or `/to` where it is no period, or too long.
    public init(from first: CivilMonth?, to last: CivilMonth?, zone: ZoneRules, now: Instant) throws(ITSMError) {
        self.last = last ?? CivilMonth(of: now, in: zone)
        self.first = first ?? self.last.adding(-Self.standard)
        self.zone = zone
        if self.last < self.first { throw ITSMError.invalid("/to", "The last month must not be before the first, \(self.first).") }
        if months.count > Self.longest { throw ITSMError.invalid("/from", "A report covers at most \(Self.longest) months.") }
    }

    public var months: [CivilMonth] { (0...last.distance(from: first)).map(first.adding) }

    /// Where each month begins, and where the last one ends.
    public var boundaries: [Instant] { (months + [last.adding(1)]).map { $0.start(in: zone) } }
}

/// By which rules a report tells met from breached.
public enum ComplianceRules: String, Sendable, Codable, CaseIterable {
    /// What the clocks said when they were stopped.
    case asMeasured
    /// What they would have said under today's policies and calendars.
    case today
}
