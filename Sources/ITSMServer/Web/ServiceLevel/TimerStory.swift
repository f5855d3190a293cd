import ITSMCore

/// The page that tells every minute of a clock: its spans, under which promise each ran, and the hours that counted. Its amounts add up to the second.
struct TimerStory: Sendable {
    let number: String
    let title: String
    /// Of the ticket's page.
    let address: String
    /// `48 min left`.
    let standing: String
    let tone: String
    let facts: [Fact]
    /// In whose zone the times are.
    let zone: String
    let spans: [Span]
    let total: String
    /// The promises that were asked, and what they said.
    let choices: [Choice]

    struct Choice: Sendable {
        let policy: String
        let answer: String
        /// What its condition came to; nil where it has none, or was not asked.
        let condition: Condition?

        struct Condition: Sendable {
            /// `ticket.major: false`.
            let parts: [String]
        }
    }

    struct Fact: Sendable {
        let name: String
        let value: String
    }

    struct Span: Sendable {
        let when: String
        let state: String
        let style: String
        /// `Standard, version 2`.
        let policy: String
        /// `High: 4 h`.
        let goal: String
        /// `Weekdays (Europe/Berlin), version 1`.
        let hours: String
        let counted: String
        let details: Details?
    }

    struct Details: Sendable {
        let summary: String
        let isOpen: Bool
        let intervals: [Interval]
        let further: String?
        /// Holidays and shifts of the zone, in sentences.
        let notes: [String]
    }

    struct Interval: Sendable {
        let when: String
        let counted: String
    }

    /// Longer lists of intervals are folded.
    private static let intervalsOpen = 12

    init(_ timer: SLATimer, _ explanation: SLAExplanation, of number: TicketNumber, from: String, time: ScreenTime) {
        self.number = number.description
        address = "/tickets/\(number)\(from)"
        title = timer.title
        let card = ServiceLevelCard.Clock(timer, explanation: "", time: time)
        standing = "\(card.text)\(card.note.isEmpty ? "" : ", \(card.note)")"
        tone = card.tone
        var sum = RunningSum()
        let spans = explanation.lines.map { Span($0, in: explanation, sum: &sum, intervalsOpen: Self.intervalsOpen, time: time) }
        self.spans = spans
        total = WorkingTime.exactText(sum.shown)
        let facts: [(String, String?)] = [
            ("Started", time(timer.startedAt).full), ("Due", timer.dueAt.map { time($0).full }),
            ("Passed its target", timer.breachedAt.map { time($0).full }), ("Stopped", timer.stoppedAt.map { time($0).full }),
            ("No longer measured since", timer.cancelledAt.map { time($0).full }), ("As of", time(explanation.at).full),
        ]
        self.facts = facts.compactMap { name, value in value.map { Fact(name: name, value: $0) } }
        zone = time.zoneName
        choices = explanation.choices.map(Choice.init)
    }
}

extension TimerStory.Choice {
    init(_ choice: SLAChoice) {
        policy = "\(choice.agreement.name), version \(choice.version)"
        answer =
            switch choice.answer {
            case .chosen: "Gives it"
            case .notCovered: "Is not about such a ticket"
            case .conditionFails: "Its condition does not hold"
            case .noGoal: "Promises nothing for this priority"
            }
        condition = choice.condition.map { Condition(parts: ConditionWords.parts($0)) }
    }
}

/// What a condition came to, in lines.
enum ConditionWords {
    /// `ticket.priority <= 2: true`, one for each part, the whole first.
    static func parts(_ told: JSONValue) -> [String] {
        if let error = told["error"]?.string { return ["\(told["condition"]?.string ?? ""): \(error)"] }
        guard case .array(let rows)? = told["parts"] else { return [] }
        return rows.compactMap { row in
            guard let part = row["part"]?.string else { return nil }
            if let error = row["error"]?.string { return "\(part): no answer, as \(error)" }
            return row["value"].map { "\(part): \(text($0))" }
        }
    }

    private static func text(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let flag): "\(flag)"
        case .integer(let number): "\(number)"
        case .number(let number): "\(number)"
        case .string(let text): text.quotedForPeople
        case .array(let list): "[\(list.map(text).joined(separator: ", "))]"
        case .object(let fields): fields["name"]?.string ?? fields["id"]?.string ?? "an object"
        }
    }
}

/// Adds amounts and gives each in whole seconds, so that what is shown adds up to what is shown of the sum.
struct RunningSum {
    private var microseconds: Int64 = 0
    /// The sum so far in whole seconds.
    var shown: Int64 { microseconds / 1_000_000 }

    /// - Returns: the amount in seconds, by how much the shown sum grows.
    mutating func add(_ amount: Int64) -> Int64 {
        let before = shown
        microseconds += amount
        return shown - before
    }
}

extension TimerStory.Span {
    fileprivate init(
        _ line: SLAExplanation.Line, in explanation: SLAExplanation, sum: inout RunningSum, intervalsOpen: Int, time: ScreenTime
    ) {
        let term = line.state.term
        when = time.span(line.from, line.to)
        switch line.state {
        case .running: (state, style) = ("Running", "prog")
        case .paused(let wait, _): (state, style) = ("Paused: \(wait.word.lowercased())", "pause")
        case .stopped: (state, style) = ("Stopped", "stop")
        }
        policy = "\(explanation.policyNames[term.agreement] ?? "A policy"), version \(term.agreement.version)"
        goal = "\(term.priority.word): \(WorkingTime.text(term.seconds))"
        let found = explanation.hours[term.calendar]
        hours = "\(found.map { "\($0.calendar) (\($0.zone))" } ?? "A calendar"), version \(term.calendar.version)"
        let before = sum.shown
        let intervals = line.intervals.map {
            TimerStory.Interval(when: time.span($0.from, $0.to), counted: WorkingTime.exactText(sum.add($0.counted)))
        }
        let further = sum.add(line.furtherCounted)
        counted = WorkingTime.exactText(sum.shown - before)
        let zone = found?.zone ?? "the calendar’s zone"
        let notes = line.specialDays.map { $0.words(time) } + line.shifts.map { $0.words(zone, time) }
        guard case .running = line.state, !intervals.isEmpty || !notes.isEmpty else {
            details = nil
            return
        }
        let count = intervals.count + line.furtherIntervals
        details = .init(
            summary: count == 0 ? "Nothing counted" : count == 1 ? "1 interval counted" : "\(count) intervals counted",
            isOpen: count <= intervalsOpen, intervals: intervals,
            further: line.furtherIntervals == 0
                ? nil
                : "and \(line.furtherIntervals) more \(line.furtherIntervals == 1 ? "interval" : "intervals"), \(WorkingTime.exactText(further))",
            notes: notes)
    }
}

extension SLAExplanation.SpecialDay {
    /// `Fri 25 Dec, Christmas Day: closed`.
    fileprivate func words(_ time: ScreenTime) -> String {
        let open = hours.isClosed ? "closed" : "open " + hours.texts.map { $0.joined(separator: "–") }.joined(separator: " and ")
        return "\(time.weekday(date))\(name.map { ", \($0)" } ?? ""): \(open)"
    }
}

extension SLAExplanation.Shift {
    /// `Sun 25 Oct 03:00: clocks in Europe/Berlin went back by 1 h`.
    fileprivate func words(_ zone: String, _ time: ScreenTime) -> String {
        let change = offsetAfter - offsetBefore
        return "\(time.exact(at)): clocks in \(zone) went \(change < 0 ? "back" : "forward") by \(WorkingTime.text(Int64(abs(change))))"
    }
}
