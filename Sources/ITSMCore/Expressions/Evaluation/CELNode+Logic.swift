/// `&&` and `||`: the deciding truth wins over errors on either side (CEL language definition, Logical Operators).
final class LogicalNode: CELNode {
    let terms: [any CELNode]
    /// The truth that decides: false of `&&`, true of `||`.
    let deciding: Bool
    let position: CELPosition
    let weight: Int

    init(_ operation: CELSyntax.Logical, _ terms: [any CELNode], _ position: CELPosition) {
        self.terms = terms
        deciding = operation == .or
        self.position = position
        weight = terms.reduce(1) { $0 + $1.weight }
    }

    func value(_ frame: inout CELFrame) throws -> CELValue { .bool(try truth(&frame)) }

    func truth(_ frame: inout CELFrame) throws -> Bool {
        var failure: (any Error)?
        for term in terms {
            do {
                if try term.truth(&frame) == deciding { return deciding }
            } catch {
                if frame.isSpent { throw error }
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return !deciding
    }
}

final class NotNode: CELNode {
    let operand: any CELNode
    let position: CELPosition
    let weight: Int

    init(_ operand: any CELNode, _ position: CELPosition) {
        self.operand = operand
        self.position = position
        weight = operand.weight + 1
    }

    func value(_ frame: inout CELFrame) throws -> CELValue { .bool(try !operand.truth(&frame)) }
    func truth(_ frame: inout CELFrame) throws -> Bool { try !operand.truth(&frame) }
}

final class ConditionalNode: CELNode {
    let condition, yes, no: any CELNode
    let position: CELPosition
    let weight: Int

    init(_ condition: any CELNode, _ yes: any CELNode, _ no: any CELNode, _ position: CELPosition) {
        self.condition = condition
        self.yes = yes
        self.no = no
        self.position = position
        weight = condition.weight + yes.weight + no.weight + 1
    }

    func value(_ frame: inout CELFrame) throws -> CELValue { try condition.truth(&frame) ? yes.value(&frame) : no.value(&frame) }
    func truth(_ frame: inout CELFrame) throws -> Bool { try condition.truth(&frame) ? yes.truth(&frame) : no.truth(&frame) }
}

/// `==` and `!=`.
final class EqualityNode: CELNode {
    let left, right: any CELNode
    let isNegated: Bool
    let position: CELPosition
    let weight: Int

    init(_ left: any CELNode, _ right: any CELNode, isNegated: Bool, _ position: CELPosition) {
        self.left = left
        self.right = right
        self.isNegated = isNegated
        self.position = position
        weight = left.weight + right.weight + 1
    }

    func value(_ frame: inout CELFrame) throws -> CELValue { .bool(try truth(&frame)) }

    func truth(_ frame: inout CELFrame) throws -> Bool {
        let left = try left.value(&frame)
        let right = try right.value(&frame)
        switch (left, right) {
        case (.string, .string), (.bytes, .bytes), (.list, .list), (.map, .map), (.optional, .optional):
            try frame.spend(min(left.weight, right.weight), at: position)
        default: break
        }
        return left.isEqual(to: right) != isNegated
    }
}

/// `==` and `!=` with a string that is written in the expression.
final class StringEqualityNode: CELNode {
    let operand: any CELNode
    let text: String
    let isNegated: Bool
    let position: CELPosition
    let weight: Int

    init(_ operand: any CELNode, _ text: String, isNegated: Bool, _ position: CELPosition) {
        self.operand = operand
        self.text = text
        self.isNegated = isNegated
        self.position = position
        weight = operand.weight + 2
    }

    func value(_ frame: inout CELFrame) throws -> CELValue { .bool(try truth(&frame)) }

    func truth(_ frame: inout CELFrame) throws -> Bool {
        guard case .string(let value) = try operand.value(&frame) else { return isNegated }
        return value.hasSameScalars(as: text) != isNegated
    }
}

/// `<`, `<=`, `>` and `>=`.
final class OrderNode: CELNode {
    let left, right: any CELNode
    let operation: CELSyntax.Binary
    let position: CELPosition
    let weight: Int
    private let accepts: (less: Bool, equal: Bool, greater: Bool)

    init(_ operation: CELSyntax.Binary, _ left: any CELNode, _ right: any CELNode, _ position: CELPosition) {
        self.left = left
        self.right = right
        self.operation = operation
        self.position = position
        weight = left.weight + right.weight + 1
        accepts =
            switch operation {
            case .less: (true, false, false)
            case .lessOrEqual: (true, true, false)
            case .greater: (false, false, true)
            default: (false, true, true)
            }
    }

    func value(_ frame: inout CELFrame) throws -> CELValue { .bool(try truth(&frame)) }

    func truth(_ frame: inout CELFrame) throws -> Bool {
        let left = try left.value(&frame)
        let right = try right.value(&frame)
        if case .int(let left) = left, case .int(let right) = right {
            return left < right ? accepts.less : left == right ? accepts.equal : accepts.greater
        }
        try frame.spend(min(left.weight, right.weight), at: position)
        switch left.compare(right) {
        case .less: return accepts.less
        case .equal: return accepts.equal
        case .greater: return accepts.greater
        case .some(.none): return false
        case nil: throw CELFailure.noOverload("_\(operation.rawValue)_", left, right).at(position)
        }
    }
}

/// `element in collection`.
final class MembershipNode: CELNode {
    let element, collection: any CELNode
    let position: CELPosition
    let weight: Int

    init(_ element: any CELNode, _ collection: any CELNode, _ position: CELPosition) {
        self.element = element
        self.collection = collection
        self.position = position
        weight = element.weight + collection.weight + 1
    }

    func value(_ frame: inout CELFrame) throws -> CELValue { .bool(try truth(&frame)) }

    func truth(_ frame: inout CELFrame) throws -> Bool {
        let element = try element.value(&frame)
        let collection = try collection.value(&frame)
        switch collection {
        case .map(let map): return map[element] != nil
        case .list(let list):
            try frame.spend(list.elements.count, at: position)
            let weight = element.weight
            for candidate in list.elements {
                if weight > 1 { try frame.spend(min(weight, candidate.weight), at: position) }
                if candidate.isEqual(to: element) { return true }
            }
            return false
        default: throw CELFailure.noOverload("@in", element, collection).at(position)
        }
    }
}
