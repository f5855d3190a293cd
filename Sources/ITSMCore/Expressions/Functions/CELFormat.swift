import Foundation

/// `format` of the extension strings (cel-spec, extensions/strings).
enum CELFormat {
    static func text(_ format: String, _ arguments: [CELValue]) throws -> String {
        var result = String.UnicodeScalarView()
        var rest = format.unicodeScalars[...]
        var next = 0
        while let scalar = rest.popFirst() {
            guard scalar == "%" else {
                result.append(scalar)
                continue
            }
            var precision: Int?
            if rest.first == "." {
                let digits = rest.dropFirst().prefix { ("0"..."9").contains($0) }
                guard let number = Int(String(digits)), number <= 100 else { throw malformed("a precision is a number of at most 100") }
                precision = number
                rest = rest.dropFirst(1 + digits.count)
            }
            guard let clause = rest.popFirst() else { throw malformed("unexpected end of string") }
            if clause == "%" {
                result.append("%")
                continue
            }
            guard arguments.indices.contains(next) else { throw CELFailure(.indexOutOfRange, "index \(next) out of range") }
            result.append(contentsOf: try clausedText(clause, precision, arguments[next]).unicodeScalars)
            next += 1
        }
        return String(result)
    }

    private static func malformed(_ why: String) -> CELFailure { CELFailure(.invalidArgument, "could not parse formatting clause: \(why)") }

    private static func wrong(_ rule: String, _ value: CELValue) -> CELFailure {
        CELFailure(.invalidArgument, "error during formatting: \(rule), was given \(value.type.name)")
    }

    private static func clausedText(_ clause: Unicode.Scalar, _ precision: Int?, _ value: CELValue) throws -> String {
        switch clause {
        case "s": return try string(value)
        case "d":
            switch value {
            case .int, .uint, .double: return try CELText.string(value)
            default: throw wrong("decimal clause can only be used on integers", value)
            }
        case "f", "e":
            let number: Double
            switch value {
            case .int(let whole): number = Double(whole)
            case .uint(let whole): number = Double(whole)
            case .double(let double): number = double
            default: throw wrong("\(clause == "f" ? "fixed-point" : "scientific") clause can only be used on doubles", value)
            }
            return number.isFinite ? String(format: "%.\(precision ?? 6)\(clause)", number) : CELText.double(number)
        case "x", "X":
            let text: String
            switch value {
            case .int(let number): text = String(number, radix: 16)
            case .uint(let number): text = String(number, radix: 16)
            case .string(let string): text = hexadecimal(Array(string.utf8))
            case .bytes(let bytes): text = hexadecimal(bytes)
            default: throw wrong("only integers, byte buffers, and strings can be formatted as hex", value)
            }
            return clause == "X" ? text.uppercased() : text
        case "o":
            switch value {
            case .int(let number): return String(number, radix: 8)
            case .uint(let number): return String(number, radix: 8)
            default: throw wrong("octal clause can only be used on integers", value)
            }
        case "b":
            switch value {
            case .int(let number): return String(number, radix: 2)
            case .uint(let number): return String(number, radix: 2)
            case .bool(let flag): return flag ? "1" : "0"
            default: throw wrong("only integers and bools can be formatted as binary", value)
            }
        default: throw malformed("unrecognized formatting clause \"\(clause)\"")
        }
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String { bytes.map { String(UInt16($0) + 256, radix: 16).dropFirst() }.joined() }

    private static func string(_ value: CELValue) throws -> String {
        switch value {
        case .null: return "null"
        case .bytes(let bytes): return String(decoding: bytes, as: UTF8.self)
        case .type(let type): return type.name
        case .list(let list): return "[\(try list.elements.map(string).joined(separator: ", "))]"
        case .map(let map):
            let entries = try map.entries.map { (key: try string($0.key), value: try string($0.value)) }
            return "{\(entries.sorted { $0.key.precedesByScalars($1.key) }.map { "\($0.key): \($0.value)" }.joined(separator: ", "))}"
        case .optional:
            throw wrong(
                "string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps", value)
        default: return try CELText.string(value)
        }
    }
}
