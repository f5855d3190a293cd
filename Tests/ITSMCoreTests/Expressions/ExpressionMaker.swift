@testable import ITSMCore

/// Makes expressions and values, the same ones for the same seed.
struct ExpressionMaker {
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
        func part(_ maker: inout ExpressionMaker) -> CELSyntax { maker.expression(depth - 1) }
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

    /// The text of a condition over `a`, `b.c` and `l` with calls of `f`, most of which have a value.
    mutating func condition(_ depth: Int) -> String {
        switch below(depth > 0 ? 12 : 3) {
        case 0: return ["true", "false", "b.c", "1 / 0 == 1", "f(b.c)"][below(5)]
        case 1: return "f(a) \(["<", "==", "!=", ">="][below(4)]) \(below(3))"
        case 2: return "\(below(3)) in l"
        case 3, 4: return "(\(condition(depth - 1)) && \(condition(depth - 1)))"
        case 5, 6: return "(\(condition(depth - 1)) || \(condition(depth - 1)) || \(condition(depth - 1)))"
        case 7: return "!\(condition(0).contains(" ") ? "(\(condition(depth - 1)))" : "f(b.c)")"
        case 8: return "(\(condition(depth - 1)) ? \(condition(depth - 1)) : \(condition(depth - 1)))"
        case 9: return "l.exists(x, f(x) == \(below(2)) && \(condition(depth - 1)))"
        case 10: return "l.all(x, \(condition(depth - 1)) || x / f(x) == 1)"
        default: return "l.filter(x, \(condition(depth - 1))).map(x, f(x)) == [\(below(2))]"
        }
    }
}
