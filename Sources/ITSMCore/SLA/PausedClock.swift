/// A clock with times at which it stands still besides those at which the calendar is closed, such as the pauses of one ticket.
public struct PausedClock: Sendable {
    /// What counts outside the pauses.
    public let clock: SLAClock
    /// Ascending, none empty, none touching another.
    public let pauses: [Pause]

    /// A half-open span of time.
    public struct Pause: Sendable, Hashable {
        public var from: Instant
        public var to: Instant

        public init(from: Instant, to: Instant) {
            self.from = from
            self.to = to
        }
    }

    /// - Parameter pauses: in any order, overlapping as they like; those that end before they begin count nothing.
    public init(_ clock: SLAClock, pauses: [Pause]) {
        self.clock = clock
        var merged: [Pause] = []
        for pause in pauses.filter({ $0.from < $0.to }).sorted(by: { $0.from < $1.from }) {
            if let last = merged.last, pause.from <= last.to {
                merged[merged.count - 1].to = max(last.to, pause.to)
            } else {
                merged.append(pause)
            }
        }
        self.pauses = merged
    }

    /// Open time in `[from, to)` that no pause covers, in microseconds.
    public func workingTime(from: Instant, to: Instant) -> Int64 {
        guard from < to else { return 0 }
        var time = clock.workingTime(from: from, to: to)
        for pause in pauses[firstIndex(endingAfter: from)...] {
            guard pause.from < to else { break }
            time -= clock.workingTime(from: max(from, pause.from), to: min(to, pause.to))
        }
        return time
    }

    /// As `SLAClock.instant(after:adding:)`.
    public func instant(after start: Instant, adding amount: Int64) -> Instant? {
        guard amount > 0 else { return start }
        var (at, rest) = (start, amount)
        for pause in pauses[firstIndex(endingAfter: start)...] {
            let before = clock.workingTime(from: at, to: pause.from)
            if before >= rest { break }
            rest -= before
            at = max(at, pause.to)
        }
        return clock.instant(after: at, adding: rest)
    }

    /// As `SLAClock.instant(before:subtracting:)`.
    public func instant(before end: Instant, subtracting amount: Int64) -> Instant? {
        guard amount > 0 else { return end }
        var (at, rest) = (end, amount)
        for pause in pauses.reversed() where pause.from < end {
            let after = clock.workingTime(from: pause.to, to: at)
            if after >= rest { break }
            rest -= after
            at = min(at, pause.from)
        }
        return clock.instant(before: at, subtracting: rest)
    }

    /// Whether time counts then: the calendar is open and no pause covers it.
    public func isOpen(at instant: Instant) -> Bool {
        let index = firstIndex(endingAfter: instant)
        return (index == pauses.count || instant < pauses[index].from) && clock.isOpen(at: instant)
    }

    /// As `SLAClock.nextOpening(from:)`.
    public func nextOpening(from start: Instant) -> Instant? {
        var at = start
        for pause in pauses[firstIndex(endingAfter: start)...] {
            guard let opening = clock.nextOpening(from: at) else { return nil }
            if opening < pause.from { return opening }
            at = max(opening, pause.to)
        }
        return clock.nextOpening(from: at)
    }

    private func firstIndex(endingAfter instant: Instant) -> Int {
        var (low, high) = (0, pauses.count)
        while low < high {
            let middle = (low + high) / 2
            if pauses[middle].to <= instant { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
