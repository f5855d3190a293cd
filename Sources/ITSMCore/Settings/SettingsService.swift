/// The desk's settings and its priority matrix: everyone who signed in reads them, `settings:manage` changes them.
public struct SettingsService: Sendable {
    private let database: any Database

    private let calendars: SLACalendarService

    public init(database: any Database) {
        self.database = database
        calendars = SLACalendarService(database: database)
    }

    // MARK: - Settings

    /// The settings as they are on record now.
    public func settings() async throws -> DeskSettings { try await database.read { try $0.settings.current() } }

    /// - Parameter expected: the version that the caller read; nil applies the patch to whatever is there.
    public func update(_ patch: DeskSettings.Patch, expecting expected: Int? = nil, as caller: Principal) async throws -> DeskSettings {
        try await database.write { try self.update(patch, expecting: expected, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func update(
        _ patch: DeskSettings.Patch, expecting expected: Int? = nil, in tx: any Transaction, as caller: Principal
    ) throws -> DeskSettings {
        try caller.require(.manageSettings)
        let old = try tx.settings.lock()
        try ITSMError.expect(version: expected, of: old.version)
        var settings = old
        let changes = try settings.apply(patch, at: tx.now)
        guard !changes.isEmpty else { return settings }
        try tx.settings.update(settings)
        if settings.timeZone != old.timeZone {
            try calendars.followZone(settings.timeZone, insteadOf: old.timeZone, in: tx, as: caller)
        }
        try tx.activity.append(
            Activity(.settingsUpdated, on: .init(.settings, DeskSettings.recordID), payload: changes.payload, occurredAt: tx.now), by: caller)
        return settings
    }

    // MARK: - Priority matrix

    /// The priority matrix as it is on record now.
    public func matrix() async throws -> PriorityMatrix.Edition { try await database.read { try $0.settings.matrix() } }

    /// - Parameter expected: the version that the caller read; nil applies the patch to whatever is there.
    public func update(
        _ patch: PriorityMatrix.Patch, expecting expected: Int? = nil, as caller: Principal
    ) async throws -> PriorityMatrix.Edition {
        try await database.write { try self.update(patch, expecting: expected, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func update(
        _ patch: PriorityMatrix.Patch, expecting expected: Int? = nil, in tx: any Transaction, as caller: Principal
    ) throws -> PriorityMatrix.Edition {
        try caller.require(.manageSettings)
        var edition = try tx.settings.lockMatrix()
        try ITSMError.expect(version: expected, of: edition.version)
        let changes = edition.apply(patch, at: tx.now)
        guard !changes.isEmpty else { return edition }
        try tx.settings.update(edition)
        try tx.activity.append(
            Activity(
                .priorityMatrixUpdated, on: .init(.priorityMatrix, PriorityMatrix.Edition.recordID), payload: changes.payload, occurredAt: tx.now),
            by: caller)
        return edition
    }
}
