import Foundation
import ITSMCore

/// One column of a table: which part of a record, under which heading.
struct Column: Sendable, Hashable {
    enum Style: Sendable { case text, time }

    var header: String
    /// Names joined by dots, such as `resolution.code`.
    var path: String
    var style = Style.text
    /// Shown by `-o wide` and in CSV only.
    var isWide = false
    /// May be cut where the terminal is too narrow.
    var isFlexible = false

    init(_ header: String, _ path: String, _ style: Style = .text, wide: Bool = false, flexible: Bool = false) {
        (self.header, self.path, self.style, isWide, isFlexible) = (header, path, style, wide, flexible)
    }

    /// A column that a person asked for by its path.
    init(field path: String) {
        self.init(path.uppercased(), path, path.hasSuffix("At") || path == "time" || path.hasSuffix("Until") ? .time : .text)
    }
}

/// What a kind of record looks like on the terminal.
struct RecordShape: Sendable {
    /// The path of what `-o name` prints: what people call the record by.
    var name: String
    var columns: [Column]
    /// The lines of a single record's card; nil for the columns.
    var details: [Column]?
    /// The path of a longer text that stands below the card.
    var text: String?
}

extension JSONValue {
    /// The part of a record that a dotted path names.
    func value(at path: String) -> JSONValue? {
        if let whole = self[path] { return whole }
        var value: JSONValue? = self
        for name in path.split(separator: ".") { value = value?[String(name)] }
        return value
    }

    /// The value as people read it in one cell: a record by its name or number, a list with commas, a change with an arrow, nothing for null.
    var cell: String {
        switch self {
        case .null: ""
        case .bool(let value): value ? "yes" : "no"
        case .integer(let value): String(value)
        case .number(let value): String(value)
        case .string(let value): value
        case .array(let values): values.map(\.cell).joined(separator: ", ")
        case .object(let members) where members["new"] != nil:
            [members["old"]?.cell ?? "", "→", members["new"]?.cell ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
        case .object(let members):
            ["number", "name", "username", "title", "code", "id"].lazy.compactMap { members[$0]?.string }.first
                ?? members.map { ($0.key, $0.value.cell) }.filter { !$0.1.isEmpty }.sorted { $0.0 < $1.0 }.map { "\($0): \($1)" }
                .joined(separator: ", ")
        }
    }
}
