import Foundation
import ITSMCore

/// Strict RFC 8259 JSON, for bodies that strangers send: bounded in depth, no member twice, no text that cannot be stored.
///
/// Grammar faults end the parse and name their place. A NUL or a lone surrogate in a text is well-formed but of no use: it becomes a field problem, so
/// that it is told together with all other faults.
struct JSONParser {
    static let maximumDepth = 32

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var depth = 0
    private var path: [String] = []
    private var problems: [FieldProblem] = []

    private init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// - Throws: `malformed`, with line and column.
    static func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws -> (value: JSONValue, problems: [FieldProblem]) {
        var parser = JSONParser(bytes)
        parser.skipSpace()
        if parser.position == bytes.count { throw parser.fault("the body is empty, a JSON value was expected") }
        let value = try parser.value()
        parser.skipSpace()
        if parser.position < bytes.count { throw parser.fault("there is text behind the end of the JSON value") }
        return (value, parser.problems)
    }

    private mutating func value() throws -> JSONValue {
        guard position < bytes.count else { throw fault("the text ends too early") }
        switch bytes[position] {
        case UInt8(ascii: "{"): return try nested { try $0.object() }
        case UInt8(ascii: "["): return try nested { try $0.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), 48...57: return try number()
        default: throw fault("a JSON value was expected")
        }
    }

    private mutating func nested(_ body: (inout JSONParser) throws -> JSONValue) throws -> JSONValue {
        depth += 1
        if depth > Self.maximumDepth { throw fault("objects and arrays stand more than \(Self.maximumDepth) deep") }
        position += 1
        skipSpace()
        let value = try body(&self)
        depth -= 1
        return value
    }

    private mutating func object() throws -> JSONValue {
        var members: [String: JSONValue] = [:]
        if skip("}") { return .object(members) }
        repeat {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { throw fault("a member name in quotation marks was expected") }
            let name = try string()
            skipSpace()
            guard skip(":") else { throw fault("a colon was expected") }
            skipSpace()
            path.append(name)
            guard members.updateValue(try value(), forKey: name) == nil else { throw fault("the member \(name.quotedForPeople) stands twice") }
            path.removeLast()
            skipSpace()
        } while skip(",")
        guard skip("}") else { throw fault("a comma or } was expected") }
        return .object(members)
    }

    private mutating func array() throws -> JSONValue {
        var elements: [JSONValue] = []
        if skip("]") { return .array(elements) }
        repeat {
            skipSpace()
            path.append(String(elements.count))
            elements.append(try value())
            path.removeLast()
            skipSpace()
        } while skip(",")
        guard skip("]") else { throw fault("a comma or ] was expected") }
        return .array(elements)
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws -> JSONValue {
        for index in 0..<text.utf8CodeUnitCount {
            guard peek == text.utf8Start[index] else { throw fault("a JSON value was expected") }
            position += 1
        }
        return value
    }

    private mutating func number() throws -> JSONValue {
        let start = position
        _ = skip("-")
        if !skip("0") { try digits() }
        var isWhole = true
        if skip(".") {
            isWhole = false
            try digits()
        }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            isWhole = false
            position += 1
            if !skip("+") { _ = skip("-") }
            try digits()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isWhole, let integer = Int64(text) { return .integer(integer) }
        guard let number = Double(text), number.isFinite else { throw fault("the number is too large") }
        return .number(number)
    }

    private mutating func digits() throws {
        let start = position
        while let byte = peek, (48...57).contains(byte) { position += 1 }
        if position == start { throw fault("a digit was expected") }
    }

    // MARK: Texts

    private mutating func string() throws -> String {
        position += 1
        let start = position
        while let byte = peek, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
            if byte < 32 { throw fault("a control character stands in a text; write it as an escape") }
            position += 1
        }
        if peek == UInt8(ascii: "\"") {
            defer { position += 1 }
            return try utf8(Array(bytes[start..<position]))
        }
        return try escapedString(Array(bytes[start..<position]))
    }

    private mutating func escapedString(_ beginning: [UInt8]) throws -> String {
        var text = beginning
        var fault: String?
        while let byte = peek, byte != UInt8(ascii: "\"") {
            if byte < 32 { throw self.fault("a control character stands in a text; write it as an escape") }
            position += 1
            if byte != UInt8(ascii: "\\") {
                text.append(byte)
            } else if let scalar = try escape() {
                if scalar.value == 0 { fault = "Holds a NUL character; remove it." }
                text.append(contentsOf: UTF8.encode(scalar)!)
            } else {
                fault = "Holds half of a surrogate pair (\\ud800 to \\udfff), which is no character; remove it."
            }
        }
        guard skip("\"") else { throw self.fault("a text does not end") }
        if let fault { problems.append(FieldProblem(path.reduce("") { $0.appending(pointerToken: $1) }, .invalidValue, fault)) }
        return try utf8(text)
    }

    /// Nil for a lone surrogate.
    private mutating func escape() throws -> Unicode.Scalar? {
        guard let byte = peek else { throw fault("a text does not end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            let first = try hexadecimal()
            guard (0xD800..<0xDC00).contains(first), bytes.count > position + 1, bytes[position] == UInt8(ascii: "\\"),
                bytes[position + 1] == UInt8(ascii: "u")
            else { return Unicode.Scalar(first) }
            let mark = position
            position += 2
            let second = try hexadecimal()
            guard (0xDC00..<0xE000).contains(second) else {
                position = mark
                return nil
            }
            return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        default: throw fault("an escape that JSON does not know")
        }
    }

    private mutating func hexadecimal() throws -> UInt32 {
        guard bytes.count - position >= 4, let value = UInt32(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16),
            bytes[position] != UInt8(ascii: "+"), bytes[position] != UInt8(ascii: "-")
        else { throw fault("four hexadecimal digits were expected") }
        position += 4
        return value
    }

    private func utf8(_ bytes: [UInt8]) throws -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw fault("a text is not UTF-8") }
        return text
    }

    // MARK: Place

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 32 || byte == 10 || byte == 13 || byte == 9 { position += 1 }
    }

    private func fault(_ what: String) -> ITSMError {
        let before = bytes[..<min(position, bytes.count)]
        let line = before.count { $0 == 10 } + 1
        let column = before.count - (before.lastIndex(of: 10).map { $0 + 1 } ?? 0) + 1
        return ITSMError(.malformed, "This is not JSON: line \(line), column \(column): \(what).")
    }
}
