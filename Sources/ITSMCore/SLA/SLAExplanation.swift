/// How a clock came to what it shows: every span, every open interval that counted, every date with hours of its own and every shift of the zone's
/// offset. The seconds of its lines sum exactly to the elapsed time.
public struct SLAExplanation: Sendable, Hashable {
    /// The instant up to which it explains.
    public var at: Instant
    /// Working time in microseconds: the sum of `lines`.
    public var elapsed: Int64
    public var lines: [Line]
    /// The agreements that were asked for such a clock of the ticket as it stands now.
    public var choices: [SLAChoice] = []
    /// What the policies of `lines` are called in the versions that they name.
    public var policyNames: [Edition<ServiceLevelAgreement>: String] = [:]
    /// Likewise the calendars.
    public var hours: [Edition<SLACalendar>: Hours] = [:]

    /// The calendar that counted, by name.
    public struct Hours: Sendable, Hashable {
        public var calendar: String
        /// The IANA name of the zone whose wall clocks count.
        public var zone: String
    }

    /// One span of the ledger.
    public struct Line: Sendable, Hashable {
        public var from: Instant
        public var to: Instant
        public var state: SLALedger.State
        /// Working time that counted, in microseconds; 0 unless it was running.
        public var counted: Int64
        /// The open intervals that counted, in order; the first ones, where there are more than `SLAExplanation.longestList`.
        public var intervals: [Interval]
        /// How many further intervals there are.
        public var furtherIntervals: Int
        /// What they count together, in microseconds.
        public var furtherCounted: Int64
        /// The local dates in it that have hours of their own, with what the holiday is called; at most `SLAExplanation.longestList`.
        public var specialDays: [SpecialDay]
        /// Changes of the zone's offset in it; at most `SLAExplanation.longestList`.
        public var shifts: [Shift]
    }

    /// Open time that counted, without a break.
    public struct Interval: Sendable, Hashable {
        public var from: Instant
        public var to: Instant
        /// In microseconds.
        public var counted: Int64 { to.microseconds - from.microseconds }
    }

    /// A local date with hours of its own, and what the holiday is called.
    public struct SpecialDay: Sendable, Hashable {
        public var date: CivilDate
        public var hours: DayHours
        public var name: String?
    }

    /// Clocks on the wall go from `offsetBefore` to `offsetAfter`, in seconds east of UTC.
    public struct Shift: Sendable, Hashable {
        public var at: Instant
        public var offsetBefore: Int
        public var offsetAfter: Int
    }

    /// Longer lists tell the rest as a sum.
    public static let longestList = 400
}

extension SLALedger {
    /// - Parameter calendar: finds one version of a calendar, for the names of its days.
    public func explanation(
        at instant: Instant, _ clocks: Clocks, calendar: (Edition<SLACalendar>) throws -> SLACalendar, zones: SystemZones = .shared
    ) rethrows -> SLAExplanation {
        var lines: [SLAExplanation.Line] = []
        for (index, span) in spans.enumerated() where span.from < instant {
            let end = min(end(of: index) ?? instant, instant)
            var line = SLAExplanation.Line(
                from: span.from, to: end, state: span.state, counted: 0, intervals: [], furtherIntervals: 0, furtherCounted: 0, specialDays: [],
                shifts: [])
            if case .running(let term) = span.state {
                let clock = try clocks(term.calendar)
                line.counted = clock.workingTime(from: span.from, to: end)
                let open = clock.openIntervals(from: span.from, to: end, atMost: SLAExplanation.longestList)
                line.intervals = open.map { .init(from: $0.start, to: $0.end) }
                line.furtherCounted = line.counted - line.intervals.reduce(0) { $0 + $1.counted }
                if line.furtherCounted > 0, let last = line.intervals.last {
                    line.furtherIntervals = clock.openIntervals(from: last.to, to: end, atMost: 100_000).count
                }
                if let rules = zones.rules(named: clock.calendar.zone) {
                    line.specialDays = try calendar(term.calendar).specialDays(from: span.from, to: end, rules)
                    line.shifts = rules.shifts(from: span.from, to: end)
                }
            }
            lines.append(line)
        }
        return SLAExplanation(at: instant, elapsed: lines.reduce(0) { $0 + $1.counted }, lines: lines)
    }
}

extension SLACalendar {
    /// The local dates in `[from, to)` that have hours of their own.
    func specialDays(from: Instant, to: Instant, _ rules: ZoneRules) -> [SLAExplanation.SpecialDay] {
        func date(_ instant: Instant) -> CivilDate {
            LocalTime(microseconds: instant.microseconds + Int64(rules.offset(at: instant)) * 1_000_000).date
        }
        let (first, last) = (date(from), date(Instant(microseconds: max(from.microseconds, to.microseconds - 1))))
        var names: [CivilDate: String] = [:]
        for holiday in holidays { names[holiday.date] = names[holiday.date].map { "\($0), \(holiday.name)" } ?? holiday.name }
        for rule in yearly {
            guard let name = rule.name else { continue }
            for year in first.year...min(last.year, first.year + 200) {
                if let date = CivilDate(year: year, month: rule.month, day: rule.day), names[date] == nil { names[date] = name }
            }
        }
        return businessCalendar.datesWithHours.filter { $0.key >= first && $0.key <= last }.sorted { $0.key < $1.key }
            .prefix(SLAExplanation.longestList).map { .init(date: $0.key, hours: $0.value, name: names[$0.key]) }
    }
}

extension ZoneRules {
    fileprivate func shifts(from: Instant, to: Instant) -> [SLAExplanation.Shift] {
        var shifts: [SLAExplanation.Shift] = []
        var at = from
        while shifts.count < SLAExplanation.longestList, let next = transition(after: at), next.at < to {
            shifts.append(.init(at: next.at, offsetBefore: Int(next.before), offsetAfter: Int(next.after)))
            at = next.at
        }
        return shifts
    }
}
