/// Counts working time by a business calendar (sla.md, 1): the time between two instants, and the instant at which some of it is over.
///
/// A clock is made once for each calendar and asked often: a question costs a few searches in small tables, whatever lies between the instants.
///
/// Between two changes of the zone's offset local time runs evenly, so the open time there is a difference of `OpenHours.measure`; a constant for each such
/// stretch joins them into one measure over all instants, `open(before:)`. Everything else is that measure and its inverse.
///
/// Times of day are those of the calendar's zone. Amounts are microseconds. Nothing is open after the year 2200.
public struct SLAClock: Sendable {
    public let calendar: BusinessCalendar
    private let hours: OpenHours

    /// When the offset changes; so stretch 0 lies before the first change, and stretch n after the n-th.
    private let changes: AscendingNumbers
    /// The offset in each stretch.
    private let offsets: [Int64]
    /// What to add to the local measure in each stretch.
    private let joins: [Int64]
    /// The measure at each change.
    private let openAtChange: AscendingNumbers
    /// Closed for more than ten years; a search that would have to cross one gives up.
    private var longGaps: [(from: Int64, to: Int64)] = []

    /// The end of 2200, where all searches end.
    public static let horizon = Instant(seconds: CivilDate(year: 2201, month: 1, day: 1)!.daysSince1970 * 86_400)
    private static let tenYears: Int64 = 3_653 * 86_400_000_000

    /// - Throws: `invalidValue` with every fault of the calendar.
    public init(_ calendar: BusinessCalendar, zones: SystemZones = .shared) throws {
        let problems = calendar.problems(knowing: zones)
        guard problems.isEmpty, let rules = zones.rules(named: calendar.zone) else { throw ITSMError.invalid(problems) }
        self.init(calendar, rules: rules)
    }

    /// - Parameters:
    ///   - calendar: one without faults.
    ///   - rules: those of its zone.
    public init(_ calendar: BusinessCalendar, rules: ZoneRules) {
        self.calendar = calendar
        let hours = OpenHours(calendar.weekly, dates: calendar.datesWithHours)
        var changes: [Int64] = []
        var offsets = [Int64(rules.offset(at: Instant.range.lowerBound)) * 1_000_000]
        var joins: [Int64] = [0]
        var openAtChange: [Int64] = []
        var at = Instant.range.lowerBound
        while let change = rules.transition(after: at), change.at < Self.horizon {
            at = change.at
            let open = hours.measure(at.microseconds + offsets.last!) + joins.last!
            changes.append(at.microseconds)
            offsets.append(Int64(change.after) * 1_000_000)
            joins.append(open - hours.measure(at.microseconds + offsets.last!))
            openAtChange.append(open)
        }
        self.hours = hours
        (self.changes, self.offsets, self.joins, self.openAtChange) = (AscendingNumbers(changes), offsets, joins, AscendingNumbers(openAtChange))
        longGaps = hours.gaps(longerThan: Self.tenYears).map { (instant(ofLocal: $0.from), instant(ofLocal: $0.to)) }
    }

    // MARK: Questions

    /// Open time in `[from, to)`; 0 when `to` is not later than `from`.
    public func workingTime(from: Instant, to: Instant) -> Int64 {
        let end = min(to, Self.horizon)
        return from < end ? open(before: end.microseconds) - open(before: from.microseconds) : 0
    }

    /// The earliest instant, not before `start`, up to which `amount` of open time has gone by; nil for never. An amount of 0 gives `start` itself, and eight
    /// hours from Monday 09:00 on 09:00–17:00 give Monday 17:00, not Tuesday 09:00.
    public func instant(after start: Instant, adding amount: Int64) -> Instant? {
        guard amount > 0 else { return start }
        guard start < Self.horizon else { return nil }
        guard let found = earliest(open(before: start.microseconds) + amount), found <= Self.horizon.microseconds,
            !isCutOff(from: start.microseconds, to: found)
        else {
            return nil
        }
        return Instant(microseconds: found)
    }

    /// The latest instant, not after `end`, from which on `amount` of open time goes by until `end`: "one business hour before due". Nil for never.
    public func instant(before end: Instant, subtracting amount: Int64) -> Instant? {
        guard amount > 0 else { return end }
        let target = open(before: min(end, Self.horizon).microseconds) - amount
        guard let found = latest(target), found >= Instant.range.lowerBound.microseconds, !isCutOff(from: found, to: end.microseconds) else {
            return nil
        }
        return Instant(microseconds: found)
    }

    /// Whether time counts then.
    public func isOpen(at instant: Instant) -> Bool {
        instant < Self.horizon && hours.isOpen(instant.microseconds + offsets[stretch(at: instant.microseconds)])
    }

    /// The earliest open instant that is not before `start`: `start` itself when it is open. Nil for never.
    public func nextOpening(from start: Instant) -> Instant? {
        if isOpen(at: start) { return start }
        guard start < Self.horizon, let after = instant(after: start, adding: 1) else { return nil }
        return Instant(microseconds: after.microseconds - 1)
    }

    /// The first instant after an open one at which it is closed; nil when it stays open for longer than `seconds`.
    public func closing(after open: Instant, within seconds: Int64) -> Instant? {
        let limit = min(open.adding(seconds: seconds), Self.horizon)
        let end = closing(after: open, upTo: limit)
        return end < limit ? end : nil
    }

    /// The open intervals that lie in `[from, to)`, cut to it, in order; at most `limit`.
    public func openIntervals(from: Instant, to: Instant, atMost limit: Int) -> [(start: Instant, end: Instant)] {
        var found: [(start: Instant, end: Instant)] = []
        var at = from
        while found.count < limit, let start = nextOpening(from: at), start < to {
            let end = closing(after: start, upTo: to)
            found.append((start, end))
            at = end
        }
        return found
    }

    /// The same time of day as at `end`, so many working days earlier: of the local dates after it, up to that of `end`, just `count` have open hours. Nil
    /// when the ten years before have fewer.
    public func instant(before end: Instant, workingDays count: Int) -> Instant? {
        let day: Int64 = 86_400_000_000
        let local = end.microseconds + offsets[stretch(at: end.microseconds)]
        var (midnight, missing) = (local.dividedFloor(by: day) * day, count)
        let inDay = local - midnight
        for _ in 0..<3_653 {
            if missing == 0 { return Instant(microseconds: instant(ofLocal: midnight + inDay)) }
            if hours.measure(midnight + day) > hours.measure(midnight) { missing -= 1 }
            midnight -= day
        }
        return nil
    }

    // MARK: The measure

    /// Open time before an instant, against a fixed one.
    private func open(before instant: Int64) -> Int64 {
        let index = stretch(at: instant)
        return hours.measure(instant + offsets[index]) + joins[index]
    }

    /// The first instant whose measure is `target`.
    private func earliest(_ target: Int64) -> Int64? {
        let stretch = openAtChange.count(below: target)
        return hours.earliest(target - joins[stretch]).map { $0 - offsets[stretch] }
    }

    /// The last instant whose measure is `target`.
    private func latest(_ target: Int64) -> Int64? {
        let stretch = openAtChange.count(atMost: target)
        return hours.latest(target - joins[stretch]).map { $0 - offsets[stretch] }
    }

    /// The first closed instant after an open one, or `limit` where that is earlier.
    private func closing(after open: Instant, upTo limit: Instant) -> Instant {
        var at = open
        while at < limit, isOpen(at: at) {
            let index = stretch(at: at.microseconds)
            let end = hours.closing(after: at.microseconds + offsets[index]) - offsets[index]
            at = Instant(microseconds: index < changes.values.count ? min(end, changes.values[index]) : end)
        }
        return min(at, limit)
    }

    /// Whether a search between the two would cross more than ten years without anything open.
    private func isCutOff(from start: Int64, to end: Int64) -> Bool {
        longGaps.contains { min(end, $0.to) - max(start, $0.from) > Self.tenYears }
    }

    private func instant(ofLocal local: Int64) -> Int64 { local - offsets[stretch(at: local - offsets[stretch(at: local)])] }

    private func stretch(at instant: Int64) -> Int { changes.count(atMost: instant) }
}
