import Foundation

/// `+`, `-`, `*`, `/` and `%`, which fail rather than overflow (CEL language definition, Numeric Values and Overflow).
final class ArithmeticNode: CELNode {
    let left, right: any CELNode
    let operation: CELSyntax.Binary
    let position: CELPosition
    let weight: Int

    init(_ operation: CELSyntax.Binary, _ left: any CELNode, _ right: any CELNode, _ position: CELPosition) {
        self.left = left
        self.right = right
        self.operation = operation
        self.position = position
        weight = left.weight + right.weight + 1
    }

    func value(_ frame: inout CELFrame) throws -> CELValue {
        let left = try left.value(&frame)
        let right = try right.value(&frame)
        switch (left, right) {
        case (.int(let left), .int(let right)): return .int(try here { try calculate(left, right) })
        case (.uint(let left), .uint(let right)): return .uint(try here { try calculate(left, right) })
        case (.double(let left), .double(let right)):
            switch operation {
            case .add: return .double(left + right)
            case .subtract: return .double(left - right)
            case .multiply: return .double(left * right)
            case .divide: return .double(left / right)
            default: throw CELFailure.noOverload("_%_", .double(left), .double(right)).at(position)
            }
        default:
            switch operation {
            case .add: return try here { try joined(left, right, &frame) }
            case .subtract: return try here { try Self.difference(left, right) }
            default: throw CELFailure.noOverload("_\(operation.rawValue)_", left, right).at(position)
            }
        }
    }

    private func calculate<T: FixedWidthInteger>(_ left: T, _ right: T) throws -> T {
        let (result, overflow): (T, Bool)
        switch operation {
        case .add: (result, overflow) = left.addingReportingOverflow(right)
        case .subtract: (result, overflow) = left.subtractingReportingOverflow(right)
        case .multiply: (result, overflow) = left.multipliedReportingOverflow(by: right)
        case .divide:
            if right == 0 { throw CELFailure(.divideByZero, "divide by zero") }
            (result, overflow) = left.dividedReportingOverflow(by: right)
        default:
            if right == 0 { throw CELFailure(.divideByZero, "modulus by zero") }
            (result, overflow) = left.remainderReportingOverflow(dividingBy: right)
        }
        if overflow { throw CELFailure(.overflow, "return error for overflow") }
        return result
    }

    private func joined(_ left: CELValue, _ right: CELValue, _ frame: inout CELFrame) throws -> CELValue {
        switch (left, right) {
        case (.string(let first), .string(let second)):
            try frame.spend(left.weight + right.weight, at: position)
            return .string(first + second)
        case (.bytes(let first), .bytes(let second)):
            try frame.spend(left.weight + right.weight, at: position)
            return .bytes(first + second)
        case (.list(let first), .list(let second)):
            try frame.spend(left.weight.addingSaturated(right.weight), at: position)
            return .list(first.elements + second.elements)
        case (.timestamp(let time), .duration(let duration)), (.duration(let duration), .timestamp(let time)):
            return .timestamp(try time.adding(duration))
        case (.duration(let first), .duration(let second)): return .duration(try first.adding(second))
        default: throw CELFailure.noOverload("_+_", left, right)
        }
    }

    private static func difference(_ left: CELValue, _ right: CELValue) throws -> CELValue {
        switch (left, right) {
        case (.timestamp(let left), .timestamp(let right)): return .duration(try left.since(right))
        case (.timestamp(let time), .duration(let duration)): return .timestamp(try time.subtracting(duration))
        case (.duration(let left), .duration(let right)): return .duration(try left.subtracting(right))
        default: throw CELFailure.noOverload("_-_", left, right)
        }
    }
}

/// `-operand`.
final class NegationNode: CELNode {
    let operand: any CELNode
    let position: CELPosition
    let weight: Int

    init(_ operand: any CELNode, _ position: CELPosition) {
        self.operand = operand
        self.position = position
        weight = operand.weight + 1
    }

    func value(_ frame: inout CELFrame) throws -> CELValue {
        switch try operand.value(&frame) {
        case .int(let number):
            let (result, overflow) = Int64(0).subtractingReportingOverflow(number)
            if overflow { throw CELError(.overflow, "return error for overflow", at: position) }
            return .int(result)
        case .double(let number): return .double(-number)
        case let other: throw CELFailure.noOverload("-_", other).at(position)
        }
    }
}
