/// Where the desk's settings and its priority matrix are kept: one record each.
public protocol SettingsStore {
    /// The desk's settings.
    func current() throws -> DeskSettings
    /// The same under a lock, held to the end of the transaction.
    func lock() throws -> DeskSettings
    /// Queues the update. The caller holds the lock.
    func update(_ settings: DeskSettings) throws

    /// The priority matrix with its version.
    func matrix() throws -> PriorityMatrix.Edition
    /// The same under a lock, held to the end of the transaction.
    func lockMatrix() throws -> PriorityMatrix.Edition
    /// Queues the update. The caller holds the lock.
    func update(_ matrix: PriorityMatrix.Edition) throws
}

/// Where business services are kept.
public protocol BusinessServiceStore {
    /// In order of name.
    func list(_ filter: NameFilter, page: PageRequest, for reader: Principal) throws -> Page<BusinessService>
    /// By id or name, archived ones included.
    func first(_ key: RefInput<BusinessService>) throws -> BusinessService?
    /// The same under a lock, held to the end of the transaction.
    func lock(_ key: RefInput<BusinessService>) throws -> BusinessService?
    /// Queues the insert.
    func insert(_ service: BusinessService) throws
    /// Queues the update. The caller holds the lock.
    func update(_ service: BusinessService) throws
    /// Queues the deletion. The caller holds the lock and knows that nothing uses it.
    func delete(_ id: ID<BusinessService>) throws
    /// What still points at the service.
    func uses(of id: ID<BusinessService>) throws -> [RecordUse]
}

/// Where categories are kept.
public protocol CategoryStore {
    /// In order of path.
    func list(_ filter: NameFilter, page: PageRequest, for reader: Principal) throws -> Page<Category>
    /// By id or path, archived ones included.
    func first(_ key: RefInput<Category>) throws -> Category?
    /// All of them, locked as a whole against other edits: a path depends on what stands above it.
    func lockTree() throws -> CategoryTree
    /// Queues the insert. The caller holds the lock, as for what follows.
    func insert(_ category: Category) throws
    /// Queues the update.
    func update(_ category: Category) throws
    /// Queues the deletion.
    func delete(_ id: ID<Category>) throws
    /// What still points at the category.
    func uses(of id: ID<Category>) throws -> [RecordUse]
}

/// Where all that the desk's snapshot holds is read at once.
public protocol DeskStore {
    /// Everything at one moment.
    func load() throws -> DeskSnapshot
}

/// Which services or categories a list holds.
public struct NameFilter: Sendable, Hashable {
    /// Text that the name (of a category: the path) must contain, without regard to case.
    public var query: String?
    /// Nil: both. Pickers ask for false, which also leaves out what stands under an archived category.
    public var isArchived: Bool?
    /// What must hold besides; of the scope of the list.
    public var condition: Condition?

    public init(query: String? = nil, isArchived: Bool? = nil, condition: Condition? = nil) {
        self.query = query
        self.isArchived = isArchived
        self.condition = condition
    }
}

/// What still points at a record, which is why it cannot be deleted.
public struct RecordUse: Sendable, Hashable {
    /// What they are, such as `ticket`.
    public var one: String
    /// The same in the plural.
    public var many: String
    public var count: Int
    /// Counting stops here: nobody needs to know more.
    public static let countLimit = 1_000

    public init(_ one: String, _ many: String, count: Int) {
        self.one = one
        self.many = many
        self.count = count
    }

    /// Such as `1 ticket`.
    var description: String {
        switch count {
        case 1: "1 \(one)"
        case ..<Self.countLimit: "\(count) \(many)"
        default: "more than \(Self.countLimit - 1) \(many)"
        }
    }
}

extension ITSMError {
    /// 409 that names the uses of `record` and the way out.
    static func inUse(
        _ record: String, by uses: [RecordUse], remedy: String = "Archive it instead, which hides it from pickers."
    ) -> ITSMError {
        let list = uses.map(\.description).joined(separator: " and ")
        return ITSMError(.inUse, "\(record) is used by \(list). \(remedy)")
    }

    /// - Throws: `versionMismatch` when the record is not at the version that the caller read; nil is any.
    static func expect(version expected: Int?, of current: Int) throws {
        if let expected, expected != current { throw ITSMError.versionMismatch(current: current) }
    }
}
