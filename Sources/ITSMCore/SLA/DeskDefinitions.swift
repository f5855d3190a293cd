import Synchronization

/// The desk's promises as one unit of work sees them: those in force from the desk's snapshot, old versions from the database.
struct DeskDefinitions: SLADefinitions {
    let desk: DeskSnapshot
    let tx: any Transaction

    var agreements: [ServiceLevelAgreement] { desk.agreementsInOrder }
    var rules: [EscalationRule] { desk.activeEscalationRules }
    var categories: CategoryTree { desk.categories }
    var conditions: ConditionLibrary { desk.conditions }
    var names: any NamedRecords { desk }

    func edition(of calendar: ID<SLACalendar>) -> Edition<SLACalendar>? {
        // A calendar whose zone is not known here has no clock, and gives no new terms.
        guard let found = desk.calendars[calendar], desk.clock(of: calendar) != nil else { return nil }
        return Edition(calendar, version: found.version)
    }

    func agreement(_ edition: Edition<ServiceLevelAgreement>) throws -> ServiceLevelAgreement {
        if let current = desk.agreements[edition.id], current.version == edition.version { return current }
        return try desk.oldEditions.agreement(edition) { try tx.slaDefinitions.agreement(edition) }
    }

    func clock(_ edition: Edition<SLACalendar>) throws -> SLAClock {
        if desk.calendars[edition.id]?.version == edition.version, let clock = desk.clock(of: edition.id) { return clock }
        return try desk.oldEditions.clock(edition) { try SLAClocks.shared.clock(of: calendar(edition)) }
    }

    func calendar(_ edition: Edition<SLACalendar>) throws -> SLACalendar {
        if let current = desk.calendars[edition.id], current.version == edition.version { return current }
        return try desk.oldEditions.calendar(edition) { try tx.slaDefinitions.calendar(edition) }
    }
}

/// Versions that clocks still run under though they are in force no more, as one snapshot of the desk has met them. They never change, so each is read
/// once.
final class OldEditions: Sendable {
    private let agreements = Mutex<[Edition<ServiceLevelAgreement>: ServiceLevelAgreement]>([:])
    private let calendars = Mutex<[Edition<SLACalendar>: SLACalendar]>([:])
    private let clocks = Mutex<[Edition<SLACalendar>: SLAClock]>([:])

    func agreement(_ edition: Edition<ServiceLevelAgreement>, load: () throws -> ServiceLevelAgreement?) throws -> ServiceLevelAgreement {
        try Self.find(edition, in: agreements, "agreement", load)
    }

    func calendar(_ edition: Edition<SLACalendar>, load: () throws -> SLACalendar?) throws -> SLACalendar {
        try Self.find(edition, in: calendars, "calendar", load)
    }

    func clock(_ edition: Edition<SLACalendar>, load: () throws -> SLAClock?) throws -> SLAClock {
        try Self.find(edition, in: clocks, "calendar", load)
    }

    /// The database is asked outside the lock.
    private static func find<Record, Value: Sendable>(
        _ edition: Edition<Record>, in kept: borrowing Mutex<[Edition<Record>: Value]>, _ what: String, _ load: () throws -> Value?
    ) throws -> Value {
        if let found = kept.withLock({ $0[edition] }) { return found }
        guard let loaded = try load() else { throw ITSMError.notFound(what) }
        kept.withLock { $0[edition] = loaded }
        return loaded
    }
}
