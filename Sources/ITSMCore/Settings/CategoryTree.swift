/// All categories of the desk and how they hang together.
public struct CategoryTree: Sendable {
    private var categories: [ID<Category>: Category] = [:]
    private var byPath: [String: ID<Category>] = [:]
    private var byParent: [ID<Category>: Set<ID<Category>>] = [:]

    /// How many names a path may have.
    public static let maximumDepth = 6

    public init(_ categories: [Category] = []) {
        for category in categories { put(category) }
    }

    public var all: some Collection<Category> { categories.values }

    /// The category, an archived one too; nil when there is none.
    public subscript(id: ID<Category>) -> Category? { categories[id] }

    /// The category with this path, without regard to case.
    public subscript(path path: String) -> Category? { byPath[path.lowercased()].flatMap { categories[$0] } }

    /// The category that `input` names by id or path.
    public func find(_ input: RefInput<Category>) -> Category? {
        switch input {
        case .id(let id): self[id]
        case .name(let path): self[path: path]
        }
    }

    /// True when neither it nor any category above it is archived.
    public func isPickable(_ category: Category) -> Bool {
        category.archivedAt == nil && (category.parent.flatMap { self[$0] }.map(isPickable) ?? true)
    }

    /// The category itself and all that stands below it.
    public func subtree(of id: ID<Category>) -> [ID<Category>] { [id] + children(of: id).flatMap { subtree(of: $0.id) } }

    /// True when the category is one of `roots`, or stands below one.
    public func stands(_ id: ID<Category>, in roots: Set<ID<Category>>) -> Bool {
        self[id].map { ancestry(of: $0).contains { roots.contains($0.id) } } ?? false
    }

    /// Those that stand directly below it.
    public func children(of id: ID<Category>) -> [Category] { byParent[id, default: []].compactMap { self[$0] } }

    /// A new category.
    ///
    /// - Throws: `invalid` with every fault.
    public mutating func add(_ draft: Category.Draft, id: ID<Category>, at now: Instant) throws -> Category {
        var problems = ProblemList()
        let parent = draft.parent.flatMap { pick($0, &problems) }
        let category = Category(
            id: id, parent: parent?.id, name: draft.name ?? "", path: Self.path(draft.name ?? "", under: parent), createdAt: now, updatedAt: now)
        problems.check(text: draft.name, "/name", limit: Limits.name)
        check(category, under: parent, &problems)
        try problems.throwIfAny()
        put(category)
        return category
    }

    /// Renames, moves or archives a category; its version rises when anything differs.
    ///
    /// - Returns: the category, and those under it whose paths changed with it.
    /// - Throws: `invalid` with every fault, and then nothing is changed.
    public mutating func apply(_ patch: Category.Patch, to category: Category, at now: Instant) throws -> (category: Category, under: [Category]) {
        var problems = ProblemList()
        var new = category
        new.name = problems.value(patch.name, else: category.name, "/name")
        switch patch.parent {
        case .absent: break
        case .null: new.parent = nil
        case .value(let input): new.parent = pick(input, &problems)?.id
        }
        let isArchived = problems.value(patch.archived, else: category.archivedAt != nil, "/archived")
        new.archivedAt = isArchived ? category.archivedAt ?? now : nil
        let parent = new.parent.flatMap { self[$0] }
        new.path = Self.path(new.name, under: parent)
        problems.check(text: new.name, "/name", limit: Limits.name)
        if let parent, ancestry(of: parent).contains(where: { $0.id == category.id }) {
            problems.add("/parent", .invalidValue, "A category cannot stand under itself.")
        } else {
            check(new, under: parent, &problems)
        }
        try problems.throwIfAny()
        guard !new.changes(since: category).isEmpty else { return (category, []) }

        new.version += 1
        new.updatedAt = now
        let under = descendants(of: category).map { descendant in
            var moved = descendant
            moved.path = new.path + descendant.path.dropFirst(category.path.count)
            return moved
        }
        for changed in [new] + under { remove(changed.id) }
        for changed in [new] + under { put(changed) }
        return (new, under)
    }

    // MARK: - Rules

    private func check(_ category: Category, under parent: Category?, _ problems: inout ProblemList) {
        if category.name.contains("/") {
            problems.add("/name", .invalidValue, "A category's name cannot hold a slash, which parts the names of a path.")
        }
        if category.name.first?.isWhitespace ?? false || category.name.last?.isWhitespace ?? false {
            problems.add("/name", .invalidValue, "A category's name cannot begin or end with a space.")
        }
        if let other = self[path: category.path], other.id != category.id {
            problems.add("/name", .duplicate, "There is a category \(other.path) already.")
        }
        let height =
            descendants(of: category).map { ancestry(of: $0).count }.max().map { $0 - ancestry(of: self[category.id] ?? category).count } ?? 0
        if (parent.map { ancestry(of: $0).count } ?? 0) + 1 + height > Self.maximumDepth {
            problems.add("/parent", .invalidValue, "Categories can be \(Self.maximumDepth) deep, not deeper.")
        }
    }

    private func pick(_ input: RefInput<Category>, _ problems: inout ProblemList) -> Category? {
        guard let found = find(input) else {
            problems.add("/parent", .invalidValue, "There is no such category.")
            return nil
        }
        return found
    }

    /// The category and those above it, from below.
    private func ancestry(of category: Category) -> [Category] {
        [category] + (category.parent.flatMap { self[$0] }.map(ancestry) ?? [])
    }

    private func descendants(of category: Category) -> [Category] {
        children(of: category.id).flatMap { [$0] + descendants(of: $0) }
    }

    private mutating func put(_ category: Category) {
        categories[category.id] = category
        byPath[category.path.lowercased()] = category.id
        if let parent = category.parent { byParent[parent, default: []].insert(category.id) }
    }

    private mutating func remove(_ id: ID<Category>) {
        guard let category = categories.removeValue(forKey: id) else { return }
        byPath[category.path.lowercased()] = nil
        if let parent = category.parent { byParent[parent]?.remove(id) }
    }

    private static func path(_ name: String, under parent: Category?) -> String { parent.map { "\($0.path)/\(name)" } ?? name }
}
