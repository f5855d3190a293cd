/// A clock of a ticket with what it went through so far.
public struct SLACourse: Sendable, Hashable {
    public var timer: SLATimer
    /// In order, without a gap, from its start.
    public var stretches: [Stretch]

    /// A part of a clock's life in which it did one thing.
    public struct Stretch: Sendable, Hashable {
        public var from: Instant
        public var to: Instant
        public var kind: Kind

        public init(from: Instant, to: Instant, kind: Kind) {
            self.from = from
            self.to = to
            self.kind = kind
        }
    }

    /// What a clock did over a stretch.
    public enum Kind: Sendable, Hashable {
        /// Working time counted.
        case counting
        /// It ran, outside its hours.
        case closed
        /// It stood still for this wait.
        case paused(TicketStatus)
        /// Nobody owed anything.
        case stopped
    }

    /// A span with more opening hours than this is one stretch that counts: they could not be told apart in a drawing.
    static let finestHours = 60
}

extension SLALedger {
    /// What the clock did until `instant`.
    func stretches(until instant: Instant, _ clocks: Clocks) rethrows -> [SLACourse.Stretch] {
        var stretches: [SLACourse.Stretch] = []
        for (index, span) in spans.enumerated() where span.from < instant {
            let end = min(end(of: index) ?? instant, instant)
            switch span.state {
            case .stopped: stretches.append(.init(from: span.from, to: end, kind: .stopped))
            case .paused(let wait, _): stretches.append(.init(from: span.from, to: end, kind: .paused(wait)))
            case .running(let term): stretches += try clocks(term.calendar).stretches(from: span.from, to: end)
            }
        }
        return stretches
    }
}

extension SLAClock {
    fileprivate func stretches(from: Instant, to: Instant) -> [SLACourse.Stretch] {
        let open = openIntervals(from: from, to: to, atMost: SLACourse.finestHours + 1)
        guard open.count <= SLACourse.finestHours else { return [.init(from: from, to: to, kind: .counting)] }
        var stretches: [SLACourse.Stretch] = []
        var place = from
        for (start, end) in open {
            if place < start { stretches.append(.init(from: place, to: start, kind: .closed)) }
            stretches.append(.init(from: start, to: end, kind: .counting))
            place = end
        }
        if place < to { stretches.append(.init(from: place, to: to, kind: .closed)) }
        return stretches
    }
}
