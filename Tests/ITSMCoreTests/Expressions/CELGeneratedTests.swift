import Foundation
import Testing

@testable import ITSMCore

/// Rules that hold for every expression, on generated ones.
struct CELGeneratedTests {
    @Test func whatIsPrintedReadsBackTheSame() throws {
        var maker = ExpressionMaker(seed: 1)
        for _ in 0..<3000 {
            let syntax = maker.expression(4)
            let text = syntax.description
            let again = try CELSyntax.parse(text)
            #expect(again.structure == syntax.structure, "\(text)")
            #expect(again.description == text)
        }
    }

    /// The truth tables of the standard with three truths, the third of which is an error.
    @Test func logicAbsorbsErrorsInAnyOrder() throws {
        var maker = ExpressionMaker(seed: 2)
        let environment = CELEnvironment(variables: [])
        for _ in 0..<2000 {
            let count = 2 + maker.below(5)
            let terms = (0..<count).map { _ in ["true", "false", "1 / 0 == 1", "[1, 0].all(x, x > 1)", "7"][maker.below(5)] }
            let truths: [Bool?] = terms.map { ["true": true, "false": false, "[1, 0].all(x, x > 1)": false][$0] }
            for (operation, deciding) in [(" && ", false), (" || ", true)] {
                let wanted = truths.contains(deciding) ? deciding : truths.contains(nil) ? nil : !deciding
                let expression = try CELExpression(terms.joined(separator: operation), in: environment)
                #expect((try? expression.matches([])) == wanted, "\(expression.source)")
            }
        }
    }

    /// Whatever fits 64 bits is the answer, whatever does not is an error.
    @Test func integersNeverWrap() throws {
        var maker = ExpressionMaker(seed: 3)
        let environment = CELEnvironment(variables: ["a", "b"])
        let operations: [(String, (Int128, Int128) -> Int128?)] = [
            ("+", { $0 + $1 }), ("-", { $0 - $1 }), ("*", { $0 * $1 }), ("/", { $1 == 0 ? nil : $0 / $1 }), ("%", { $1 == 0 ? nil : $0 % $1 }),
        ]
        for (sign, exact) in operations {
            let expression = try CELExpression("a \(sign) b", in: environment)
            for _ in 0..<2000 {
                let (a, b) = (maker.int(), maker.int())
                // The remainder of the smallest int by -1 is refused as its quotient is.
                let overflows = a == .min && b == -1 && sign == "%"
                let wanted = overflows ? nil : exact(Int128(a), Int128(b)).flatMap { Int64(exactly: $0) }
                #expect((try? expression.evaluate([.int(a), .int(b)])) == wanted.map(CELValue.int), "\(a) \(sign) \(b)")
                // Half of it, so that the product fits 128 bits with a sign.
                let (c, d) = (UInt64(bitPattern: a), UInt64(bitPattern: b) >> 1)
                let unsigned = exact(Int128(c), Int128(d)).flatMap { UInt64(exactly: $0) }
                #expect((try? expression.evaluate([.uint(c), .uint(d)])) == unsigned.map(CELValue.uint), "\(c)u \(sign) \(d)u")
            }
        }
    }

    @Test func valuesSurviveJSON() throws {
        var maker = ExpressionMaker(seed: 4)
        for _ in 0..<1000 {
            let value = maker.value(3)
            #expect(try JSONDecoder().decode(CELValue.self, from: JSONEncoder().encode(value)) == value)
        }
    }

    @Test func valuesReadBackFromTheirText() throws {
        var maker = ExpressionMaker(seed: 6)
        for _ in 0..<1000 {
            let value = maker.value(3)
            #expect(try CELExpression(value.description, in: CELEnvironment(variables: [])).evaluate([]) == value, "\(value)")
        }
    }

    /// Any text is an expression or an error with a place within it.
    @Test func noTextBreaksTheParser() {
        var maker = ExpressionMaker(seed: 5)
        let pieces = [
            "a", ".", "(", ")", "[", "]", "{", "}", "?", ":", "1", "0x", "1e", "'", "\"", "\\", "b'", "r\"", "'''", "&&", "||", "!", "-", "in", "`",
            "é", "\n", "//", "u", ",",
        ]
        for _ in 0..<20_000 {
            let text = (0..<maker.below(12)).map { _ in pieces[maker.below(pieces.count)] }.joined()
            do { _ = try CELExpression(text, in: CELEnvironment(variables: ["a"])).evaluate([.int(1)]) } catch {
                let place = (error as? CELError)?.position
                #expect(
                    place.map { $0.line >= 1 && $0.line <= text.split(separator: "\n", omittingEmptySubsequences: false).count } == true, "\(text)")
            }
        }
    }
}

extension CELSyntax {
    /// The tree without the places, told apart to the last bit.
    fileprivate var structure: String {
        let parts = children.map(\.structure).joined(separator: " ")
        return switch form {
        case .literal(let value): "\(value)"
        case .identifier(let name, let isRooted): "name \(name) \(isRooted)"
        case .select(_, let field, let isOptional): "(select \(field) \(isOptional) \(parts))"
        case .index(_, _, let isOptional): "(index \(isOptional) \(parts))"
        case .call(let target, let name, let isRooted, _): "(call \(name) \(target != nil) \(isRooted) \(parts))"
        case .unary(let operation, _): "(\(operation) \(parts))"
        case .binary(let operation, _, _): "(\(operation) \(parts))"
        case .logical(let operation, _): "(\(operation) \(parts))"
        case .conditional: "(if \(parts))"
        case .list(let elements): "(list \(elements.map(\.isOptional)) \(parts))"
        case .map(let entries): "(map \(entries.map(\.isOptional)) \(parts))"
        case .message(let name, _): "(message \(name) \(parts))"
        }
    }
}
