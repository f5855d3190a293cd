/// Where the desk's settings and its priority matrix are kept: one record each.
public protocol SettingsStore {
    func current() throws -> DeskSettings
    func lock() throws -> DeskSettings
    /// Queues the update. The caller holds the lock.
    func update(_ settings: DeskSettings) throws

    func matrix() throws -> PriorityMatrix.Edition
    func lockMatrix() throws -> PriorityMatrix.Edition
    /// Queues the update. The caller holds the lock.
    func update(_ matrix: PriorityMatrix.Edition) throws
}

/// Where business services are kept.
public protocol BusinessServiceStore {
    /// In order of name.
    func list(_ filter: NameFilter, page: PageRequest) throws -> Page<BusinessService>
    func first(_ id: ID<BusinessService>) throws -> BusinessService?
    func lock(_ id: ID<BusinessService>) throws -> BusinessService?
    /// Queues the insert.
    func insert(_ service: BusinessService) throws
    /// Queues the update. The caller holds the lock.
    func update(_ service: BusinessService) throws
    /// Queues the deletion. The caller holds the lock and knows that nothing uses it.
    func delete(_ id: ID<BusinessService>) throws
    func uses(of id: ID<BusinessService>) throws -> [RecordUse]
}

/// Where categories are kept.
public protocol CategoryStore {
    /// In order of path.
    func list(_ filter: NameFilter, page: PageRequest) throws -> Page<Category>
    func first(_ id: ID<Category>) throws -> Category?
    /// All of them, locked as a whole against other edits: a path depends on what stands above it.
    func lockTree() throws -> CategoryTree
    /// Queues the insert. The caller holds the lock, as for what follows.
    func insert(_ category: Category) throws
    /// Queues the update.
    func update(_ category: Category) throws
    /// Queues the deletion.
    func delete(_ id: ID<Category>) throws
    func uses(of id: ID<Category>) throws -> [RecordUse]
}

/// Where all that the desk's snapshot holds is read at once.
public protocol DeskStore {
    func load() throws -> DeskSnapshot
}

/// Which services or categories a list holds.
public struct NameFilter: Sendable, Hashable {
    /// Text that the name (of a category: the path) must contain, without regard to case.
    public var query: String?
    /// Nil: both. Pickers ask for false, which also leaves out what stands under an archived category.
    public var isArchived: Bool?

    public init(query: String? = nil, isArchived: Bool? = nil) {
        self.query = query
        self.isArchived = isArchived
    }
}

/// What still points at a record, which is why it cannot be deleted.
public struct RecordUse: Sendable, Hashable {
    /// What they are, in the plural.
    public var what: String
    public var count: Int
    /// Counting stops here: nobody needs to know more.
    public static let countLimit = 1_000

    public init(_ what: String, count: Int) {
        self.what = what
        self.count = count
    }
}

extension ITSMError {
    /// 409 that names the uses of `record` and the way out.
    static func inUse(_ record: String, by uses: [RecordUse]) -> ITSMError {
        let list = uses.map { $0.count < RecordUse.countLimit ? "\($0.count) \($0.what)" : "more than \(RecordUse.countLimit - 1) \($0.what)" }
        return ITSMError(.inUse, "\(record) is used by \(list.joined(separator: " and ")). Archive it instead, which hides it from pickers.")
    }

    /// - Throws: `versionMismatch` when the record is not at the version that the caller read; nil is any.
    static func expect(version expected: Int?, of current: Int) throws {
        if let expected, expected != current { throw ITSMError.versionMismatch(current: current) }
    }
}
