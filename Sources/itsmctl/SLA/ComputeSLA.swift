import ArgumentParser
import Foundation
import ITSMCore

struct SLACommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sla", abstract: "What the desk promises, by whose hours, and how its clocks stand.",
        subcommands: [
            PolicyCommands.self, CalendarCommands.self, EscalationRuleCommands.self, ListTimers.self, ExplainTimer.self, ComputeSLA.self,
            SimulateSLA.self,
        ])
}

/// `sla compute`: the business clock for scripts, without a server.
struct ComputeSLA: Command {
    static let configuration = CommandConfiguration(
        commandName: "compute", abstract: "Calculate with business time; needs no server.",
        discussion: """
            One calculation from a calendar file (JSON or YAML with zone, weekly and exceptions), such as
              itsmctl sla compute add --calendar office.json --from 2026-11-20T15:30:00Z --seconds 3600
            or a stream with --stream: one JSON object a line on standard input, one a line on standard output, in the same order:
              {"calendar": {"zone": "Europe/Berlin", "weekly": {"mon": [["09:00","17:00"]]}, "exceptions": {"2026-12-25": []}},
               "op": "add", "from": "2026-11-20T15:30:00Z", "seconds": 3600, "pauses": [["2026-11-20T15:40:00Z","2026-11-20T15:50:00Z"]]}
            gives {"result": …}, null for never, or {"error": {"code", "message", "pointer"}}.
            """)

    @Argument(help: "add, subtract, elapsed, nextOpening or isOpen.") var op: ClockQuestion.Operation?
    @Option(help: ArgumentHelp("The calendar, a JSON or YAML file; - reads standard input.", valueName: "file")) var calendar: String?
    @Option(help: ArgumentHelp("The instant to begin from, RFC 3339; now when absent.", valueName: "time")) var from: String?
    @Option(help: ArgumentHelp("The end, for elapsed; now when absent.", valueName: "time")) var to: String?
    @Option(help: "Seconds of open time, for add and subtract.") var seconds: Int64?
    @Option(help: ArgumentHelp("A pause FROM/TO, two RFC 3339 times; may stand several times.", valueName: "from/to")) var pause: [String] = []
    @Flag(help: "Answer each line of standard input with a line.") var stream = false

    func validate() throws {
        if stream, op != nil || calendar != nil { throw ValidationError("--stream takes everything from standard input.") }
        if !stream, op == nil || calendar == nil { throw ValidationError("Name the operation and its --calendar, or use --stream.") }
    }

    func run(_ console: Console) async throws {
        if stream {
            var answers = ClockAnswers()
            return try console.answerLines { answers.line(for: $0) }
        }
        let json = try JSONEncoder().encode(try InputFile.value(calendar!, console))
        let calendar: BusinessCalendar
        do { calendar = try JSONDecoder().decode(BusinessCalendar.self, from: json) } catch let error as DecodingError {
            throw ITSMError.invalid([ClockAnswers.problem(error)])
        }
        let now = console.clock.now()
        let question = ClockQuestion(
            calendar: calendar, op: op!, from: try from.map(Self.instant) ?? now, to: try op == .elapsed ? to.map(Self.instant) ?? now : nil,
            seconds: seconds,
            pauses: try pause.map(Self.pause))
        try console.write(ClockAnswers.text(try question.answer(by: SLAClock(calendar))) + "\n")
    }

    private static func instant(_ text: String) throws -> Instant {
        guard let instant = Instant(text) else { throw ITSMError(.invalidValue, "\(text) is not an RFC 3339 time such as 2026-11-21T08:00:00Z.") }
        return instant
    }

    private static func pause(_ text: String) throws -> PausedClock.Pause {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else { throw ITSMError(.invalidValue, "\(text) is not a pause such as 2026-11-21T08:00:00Z/2026-11-21T09:00:00Z.") }
        return PausedClock.Pause(from: try instant(parts[0]), to: try instant(parts[1]))
    }
}

extension ClockQuestion.Operation: ExpressibleByArgument {}

/// Answers questions to the clock line by line. Scripts ask about few calendars again and again, so their clocks are kept.
struct ClockAnswers {
    private var clocks: [BusinessCalendar: SLAClock] = [:]
    private let decoder = JSONDecoder()

    /// How many clocks are kept: each takes some kilobytes.
    private static let capacity = 256

    /// `{"result": …}` or `{"error": {"code", "message", "pointer"}}`.
    mutating func line(for question: Data) -> String {
        do {
            let question = try decoder.decode(ClockQuestion.self, from: question)
            return "{\"result\":\(Self.json(try question.answer(by: clock(for: question.calendar))))}"
        } catch let error as ITSMError {
            let problem = error.problems.first
            return Self.json(error: problem?.code ?? error.code, problem?.message ?? error.detail, problem?.pointer ?? "")
        } catch let error as DecodingError {
            let problem = Self.problem(error)
            return Self.json(error: problem.code, problem.message, problem.pointer)
        } catch {
            return Self.json(error: .malformed, "The line is no JSON object.", "")
        }
    }

    private mutating func clock(for calendar: BusinessCalendar) throws -> SLAClock {
        if let clock = clocks[calendar] { return clock }
        let clock: SLAClock
        do { clock = try SLAClock(calendar) } catch let error as ITSMError {
            throw ITSMError.invalid(error.problems.map { FieldProblem("/calendar" + $0.pointer, $0.code, $0.message) })
        }
        if clocks.count >= Self.capacity { clocks.removeAll(keepingCapacity: true) }
        clocks[calendar] = clock
        return clock
    }

    static func text(_ answer: ClockQuestion.Answer) -> String {
        switch answer {
        case .instant(let instant): instant?.description ?? "never"
        case .seconds, .flag: json(answer)
        }
    }

    private static func json(_ answer: ClockQuestion.Answer) -> String {
        switch answer {
        case .instant(let instant): instant.map { "\"\($0)\"" } ?? "null"
        case .seconds(let seconds): seconds == seconds.rounded() ? "\(Int64(seconds))" : "\(seconds)"
        case .flag(let flag): "\(flag)"
        }
    }

    private static func json(error code: ErrorCode, _ message: String, _ pointer: String) -> String {
        let error: JSONValue = ["code": .string(code.rawValue), "message": .string(message), "pointer": .string(pointer)]
        let data = (try? JSONEncoder().encode(["error": error])) ?? Data()
        return String(decoding: data, as: UTF8.self)
    }

    static func problem(_ error: DecodingError) -> FieldProblem {
        func pointer(_ path: [any CodingKey]) -> String { path.reduce("") { "\($0)/\($1.intValue.map(String.init) ?? $1.stringValue)" } }
        switch error {
        case .keyNotFound(let key, let context):
            return FieldProblem(pointer(context.codingPath + [key]), .required, "\(key.stringValue) is required.")
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            return FieldProblem("", .malformed, "The line is not JSON.")
        case .dataCorrupted(let context), .typeMismatch(_, let context), .valueNotFound(_, let context):
            return FieldProblem(pointer(context.codingPath), .invalidValue, "This \(context.debugDescription).")
        @unknown default: return FieldProblem("", .malformed, "The line cannot be read.")
        }
    }
}
