extension CategoryService {
    /// Finds or makes the categories that an import names by their paths, with what stands above them. The result is by the paths that were given.
    ///
    /// - Throws: `forbidden` without `tickets:import`; `invalid` for a path that no category can have.
    public func findOrCreate(_ paths: [String], in tx: any Transaction, as caller: Principal) throws -> [String: ID<Category>] {
        try caller.require(.importTickets)
        var tree = try tx.categories.lockTree()
        var found: [String: ID<Category>] = [:]
        for path in paths {
            var above: Category?
            for name in path.split(separator: "/").map(String.init) {
                let partial = above.map { "\($0.path)/\(name)" } ?? name
                above = try tree[path: partial] ?? make(name, under: above, &tree, in: tx, as: caller)
            }
            found[path] = above?.id
        }
        return found
    }

    private func make(
        _ name: String, under parent: Category?, _ tree: inout CategoryTree, in tx: any Transaction, as caller: Principal
    ) throws -> Category {
        let category = try tree.add(.init(name: name, parent: parent.map { .id($0.id) }), id: tx.newID(), at: tx.now)
        try tx.categories.insert(category)
        let made = Activity(.categoryCreated, on: .init(.category, category.id), payload: category.changes(since: nil).payload, occurredAt: tx.now)
        try tx.activity.append(made, by: caller)
        return category
    }
}
