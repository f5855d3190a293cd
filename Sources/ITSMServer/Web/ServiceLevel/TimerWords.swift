import ITSMCore

// What clocks are called and what they say on screen.

extension SLATimer {
    /// `First response`, `Next response 2`, `Time in Network`.
    var title: String {
        switch metric {
        case .firstResponse: "First response"
        case .nextResponse: SLACycle.Name(id).map { $0.number > 1 ? "Next response \($0.number)" : "Next response" } ?? "Next response"
        case .resolution: "Resolution"
        case .ola: "Time in \(group?.name ?? "the group")"
        }
    }

    var isOwed: Bool { state == .running || state == .paused }

    /// Whole seconds left of the goal, cut towards what has passed: 0 only while it is not exceeded.
    var secondsLeft: Int64 { Int64(remainingSeconds.rounded(.down)) }

    var tone: TimerTone { TimerTone(secondsLeft: secondsLeft, isPaused: state == .paused) }

    /// `48 min`, `38 min over`, `Paused`.
    var chipText: String { state == .paused ? "Paused" : Self.left(secondsLeft, WorkingTime.brief) }

    /// `48 min`; `38 min over` past the goal.
    private static func left(_ seconds: Int64, _ text: (Int64) -> String = WorkingTime.text) -> String {
        seconds < 0 ? "\(text(-seconds)) over" : text(seconds)
    }

    /// `48 min left`, `38 min over`.
    var leftInWords: String { Self.left(secondsLeft) + (secondsLeft < 0 ? "" : " left") }

    var goalText: String { WorkingTime.text(goalSeconds) }

    /// The share of the goal that is left, in whole percent, 0 to 100.
    var shareLeft: Int { Int(max(0, min(100, remainingSeconds / Double(max(1, goalSeconds)) * 100))) }
}

/// How urgent a clock is; its colour is never all that says so.
enum TimerTone: String, Sendable {
    case ok, soon, late, paused

    /// Less than this is soon.
    private static let soonSeconds: Int64 = 3_600

    init(secondsLeft: Int64, isPaused: Bool) {
        self = isPaused ? .paused : secondsLeft < 0 ? .late : secondsLeft < Self.soonSeconds ? .soon : .ok
    }
}

/// What a page counts down by itself until the server tells more.
struct TimerCountdown: Sendable {
    /// Seconds left of the goal when the page was made, below zero past it.
    let left: String
    let goal: String
    /// For how many seconds from then on working time counts; empty for longer than anybody looks.
    let counts: String

    /// Nil unless working time counts at this very instant.
    init?(_ timer: SLATimer, at now: Instant) {
        guard timer.counting else { return nil }
        left = "\(timer.secondsLeft)"
        goal = "\(timer.goalSeconds)"
        counts = timer.countingChangesAt.map { "\(max(0, ($0.microseconds - now.microseconds) / 1_000_000))" } ?? ""
    }
}
