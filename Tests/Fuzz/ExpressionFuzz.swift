// What libFuzzer calls with each input; scripts/fuzz compiles it into one module with the expressions themselves. A broken rule traps, and the input is kept.

/// An input is an expression, or behind a `~` a pattern and, on the lines behind it, a text.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzExpressions(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: data, count: size), as: UTF8.self)
    if text.utf8.first == UInt8(ascii: "~") {
        let parts = text.utf8.dropFirst().split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
        let pattern = try? CELPattern(String(decoding: parts[0], as: UTF8.self))
        _ = pattern?.matches(parts.count == 2 ? String(decoding: parts[1], as: UTF8.self) : text)
    } else {
        ExpressionFuzz.run(text)
    }
    return 0
}

enum ExpressionFuzz {
    private static let limits: CELLimits = {
        var limits = CELLimits()
        // A tenth of what an evaluation may cost, so that more inputs have their turn.
        limits.cost = 100_000
        return limits
    }()

    private static let person = CELDeclaredType.object("a person", ["id": .string, "name": .string])

    private static let declared = CELEnvironment(
        declaring: [
            CELVariable("ticket.priority", .int), CELVariable("ticket.category", .nullable(.string)), CELVariable("ticket.tags", .list(.string)),
            CELVariable("ticket.group", .nullable(person)), CELVariable("ticket.customFields.cost", .nullable(.double)),
            CELVariable("now", .timestamp),
            CELVariable("principal", person), CELVariable("counts", .map(.string, .int)), CELVariable("a"), CELVariable("unset", .bool),
        ],
        functions: [CELFunction("changed", [.string], .bool, reads: "ticket.tags") { .bool($0[1].isEqual(to: .string("vpn"))) }], limits: limits)

    private static let loose = CELEnvironment(variables: declared.variables.map(\.name), container: "ticket", limits: limits)

    private static let values: [CELValue?] = [
        .int(2), .string("network/vpn"), .list([.string("vpn"), .string("e\u{301}")]), .null, .double(1.5),
        .timestamp(CELTimestamp(seconds: 1_795_248_000)!),
        .map(CELMap(["id": .string("1"), "name": .string("Ann")])), .map(CELMap(["a": .int(1), "b": .int(.max)])), .list([.int(0), .uint(1), .null]),
        nil,
    ]

    static func run(_ source: String) {
        readsBack(source)
        if let expression = compiled({ try CELExpression(checking: source, in: declared) }, source) {
            let value = evaluated(expression)
            precondition(value.map(expression.type.holds) ?? true, "the value is of the type that was found")
        }
        if let expression = compiled({ try CELExpression(source, in: loose) }, source) { _ = evaluated(expression) }
    }

    /// What is printed reads back as the same.
    private static func readsBack(_ source: String) {
        guard let syntax = try? CELSyntax.parse(source) else { return }
        let text = syntax.description
        // More bytes, more levels of parentheses than were written may pass a limit.
        guard let again = try? CELSyntax.parse(text) else { return precondition(isTooLarge(text), "what is printed can be read") }
        precondition(again.description == text, "what is printed reads back the same")
    }

    private static func isTooLarge(_ text: String) -> Bool {
        do { _ = try CELSyntax.parse(text) } catch { return (error as? CELError)?.code == .tooLarge }
        return false
    }

    /// Nil where it is refused, which is for a reason and at a place within the text.
    private static func compiled(_ make: () throws -> CELExpression, _ source: String) -> CELExpression? {
        var places: [CELPosition] = []
        do { return try make() } catch let error as CELError { places = [error.position] } catch let faults as CELFaults {
            places = faults.faults.map(\.position)
            precondition(!places.isEmpty && places == places.sorted(), "faults stand in the order of the text")
        } catch { preconditionFailure("\(error)") }
        let lines = source.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        for place in places {
            precondition(
                lines.indices.contains(place.line - 1) && (1...lines[place.line - 1].count + 1).contains(place.column), "the place is in the text")
        }
        return nil
    }

    /// The value; nil where it is an error. What is explained is what came of it.
    private static func evaluated(_ expression: CELExpression) -> CELValue? {
        let outcome = expression.explain(values).outcome
        do {
            let value = try expression.evaluate(values)
            precondition(outcome == .value(value), "what is explained is what is evaluated")
            return value
        } catch let error as CELError {
            precondition(outcome == .error(error), "what is explained is what is evaluated")
            return nil
        } catch { preconditionFailure("\(error)") }
    }
}
