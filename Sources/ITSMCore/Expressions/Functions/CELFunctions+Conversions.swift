import Foundation

extension CELFunctions {
    /// Conversions between types, and `type` and `dyn` (CEL language definition, List of Standard Definitions).
    mutating func addConversions() {
        global("type", .takes(.any, gives: .type)) { .type($0.type) }
        global("dyn", .takes(.any, gives: .dynamic)) { $0 }
        global("bool", .takes([.bool, .string], gives: .bool)) { try .bool(Self.bool($0)) }
        global("int", .takes([.int, .uint, .double, .string, .timestamp], gives: .int)) { try .int(Self.int($0)) }
        global("uint", .takes([.int, .uint, .double, .string], gives: .uint)) { try .uint(Self.uint($0)) }
        global("double", .takes([.int, .uint, .double, .string], gives: .double)) { try .double(Self.double($0)) }
        global(
            "string", .takes([.bool, .int, .uint, .double, .string, .bytes, .timestamp, .duration, .address, .block], gives: .string)
        ) { try .string(CELText.string($0)) }
        global("bytes", .takes([.bytes, .string], gives: .bytes)) { value in
            switch value {
            case .bytes: return value
            case .string(let text): return .bytes(Array(text.utf8))
            default: throw CELFailure.noOverload("bytes", value)
            }
        }
        global("timestamp", .takes([.timestamp, .string, .int], gives: .timestamp)) { value in
            switch value {
            case .timestamp: return value
            case .string(let text): return .timestamp(try CELTimestamp(text: text))
            case .int(let seconds):
                guard let time = CELTimestamp(seconds: seconds) else { throw CELTimestamp.outOfRange }
                return .timestamp(time)
            default: throw CELFailure.noOverload("timestamp", value)
            }
        }
        global("duration", .takes([.duration, .string], gives: .duration)) { value in
            switch value {
            case .duration: return value
            case .string(let text): return .duration(try CELDuration(text: text))
            default: throw CELFailure.noOverload("duration", value)
            }
        }
        readLiterals("bool", "int", "uint", "double", "timestamp", "duration")
    }

    private static func conversion(_ text: String, to type: CELType) -> CELFailure {
        CELFailure(.invalidArgument, "Type conversion error: '\(text.prefix(40))' is no \(type.name)")
    }

    private static func bool(_ value: CELValue) throws -> Bool {
        switch value {
        case .bool(let flag): return flag
        case .string(let text):
            switch text {
            case "1", "t", "T", "true", "TRUE", "True": return true
            case "0", "f", "F", "false", "FALSE", "False": return false
            default: throw conversion(text, to: .bool)
            }
        default: throw CELFailure.noOverload("bool", value)
        }
    }

    private static func int(_ value: CELValue) throws -> Int64 {
        switch value {
        case .int(let number): return number
        case .uint(let number):
            guard let result = Int64(exactly: number) else { throw CELFailure(.range, "range error: \(number) is no int") }
            return result
        case .double(let number):
            // Both ends are excluded: the doubles there stand for numbers on either side of them.
            guard number > -0x1p63, number < 0x1p63 else { throw CELFailure(.range, "range error: \(number) is no int") }
            return Int64(number)
        case .string(let text):
            guard let number = Int64(text) else { throw conversion(text, to: .int) }
            return number
        case .timestamp(let time): return time.seconds
        default: throw CELFailure.noOverload("int", value)
        }
    }

    private static func uint(_ value: CELValue) throws -> UInt64 {
        switch value {
        case .uint(let number): return number
        case .int(let number):
            guard let result = UInt64(exactly: number) else { throw CELFailure(.range, "range error: \(number) is no uint") }
            return result
        case .double(let number):
            guard number >= 0, number < 0x1p64 else { throw CELFailure(.range, "range error: \(number) is no uint") }
            return UInt64(number)
        case .string(let text):
            guard !text.hasPrefix("+"), !text.hasPrefix("-"), let number = UInt64(text) else { throw conversion(text, to: .uint) }
            return number
        default: throw CELFailure.noOverload("uint", value)
        }
    }

    private static func double(_ value: CELValue) throws -> Double {
        switch value {
        case .double(let number): return number
        case .int(let number): return Double(number)
        case .uint(let number): return Double(number)
        case .string(let text):
            guard let number = Double(text) else { throw conversion(text, to: .double) }
            if number.isInfinite, text.utf8.contains(where: { (48...57).contains($0) }) {
                throw CELFailure(.range, "range error: \(text.prefix(40)) is no double")
            }
            return number
        default: throw CELFailure.noOverload("double", value)
        }
    }
}
