extension ServiceLevelAgreement {
    /// What a ticket would be promised, and why: for people who want to see what a policy means before it does.
    public struct Outlook: Sendable, Hashable {
        public var metric: SLAMetric
        public var goal: Goal
        /// Nil for never.
        public var due: Instant?
        /// The open time that makes it up, in order; their lengths add up to the goal unless they are cut.
        public var spans: [Span]
        /// True where there are more spans than are listed.
        public var isCut: Bool

        /// Open time without a break.
        public struct Span: Sendable, Hashable {
            public var start: Instant
            public var end: Instant

            public var seconds: Int64 { (end.microseconds - start.microseconds) / 1_000_000 }
        }

        /// How many spans are listed.
        public static let mostSpans = 10
    }

    /// When a ticket of this priority would be due if it was raised then and nothing paused its clocks, metric by metric.
    ///
    /// ```swift
    /// let friday = Instant("2026-11-20T15:30:00Z")!
    /// for outlook in agreement.preview(.high, raisedAt: friday, clocks: desk.clock(of:)) { print(outlook.metric, outlook.due ?? "never") }
    /// ```
    public func preview(_ priority: Priority, raisedAt: Instant, clocks: (ID<SLACalendar>) -> SLAClock?) -> [Outlook] {
        targets.compactMap { target in
            guard let goal = target.goals[priority], let clock = clocks(goal.calendar) else { return nil }
            guard let due = clock.instant(after: raisedAt, adding: goal.seconds * 1_000_000) else {
                return Outlook(metric: target.metric, goal: goal, due: nil, spans: [], isCut: false)
            }
            let found = clock.openIntervals(from: raisedAt, to: due, atMost: Outlook.mostSpans + 1)
            return Outlook(
                metric: target.metric, goal: goal, due: due, spans: found.prefix(Outlook.mostSpans).map { .init(start: $0.start, end: $0.end) },
                isCut: found.count > Outlook.mostSpans)
        }
    }
}
