import Foundation
import ITSMCore
import Yams

/// JSON as text, keys in alphabetical order so that outputs can be compared.
enum JSONText {
    static func compact(_ value: JSONValue) throws -> String { try encode(value, [.sortedKeys, .withoutEscapingSlashes]) }

    /// - Parameter indent: what stands before each line.
    static func pretty(_ value: JSONValue, indent: String = "") throws -> String {
        let text = try encode(value, [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted])
        return indent.isEmpty ? text : text.split(separator: "\n", omittingEmptySubsequences: false).map { indent + $0 }.joined(separator: "\n")
    }

    private static func encode(_ value: JSONValue, _ formatting: JSONEncoder.OutputFormatting) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = formatting
        return String(decoding: try encoder.encode(value), as: UTF8.self)
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
