import Foundation

extension String {
    /// Whether both texts are the same code points; Swift's own `==` compares by canonical equivalence.
    func hasSameScalars(as other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        return utf8.withContiguousStorageIfAvailable { left in
            other.utf8.withContiguousStorageIfAvailable { right in
                left.count == 0 || memcmp(left.baseAddress!, right.baseAddress!, left.count) == 0
            }
        }?.flatMap { $0 } ?? utf8.elementsEqual(other.utf8)
    }

    /// The order of code points, which is that of the UTF-8 bytes.
    func precedesByScalars(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }
}

extension CELValue {
    /// Equality of the language (CEL language definition, Equality): numbers by value across their types, values of
    /// other types differ, NaN equals nothing.
    public func isEqual(to other: CELValue) -> Bool {
        switch (self, other) {
        case (.null, .null): return true
        case (.bool(let left), .bool(let right)): return left == right
        case (.int(let left), .int(let right)): return left == right
        case (.uint(let left), .uint(let right)): return left == right
        case (.double(let left), .double(let right)): return left == right
        case (.int, .uint), (.int, .double), (.uint, .int), (.uint, .double), (.double, .int), (.double, .uint):
            return compareNumbers(other) == .equal
        case (.string(let left), .string(let right)): return left.hasSameScalars(as: right)
        case (.bytes(let left), .bytes(let right)): return left == right
        case (.list(let left), .list(let right)):
            guard left.elements.count == right.elements.count else { return false }
            return zip(left.elements, right.elements).allSatisfy { $0.isEqual(to: $1) }
        case (.map(let left), .map(let right)):
            guard left.entries.count == right.entries.count else { return false }
            return left.entries.allSatisfy { entry in right[entry.key].map { entry.value.isEqual(to: $0) } ?? false }
        case (.type(let left), .type(let right)): return left == right
        case (.timestamp(let left), .timestamp(let right)): return left == right
        case (.duration(let left), .duration(let right)): return left == right
        case (.optional(let left), .optional(let right)):
            guard let left = left.value, let right = right.value else { return left.value == nil && right.value == nil }
            return left.isEqual(to: right)
        case (.address(let left), .address(let right)): return left == right
        case (.block(let left), .block(let right)): return left == right
        default: return false
        }
    }

    /// How two values stand to each other.
    enum Order {
        case less, equal, greater
        /// One of them is NaN.
        case none

        init<T: Comparable>(_ left: T, _ right: T) { self = left < right ? .less : left == right ? .equal : left > right ? .greater : .none }
    }

    /// The order of the language (CEL language definition, Ordering); nil where the types have none.
    func compare(_ other: CELValue) -> Order? {
        switch (self, other) {
        case (.int(let left), .int(let right)): Order(left, right)
        case (.bool(let left), .bool(let right)): Order(left ? 1 : 0, right ? 1 : 0)
        case (.string(let left), .string(let right)):
            left.precedesByScalars(right) ? .less : left.hasSameScalars(as: right) ? .equal : .greater
        case (.bytes(let left), .bytes(let right)):
            left.lexicographicallyPrecedes(right) ? .less : left == right ? .equal : .greater
        case (.timestamp(let left), .timestamp(let right)): Order(left, right)
        case (.duration(let left), .duration(let right)): Order(left, right)
        default: compareNumbers(other)
        }
    }

    /// Numbers on one line, whatever their types.
    private func compareNumbers(_ other: CELValue) -> Order? {
        switch (self, other) {
        case (.int(let left), .int(let right)): Order(left, right)
        case (.uint(let left), .uint(let right)): Order(left, right)
        case (.double(let left), .double(let right)): Order(left, right)
        case (.int(let left), .uint(let right)): left < 0 ? .less : Order(UInt64(left), right)
        case (.uint(let left), .int(let right)): right < 0 ? .greater : Order(left, UInt64(right))
        case (.int(let left), .double(let right)): Self.compare(left, right)
        case (.uint(let left), .double(let right)): Self.compare(left, right)
        case (.double(let left), .int(let right)): Self.compare(right, left).reversed
        case (.double(let left), .uint(let right)): Self.compare(right, left).reversed
        default: nil
        }
    }

    /// Exactly: as doubles, large integers would equal their neighbours. Only the largest integer equals the double above it, which it reads as: the
    /// public cases want it so.
    private static func compare<T: FixedWidthInteger>(_ left: T, _ right: Double) -> Order {
        if right.isNaN { return .none }
        let whole = right.rounded(.towardZero)
        guard let integer = whole == Double(T.max) ? .max : T(exactly: whole) else { return right < 0 ? .greater : .less }
        return left == integer ? Order(whole, right) : Order(left, integer)
    }
}

extension CELValue.Order {
    fileprivate var reversed: Self {
        switch self {
        case .less: .greater
        case .greater: .less
        case .equal, .none: self
        }
    }
}

/// The same type and the same value, NaN and NaN included: for caches and tests, not the language's own equality.
extension CELValue: Equatable {
    public static func == (left: CELValue, right: CELValue) -> Bool {
        switch (left, right) {
        case (.double(let left), .double(let right)): return left == right || left.isNaN && right.isNaN
        case (.list(let left), .list(let right)): return left.elements == right.elements
        case (.map(let left), .map(let right)):
            guard left.entries.count == right.entries.count else { return false }
            return left.entries.allSatisfy { entry in
                right.entries.contains { $0.key == entry.key && $0.value == entry.value }
            }
        case (.optional(let left), .optional(let right)): return left.value == right.value
        default: return left.type == right.type && left.isEqual(to: right)
        }
    }
}
