/// Where the definitions of custom fields are kept.
public protocol CustomFieldStore {
    /// In the order in which forms show them.
    func all() throws -> [CustomField]
    /// How many are defined, archived ones included.
    func count() throws -> Int
    /// By id or name, archived ones included.
    func first(_ key: RefInput<CustomField>) throws -> CustomField?
    /// The same under a lock, held to the end of the transaction.
    func lock(_ key: RefInput<CustomField>) throws -> CustomField?
    /// Queues the insert.
    func insert(_ field: CustomField) throws
    /// Queues the update. The caller holds the lock.
    func update(_ field: CustomField) throws
    /// Queues the deletion. The caller holds the lock and knows that nothing uses it.
    func delete(_ id: ID<CustomField>) throws
    /// How many tickets have a value of it; counting stops at `RecordUse.countLimit`.
    func ticketCount(of id: ID<CustomField>) throws -> Int
    /// Those of `values` that a ticket has.
    func used(_ values: [String], of id: ID<CustomField>) throws -> Set<String>
}
