import Synchronization
import Testing

@testable import ITSMCore

/// What an evaluation is told to have come to, part by part.
struct CELExplanationTests {
    private static let environment = CELEnvironment(variables: ["ticket.priority", "ticket.tags", "ticket.group", "unset"])
    private static let values: [String: CELValue] = [
        "ticket.priority": .int(3), "ticket.tags": .list([.string("vpn"), .string("vip"), .string("home")]), "ticket.group": .null,
    ]

    /// The parts as lines: text, outcome.
    private static func lines(_ explanation: CELExplanation, indent: String = "") -> [String] {
        let outcome =
            switch explanation.outcome {
            case .value(.bool(let flag)): "\(flag)"
            case .value(.list(let list)): "\(list.elements.count) elements"
            case .value(let value): (try? CELText.string(value)) ?? "null"
            case .error(let error): "\(error.code) at \(error.position.column)"
            case .notReached: "-"
            }
        return ["\(indent)\(explanation.text) -> \(outcome)"] + explanation.parts.flatMap { lines($0, indent: indent + "  ") }
    }

    private static let cases: [(String, [String])] = [
        (
            "ticket.priority <= 2 && ticket.tags.exists(tag, tag == 'vip')",
            [
                "ticket.priority <= 2 && ticket.tags.exists(tag, tag == \"vip\") -> false", "  ticket.priority <= 2 -> false",
                "    ticket.priority -> 3",
                "    2 -> 2", "  ticket.tags.exists(tag, tag == \"vip\") -> -", "    ticket.tags -> -", "    tag == \"vip\" -> -", "      tag -> -",
                "      \"vip\" -> -",
            ]
        ),
        (
            "ticket.tags.exists(tag, tag == 'vip')",
            [
                "ticket.tags.exists(tag, tag == \"vip\") -> true", "  ticket.tags -> 3 elements", "  tag == \"vip\" -> true", "    tag -> vip",
                "    \"vip\" -> vip",
            ]
        ),
        (
            "ticket.group.name == 'x' || ticket.priority > 1",
            [
                "ticket.group.name == \"x\" || ticket.priority > 1 -> true", "  ticket.group.name == \"x\" -> noSuchOverload at 13",
                "    ticket.group.name -> noSuchOverload at 13", "      ticket.group -> null", "    \"x\" -> x", "  ticket.priority > 1 -> true",
                "    ticket.priority -> 3", "    1 -> 1",
            ]
        ),
        (
            "ticket.group == null ? 'none' : ticket.group.name",
            [
                "ticket.group == null ? \"none\" : ticket.group.name -> none", "  ticket.group == null -> true", "    ticket.group -> null",
                "    null -> null",
                "  \"none\" -> none", "  ticket.group.name -> -", "    ticket.group -> -",
            ]
        ),
        (
            "math.abs(ticket.priority) + unset",
            [
                "math.abs(ticket.priority) + unset -> unknownVariable at 29", "  math.abs(ticket.priority) -> 3", "    ticket.priority -> 3",
                "  unset -> unknownVariable at 29",
            ]
        ),
        // The second step of the outer macro reaches no inner one: nothing of the first step is left.
        (
            "[[1], []].map(l, l.all(x, x > 0))",
            [
                "[[1], []].map(l, l.all(x, x > 0)) -> 2 elements", "  [[1], []] -> 2 elements", "    [1] -> 1 elements", "      1 -> 1",
                "    [] -> 0 elements",
                "  l.all(x, x > 0) -> true", "    l -> 0 elements", "    x > 0 -> -", "      x -> -", "      0 -> -",
            ]
        ),
        (
            "has(ticket.group.name) || nobody.x == 1",
            [
                "has(ticket.group.name) || nobody.x == 1 -> noSuchOverload at 1", "  has(ticket.group.name) -> noSuchOverload at 1",
                "    ticket.group -> null",
                "  nobody.x == 1 -> unknownVariable at 27", "    nobody.x -> unknownVariable at 27", "      nobody -> unknownVariable at 27",
                "    1 -> 1",
            ]
        ),
    ]

    @Test(arguments: cases)
    func tells(_ source: String, _ wanted: [String]) throws {
        #expect(Self.lines(try CELExpression(source, in: Self.environment).explain(Self.values)) == wanted)
    }

    /// On generated expressions: the same answer, no part evaluated more often, and each text reads back as the part that it names.
    @Test func agreesWithTheEvaluation() throws {
        let calls = Mutex(0)
        let count = CELFunction("f", [.dynamic], .dynamic) { arguments in
            calls.withLock { $0 += 1 }
            return arguments[0]
        }
        let environment = CELEnvironment(declaring: [CELVariable("a"), CELVariable("b.c"), CELVariable("l")], functions: [count])
        let values: [CELValue?] = [.int(1), .bool(true), .list([.int(1), .int(0)])]
        var maker = ExpressionMaker(seed: 9)
        for _ in 0..<3000 {
            let expression = try CELExpression(maker.condition(4), in: environment)
            let plain = Result { try expression.evaluate(values) }
            let once = calls.withLock { $0 }
            let explanation = expression.explain(values)
            #expect(calls.withLock { $0 } == 2 * once, "\(expression.source)")
            calls.withLock { $0 = 0 }
            switch plain {
            case .success(let value): #expect(explanation.outcome == .value(value), "\(expression.source)")
            case .failure(let error): #expect(explanation.outcome == .error(error as! CELError), "\(expression.source)")
            }
            try Self.expectTextsReadBack(explanation)
        }
    }

    private static func expectTextsReadBack(_ explanation: CELExplanation) throws {
        #expect(try CELSyntax.parse(explanation.text).description == explanation.text)
        for part in explanation.parts { try expectTextsReadBack(part) }
    }
}
