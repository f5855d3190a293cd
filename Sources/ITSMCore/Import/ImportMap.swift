/// How the columns and words of a CSV file become tickets: what an administrator writes as YAML or JSON, and what the presets are made of.
///
///     source: oldDesk                      # stands in externalRef and before usernames
///     dates: ["d/M/yyyy HH:mm"]
///     fields:
///       externalId: Ticket
///       title: [Product, Summary]          # joined by " · "
///       status: State
///       createdAt: Opened
///     values:
///       status: {"In work": inProgress, "Done": resolved}
///     ignore: [Internal flag]
///     keep: all                            # the rest stays on the ticket as source data
public struct ImportMap: Sendable, Hashable {
    /// The name of the source, as externalRef has it: letters, digits, `-`, `_`, `.`.
    public var source: String
    public var kind: TicketKind
    /// One character; nil to find it.
    public var delimiter: String?
    /// Nil to find it.
    public var encoding: TextEncoding?
    /// The zone of times without an offset, unless the import says another.
    public var timeZone: String?
    /// Patterns of `DateFormat`, tried in this order.
    public var dates: [String]
    /// Cell texts that mean "nothing", beside the empty cell.
    public var absent: [String]
    /// Other names that a column may have in the file: name in the file -> name used below. Without regard to case.
    public var headers: [String: String]
    public var fields: [ImportField: FieldSource]
    /// What a field's words mean here: field -> their word -> ours. Without regard to case. Our own words need no entry.
    public var values: [ImportField: [String: String]]
    /// Columns that are left out on purpose.
    public var ignore: [String]
    /// Columns that stay on the ticket as source data. Any column that is neither a field's, nor ignored, nor kept is an error.
    public var keep: Columns
    /// Columns that the file may lack; a field is then without a value.
    public var optional: Columns

    static let longestSource = 50

    /// In a status's values: the ticket keeps the state it had before.
    public static let keepsState = "keep"

    public enum Columns: Sendable, Hashable {
        case all
        case named([String])
    }

    public init(
        source: String, kind: TicketKind = .incident, delimiter: String? = nil, encoding: TextEncoding? = nil, timeZone: String? = nil,
        dates: [String] = ImportMap.ordinaryDates, absent: [String] = [], headers: [String: String] = [:], fields: [ImportField: FieldSource],
        values: [ImportField: [String: String]] = [:], ignore: [String] = [], keep: Columns = .named([]),
        optional: Columns = .named([])
    ) {
        self.source = source
        self.kind = kind
        self.delimiter = delimiter
        self.encoding = encoding
        self.timeZone = timeZone
        self.dates = dates
        self.absent = absent
        self.headers = headers
        self.fields = fields
        self.values = values
        self.ignore = ignore
        self.keep = keep
        self.optional = optional
    }

    /// The ways of writing a time that nobody can misread.
    public static let ordinaryDates = ["rfc3339", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-dd"]
}

/// What a cell can become.
public enum ImportField: String, Sendable, Hashable, Codable, CaseIterable, CodingKeyRepresentable {
    /// Their number of the ticket; rows of the same number are one ticket.
    case externalId
    /// Rises with every update of a ticket: the file is then an event log, one row an update.
    case order
    /// When, and by whom, the row's state was reached.
    case updatedAt, updatedBy
    case title, description, status, impact, urgency, priority, category, service, channel, tags
    case requester, openedBy, assignee, group
    case createdAt, resolvedAt, closedAt
    case resolutionCode, resolutionNotes, reopenCount
}

/// Where a field's value comes from. Written as a column's name, a list of them, or an object.
public struct FieldSource: Sendable, Hashable {
    /// Columns whose values are joined, absent ones left out.
    public var columns: [String]
    /// Columns that are joined instead when all of `columns` are absent.
    public var fallback: [String]
    /// Between joined values; nil means the field's own: `/` in a category, ` · ` elsewhere.
    public var separator: String?
    /// Before the value, when there is one.
    public var prefix: String?
    /// The value when there is no other.
    public var otherwise: String?
    /// Patterns for this field alone.
    public var dates: [String]?

    public init(
        _ columns: String..., fallback: [String] = [], separator: String? = nil, prefix: String? = nil, otherwise: String? = nil, dates: [String]? = nil
    ) {
        self.columns = columns
        self.fallback = fallback
        self.separator = separator
        self.prefix = prefix
        self.otherwise = otherwise
        self.dates = dates
    }
}

extension FieldSource: ExpressibleByStringLiteral {
    public init(stringLiteral column: String) { self.init(column) }
}

extension FieldSource: Codable {
    private enum Keys: String, CodingKey, CaseIterable { case columns, fallback, separator, prefix, otherwise, dates }

    public init(from decoder: any Decoder) throws {
        if let column = try? decoder.singleValueContainer().decode(String.self) {
            self.init(column)
        } else if let columns = try? decoder.singleValueContainer().decode([String].self) {
            self.init()
            self.columns = columns
        } else {
            let container = try decoder.strictContainer(keyedBy: Keys.self)
            self.init()
            columns = try container.decodeIfPresent([String].self, forKey: .columns) ?? []
            fallback = try container.decodeIfPresent([String].self, forKey: .fallback) ?? []
            separator = try container.decodeIfPresent(String.self, forKey: .separator)
            prefix = try container.decodeIfPresent(String.self, forKey: .prefix)
            otherwise = try container.decodeIfPresent(String.self, forKey: .otherwise)
            dates = try container.decodeIfPresent([String].self, forKey: .dates)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(columns, forKey: .columns)
        try container.encode(fallback, forKey: .fallback)
        try container.encodeIfPresent(separator, forKey: .separator)
        try container.encodeIfPresent(prefix, forKey: .prefix)
        try container.encodeIfPresent(otherwise, forKey: .otherwise)
        try container.encodeIfPresent(dates, forKey: .dates)
    }
}

extension ImportMap.Columns: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let word = try? container.decode(String.self) {
            guard word == "all" else {
                throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "must be the word all or a list of columns"))
            }
            self = .all
        } else {
            self = .named(try container.decode([String].self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .all: try container.encode("all")
        case .named(let columns): try container.encode(columns)
        }
    }
}

extension ImportMap: Codable {
    private enum Keys: String, CodingKey, CaseIterable {
        case source, kind, delimiter, encoding, timeZone, dates, absent, headers, fields, values, ignore, keep, optional
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.strictContainer(keyedBy: Keys.self)
        self.init(
            source: try container.decode(String.self, forKey: .source),
            kind: try container.decodeIfPresent(TicketKind.self, forKey: .kind) ?? .incident,
            delimiter: try container.decodeIfPresent(String.self, forKey: .delimiter),
            encoding: try container.decodeIfPresent(TextEncoding.self, forKey: .encoding),
            timeZone: try container.decodeIfPresent(String.self, forKey: .timeZone),
            dates: try container.decodeIfPresent([String].self, forKey: .dates) ?? Self.ordinaryDates,
            absent: try container.decodeIfPresent([String].self, forKey: .absent) ?? [],
            headers: try container.decodeIfPresent([String: String].self, forKey: .headers) ?? [:],
            fields: try container.decode([ImportField: FieldSource].self, forKey: .fields),
            values: try container.decodeIfPresent([ImportField: [String: String]].self, forKey: .values) ?? [:],
            ignore: try container.decodeIfPresent([String].self, forKey: .ignore) ?? [],
            keep: try container.decodeIfPresent(Columns.self, forKey: .keep) ?? .named([]),
            optional: try container.decodeIfPresent(Columns.self, forKey: .optional) ?? .named([]))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(source, forKey: .source)
        try container.encode(kind, forKey: .kind)
        try container.encodeIfPresent(delimiter, forKey: .delimiter)
        try container.encodeIfPresent(encoding, forKey: .encoding)
        try container.encodeIfPresent(timeZone, forKey: .timeZone)
        try container.encode(dates, forKey: .dates)
        try container.encode(absent, forKey: .absent)
        try container.encode(headers, forKey: .headers)
        try container.encode(fields, forKey: .fields)
        try container.encode(values, forKey: .values)
        try container.encode(ignore, forKey: .ignore)
        try container.encode(keep, forKey: .keep)
        try container.encode(optional, forKey: .optional)
    }
}

private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

extension Decoder {
    /// A container in which a key that nobody reads is an error, so that a misspelt word does not pass in silence.
    fileprivate func strictContainer<Key: CodingKey & CaseIterable>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        let known = Set(Key.allCases.map(\.stringValue))
        for key in try container(keyedBy: AnyKey.self).allKeys where !known.contains(key.stringValue) {
            throw DecodingError.dataCorrupted(
                .init(codingPath: codingPath + [key], debugDescription: "is not a word of an import map; known are \(known.sorted().joined(separator: ", "))"))
        }
        return try container(keyedBy: Key.self)
    }
}
