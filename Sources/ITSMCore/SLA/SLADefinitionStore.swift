/// Where what the desk promises is kept: calendars, agreements and escalation rules, each with all its versions.
public protocol SLADefinitionStore {
    /// Business calendars, by name.
    var calendars: any VersionedStore<SLACalendar> { get }
    /// Agreements, in the order in which they are asked.
    var agreements: any VersionedStore<ServiceLevelAgreement> { get }
    /// Escalation rules, by name.
    var escalationRules: any VersionedStore<EscalationRule> { get }

    /// What the records are called; nothing of those that are there no more.
    func names(of references: SLAReferences) throws -> SLANames
}

extension SLADefinitionStore {
    /// One version of a calendar, for a clock that runs under it; nil when there is none.
    public func calendar(_ edition: Edition<SLACalendar>) throws -> SLACalendar? { try calendars.version(edition) }

    /// One version of an agreement, for a clock that runs under it; nil when there is none.
    public func agreement(_ edition: Edition<ServiceLevelAgreement>) throws -> ServiceLevelAgreement? { try agreements.version(edition) }
}

/// Records of which every saved edit is a new version, and no version ever changes.
public protocol VersionedStore<Record> {
    /// What is kept: agreements, calendars or escalation rules.
    associatedtype Record: Sendable

    /// The current versions: agreements in the order in which they are asked, the others by name.
    func list(_ filter: NameFilter, page: PageRequest, for reader: Principal) throws -> Page<Record>
    /// By id or name, archived ones included.
    func first(_ key: RefInput<Record>) throws -> Record?
    /// The current version under a lock, held to the end of the transaction.
    func lock(_ key: RefInput<Record>) throws -> Record?
    /// Queues the insert of the record and its first version.
    func insert(_ record: Record) throws
    /// Queues a new version. The caller holds the lock.
    func update(_ record: Record) throws
    /// Queues the deletion of the record and all its versions. The caller holds the lock and knows that nothing uses it.
    func delete(_ id: ID<Record>) throws
    /// What still points at the record.
    func uses(of id: ID<Record>) throws -> [RecordUse]

    /// One version, in force or not; nil when there is none.
    func version(_ edition: Edition<Record>) throws -> Record?
    /// All versions, the newest first.
    ///
    /// - Parameter condition: what must hold besides; of the scope of the list.
    func versions(of id: ID<Record>, where condition: Condition?, page: PageRequest, for reader: Principal) throws -> Page<Record>
}
