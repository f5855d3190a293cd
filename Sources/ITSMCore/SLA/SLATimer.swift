/// A clock of a ticket as people and programs read it, at one instant.
public struct SLATimer: Sendable, Hashable, Codable {
    /// Its name in addresses: the metric, and its number from the second on, such as `nextResponse-2`.
    public var id: String
    public var metric: SLAMetric
    public var state: SLACycle.State
    /// The wait for which it stands still.
    public var pausedFor: TicketStatus?
    /// The agreement that it runs under.
    public var policy: Ref<ServiceLevelAgreement>
    public var policyVersion: Int
    public var calendar: Ref<SLACalendar>
    public var calendarVersion: Int
    /// The priority whose goal it has.
    public var priority: Priority
    /// For an OLA: whose stay it measures.
    public var group: Ref<SupportGroup>?
    /// Working time in seconds.
    public var goalSeconds: Int64
    /// Working time in seconds, to the millisecond.
    public var elapsedSeconds: Double
    /// What is left of the goal, in seconds; below zero once it is exceeded.
    public var remainingSeconds: Double
    /// When it began.
    public var startedAt: Instant
    /// The target; only while the clock runs.
    public var dueAt: Instant?
    /// When it ended, met or not; nil while it runs or waits.
    public var stoppedAt: Instant?
    /// When it ceased to count; such a clock is in no report.
    public var cancelledAt: Instant?
    /// When elapsed time exceeded the goal.
    public var breachedAt: Instant?
    /// Whether a stopped clock was met; absent while it is not stopped.
    public var met: Bool?
    /// Whether it was met when it was first stopped, where it has run on since.
    public var metAtFirst: Bool?
    /// True while working time counts at this very instant.
    public var counting: Bool
    /// When that next changes, as its hours open or close; only while the clock runs, and not for hours that stay open for two days.
    public var countingChangesAt: Instant?

    init(_ cycle: SLACycle, at now: Instant, desk: DeskSnapshot, clock: SLAClock) throws {
        let term = cycle.ledger.term
        id = cycle.name.description
        metric = cycle.metric
        state = cycle.state
        if case .paused(let wait, _) = cycle.ledger.state { pausedFor = wait }
        policy = desk.agreements[term.agreement.id]?.ref ?? Ref(id: term.agreement.id, name: "")
        policyVersion = term.agreement.version
        calendar = desk.calendars[term.calendar.id]?.ref ?? Ref(id: term.calendar.id, name: "")
        calendarVersion = term.calendar.version
        priority = term.priority
        group = cycle.group.flatMap(desk.ref(of:))
        goalSeconds = term.seconds
        var elapsed = cycle.reading.elapsed
        if case .running = cycle.ledger.state, cycle.cancelledAt == nil {
            elapsed += clock.workingTime(from: cycle.ledger.spans[cycle.ledger.spans.count - 1].from, to: now)
            dueAt = cycle.reading.dueAt
            counting = clock.isOpen(at: now)
            countingChangesAt = counting ? clock.closing(after: now, within: 2 * 86_400) : clock.nextOpening(from: now)
        } else {
            counting = false
        }
        elapsedSeconds = Double(elapsed / 1_000) / 1_000
        remainingSeconds = Double((term.goal - elapsed) / 1_000) / 1_000
        startedAt = cycle.ledger.start
        stoppedAt = cycle.ledger.stop
        cancelledAt = cycle.cancelledAt
        breachedAt = cycle.isBreached(at: now) ? cycle.reading.breachesAt : nil
        met = state == .stopped ? cycle.reading.breachesAt == nil : nil
        metAtFirst = cycle.ledger.firstStop == cycle.ledger.stop ? nil : cycle.metAtFirst
    }
}
