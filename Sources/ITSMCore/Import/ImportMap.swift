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
    /// Where each field comes from.
    public var fields: [ImportField: FieldSource]
    /// The desk's own fields, by their names; written among the fields as `customFields.site`.
    public var customFields: [String: FieldSource] = [:]
    /// What a field's words mean here: field -> their word -> ours. Without regard to case. Our own words need no entry.
    public var values: [ImportField: [String: String]]
    /// The same for the desk's own fields, by their names.
    public var customValues: [String: [String: String]] = [:]
    /// Columns that are left out on purpose.
    public var ignore: [String]
    /// Columns that stay on the ticket as source data. Any column that is neither a field's, nor ignored, nor kept is an error.
    public var keep: Columns
    /// Columns that the file may lack; a field is then without a value.
    public var optional: Columns

    static let longestSource = 50

    /// In a status's values: the ticket keeps the state it had before.
    public static let keepsState = "keep"

    /// All columns of the file, or those of these names.
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
        _ columns: String..., fallback: [String] = [], separator: String? = nil, prefix: String? = nil, otherwise: String? = nil,
        dates: [String]? = nil
    ) {
        self.columns = columns
        self.fallback = fallback
        self.separator = separator
        self.prefix = prefix
        self.otherwise = otherwise
        self.dates = dates
    }
}
