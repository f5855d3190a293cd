import Foundation
import Testing

@testable import ITSMCore

/// Rules that hold for every expression, on generated ones.
struct CELGeneratedTests {
    @Test func whatIsPrintedReadsBackTheSame() throws {
        var maker = Maker(seed: 1)
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
        var maker = Maker(seed: 2)
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
        var maker = Maker(seed: 3)
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
        var maker = Maker(seed: 4)
        for _ in 0..<1000 {
            let value = maker.value(3)
            #expect(try JSONDecoder().decode(CELValue.self, from: JSONEncoder().encode(value)) == value)
        }
    }

    /// Any text is an expression or an error with a place within it.
    @Test func noTextBreaksTheParser() {
        var maker = Maker(seed: 5)
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

/// Makes expressions and values, the same ones for the same seed.
private struct Maker {
    private var random: SplitMix

    init(seed: UInt64) { random = SplitMix(seed: seed &* 0x9E37_79B9_7F4A_7C15) }

    mutating func below(_ bound: Int) -> Int { random.below(bound) }

    /// Small ones, those at the ends, and any.
    mutating func int() -> Int64 {
        switch below(3) {
        case 0: Int64(below(5)) - 2
        case 1: [Int64.min, .min + 1, .max, .max - 1, 1 << 32, -(1 << 31)][below(6)]
        default: Int64(bitPattern: random.next())
        }
    }

    mutating func text() -> String {
        (0..<below(5)).map { _ in ["a", "é", "e\u{301}", "\"", "'", "\\", "\n", "🐱", "\u{7}", "\u{0}", " "][below(11)] }.joined()
    }

    mutating func value(_ depth: Int) -> CELValue {
        switch below(depth > 0 ? 11 : 9) {
        case 0: .null
        case 1: .bool(below(2) == 0)
        case 2: .int(int())
        case 3: .uint(random.next())
        case 4: .double([0.1, -0.0, 1e300, .infinity, -.infinity, .nan, 5e-324][below(7)])
        case 5: .string(text())
        case 6: .bytes((0..<below(4)).map { _ in UInt8(truncatingIfNeeded: random.next()) })
        case 7: .timestamp(CELTimestamp(seconds: Int64(below(4_000_000_000)) - 2_000_000_000, nanoseconds: Int32(below(1_000_000_000)))!)
        case 8: .duration(CELDuration(nanoseconds: int() / 2))
        case 9: .list((0..<below(4)).map { _ in value(depth - 1) })
        default: .map(CELMap(unique: [(.string(text()), value(depth - 1)), (.int(7), value(depth - 1))]))
        }
    }

    mutating func expression(_ depth: Int) -> CELSyntax {
        func make(_ form: CELSyntax.Form) -> CELSyntax { CELSyntax(form, at: .start) }
        func part(_ maker: inout Maker) -> CELSyntax { maker.expression(depth - 1) }
        let name = ["a", "b", "_c1", "type"][below(4)]
        switch below(depth > 0 ? 15 : 4) {
        case 0: return make(.identifier(name, isRooted: below(4) == 0))
        case 1: return make(.literal([.null, .bool(true), .uint(random.next()), .string(text()), .bytes([0, 255, 34, 92, 97])][below(5)]))
        case 2: return make(.literal(.int(int())))
        case 3: return make(.literal(.double([1.5, -2.0, 0.0, -0.0, 1e300, 5e-324][below(6)])))
        case 4: return make(.select(part(&self), field: ["f", "in", "a-b", "while"][below(4)], isOptional: below(3) == 0))
        case 5: return make(.index(part(&self), part(&self), isOptional: below(3) == 0))
        case 6:
            return make(
                .call(target: below(2) == 0 ? part(&self) : nil, name: name, isRooted: false, arguments: (0..<below(3)).map { _ in part(&self) }))
        case 7: return make(.unary(.not, part(&self)))
        case 8: return make(.unary(.negate, part(&self)))
        case 9, 10: return make(.binary(CELSyntax.Binary.allCases[below(12)], part(&self), part(&self)))
        case 11: return make(.logical(below(2) == 0 ? .and : .or, (0..<2 + below(2)).map { _ in part(&self) }))
        case 12: return make(.conditional(part(&self), part(&self), part(&self)))
        case 13: return make(.list((0..<below(3)).map { _ in .init(isOptional: below(3) == 0, value: part(&self)) }))
        default: return make(.map((0..<below(3)).map { _ in .init(isOptional: below(3) == 0, key: part(&self), value: part(&self)) }))
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
