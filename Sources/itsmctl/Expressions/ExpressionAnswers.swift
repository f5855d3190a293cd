import Foundation
import ITSMCore

/// Answers expressions line by line. Scripts ask the same ones again and again, so compiled ones are kept.
struct ExpressionAnswers {
    private struct Question: Decodable {
        let expr: String
        let bindings: [String: CELValue]?
        let container: String?
    }

    private struct Answer: Encodable {
        struct Fault: Encodable {
            let code, message: String
            let line, column: Int
        }

        var value: CELValue?
        var error: Fault?
    }

    private struct Key: Hashable {
        let source, container: String
        let names: [String]
    }

    private var compiled: [Key: CELExpression] = [:]
    private let decoder = JSONDecoder()

    /// How many expressions are kept.
    private static let capacity = 1024

    static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        return encoder
    }()

    /// `{"value": V}` or `{"error": {"code", "message", "line", "column"}}`.
    mutating func line(for question: Data) -> String {
        do {
            let question = try decoder.decode(Question.self, from: question)
            let values = question.bindings ?? [:]
            let key = Key(source: question.expr, container: question.container ?? "", names: values.keys.sorted())
            return try Self.text(Answer(value: expression(key).evaluate(values)))
        } catch let error as CELError {
            return Self.fault(error.code.rawValue, error.message, error.position)
        } catch let error as DecodingError {
            let problem = ClockAnswers.problem(error)
            return Self.fault("malformed", problem.pointer.isEmpty ? problem.message : "\(problem.pointer): \(problem.message)", .start)
        } catch let error as EncodingError {
            return Self.fault("invalidValue", Self.text(error), .start)
        } catch {
            return Self.fault("malformed", "The line is no JSON object.", .start)
        }
    }

    private mutating func expression(_ key: Key) throws -> CELExpression {
        if let expression = compiled[key] { return expression }
        let expression = try CELExpression(key.source, in: CELEnvironment(variables: key.names, container: key.container))
        if compiled.count >= Self.capacity { compiled.removeAll(keepingCapacity: true) }
        compiled[key] = expression
        return expression
    }

    static func text(_ error: EncodingError) -> String {
        if case .invalidValue(_, let context) = error { context.debugDescription } else { "The value has no JSON." }
    }

    private static func text(_ answer: Answer) throws -> String { String(decoding: try encoder.encode(answer), as: UTF8.self) }

    private static func fault(_ code: String, _ message: String, _ position: CELPosition) -> String {
        (try? text(Answer(error: Answer.Fault(code: code, message: message, line: position.line, column: position.column)))) ?? "{}"
    }
}
