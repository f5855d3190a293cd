/// The desk's tree of categories: everyone who signed in reads it, `settings:manage` changes it.
public struct CategoryService: Sendable {
    private let database: any Database

    public init(database: any Database) { self.database = database }

    /// By path.
    public func list(_ filter: NameFilter, page: PageRequest, as caller: Principal) async throws -> Page<Category> {
        try await database.read { try $0.categories.list(filter, page: page, for: caller) }
    }

    /// One category by id or path.
    public func find(_ key: RefInput<Category>) async throws -> Category {
        try await database.read { tx in
            guard let category = try tx.categories.first(key) else { throw ITSMError.notFound("category") }
            return category
        }
    }

    /// Makes a category.
    ///
    /// - Throws: `forbidden` without `settings:manage`; `invalid` with every fault.
    public func create(_ draft: Category.Draft, as caller: Principal) async throws -> Category {
        try await database.write { try self.create(draft, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func create(_ draft: Category.Draft, in tx: any Transaction, as caller: Principal) throws -> Category {
        try caller.require(.manageSettings)
        var tree = try tx.categories.lockTree()
        let category = try tree.add(draft, id: tx.newID(), at: tx.now)
        try tx.categories.insert(category)
        try tx.activity.append(Activity(.categoryCreated, of: category, since: nil, at: tx.now), by: caller)
        return category
    }

    /// Renames, moves or archives a category; the paths of those under it follow.
    ///
    /// - Parameter expected: the version that the caller read; nil applies the patch to whatever is there.
    public func update(
        _ key: RefInput<Category>, _ patch: Category.Patch, expecting expected: Int? = nil, as caller: Principal
    ) async throws -> Category {
        try await database.write { try self.update(key, patch, expecting: expected, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func update(
        _ key: RefInput<Category>, _ patch: Category.Patch, expecting expected: Int? = nil, in tx: any Transaction, as caller: Principal
    ) throws -> Category {
        var (tree, old) = try lock(key, in: tx, as: caller)
        try ITSMError.expect(version: expected, of: old.version)
        let (category, under) = try tree.apply(patch, to: old, at: tx.now)
        guard category != old else { return category }
        for changed in [category] + under { try tx.categories.update(changed) }
        let isArchiving = old.archivedAt == nil && category.archivedAt != nil
        try tx.activity.append(Activity(isArchiving ? .categoryArchived : .categoryUpdated, of: category, since: old, at: tx.now), by: caller)
        return category
    }

    /// Deletes a category that nothing uses and under which nothing stands.
    ///
    /// - Throws: `inUse` naming the uses.
    public func delete(_ key: RefInput<Category>, expecting expected: Int? = nil, as caller: Principal) async throws {
        try await database.write { try self.delete(key, expecting: expected, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func delete(_ key: RefInput<Category>, expecting expected: Int? = nil, in tx: any Transaction, as caller: Principal) throws {
        let (tree, category) = try lock(key, in: tx, as: caller)
        try ITSMError.expect(version: expected, of: category.version)
        let children = tree.children(of: category.id).count
        let uses =
            try tx.categories.uses(of: category.id) + (children > 0 ? [RecordUse("category under it", "categories under it", count: children)] : [])
        guard uses.isEmpty else { throw ITSMError.inUse("The category \(category.path)", by: uses) }
        try tx.categories.delete(category.id)
        try tx.activity.append(
            Activity(.categoryDeleted, on: .init(.category, category.id), payload: ["path": .string(category.path)], occurredAt: tx.now), by: caller)
    }

    /// Categories are no secret, so a caller without the right learns from an absent one no more than from one that is there.
    private func lock(_ key: RefInput<Category>, in tx: any Transaction, as caller: Principal) throws -> (tree: CategoryTree, category: Category) {
        try caller.require(.manageSettings)
        let tree = try tx.categories.lockTree()
        guard let category = tree.find(key) else { throw ITSMError.notFound("category") }
        return (tree, category)
    }
}

extension Activity {
    fileprivate init(_ kind: Kind, of category: Category, since old: Category?, at now: Instant) {
        self.init(kind, on: .init(.category, category.id), payload: category.changes(since: old).payload, occurredAt: now)
    }
}
