final class ConstantNode: CELNode {
    let constant: CELValue?
    let position: CELPosition
    let weight = 1

    init(_ constant: CELValue, _ position: CELPosition) {
        self.constant = constant
        self.position = position
    }

    func value(_ frame: inout CELFrame) throws -> CELValue { constant! }
}

/// A name or function that does not exist. It fails when it is reached, so that `&&` and `||` can absorb it.
final class FailingNode: CELNode {
    let error: CELError
    let weight = 1

    init(_ error: CELError) { self.error = error }

    var position: CELPosition { error.position }
    func value(_ frame: inout CELFrame) throws -> CELValue { throw error }
}

final class VariableNode: CELNode {
    let name: String
    let slot: Int
    let position: CELPosition
    let weight = 1

    init(_ name: String, _ slot: Int, _ position: CELPosition) {
        self.name = name
        self.slot = slot
        self.position = position
    }

    func value(_ frame: inout CELFrame) throws -> CELValue {
        guard let value = frame.variables[slot] else { throw CELError(.unknownVariable, "'\(name)' has no value", at: position) }
        return value
    }
}

/// `has(ticket.category)`, where this is the name of a variable.
final class VariablePresenceNode: CELNode {
    let slot: Int
    let position: CELPosition
    let weight = 1

    init(_ slot: Int, _ position: CELPosition) {
        self.slot = slot
        self.position = position
    }

    func value(_ frame: inout CELFrame) throws -> CELValue { .bool(frame.variables[slot] != nil) }
}

/// A variable of a macro.
final class LocalNode: CELNode {
    let slot: Int
    let position: CELPosition
    let weight = 1

    init(_ slot: Int, _ position: CELPosition) {
        self.slot = slot
        self.position = position
    }

    func value(_ frame: inout CELFrame) throws -> CELValue { frame.locals[slot] }
}

/// `operand.field`, `operand.?field` and `has(operand.field)`.
final class SelectNode: CELNode {
    enum Form { case value, optional, test }

    let operand: any CELNode
    let field: String
    private let mark: UInt64
    let form: Form
    let position: CELPosition
    let weight: Int
    /// The slot of the variable, where a field of one is selected: it is read in place.
    private let slot: Int?

    init(_ operand: any CELNode, _ field: String, _ form: Form, _ position: CELPosition) {
        self.operand = operand
        slot = form == .value ? (operand as? VariableNode)?.slot : nil
        self.field = field
        mark = CELMap.mark(field)
        self.form = form
        self.position = position
        weight = operand.weight + 1
    }

    func value(_ frame: inout CELFrame) throws -> CELValue {
        if let slot, case .map(let map)? = frame.variables[slot], let value = map[field, mark] { return value }
        let operand = try operand.value(&frame)
        if form == .value, case .map(let map) = operand {
            if let value = map[field, mark] { return value }
            throw CELError(.noSuchKey, "no such key: \(field)", at: position)
        }
        return try optional(operand)
    }

    private func optional(_ operand: CELValue) throws -> CELValue {
        var subject = operand
        var isOptional = form == .optional
        if case .optional(let optional) = operand {
            guard let value = optional.value else { return form == .test ? .bool(false) : operand }
            subject = value
            isOptional = true
        }
        guard case .map(let map) = subject else {
            throw CELError(.noSuchOverload, "no such overload: \(subject.type.name) has no fields, so no \(field)", at: position)
        }
        let found = map[field, mark]
        if form == .test { return .bool(found != nil) }
        if isOptional { return .optional(found.map { CELOptional($0) } ?? .none) }
        guard let found else { throw CELError(.noSuchKey, "no such key: \(field)", at: position) }
        return found
    }
}

/// `operand[index]` and `operand[?index]`.
final class IndexNode: CELNode {
    let operand: any CELNode
    let index: any CELNode
    let isOptional: Bool
    let position: CELPosition
    let weight: Int

    init(_ operand: any CELNode, _ index: any CELNode, isOptional: Bool, _ position: CELPosition) {
        self.operand = operand
        self.index = index
        self.isOptional = isOptional
        self.position = position
        weight = operand.weight + index.weight + 1
    }

    func value(_ frame: inout CELFrame) throws -> CELValue {
        let operand = try operand.value(&frame)
        let index = try index.value(&frame)
        guard case .optional(let optional) = operand else {
            if isOptional { return .optional(try here { CELOptional(try Self.element(of: operand, index)) }) }
            guard let element = try here({ try Self.element(of: operand, index) }) else { throw missing(operand, index) }
            return element
        }
        guard let value = optional.value else { return operand }
        return .optional(try here { CELOptional(try Self.element(of: value, index)) })
    }

    private func missing(_ operand: CELValue, _ index: CELValue) -> CELError {
        let text = CELText.short(index)
        if case .list = operand { return CELError(.indexOutOfRange, "index out of range: \(text)", at: position) }
        return CELError(.noSuchKey, "no such key: \(text)", at: position)
    }

    /// The element; nil where there is none.
    private static func element(of operand: CELValue, _ index: CELValue) throws -> CELValue? {
        switch operand {
        case .map(let map):
            switch index {
            case .bool, .int, .uint, .double, .string: return map[index]
            default: throw CELFailure.noOverload("_[_]", operand, index)
            }
        case .list(let list):
            let offset: Int?
            switch index {
            case .int(let number): offset = Int(number)
            case .uint(let number): offset = Int(exactly: number) ?? .max
            case .double(let number):
                guard number == number.rounded() else { throw CELFailure(.invalidArgument, "invalid_argument: an index is a whole number") }
                offset = Int(exactly: number) ?? .max
            default: throw CELFailure.noOverload("_[_]", operand, index)
            }
            guard let offset, list.elements.indices.contains(offset) else { return nil }
            return list.elements[offset]
        default: throw CELFailure.noOverload("_[_]", operand, index)
        }
    }
}
