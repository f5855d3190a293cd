/// A cell, or a row, that cannot be imported, and why. Its ticket is rejected.
public struct ImportFault: Sendable, Hashable, Codable {
    /// As a spreadsheet counts: the header is row 1.
    public var row: Int
    /// From 1; nil when the fault is not in one cell.
    public var column: Int?
    /// The column's name in the file's header.
    public var name: String?
    /// The cell's text, at most 80 characters of it.
    public var value: String?
    public var code: ErrorCode
    public var message: String

    public init(row: Int, column: Int? = nil, name: String? = nil, value: String? = nil, code: ErrorCode = .invalidValue, message: String) {
        self.row = row
        self.column = column
        self.name = name
        self.value = value.map { String($0.prefix(80)) }
        self.code = code
        self.message = message
    }
}

/// What was imported, but not exactly as the source had it.
public enum ImportWarning: String, Sendable, Hashable, Codable, CaseIterable, CodingKeyRepresentable {
    /// The source's state means nothing; the one before was kept.
    case stateKept
    /// A wall time that the zone's clocks jumped over; moved forward by the jump.
    case timeInGap
    /// A wall time that the zone's clocks show twice; the first was taken.
    case timeRepeated
    /// An update is dated before the one it follows; it was given that one's time.
    case timeWentBack
    /// A resolved or closed ticket without a time of resolution; its first resolved event, else its closing, was taken.
    case resolvedAtMissing
    /// A resolved or closed ticket without a time of closing; its last update was taken.
    case closedAtMissing
    /// A ticket without a caller; it belongs to the person "Unknown".
    case requesterUnknown
    /// A move between states that our lifecycle would refuse; it was recorded as it happened.
    case transitionRefused
    /// A ticket without anything to make a title of; its number was taken.
    case titleMissing
    /// The source's priority is not what the matrix makes of impact and urgency; it stands as an override.
    case priorityOverridden
    /// The ticket, or its past in the source, is not as the last import left it; the source's news were laid over it.
    case historyDiffers
}

/// What an import did, or in a dry run would do.
public struct ImportReport: Sendable, Hashable, Codable {
    /// True where nothing was changed, only told.
    public var isDryRun: Bool
    /// Rows.
    public var read = 0
    /// Tickets.
    public var created = 0
    /// Tickets that were there, and differ now.
    public var updated = 0
    /// Tickets whose content was what the last import saw.
    public var unchanged = 0
    /// Tickets that were left out for a fault.
    public var rejected = 0
    /// Rows of rejected tickets.
    public var rejectedRows = 0
    /// What was done otherwise than the source says, by kind.
    public var warnings: [ImportWarning: Warning] = [:]
    /// All that were found.
    public var faultCount = 0
    /// The first `faultLimit` of them, in the order of the file.
    public var faults: [ImportFault] = []
    /// Faults beyond these are counted in `faultCount` alone.
    public static let faultLimit = 1_000
    static let sampleLimit = 10

    /// How often something happened, and where at first.
    public struct Warning: Sendable, Hashable, Codable {
        public var count = 0
        public var samples: [Sample] = []

        /// One of the places where it happened.
        public struct Sample: Sendable, Hashable, Codable {
            public var row: Int
            /// Their number of the ticket.
            public var ticket: String
            public var detail: String
        }
    }

    public init(isDryRun: Bool) { self.isDryRun = isDryRun }

    mutating func add(_ notes: [ImportNote], of ticket: String) {
        for note in notes {
            var warning = warnings[note.warning] ?? Warning()
            warning.count += 1
            if warning.samples.count < Self.sampleLimit { warning.samples.append(.init(row: note.row, ticket: ticket, detail: note.detail)) }
            warnings[note.warning] = warning
        }
    }
}

/// One warning about one row.
struct ImportNote: Sendable, Hashable {
    var warning: ImportWarning
    var row: Int
    var detail: String
}
