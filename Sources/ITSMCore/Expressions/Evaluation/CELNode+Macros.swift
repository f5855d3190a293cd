/// What a macro runs over, and where its variables stand.
struct CELRange: Sendable {
    let operand: any CELNode
    /// The slot of the element of a list and of the key of a map; of the index of a list where there are two variables.
    let first: Int
    /// The slot of the element or value, where there are two variables.
    let second: Int?

    /// Runs `step` with the variables set, until it answers false.
    func run(_ frame: inout CELFrame, _ body: Int, at position: CELPosition, _ step: (inout CELFrame) throws -> Bool) throws {
        switch try operand.value(&frame) {
        case .list(let list):
            for (offset, element) in list.elements.enumerated() {
                try frame.spend(body, at: position)
                if let second {
                    frame.locals[first] = .int(Int64(offset))
                    frame.locals[second] = element
                } else {
                    frame.locals[first] = element
                }
                guard try step(&frame) else { return }
            }
        case .map(let map):
            for entry in map.entries {
                try frame.spend(body, at: position)
                frame.locals[first] = entry.key
                if let second { frame.locals[second] = entry.value }
                guard try step(&frame) else { return }
            }
        case let other: throw CELFailure.noOverload("a macro over", other).at(position)
        }
    }
}

/// `all` and `exists`: `&&` and `||` over the elements, absorbing errors (CEL language definition, Macros).
final class QuantifierNode: CELNode {
    let range: CELRange
    let predicate: any CELNode
    /// The truth that decides: false of `all`, true of `exists`.
    let deciding: Bool
    let position: CELPosition
    let weight: Int

    init(_ range: CELRange, _ predicate: any CELNode, deciding: Bool, _ position: CELPosition) {
        self.range = range
        self.predicate = predicate
        self.deciding = deciding
        self.position = position
        weight = range.operand.weight + predicate.weight + 1
    }

    func value(_ frame: inout CELFrame) throws -> CELValue { .bool(try truth(&frame)) }

    func truth(_ frame: inout CELFrame) throws -> Bool {
        var failure: (any Error)?
        var isDecided = false
        try range.run(&frame, predicate.weight, at: position) { frame in
            do {
                isDecided = try predicate.truth(&frame) == deciding
            } catch {
                if frame.isSpent { throw error }
                failure = failure ?? error
            }
            return !isDecided
        }
        if isDecided { return deciding }
        if let failure { throw failure }
        return !deciding
    }
}

/// `exists_one`: exactly one element; errors are not absorbed.
final class ExistsOneNode: CELNode {
    let range: CELRange
    let predicate: any CELNode
    let position: CELPosition
    let weight: Int

    init(_ range: CELRange, _ predicate: any CELNode, _ position: CELPosition) {
        self.range = range
        self.predicate = predicate
        self.position = position
        weight = range.operand.weight + predicate.weight + 1
    }

    func value(_ frame: inout CELFrame) throws -> CELValue {
        var count = 0
        try range.run(&frame, predicate.weight, at: position) { frame in
            if try predicate.truth(&frame) { count += 1 }
            return true
        }
        return .bool(count == 1)
    }
}

/// `cel.bind(x, value, body)`.
final class BindingNode: CELNode {
    let slot: Int
    let bound: any CELNode
    let body: any CELNode
    let weight: Int

    init(_ slot: Int, _ bound: any CELNode, _ body: any CELNode) {
        self.slot = slot
        self.bound = bound
        self.body = body
        weight = bound.weight + body.weight + 1
    }

    var position: CELPosition { body.position }

    func value(_ frame: inout CELFrame) throws -> CELValue {
        frame.locals[slot] = try bound.value(&frame)
        return try body.value(&frame)
    }
}

/// `optional.optMap(x, body)` and `optFlatMap`: nothing of nothing.
final class OptionalMapNode: CELNode {
    let operand: any CELNode
    let slot: Int
    let body: any CELNode
    /// Whether the body itself answers an optional.
    let isFlat: Bool
    let position: CELPosition
    let weight: Int

    init(_ operand: any CELNode, _ slot: Int, _ body: any CELNode, isFlat: Bool, _ position: CELPosition) {
        self.operand = operand
        self.slot = slot
        self.body = body
        self.isFlat = isFlat
        self.position = position
        weight = operand.weight + body.weight + 1
    }

    func value(_ frame: inout CELFrame) throws -> CELValue {
        let operand = try operand.value(&frame)
        guard case .optional(let optional) = operand else { throw CELFailure.noOverload("optMap", operand).at(position) }
        guard let value = optional.value else { return operand }
        frame.locals[slot] = value
        let result = try body.value(&frame)
        if !isFlat { return .optional(CELOptional(result)) }
        guard case .optional = result else { throw CELFailure.noOverload("optFlatMap", result).at(position) }
        return result
    }
}

/// `optional.or(other)` and `optional.orValue(other)`, which look at the other only where they need it.
final class OptionalOrNode: CELNode {
    let operand, other: any CELNode
    /// Whether the answer is the value itself.
    let unwraps: Bool
    let position: CELPosition
    let weight: Int

    init(_ operand: any CELNode, _ other: any CELNode, unwraps: Bool, _ position: CELPosition) {
        self.operand = operand
        self.other = other
        self.unwraps = unwraps
        self.position = position
        weight = operand.weight + other.weight + 1
    }

    func value(_ frame: inout CELFrame) throws -> CELValue {
        let operand = try operand.value(&frame)
        guard case .optional(let optional) = operand else { throw CELFailure.noOverload(unwraps ? "orValue" : "or", operand).at(position) }
        if let value = optional.value { return unwraps ? value : operand }
        let other = try other.value(&frame)
        if !unwraps, other.type != .optional { throw CELFailure.noOverload("or", operand, other).at(position) }
        return other
    }
}
