import ITSMCore
import Mustache

/// A clock in one small mark: what is left of it, as text and as a ring. Stands in each row of the queue, so its names are found by a switch.
struct TimerChip: Sendable {
    /// `Resolution`, for who does not see the heading.
    let what: String
    let text: String
    let state: String
    /// Percent of the goal that are left.
    let share: String
    /// When it is due, or what it waits for.
    let title: String
    /// `pending requester`.
    let wait: String?
    let countdown: TimerCountdown?

    init(_ timer: SLATimer, time: ScreenTime) {
        what = timer.title
        text = timer.chipText
        state = timer.tone.rawValue
        share = "\(timer.shareLeft)"
        wait = timer.pausedFor?.word.lowercased()
        title =
            if let wait {
                "\(timer.title) is paused: \(wait), \(timer.leftInWords)"
            } else {
                "\(timer.title) due \(timer.dueAt.map { time($0).full } ?? "never")"
            }
        countdown = TimerCountdown(timer, at: time.now)
    }
}

extension TimerChip: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "what": what
        case "text": text
        case "state": state
        case "share": share
        case "title": title
        case "wait": wait
        case "countdown": countdown
        default: nil
        }
    }
}

extension TimerCountdown: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "left": left
        case "goal": goal
        case "counts": counts
        default: nil
        }
    }
}
