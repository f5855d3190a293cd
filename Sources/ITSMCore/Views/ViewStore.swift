/// Where views are kept.
public protocol ViewStore {
    /// Those that `caller` may use, by name.
    func list(_ filter: SavedView.Filter, page: PageRequest, visibleTo caller: Principal) throws -> Page<SavedView>
    /// Of those the first that stand among the tabs, in their order.
    func pinned(visibleTo caller: Principal, limit: Int) throws -> [SavedView]
    /// Those that the key means among what `caller` may use: one by id; by name their own, or else all that others share under it.
    func find(_ key: RefInput<SavedView>, visibleTo caller: Principal) throws -> [SavedView]
    /// The view under a lock, held to the end of the transaction.
    func lock(_ id: ID<SavedView>) throws -> SavedView?
    /// How many views a person keeps.
    func count(of owner: ID<User>) throws -> Int
    /// Queues the insert.
    ///
    /// - Parameter customFields: the names of those that it speaks of.
    func insert(_ view: SavedView, customFields: Set<String>) throws
    /// Queues the update. The caller holds the lock.
    ///
    /// - Parameter customFields: the names of those that it speaks of; nil where what names them is what it was.
    func update(_ view: SavedView, customFields: Set<String>?) throws
    /// Queues the deletion.
    func delete(_ id: ID<SavedView>) throws
    /// The views that speak of a custom field.
    func uses(ofCustomField name: String) throws -> [RecordUse]
}

extension SavedView {
    /// Which views a list holds.
    public struct Filter: Sendable, Hashable {
        /// Text that the name must contain, without regard to case.
        public var query: String?
        /// True: the caller's own; false: those that others share.
        public var isMine: Bool?
        /// What must hold besides; of the scope `views`.
        public var condition: Condition?

        public init(query: String? = nil, isMine: Bool? = nil, condition: Condition? = nil) {
            self.query = query
            self.isMine = isMine
            self.condition = condition
        }
    }
}
