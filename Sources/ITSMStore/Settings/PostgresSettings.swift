import ITSMCore

struct PostgresSettings: SettingsStore {
    let connection: Connection

    private static let settings: SQL = """
        SELECT name, time_zone, language, auto_close_days, reopen_window_days, attachment_limit_bytes, sign_in_idle_minutes, default_impact,
            default_urgency, version, updated_at
        FROM settings
        """

    func current() throws -> DeskSettings { try theOne(try connection.first(Self.settings)) }

    func lock() throws -> DeskSettings { try theOne(try connection.first("\(fragment: Self.settings) FOR NO KEY UPDATE")) }

    func laterCurrent() throws -> Later<DeskSettings> { try connection.later(Self.settings) }

    func update(_ settings: DeskSettings) throws {
        try connection.execute(
            """
            UPDATE settings
            SET name = \(settings.name), time_zone = \(settings.timeZone), language = \(settings.language),
                auto_close_days = \(settings.autoCloseDays), reopen_window_days = \(settings.reopenWindowDays),
                attachment_limit_bytes = \(settings.attachmentLimitBytes), sign_in_idle_minutes = \(settings.signInIdleMinutes),
                default_impact = \(settings.defaultImpact),
                default_urgency = \(settings.defaultUrgency), version = \(settings.version), updated_at = \(settings.updatedAt)
            """, expecting: 1)
    }

    // MARK: - Priority matrix: one row a cell

    private static let cells: SQL = """
        SELECT impact, urgency, priority, version, updated_at
        FROM priority_matrix
        ORDER BY impact, urgency
        """

    func matrix() throws -> PriorityMatrix.Edition { try edition(of: try connection.all(Self.cells)) }

    func lockMatrix() throws -> PriorityMatrix.Edition { try edition(of: try connection.all("\(fragment: Self.cells) FOR NO KEY UPDATE")) }

    func laterMatrix() throws -> Later<[PriorityCell]> { try connection.later(all: Self.cells) }

    /// Cells that stay keep the version that last set them; the matrix's own is the highest.
    func update(_ edition: PriorityMatrix.Edition) throws {
        for impact in Impact.allCases {
            for urgency in Urgency.allCases {
                let priority = edition.matrix[impact, urgency]
                try connection.execute(
                    """
                    UPDATE priority_matrix
                    SET priority = \(priority), version = \(edition.version), updated_at = \(edition.updatedAt)
                    WHERE impact = \(impact) AND urgency = \(urgency) AND priority <> \(priority)
                    """)
            }
        }
    }

    func edition(of cells: [PriorityCell]) throws -> PriorityMatrix.Edition {
        let matrix = try PriorityMatrix { impact, urgency in
            try theOne(cells.first { $0.impact == impact && $0.urgency == urgency }).priority
        }
        return PriorityMatrix.Edition(
            matrix: matrix, version: cells.map(\.version).max() ?? 0, updatedAt: cells.map(\.updatedAt).max() ?? Instant(microseconds: 0))
    }

    private func theOne<Record>(_ record: Record?) throws -> Record {
        guard let record else { throw ITSMError(.internal, "The desk's settings are damaged: a row that the migration made is gone.") }
        return record
    }
}

/// One cell of the priority matrix.
struct PriorityCell: RowDecodable, Sendable {
    let impact: Impact
    let urgency: Urgency
    let priority: Priority
    let version: Int
    let updatedAt: Instant

    init(row: inout Row) throws {
        impact = try row.next()
        urgency = try row.next()
        priority = try row.next()
        version = try row.next()
        updatedAt = try row.next()
    }
}

extension DeskSettings: RowDecodable {
    package init(row: inout Row) throws {
        self.init(
            name: try row.next(), timeZone: try row.next(), language: try row.next(), autoCloseDays: try row.next(), reopenWindowDays: try row.next(),
            attachmentLimitBytes: try row.next(), signInIdleMinutes: try row.next(), defaultImpact: try row.next(), defaultUrgency: try row.next(),
            version: try row.next(),
            updatedAt: try row.next())
    }
}
