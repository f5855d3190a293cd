/// What a ledger says, by the calendars of its terms.
extension SLALedger {
    /// Finds the clock of one version of a calendar.
    public typealias Clocks = (Edition<SLACalendar>) throws -> SLAClock

    /// What follows from the spans if nothing more happens.
    public struct Reading: Sendable, Hashable {
        /// Working time over all spans that have ended, in microseconds.
        public var elapsed: Int64
        /// The target: the first instant at which elapsed time reaches the goal, or the start of the span when it had reached it before; nil while the clock
        /// is not running, and for never.
        public var dueAt: Instant?
        /// The last instant at which elapsed time still equals a goal that it then exceeds; past or to come, nil for never.
        public var breachesAt: Instant?

        public init(elapsed: Int64 = 0, dueAt: Instant? = nil, breachesAt: Instant? = nil) {
            self.elapsed = elapsed
            self.dueAt = dueAt
            self.breachesAt = breachesAt
        }
    }

    /// What the spans come to, by the clocks of their terms. Rethrows what `clocks` throws.
    public func reading(_ clocks: Clocks) rethrows -> Reading {
        var reading = Reading()
        for (index, span) in spans.enumerated() {
            let end = end(of: index)
            switch span.state {
            case .stopped: break
            case .paused(_, let term):
                // A raise while it waits: elapsed exceeds the goal that is now in force.
                if reading.breachesAt == nil, reading.elapsed > term.goal { reading.breachesAt = span.from }
            case .running(let term):
                let clock = try clocks(term.calendar)
                let rest = term.goal - reading.elapsed
                if reading.breachesAt == nil {
                    let last = rest < 0 ? span.from : clock.instant(after: span.from, adding: rest).flatMap(clock.nextOpening)
                    if let last, end.map({ last < $0 }) ?? true { reading.breachesAt = last }
                }
                if let end {
                    reading.elapsed += clock.workingTime(from: span.from, to: end)
                } else {
                    reading.dueAt = clock.instant(after: span.from, adding: max(0, rest))
                }
            }
        }
        return reading
    }

    /// The first instant at which a running clock has reached `threshold` of the goal then in force; past or to come, nil for never.
    public func instant(of threshold: EscalationRule.Threshold, _ clocks: Clocks) rethrows -> Instant? {
        var elapsed: Int64 = 0
        for (index, span) in spans.enumerated() {
            guard case .running(let term) = span.state else { continue }
            let clock = try clocks(term.calendar)
            let end = end(of: index)
            let rest = threshold.elapsed(ofGoal: term.goal) - elapsed
            if let reached = clock.instant(after: span.from, adding: max(0, rest)), end.map({ reached <= $0 }) ?? true { return reached }
            if let end { elapsed += clock.workingTime(from: span.from, to: end) }
        }
        return nil
    }

    /// Working time until `instant`, in microseconds.
    public func elapsed(at instant: Instant, _ clocks: Clocks) rethrows -> Int64 {
        var elapsed: Int64 = 0
        for (index, span) in spans.enumerated() where span.from < instant {
            guard case .running(let term) = span.state else { continue }
            elapsed += try clocks(term.calendar).workingTime(from: span.from, to: min(instant, end(of: index) ?? instant))
        }
        return elapsed
    }
}
