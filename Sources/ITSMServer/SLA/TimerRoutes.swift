import ITSMCore

/// The clocks of a ticket, and why each shows what it shows.
struct TimerRoutes {
    let sla: SLAService

    private static let at = Query<Instant>("at", "Up to which instant; now when absent.")

    func add(to table: inout RouteTable) {
        let sla = sla
        for collection in TicketCollection.all {
            table.wholeList(
                "\(collection.path)/{key}/sla", "List the ticket's clocks",
                "Those that run first, by their start. Promises between teams are for those who see work notes.", tag: collection.tag,
                filter: .clocks, of: SLATimer.self
            ) { call in
                try await sla.timers(of: collection.key(of: call), as: call.principal)
            }
            table.get(
                "\(collection.path)/{key}/sla/{timer}/explain", "Explain a clock",
                "Every span, every open interval that counted, every holiday and every shift of the zone; the lines sum exactly to the elapsed time.",
                tag: collection.tag, query: [Self.at], answer: .ok(TimerExplanation.self)
            ) { call in
                let (timer, explanation) = try await sla.explain(
                    call.parameter("timer"), of: collection.key(of: call), at: try call[Self.at], as: call.principal)
                return .ok(TimerExplanation(timer, explanation))
            }
        }
    }
}

// MARK: - On the wire

extension SLAMetric: WireType {}
extension SLACycle.State: WireType {}
extension SLAChoice.Answer: WireType {}

extension SLATimer: WireType {
    static var schema: Schema {
        .object(
            "Timer", "A clock of a ticket.",
            [
                .required("id", String.self, "The metric, and its number from the second on."), .required("metric", SLAMetric.self),
                .required("state", SLACycle.State.self), .optional("pausedFor", TicketStatus.self, "The wait for which it stands still."),
                .required("policy", Ref<ServiceLevelAgreement>.self), .required("policyVersion", Int.self),
                .required("calendar", Ref<SLACalendar>.self), .required("calendarVersion", Int.self), .required("priority", Priority.self),
                .optional("group", Ref<SupportGroup>.self, "For an OLA: whose stay it measures."), .required("goalSeconds", Int64.self),
                .required("elapsedSeconds", Double.self, "Working time."),
                .required("remainingSeconds", Double.self, "Below zero once it is exceeded."),
                .required("startedAt", Instant.self), .optional("dueAt", Instant.self, "The target; only while it runs."),
                .optional("stoppedAt", Instant.self), .optional("cancelledAt", Instant.self),
                .optional("breachedAt", Instant.self, "When elapsed time exceeded the goal."),
                .optional("met", Bool.self, "Only once it is stopped."),
                .optional("metAtFirst", Bool.self, "Whether it was met when first stopped, where it has run on since."),
                .required("counting", Bool.self, "Whether working time counts at this instant."), .optional("countingChangesAt", Instant.self),
            ])
    }
}

struct TimerExplanation: Codable, Sendable, WireType {
    var timer: SLATimer
    var at: Instant
    var elapsedSeconds: Double
    var lines: [Line]
    var choices: [Choice]

    struct Choice: Codable, Sendable, WireType {
        var policy: Ref<ServiceLevelAgreement>
        var policyVersion: Int
        var answer: SLAChoice.Answer
        var condition: JSONValue?

        static var schema: Schema {
            .object(
                "TimerChoice", "A policy that was asked for such a clock, and what it said.",
                [
                    .required("policy", Ref<ServiceLevelAgreement>.self), .required("policyVersion", Int.self),
                    .required("answer", SLAChoice.Answer.self),
                    .optional("condition", JSONValue.self, "What its condition came to, part by part."),
                ])
        }
    }

    struct Line: Codable, Sendable, WireType {
        var from: Instant
        var to: Instant
        var state: SLACycle.State
        var pausedFor: TicketStatus?
        var policy: ID<ServiceLevelAgreement>
        var policyVersion: Int
        var calendar: ID<SLACalendar>
        var calendarVersion: Int
        var priority: Priority
        var goalSeconds: Int64
        var seconds: Double
        var intervals: [Interval]
        var furtherIntervals: Int
        var furtherSeconds: Double
        var specialDays: [SpecialDay]
        var shifts: [Shift]

        static var schema: Schema {
            .object(
                "TimerSpan", "A span of a clock's ledger.",
                [
                    .required("from", Instant.self), .required("to", Instant.self), .required("state", SLACycle.State.self),
                    .optional("pausedFor", TicketStatus.self), .required("policy", ID<ServiceLevelAgreement>.self),
                    .required("policyVersion", Int.self), .required("calendar", ID<SLACalendar>.self), .required("calendarVersion", Int.self),
                    .required("priority", Priority.self), .required("goalSeconds", Int64.self),
                    .required("seconds", Double.self, "Working time that counted in it."), .required("intervals", [Interval].self),
                    .required("furtherIntervals", Int.self, "Those beyond the listed ones."), .required("furtherSeconds", Double.self),
                    .required("specialDays", [SpecialDay].self), .required("shifts", [Shift].self),
                ])
        }
    }

    struct Interval: Codable, Sendable, WireType {
        var from: Instant
        var to: Instant
        var seconds: Double

        static var schema: Schema {
            .object(
                "TimerInterval", "Open hours that counted.",
                [.required("from", Instant.self), .required("to", Instant.self), .required("seconds", Double.self)])
        }
    }

    struct SpecialDay: Codable, Sendable, WireType {
        var date: String
        var hours: [[String]]
        var name: String?

        static var schema: Schema {
            .object(
                "TimerSpecialDay", "A local date with hours of its own.",
                [.required("date", String.self), .required("hours", [[String]].self), .optional("name", String.self)])
        }
    }

    struct Shift: Codable, Sendable, WireType {
        var at: Instant
        var offsetBefore: Int
        var offsetAfter: Int

        static var schema: Schema {
            .object(
                "TimerShift", "A change of the zone's offset, in seconds east of UTC.",
                [.required("at", Instant.self), .required("offsetBefore", Int.self), .required("offsetAfter", Int.self)])
        }
    }

    static var schema: Schema {
        .object(
            "TimerExplanation", "How a clock came to what it shows.",
            [
                .required("timer", SLATimer.self), .required("at", Instant.self),
                .required("elapsedSeconds", Double.self, "The sum of the lines' seconds."), .required("lines", [Line].self),
                .required(
                    "choices", [Choice].self, "For the ticket as it stands now, in the order in which they were asked, up to the one that gives it."),
            ])
    }

    init(_ timer: SLATimer, _ explanation: SLAExplanation) {
        self.timer = timer
        at = explanation.at
        elapsedSeconds = Self.seconds(explanation.elapsed)
        choices = explanation.choices.map { Choice(policy: $0.agreement, policyVersion: $0.version, answer: $0.answer, condition: $0.condition) }
        lines = explanation.lines.map { line in
            var (state, wait): (SLACycle.State, TicketStatus?) = (.running, nil)
            switch line.state {
            case .running: break
            case .paused(let status, _): (state, wait) = (.paused, status)
            case .stopped: state = .stopped
            }
            let term = line.state.term
            return Line(
                from: line.from, to: line.to, state: state, pausedFor: wait, policy: term.agreement.id, policyVersion: term.agreement.version,
                calendar: term.calendar.id, calendarVersion: term.calendar.version, priority: term.priority, goalSeconds: term.seconds,
                seconds: Self.seconds(line.counted),
                intervals: line.intervals.map { Interval(from: $0.from, to: $0.to, seconds: Self.seconds($0.counted)) },
                furtherIntervals: line.furtherIntervals, furtherSeconds: Self.seconds(line.furtherCounted),
                specialDays: line.specialDays.map { day in
                    SpecialDay(date: day.date.description, hours: day.hours.texts, name: day.name)
                },
                shifts: line.shifts.map { Shift(at: $0.at, offsetBefore: $0.offsetBefore, offsetAfter: $0.offsetAfter) })
        }
    }

    /// To the millisecond, which is as fine as the desk's times are.
    private static func seconds(_ microseconds: Int64) -> Double { Double(microseconds / 1_000) / 1_000 }
}
