/// A condition as a form shows it: rows of a field, an operator and values, that all must hold or any; groups of rows one level deeper; and parts that rows
/// cannot say, as their text.
///
/// Rows and text say the same: `text(with:)` writes the expression, `init(reading:with:)` reads one, and rows read back as they were written.
public struct ConditionRows: Sendable, Hashable {
    public var join: Join
    public var parts: [Part]

    /// Which of the parts must hold.
    public enum Join: String, Sendable, Codable, CaseIterable { case all, any }

    /// One line of the form.
    public enum Part: Sendable, Hashable {
        case row(ConditionRow)
        /// What rows cannot say, as an expression.
        case text(String)
        /// Rows of their own; no group stands in a group.
        case group(Join, [Part])
    }

    public init(_ join: Join = .all, _ parts: [Part] = []) {
        self.join = join
        self.parts = parts
    }
}

/// One row: a field, what is asked of it, and with what.
public struct ConditionRow: Sendable, Hashable {
    /// The name of a `ConditionRowField`, such as `ticket.assignee`.
    public var field: String
    public var operation: Operation
    /// As many as the operator takes; ids for people, groups and services.
    public var values: [String]

    public init(_ field: String, _ operation: Operation, _ values: [String] = []) {
        self.field = field
        self.operation = operation
        self.values = values
    }

    /// What can be asked. Which of them a field takes, its form says.
    public enum Operation: String, Sendable, Codable, CaseIterable {
        /// One of the values; of a list: it holds one of them.
        case `is`, isNot
        case contains, containsNot, startsWith, endsWith
        /// A category, or one below it.
        case isWithin, isNotWithin
        case less, lessOrEqual, greater, greaterOrEqual
        case isTrue, isFalse
        /// Of a time and a duration such as `168h`.
        case inTheLast, longerAgo, soonerThanIn, laterThanIn
        case isPast, isFuture
        /// Of a time and another, as RFC 3339 has it.
        case since, before
        /// Whoever reads.
        case isMe, isNotMe
        /// One of the groups of whoever reads.
        case isMine, isNotMine
        case isEmpty, isNotEmpty

        /// How many values it takes.
        public var values: ClosedRange<Int> {
            switch self {
            case .is, .isNot: 1...50
            case .isTrue, .isFalse, .isPast, .isFuture, .isMe, .isNotMe, .isMine, .isNotMine, .isEmpty, .isNotEmpty: 0...0
            default: 1...1
            }
        }

        /// Holds where there is nothing to compare, as people mean it: who is nobody is not Ada.
        var isNegative: Bool { [.isNot, .containsNot, .isNotWithin, .isNotMe, .isNotMine].contains(self) }
    }
}

extension ConditionRows: Codable {
    private enum CodingKeys: String, CodingKey { case join, parts }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(try fields.decode(Join.self, forKey: .join), try fields.decode([Part].self, forKey: .parts))
    }
}

extension ConditionRows.Part: Codable {
    private enum CodingKeys: String, CodingKey { case field, `operator`, values, text, join, parts }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        if let text = try fields.decodeIfPresent(String.self, forKey: .text) {
            self = .text(text)
        } else if let join = try fields.decodeIfPresent(ConditionRows.Join.self, forKey: .join) {
            self = .group(join, try fields.decode([Self].self, forKey: .parts))
        } else {
            self = .row(
                ConditionRow(
                    try fields.decode(String.self, forKey: .field), try fields.decode(ConditionRow.Operation.self, forKey: .operator),
                    try fields.decodeIfPresent([String].self, forKey: .values) ?? []))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .row(let row):
            try fields.encode(row.field, forKey: .field)
            try fields.encode(row.operation, forKey: .operator)
            try fields.encode(row.values, forKey: .values)
        case .text(let text): try fields.encode(text, forKey: .text)
        case .group(let join, let parts):
            try fields.encode(join, forKey: .join)
            try fields.encode(parts, forKey: .parts)
        }
    }
}
