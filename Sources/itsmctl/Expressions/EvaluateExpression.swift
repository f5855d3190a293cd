import ArgumentParser
import Foundation
import ITSMCore

struct ExpressionCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "expr", abstract: "Work with conditions.",
        subcommands: [EvaluateExpression.self, CheckExpression.self, ListExpressionFields.self])
}

/// `expr eval`: the condition language for people and scripts, without a server.
struct EvaluateExpression: Command {
    static let configuration = CommandConfiguration(
        commandName: "eval", abstract: "Evaluate an expression; needs no server.",
        discussion: """
            One expression with its variables from a JSON or YAML file, such as
              itsmctl expr eval 'ticket.priority <= 2 && "vpn" in ticket.tags' --bindings ticket.json
            where ticket.json is {"ticket": {"priority": 1, "tags": ["vpn"]}}, or has typed values as below;
            --explain tells what each part of it came to. Or a stream with --stream: one JSON object a line on standard input, one a line on standard output, in the same order:
              {"expr": "a.x + 1", "bindings": {"a": {"map": [[{"string": "x"}, {"int": "41"}]]}}, "container": "b.c"}
            gives {"value": {"int": "42"}} or {"error": {"code", "message", "line", "column"}}. A value is one of
              {"null": null} {"bool": true} {"int": "-1"} {"uint": "1"} {"double": 1.5} {"string": "x"} {"bytes": BASE64} {"list": [V…]}
              {"map": [[V, V]…]} {"type": "int"} {"timestamp": "2026-11-21T08:00:00Z"} {"duration": "1.5s"}
            """)

    @Argument(help: "The expression.") var expression: String?
    @Option(help: ArgumentHelp("The variables, a JSON or YAML file; - reads standard input.", valueName: "file")) var bindings: String?
    @Option(help: ArgumentHelp("The namespace in which names are looked for.", valueName: "name")) var container: String?
    @Flag(help: "Tell what each part came to.") var explain = false
    @Flag(help: "Answer each line of standard input with a line.") var stream = false

    func validate() throws {
        if stream, expression != nil || bindings != nil || container != nil || explain {
            throw ValidationError("--stream takes everything from standard input.")
        }
        if !stream, expression == nil { throw ValidationError("Give an expression, or use --stream.") }
    }

    func run(_ console: Console) async throws {
        if stream {
            var answers = ExpressionAnswers()
            return try console.answerLines { answers.line(for: $0) }
        }
        let values = try bindings.map { try Self.values(try InputFile.value($0, console)) } ?? [:]
        do {
            let environment = CELEnvironment(variables: values.keys.sorted(), container: container ?? "")
            let expression = try CELExpression(expression!, in: environment)
            if explain { return try console.write(Self.lines(expression.explain(values)).joined(separator: "\n") + "\n") }
            let value = try expression.evaluate(values)
            try console.write(String(decoding: try ExpressionAnswers.encoder.encode(value), as: UTF8.self) + "\n")
        } catch let error as CELError {
            throw ITSMError(.invalidValue, "Line \(error.position.line), column \(error.position.column): \(error.message)")
        } catch let error as EncodingError {
            throw ITSMError(.invalidValue, ExpressionAnswers.text(error))
        }
    }

    /// A line for each part: what is asked first, its parts under it, further in.
    static func lines(_ explanation: CELExplanation, depth: Int = 0) -> [String] {
        let outcome =
            switch explanation.outcome {
            case .value(let value): value.description
            case .error(let error): "error at \(error.position.line):\(error.position.column): \(error.message)"
            case .notReached: "not reached"
            }
        return [String(repeating: "  ", count: depth) + "\(explanation.text)  ->  \(outcome)"]
            + (explanation.outcome == .notReached ? [] : explanation.parts).filter(\.isWorthALine).flatMap { lines($0, depth: depth + 1) }
    }

    /// Variables from a file: all typed, as in the stream, or all plain JSON.
    private static func values(_ file: JSONValue) throws -> [String: CELValue] {
        guard case .object(let fields) = file else { throw ITSMError(.invalidValue, "The bindings are an object of names and values.") }
        if let typed = try? JSONDecoder().decode([String: CELValue].self, from: JSONEncoder().encode(file)) { return typed }
        return fields.mapValues(CELValue.init)
    }
}

extension CELExplanation {
    /// Literals say themselves what they are.
    fileprivate var isWorthALine: Bool {
        if case .value(let value) = outcome { !parts.isEmpty || value.description != text } else { true }
    }
}

extension CELValue {
    /// Plain JSON as values of the language: whole numbers are ints, others doubles.
    init(_ json: JSONValue) {
        switch json {
        case .null: self = .null
        case .bool(let flag): self = .bool(flag)
        case .integer(let number): self = .int(number)
        case .number(let number): self = .double(number)
        case .string(let text): self = .string(text)
        case .array(let elements): self = .list(elements.map(CELValue.init))
        case .object(let fields): self = .map(CELMap(fields.mapValues(CELValue.init)))
        }
    }
}
