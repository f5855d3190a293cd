import ITSMCore

/// The card of a ticket's page that says what is promised and how it stands.
struct ServiceLevelCard: Sendable {
    /// What is owed, and how the two great promises ended.
    let clocks: [Clock]
    /// What else has ended, in a line each.
    let ended: [Clock]
    let hasEnded: Bool
    /// `5 more: 4 met, 1 missed`, where there are too many to stand open; empty otherwise.
    let endedSummary: String?
    let life: LifeStrip?

    struct Clock: Sendable {
        let name: String
        /// How it is coloured: `ok`, `soon`, `late`, `paused`, `met`, `none`.
        let tone: String
        /// `48 min left`, `8 min`.
        let text: String
        /// `due 12:57, target 4 h`.
        let note: String
        /// The whole of its due time, where it runs.
        let due: ScreenTime.Moment?
        let ring: Ring?
        let countdown: TimerCountdown?
        /// Where every minute of it is told.
        let explanation: String
    }

    struct Ring: Sendable {
        /// Percent of the goal that are left.
        let share: String
    }

    /// More ended clocks than this are folded away.
    private static let endedShown = 3

    /// - Parameter address: of the ticket's page; `from` leads back to the list.
    init?(_ courses: [SLACourse], address: String, from: String, time: ScreenTime) {
        guard !courses.isEmpty else { return nil }
        let timers = courses.map(\.timer)
        let great: Set<String> = Set(
            [SLAMetric.firstResponse, .resolution].compactMap { metric in timers.last { $0.metric == metric && $0.state != .cancelled }?.id })
        func clock(_ timer: SLATimer) -> Clock { Clock(timer, explanation: "\(address)/sla/\(timer.id)\(from)", time: time) }
        func place(_ timer: SLATimer) -> (Int, Instant, String) { (SLAMetric.allCases.firstIndex(of: timer.metric) ?? 0, timer.startedAt, timer.id) }
        clocks = timers.filter { $0.isOwed || great.contains($0.id) }.sorted { place($0) < place($1) }.map(clock)
        let rest = timers.filter { !$0.isOwed && !great.contains($0.id) }.sorted { ($0.startedAt, $0.id) < ($1.startedAt, $1.id) }
        ended = rest.map(clock)
        hasEnded = !rest.isEmpty
        endedSummary = rest.count > Self.endedShown ? Self.summary(rest) : nil
        life = LifeStrip(courses, time: time)
    }

    private static func summary(_ timers: [SLATimer]) -> String {
        let counts = [
            (timers.count { $0.met == true }, "met"), (timers.count { $0.met == false }, "missed"),
            (timers.count { $0.state == .cancelled }, "no longer measured"),
        ]
        return "\(timers.count) earlier: " + counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }
}

extension ServiceLevelCard.Clock {
    init(_ timer: SLATimer, explanation: String, time: ScreenTime) {
        self.explanation = explanation
        name = timer.title
        due = timer.isOwed ? timer.dueAt.map { time($0) } : nil
        ring = timer.isOwed ? .init(share: "\(timer.shareLeft)") : nil
        countdown = TimerCountdown(timer, at: time.now)
        switch timer.state {
        case .running:
            (tone, text) = (timer.tone.rawValue, timer.leftInWords)
            note = Self.notes([
                due.map { "due \($0.short)" } ?? "never due", "target \(timer.goalText)", Self.rest(timer, time), Self.breach(timer, time),
            ])
        case .paused:
            (tone, text) = ("paused", "Paused")
            note = Self.notes([timer.pausedFor.map { $0.word.lowercased() }, timer.leftInWords, "target \(timer.goalText)", Self.breach(timer, time)])
        case .stopped:
            let isMet = timer.met ?? true
            (tone, text) = (isMet ? "met" : "late", WorkingTime.text(Int64(timer.elapsedSeconds)))
            // A breach stands even where the goal was made longer later, so that nothing is over any more.
            let verdict = isMet ? "met" : timer.secondsLeft < 0 ? "missed by \(WorkingTime.text(-timer.secondsLeft))" : "missed"
            let first = timer.metAtFirst.flatMap { $0 == isMet ? nil : "\($0 ? "met" : "missed") when first stopped" }
            note = Self.notes([verdict, "target \(timer.goalText)", first])
        case .cancelled:
            (tone, text) = ("none", "No longer measured")
            note = "target \(timer.goalText)"
        }
    }

    /// That it rests outside its hours, and until when.
    private static func rest(_ timer: SLATimer, _ time: ScreenTime) -> String? {
        timer.counting ? nil : timer.countingChangesAt.map { "outside its hours until \(time.exact($0))" } ?? "outside its hours"
    }

    private static func breach(_ timer: SLATimer, _ time: ScreenTime) -> String? {
        timer.secondsLeft < 0 ? nil : timer.breachedAt.map { "missed \(time($0).short) under an earlier target" }
    }

    private static func notes(_ parts: [String?]) -> String { parts.compactMap(\.self).joined(separator: ", ") }
}
