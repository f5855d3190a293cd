/// The desk's business calendars: whoever works tickets reads them, `sla:manage` changes them.
public struct SLACalendarService: Sendable {
    private let database: any Database

    public init(database: any Database) { self.database = database }

    /// By name.
    public func list(_ filter: NameFilter, page: PageRequest, as caller: Principal) async throws -> Page<SLACalendar> {
        try caller.requireReadingAgreements()
        return try await database.read { try $0.slaDefinitions.calendars.list(filter, page: page, for: caller) }
    }

    /// One calendar by id or name.
    public func find(_ key: RefInput<SLACalendar>, as caller: Principal) async throws -> SLACalendar {
        try caller.requireReadingAgreements()
        return try await database.read { tx in
            guard let calendar = try tx.slaDefinitions.calendars.first(key) else { throw ITSMError.notFound("calendar") }
            return calendar
        }
    }

    /// All versions of a calendar, the newest first.
    public func versions(
        of key: RefInput<SLACalendar>, where condition: Condition? = nil, page: PageRequest, as caller: Principal
    ) async throws -> Page<SLACalendar> {
        let id = try await find(key, as: caller).id
        return try await database.read { try $0.slaDefinitions.calendars.versions(of: id, where: condition, page: page, for: caller) }
    }

    /// One version of a calendar.
    ///
    /// - Throws: `notFound` for a calendar or a version that is absent.
    public func find(_ key: RefInput<SLACalendar>, version: Int, as caller: Principal) async throws -> SLACalendar {
        let id = try await find(key, as: caller).id
        return try await database.read { tx in
            guard let calendar = try tx.slaDefinitions.calendar(Edition(id, version: version)) else { throw ITSMError.notFound("version") }
            return calendar
        }
    }

    /// Makes a calendar; in the desk's zone unless the draft names one.
    ///
    /// - Throws: `forbidden` without `sla:manage`; `invalid` with every fault.
    public func create(_ draft: SLACalendar.Draft, as caller: Principal) async throws -> SLACalendar {
        try await database.write { try self.create(draft, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func create(_ draft: SLACalendar.Draft, in tx: any Transaction, as caller: Principal) throws -> SLACalendar {
        try caller.require(.manageSLA)
        let calendar = try SLACalendar(draft, id: tx.newID(), zone: tx.settings.current().timeZone, at: tx.now)
        try tx.slaDefinitions.calendars.insert(calendar)
        try tx.activity.append(Activity(.slaCalendarCreated, of: calendar, payload: calendar.changes(since: nil).payload, at: tx.now), by: caller)
        return calendar
    }

    /// - Parameter expected: the version that the caller read; nil applies the patch to whatever is there.
    public func update(
        _ key: RefInput<SLACalendar>, _ patch: SLACalendar.Patch, expecting expected: Int? = nil, as caller: Principal
    ) async throws -> SLAEdit<SLACalendar> {
        try await database.write { try self.update(key, patch, expecting: expected, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func update(
        _ key: RefInput<SLACalendar>, _ patch: SLACalendar.Patch, expecting expected: Int? = nil, in tx: any Transaction, as caller: Principal
    ) throws -> SLAEdit<SLACalendar> {
        let old = try lock(key, in: tx, as: caller)
        try ITSMError.expect(version: expected, of: old.version)
        var calendar = old
        try calendar.apply(patch, at: tx.now)
        return try save(calendar, insteadOf: old, patch.runningCycles ?? .follow, in: tx, as: caller)
    }

    /// One calendar by id or name, for somebody who is about to change it.
    public func findToChange(_ key: RefInput<SLACalendar>, as caller: Principal) async throws -> SLACalendar {
        try caller.require(.manageSLA)
        return try await find(key, as: caller)
    }

    /// Takes holidays from a file.
    ///
    /// - Parameters:
    ///   - chosen: the UIDs of the events to apply; nil for those that the preview proposes.
    ///   - expected: the version in whose zone the file was read.
    public func apply(
        _ file: HolidayFile, to key: RefInput<SLACalendar>, chosen: Set<String>?, _ runningCycles: RunningCycles?, expecting expected: Int,
        in tx: any Transaction, as caller: Principal
    ) throws -> SLAEdit<SLACalendar> {
        let calendar = try lock(key, in: tx, as: caller)
        var patch = SLACalendar.Patch()
        patch.holidays = .value(try calendar.holidays(applying: file, chosen: chosen))
        patch.runningCycles = runningCycles
        return try update(key, patch, expecting: expected, in: tx, as: caller)
    }

    /// A desk that chooses its zone takes the calendar that it began with along, as long as nobody has made that their own.
    func followZone(_ zone: String, insteadOf old: String, in tx: any Transaction, as caller: Principal) throws {
        guard let calendar = try tx.slaDefinitions.calendars.lock(.id(SLACalendar.weekdaysID)),
            let moved = calendar.following(zone: zone, insteadOf: old, at: tx.now)
        else { return }
        _ = try save(moved, insteadOf: calendar, .follow, in: tx, as: caller)
    }

    /// Saves a calendar that the caller decided and locked; nothing happens when it does not differ.
    func save(
        _ calendar: SLACalendar, insteadOf old: SLACalendar, _ runningCycles: RunningCycles, in tx: any Transaction, as caller: Principal
    ) throws -> SLAEdit<SLACalendar> {
        guard calendar != old else { return SLAEdit(calendar, mustRecompute: false) }
        try tx.slaDefinitions.calendars.update(calendar)
        var changes = try calendar.changes(since: old)
        let isOtherTime = calendar.businessCalendar != old.businessCalendar
        if isOtherTime { changes.add("runningCycles", .string(runningCycles.rawValue)) }
        let isArchiving = old.archivedAt == nil && calendar.archivedAt != nil
        try tx.activity.append(
            Activity(isArchiving ? .slaCalendarArchived : .slaCalendarUpdated, of: calendar, payload: changes.payload, at: tx.now), by: caller)
        let mustRecompute = isOtherTime && runningCycles == .follow
        if mustRecompute { try SLARecomputeService.start(.calendar(calendar.edition), in: tx, as: caller) }
        return SLAEdit(calendar, mustRecompute: mustRecompute)
    }

    /// Deletes a calendar that no agreement ever named.
    ///
    /// - Throws: `inUse` naming the uses.
    public func delete(_ key: RefInput<SLACalendar>, expecting expected: Int? = nil, as caller: Principal) async throws {
        try await database.write { try self.delete(key, expecting: expected, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func delete(_ key: RefInput<SLACalendar>, expecting expected: Int? = nil, in tx: any Transaction, as caller: Principal) throws {
        let calendar = try lock(key, in: tx, as: caller)
        try ITSMError.expect(version: expected, of: calendar.version)
        let uses = try tx.slaDefinitions.calendars.uses(of: calendar.id)
        guard uses.isEmpty else { throw ITSMError.inUse("The calendar \(calendar.name)", by: uses) }
        try tx.slaDefinitions.calendars.delete(calendar.id)
        try tx.activity.append(Activity(.slaCalendarDeleted, of: calendar, payload: ["name": .string(calendar.name)], at: tx.now), by: caller)
    }

    func lock(_ key: RefInput<SLACalendar>, in tx: any Transaction, as caller: Principal) throws -> SLACalendar {
        try caller.require(.manageSLA)
        guard let calendar = try tx.slaDefinitions.calendars.lock(key) else { throw ITSMError.notFound("calendar") }
        return calendar
    }
}

extension Activity {
    fileprivate init(_ kind: Kind, of calendar: SLACalendar, payload: JSONValue, at now: Instant) {
        self.init(kind, on: .init(.slaCalendar, calendar.id), payload: payload, occurredAt: now)
    }
}
