import Foundation
import ITSMCore
import Yams

/// JSON as text, keys in alphabetical order so that outputs can be compared.
enum JSONText {
    static func compact(_ value: JSONValue) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// One member or element a line, as `jq` and `gh` print it; the first line is not indented.
    /// - Parameter indent: what stands before each further line.
    static func pretty(_ value: JSONValue, indent: String = "") throws -> String {
        let inner = indent + "  "
        switch value {
        case .array(let values) where !values.isEmpty:
            return "[\n" + (try values.map { try inner + pretty($0, indent: inner) }).joined(separator: ",\n") + "\n\(indent)]"
        case .object(let members) where !members.isEmpty:
            let lines = try members.sorted { $0.key < $1.key }.map { key, value in
                try inner + compact(.string(key)) + ": " + pretty(value, indent: inner)
            }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
        default: return try compact(value)
        }
    }
}

enum YAMLText {
    static func of(_ value: JSONValue) throws -> String {
        let encoder = YAMLEncoder()
        encoder.options.sortKeys = true
        encoder.options.allowUnicode = true
        encoder.options.width = -1
        return try encoder.encode(value)
    }
}

/// RFC 4180 lines, with cells that a spreadsheet would run as a formula made harmless.
enum CSV {
    static func line(_ cells: [String]) -> String { cells.map(cell).joined(separator: ",") + "\r\n" }

    /// A cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return gets an apostrophe in front, unless it is a plain number
    /// (OWASP, "CSV Injection").
    static func cell(_ text: String) -> String {
        var text = text
        if let first = text.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first), Double(text) == nil { text = "'" + text }
        guard text.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
