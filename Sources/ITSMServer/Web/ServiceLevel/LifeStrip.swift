import ITSMCore

/// What a clock went through, drawn to the scale of time: 1,000 wide, from its start to its target or to now, whichever is later.
struct LifeStrip: Sendable {
    /// The drawing in words.
    let label: String
    let parts: [Part]
    let now: Mark?
    let due: Mark?
    let start: ScreenTime.Moment
    let end: ScreenTime.Moment
    let legend: [Key]

    struct Part: Sendable {
        let style: String
        let isPaused: Bool
        let x: String
        let width: String
    }

    struct Mark: Sendable {
        let x: String
    }

    struct Key: Sendable {
        let style: String
        let word: String
    }

    private static let width: Double = 1_000

    /// Of the clocks the one that follows the ticket longest: its resolution, or else the first that owes something; nil where there is neither.
    init?(_ courses: [SLACourse], time: ScreenTime) {
        let resolution = courses.last { $0.timer.metric == .resolution && $0.timer.state != .cancelled }
        guard let course = resolution ?? courses.first(where: \.timer.isOwed) else { return nil }
        self.init(course, time: time)
    }

    private init?(_ course: SLACourse, time: ScreenTime) {
        let timer = course.timer
        let last = timer.stoppedAt ?? max(time.now, timer.dueAt ?? time.now)
        let length = Double(last.microseconds - timer.startedAt.microseconds)
        guard length > 0 else { return nil }
        func x(_ instant: Instant) -> Int { Int((Double(instant.microseconds - timer.startedAt.microseconds) / length * Self.width).rounded()) }
        var parts: [Part] = []
        var keys: [Key] = []
        func draw(_ style: Style, _ from: Instant, _ to: Instant) {
            guard from < min(to, last) else { return }
            parts.append(Part(style: style.rawValue, isPaused: style == .pause, x: "\(x(from))", width: "\(max(2, x(min(to, last)) - x(from)))"))
            if !keys.contains(where: { $0.style == style.rawValue }) { keys.append(Key(style: style.rawValue, word: style.word)) }
        }
        for stretch in course.stretches {
            switch stretch.kind {
            case .counting:
                let breach = timer.breachedAt ?? last
                draw(.prog, stretch.from, min(stretch.to, breach))
                draw(.over, max(stretch.from, breach), stretch.to)
            case .closed: draw(.closed, stretch.from, stretch.to)
            case .paused: draw(.pause, stretch.from, stretch.to)
            case .stopped: draw(.stop, stretch.from, stretch.to)
            }
        }
        if timer.isOwed, time.now < last {
            parts.append(Part(style: "left", isPaused: false, x: "\(x(time.now))", width: "\(Int(Self.width) - x(time.now))"))
        }
        self.parts = parts
        now = timer.isOwed ? Mark(x: "\(min(999, x(time.now)))") : nil
        due = (timer.breachedAt ?? timer.dueAt).flatMap { $0 <= last ? Mark(x: "\(max(1, min(999, x($0))))") : nil }
        start = time(timer.startedAt)
        end = time(last)
        legend = keys + (timer.isOwed ? [Key(style: "now", word: "Now")] : []) + (due == nil ? [] : [Key(style: "due", word: "Target")])
        label = Self.words(course, time: time)
    }

    private enum Style: String {
        case prog, over, closed, pause, stop

        var word: String {
            switch self {
            case .prog: "Running"
            case .over: "Past its target"
            case .closed: "Outside its hours"
            case .pause: "Paused"
            case .stop: "Stopped"
            }
        }
    }

    private static func words(_ course: SLACourse, time: ScreenTime) -> String {
        let timer = course.timer
        let paused = course.stretches.reduce(Int64(0)) { sum, stretch in
            if case .paused = stretch.kind { sum + (stretch.to.microseconds - stretch.from.microseconds) / 1_000_000 } else { sum }
        }
        let parts: [String?] = [
            "\(timer.title) since \(time(timer.startedAt).full): \(WorkingTime.text(Int64(timer.elapsedSeconds))) of \(timer.goalText) used",
            paused > 0 ? "paused for \(WorkingTime.text(paused))" : nil,
            timer.stoppedAt.map { "stopped \(time($0).full)" } ?? timer.dueAt.map { "due \(time($0).full)" },
        ]
        return parts.compactMap(\.self).joined(separator: ", ")
    }
}
