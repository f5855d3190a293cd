extension ProblemList {
    /// The new value of a field that always has one: what `patch` sets, or `current`. A `null` is a fault.
    mutating func value<Value>(_ patch: Patch<Value>, else current: Value, _ pointer: String) -> Value {
        switch patch {
        case .absent: return current
        case .value(let value): return value
        case .null:
            add(pointer, .required, "\(Self.name(pointer)) cannot be cleared.")
            return current
        }
    }

    /// The same for a number, which must lie within `range`.
    mutating func value<Number: FixedWidthInteger>(
        _ patch: Patch<Number>, else current: Number, _ pointer: String, in range: ClosedRange<Number>
    ) -> Number {
        let number = value(patch, else: current, pointer)
        if !range.contains(number) {
            add(pointer, .invalidValue, "\(Self.name(pointer)) must be from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }
}
