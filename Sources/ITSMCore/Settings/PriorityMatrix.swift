/// The desk's table that makes a priority of impact and urgency (domain.md, 2). On the wire
/// `{"high": {"high": "critical", "medium": "high", "low": "medium"}, "medium": {…}, "low": {…}}`: impact first, then urgency; always all nine.
public struct PriorityMatrix: Sendable, Hashable {
    /// Nine cells: impact by row, urgency by column, both from high to low.
    private var cells: [Priority]

    /// Builds the matrix by asking for each cell.
    public init(_ priority: (Impact, Urgency) throws -> Priority) rethrows {
        cells = try Impact.allCases.flatMap { impact in try Urgency.allCases.map { try priority(impact, $0) } }
    }

    /// The priority of one cell.
    public subscript(impact: Impact, urgency: Urgency) -> Priority {
        get { cells[Self.index(impact, urgency)] }
        set { cells[Self.index(impact, urgency)] = newValue }
    }

    /// What the matrix makes of an impact and an urgency.
    public func priority(impact: Impact, urgency: Urgency) -> Priority { self[impact, urgency] }

    /// What a new installation starts with.
    public static let standard: PriorityMatrix = {
        let table: [[Priority]] = [[.critical, .high, .medium], [.high, .medium, .low], [.medium, .low, .low]]
        return PriorityMatrix { table[row($0)][column($1)] }
    }()

    /// Which cells differ, as activity records them: `{"high/low": {"old": …, "new": …}}`.
    public func changes(to other: PriorityMatrix) -> FieldChanges {
        var changes = FieldChanges()
        for impact in Impact.allCases {
            for urgency in Urgency.allCases {
                let (old, new) = (self[impact, urgency], other[impact, urgency])
                changes.note("\(impact.rawValue)/\(urgency.rawValue)", from: .string(old.rawValue), to: .string(new.rawValue))
            }
        }
        return changes
    }

    private static func index(_ impact: Impact, _ urgency: Urgency) -> Int { row(impact) * Urgency.allCases.count + column(urgency) }
    private static func row(_ impact: Impact) -> Int { impact == .high ? 0 : impact == .medium ? 1 : 2 }
    private static func column(_ urgency: Urgency) -> Int { urgency == .high ? 0 : urgency == .medium ? 1 : 2 }
}

extension PriorityMatrix: Codable {
    public init(from decoder: any Decoder) throws {
        let rows = try decoder.container(keyedBy: Cell.self)
        self = try PriorityMatrix { impact, urgency in
            try rows.nestedContainer(keyedBy: Cell.self, forKey: Cell(impact.rawValue)).decode(Priority.self, forKey: Cell(urgency.rawValue))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var rows = encoder.container(keyedBy: Cell.self)
        for impact in Impact.allCases {
            var row = rows.nestedContainer(keyedBy: Cell.self, forKey: Cell(impact.rawValue))
            for urgency in Urgency.allCases { try row.encode(self[impact, urgency], forKey: Cell(urgency.rawValue)) }
        }
    }

    private struct Cell: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}

extension PriorityMatrix {
    /// The desk's matrix as it stands, with the version that an edit must name.
    public struct Edition: Sendable, Hashable {
        public var matrix: PriorityMatrix
        public var version: Int
        public var updatedAt: Instant

        public init(matrix: PriorityMatrix, version: Int, updatedAt: Instant) {
            self.matrix = matrix
            self.version = version
            self.updatedAt = updatedAt
        }

        /// What activity calls the one record of its kind.
        public static let recordID = ID<PriorityMatrix>("00000000-0000-7000-8000-000000000011")!

        /// Sets the cells that `patch` names; the version rises when anything differs. Tickets keep the priority they have until their own impact or
        /// urgency changes.
        public mutating func apply(_ patch: Patch, at now: Instant) -> FieldChanges {
            let new = PriorityMatrix { impact, urgency in patch.cells[impact]?[urgency] ?? matrix[impact, urgency] }
            let changes = matrix.changes(to: new)
            if !changes.isEmpty {
                matrix = new
                version += 1
                updatedAt = now
            }
            return changes
        }
    }

    /// What a caller sends to change cells, in the form of the matrix itself: those that are named, the others stay.
    public struct Patch: Sendable, Hashable, Codable {
        public var cells: [Impact: [Urgency: Priority]]

        public init(_ cells: [Impact: [Urgency: Priority]]) { self.cells = cells }

        public init(from decoder: any Decoder) throws { cells = try decoder.singleValueContainer().decode([Impact: [Urgency: Priority]].self) }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(cells)
        }
    }
}
