/// What happened to one clock: spans of time that follow one another without a gap, the last of them open. Nothing else is truth about it; elapsed time,
/// due date and breach are read off it (sla.md, 2).
public struct SLALedger: Sendable, Hashable {
    /// In order of time; none is empty, and no two neighbours are in the same state.
    public private(set) var spans: [Span]

    /// A span begins here and ends where the next begins.
    public struct Span: Sendable, Hashable {
        /// The first instant of it.
        public var from: Instant
        public var state: State

        public init(from: Instant, state: State) {
            self.from = from
            self.state = state
        }
    }

    /// What a clock does over a span.
    public enum State: Sendable, Hashable {
        /// Working time counts.
        case running(SLATerm)
        /// Time stands still, for a wait that stops this clock; the goal is still the one in force.
        case paused(TicketStatus, SLATerm)
        /// Nobody owes anything: answered, resolved, gone to another group. The term is the one that it ran under last.
        case stopped(SLATerm)

        public var term: SLATerm {
            switch self {
            case .running(let term), .paused(_, let term), .stopped(let term): term
            }
        }

        public var isStopped: Bool { if case .stopped = self { true } else { false } }
    }

    public init(from start: Instant, _ state: State) { spans = [Span(from: start, state: state)] }

    /// Nil unless `spans` are one or more, in order.
    init?(spans: [Span]) {
        guard !spans.isEmpty, zip(spans, spans.dropFirst()).allSatisfy({ $0.from < $1.from }) else { return nil }
        self.spans = spans
    }

    /// When the clock began.
    public var start: Instant { spans[0].from }
    /// What it does now.
    public var state: State { spans[spans.count - 1].state }
    public var isStopped: Bool { state.isStopped }
    /// The term that it runs under, or ran under last.
    public var term: SLATerm { state.term }
    /// When it was first stopped.
    public var firstStop: Instant? { spans.first { $0.state.isStopped }?.from }
    /// When it was stopped, if it is.
    public var stop: Instant? { isStopped ? spans[spans.count - 1].from : nil }

    /// Where a span ends; nil for the open one.
    public func end(of index: Int) -> Instant? { index + 1 < spans.count ? spans[index + 1].from : nil }

    /// The clock is in `state` from `instant` on. A span that becomes empty by it is gone.
    mutating func turn(to state: State, at instant: Instant) {
        let last = spans.count - 1
        guard spans[last].state != state else { return }
        if spans[last].from < instant {
            spans.append(Span(from: instant, state: state))
        } else if last > 0, spans[last - 1].state == state {
            spans.removeLast()
        } else {
            spans[last].state = state
        }
    }

    mutating func stop(at instant: Instant) { turn(to: .stopped(term), at: instant) }

    /// The same spans under other terms.
    func replacingTerms(_ replace: (SLATerm) throws -> SLATerm) rethrows -> SLALedger {
        var ledger = self
        for index in spans.indices {
            switch spans[index].state {
            case .running(let term): ledger.spans[index].state = .running(try replace(term))
            case .paused(let wait, let term): ledger.spans[index].state = .paused(wait, try replace(term))
            case .stopped(let term): ledger.spans[index].state = .stopped(try replace(term))
            }
        }
        return ledger
    }
}

/// What a clock runs under: a goal and where it comes from, with the versions that it is held to.
public struct SLATerm: Sendable, Hashable {
    /// The version that promised it.
    public var agreement: Edition<ServiceLevelAgreement>
    /// The priority whose goal it is.
    public var priority: Priority
    /// The goal in seconds of working time.
    public var seconds: Int64
    /// The version by which time counts.
    public var calendar: Edition<SLACalendar>

    public init(agreement: Edition<ServiceLevelAgreement>, priority: Priority, seconds: Int64, calendar: Edition<SLACalendar>) {
        self.agreement = agreement
        self.priority = priority
        self.seconds = seconds
        self.calendar = calendar
    }

    /// The goal in microseconds.
    public var goal: Int64 { seconds * 1_000_000 }
}
