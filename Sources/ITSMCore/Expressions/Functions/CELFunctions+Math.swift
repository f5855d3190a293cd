import Foundation

/// The extension math (cel-go, ext/math; the conformance cases math_ext).
extension CELFunctions {
    mutating func addMath() {
        variadic("math.greatest", .takes(.numbers, givesOf: Self.element), .takesMany(.number, givesOf: Self.joined)) {
            try Self.extreme("math.greatest", $0, .greater)
        }
        variadic("math.least", .takes(.numbers, givesOf: Self.element), .takesMany(.number, givesOf: Self.joined)) {
            try Self.extreme("math.least", $0, .less)
        }
        rounding("math.ceil") { $0.rounded(.up) }
        rounding("math.floor") { $0.rounded(.down) }
        rounding("math.round") { $0.rounded(.toNearestOrAwayFromZero) }
        rounding("math.trunc") { $0.rounded(.towardZero) }
        test("math.isNaN") { $0.isNaN }
        test("math.isInf") { $0.isInfinite }
        test("math.isFinite") { $0.isFinite }
        global("math.abs", .takes(.number, givesOf: { $0[0].nonNull })) { value in
            switch value {
            case .int(let number):
                guard number != .min else { throw CELFailure(.overflow, "overflow") }
                return .int(abs(number))
            case .uint: return value
            case .double(let number): return .double(abs(number))
            default: throw CELFailure.noOverload("math.abs", value)
            }
        }
        global("math.sign", .takes(.number, givesOf: { $0[0].nonNull })) { value in
            switch value {
            case .int(let number): return .int(number.signum())
            case .uint(let number): return .uint(number == 0 ? 0 : 1)
            case .double(let number): return .double(number > 0 ? 1 : number < 0 ? -1 : number)
            default: throw CELFailure.noOverload("math.sign", value)
            }
        }
        global("math.sqrt", .takes(.number, gives: .double)) { value in
            switch value {
            case .int(let number): return .double(Double(number).squareRoot())
            case .uint(let number): return .double(Double(number).squareRoot())
            case .double(let number): return .double(number.squareRoot())
            default: throw CELFailure.noOverload("math.sqrt", value)
            }
        }
        bits("math.bitAnd", { $0 & $1 }, { $0 & $1 })
        bits("math.bitOr", { $0 | $1 }, { $0 | $1 })
        bits("math.bitXor", { $0 ^ $1 }, { $0 ^ $1 })
        global("math.bitNot", .takes([.int, .uint], givesOf: { $0[0].nonNull })) { value in
            switch value {
            case .int(let number): return .int(~number)
            case .uint(let number): return .uint(~number)
            default: throw CELFailure.noOverload("math.bitNot", value)
            }
        }
        // The sign is not drawn in from the left: a shift works on the 64 bits as they stand.
        shift("math.bitShiftLeft") { $0 << $1 }
        shift("math.bitShiftRight") { $0 >> $1 }
    }

    private mutating func rounding(_ name: String, _ body: @escaping @Sendable (Double) -> Double) {
        global(name, .takes(.double, gives: .double)) { value in
            guard case .double(let number) = value else { throw CELFailure.noOverload(name, value) }
            return .double(body(number))
        }
    }

    private mutating func test(_ name: String, _ body: @escaping @Sendable (Double) -> Bool) {
        global(name, .takes(.double, gives: .bool)) { value in
            guard case .double(let number) = value else { throw CELFailure.noOverload(name, value) }
            return .bool(body(number))
        }
    }

    private mutating func bits(
        _ name: String, _ signed: @escaping @Sendable (Int64, Int64) -> Int64, _ unsigned: @escaping @Sendable (UInt64, UInt64) -> UInt64
    ) {
        global(name, .takes(.int, .int, gives: .int), .takes(.uint, .uint, gives: .uint)) { left, right in
            switch (left, right) {
            case (.int(let left), .int(let right)): return .int(signed(left, right))
            case (.uint(let left), .uint(let right)): return .uint(unsigned(left, right))
            default: throw CELFailure.noOverload(name, left, right)
            }
        }
    }

    private mutating func shift(_ name: String, _ body: @escaping @Sendable (UInt64, Int64) -> UInt64) {
        global(name, .takes([.int, .uint], .int, givesOf: { $0[0].nonNull })) { value, count in
            guard case .int(let places) = count else { throw CELFailure.noOverload(name, value, count) }
            guard places >= 0 else { throw CELFailure(.invalidArgument, "\(name) negative offset: \(places)") }
            switch value {
            case .int(let number): return .int(Int64(bitPattern: body(UInt64(bitPattern: number), places)))
            case .uint(let number): return .uint(body(number, places))
            default: throw CELFailure.noOverload(name, value, count)
            }
        }
    }

    private static func joined(_ types: [CELDeclaredType]) -> CELDeclaredType { types.dropFirst().reduce(types[0].nonNull) { $0.joined($1.nonNull) } }

    private static func element(_ types: [CELDeclaredType]) -> CELDeclaredType {
        if case .list(let element) = types[0].nonNull { element } else { .dynamic }
    }

    /// The greatest or least of the arguments, or of the one list among them; of equal ones the first.
    private static func extreme(_ name: String, _ arguments: [CELValue], _ wanted: CELValue.Order) throws -> CELValue {
        var values = arguments
        if arguments.count == 1, case .list(let list) = arguments[0] { values = list.elements }
        guard var best = values.first else { throw CELFailure(.invalidArgument, "\(name) needs at least one number") }
        for value in values {
            switch value {
            case .int, .uint, .double: if value.compare(best) == wanted { best = value }
            default: throw CELFailure.noOverload(name, arguments)
            }
        }
        return best
    }
}

extension CELParameter {
    fileprivate static let numbers: CELParameter = [.list(.int), .list(.uint), .list(.double)]
}
