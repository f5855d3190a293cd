/// Views of ticket lists: everyone who may read tickets keeps their own. Sharing one with a group needs membership, with everyone `settings:manage`; a shared
/// one is changed by its owner and by holders of `settings:manage`. Nobody reads the private views of others.
public struct ViewService: Sendable {
    private let database: any Database
    private let desk: @Sendable () -> DeskSnapshot

    /// - Parameter desk: the definitions as they are now; asked anew for each call.
    public init(database: any Database, desk: @escaping @Sendable () -> DeskSnapshot) {
        self.database = database
        self.desk = desk
    }

    // MARK: Read

    /// The views that the caller may use, by name.
    ///
    /// - Throws: `forbidden` for those who may not read tickets.
    public func list(_ filter: SavedView.Filter, page: PageRequest, as caller: Principal) async throws -> Page<SavedView> {
        try Self.authorise(caller)
        let environment = desk().conditions.listEnvironment(for: caller)
        return try await database.read { try $0.views.list(filter, page: page, visibleTo: caller) }.map { $0.shown(to: caller, in: environment) }
    }

    /// The same in a unit of work of its own.
    public func find(_ key: RefInput<SavedView>, as caller: Principal) async throws -> SavedView {
        try await database.read { try find(key, in: $0, as: caller) }
    }

    /// One view by id or name; of two with one name the caller's own.
    ///
    /// - Throws: `notFound`; `invalid` where several that others share bear the name.
    public func find(_ key: RefInput<SavedView>, in tx: any Transaction, as caller: Principal) throws -> SavedView {
        try Self.authorise(caller)
        return try one(key, in: tx, as: caller).shown(to: caller, in: desk().conditions.listEnvironment(for: caller))
    }

    /// The condition of a view as its reader may ask it; nil for all tickets.
    ///
    /// - Throws: `malformed` where it names a field that does not exist for them.
    public func condition(of view: SavedView, at pointer: String, as caller: Principal) throws -> Condition? {
        let unreadable = "The view \(view.name) names a field that does not exist, or that you may not see. Ask \(view.owner.name) to change it."
        guard view.condition != nil else { throw ITSMError(.malformed, unreadable, problems: [.init(pointer, .invalidValue, unreadable)]) }
        do {
            return try view.compiled(in: desk().conditions.listEnvironment(for: caller))
        } catch let faults as CELFaults {
            let detail = "The condition of the view \(view.name) is not right any more: \(faults.faults[0].message)"
            throw ITSMError(.malformed, detail, problems: faults.problems(at: pointer))
        }
    }

    /// The views that stand among the tabs.
    public func pinned(limit: Int, in tx: any Transaction, as caller: Principal) throws -> [SavedView] {
        let environment = desk().conditions.listEnvironment(for: caller)
        return try tx.views.pinned(visibleTo: caller, limit: limit).map { $0.shown(to: caller, in: environment) }
    }

    // MARK: Change

    /// Keeps a view of the caller's own.
    ///
    /// - Throws: `forbidden` for those who may not read tickets; `invalid` with every fault.
    public func create(_ draft: SavedView.Draft, as caller: Principal) async throws -> SavedView {
        try await database.write { try create(draft, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func create(_ draft: SavedView.Draft, in tx: any Transaction, as caller: Principal) throws -> SavedView {
        try Self.authorise(caller)
        guard try tx.views.count(of: caller.id) < Limits.viewsPerOwner else {
            throw ITSMError.invalid("/name", .tooLong, "You keep \(Limits.viewsPerOwner) views already; delete one first.")
        }
        let rules = try rules(draft.groups ?? [], in: tx, as: caller)
        let view = try SavedView(draft, id: tx.newID(), owner: caller, rules: rules, at: tx.now)
        try tx.views.insert(view, customFields: view.customFields(in: rules.environment))
        try announce(.viewCreated, view, since: nil, view.changes(since: nil), in: tx, as: caller)
        return view
    }

    /// - Parameter expected: the version that the caller read; nil applies the patch to whatever is there.
    public func update(
        _ key: RefInput<SavedView>, _ patch: SavedView.Patch, expecting expected: Int? = nil, as caller: Principal
    ) async throws -> SavedView {
        try await database.write { try update(key, patch, expecting: expected, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func update(
        _ key: RefInput<SavedView>, _ patch: SavedView.Patch, expecting expected: Int? = nil, in tx: any Transaction, as caller: Principal
    ) throws -> SavedView {
        var view = try lock(key, expecting: expected, in: tx, as: caller)
        let old = view
        let rules = try rules(patch.groups.set ?? [], in: tx, as: caller)
        let changes = try view.apply(patch, rules: rules, at: tx.now)
        guard !changes.isEmpty else { return view }
        let isSame = view.condition == old.condition && view.columns == old.columns && view.sort == old.sort
        try tx.views.update(view, customFields: isSame ? nil : view.customFields(in: rules.environment))
        try announce(.viewUpdated, view, since: old, changes, in: tx, as: caller)
        return view.shown(to: caller, in: rules.environment)
    }

    /// Deletes a view.
    ///
    /// - Parameter expected: the version that the caller read; nil deletes whatever is there.
    /// - Throws: `notFound`, `forbidden`, `versionMismatch`.
    public func delete(_ key: RefInput<SavedView>, expecting expected: Int? = nil, as caller: Principal) async throws {
        try await database.write { try delete(key, expecting: expected, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func delete(_ key: RefInput<SavedView>, expecting expected: Int? = nil, in tx: any Transaction, as caller: Principal) throws {
        let view = try lock(key, expecting: expected, in: tx, as: caller)
        try tx.views.delete(view.id)
        var changes = FieldChanges()
        changes.add("name", .string(view.name))
        try announce(.viewDeleted, view, since: view, changes, in: tx, as: caller)
    }

    // MARK: Steps

    private static func authorise(_ caller: Principal) throws {
        guard caller.holds(.readTickets) else { throw ITSMError.forbidden("Views are for those who may read tickets.") }
    }

    private func one(_ key: RefInput<SavedView>, in tx: any Transaction, as caller: Principal) throws -> SavedView {
        let found = try tx.views.find(key, visibleTo: caller)
        guard let first = found.first else { throw ITSMError.notFound("view") }
        guard found.count == 1 else {
            let owners = found.map { "\($0.owner.name) (\($0.id))" }.joined(separator: ", ")
            throw ITSMError(.invalidValue, "Several views are called \(first.name); give the id of the one of \(owners).")
        }
        return first
    }

    private func lock(_ key: RefInput<SavedView>, expecting expected: Int?, in tx: any Transaction, as caller: Principal) throws -> SavedView {
        try Self.authorise(caller)
        guard let view = try tx.views.lock(try one(key, in: tx, as: caller).id) else { throw ITSMError.notFound("view") }
        guard view.isEditable(by: caller) else {
            throw ITSMError.forbidden("You may use this view, but only \(view.owner.name) and holders of settings:manage change it.")
        }
        try ITSMError.expect(version: expected, of: view.version)
        return view
    }

    private func rules(_ groups: [RefInput<SupportGroup>], in tx: any Transaction, as caller: Principal) throws -> ViewRules {
        let found = try tx.groups.resolve(Set(groups), visibleTo: caller), tickets = tx.tickets
        return ViewRules(caller: caller, found: found, environment: desk().conditions.listEnvironment(for: caller)) {
            try tickets.check($0, for: caller)
        }
    }

    /// What a private view says is its owner's alone: only that it changed is on record.
    private func announce(
        _ kind: Activity.Kind, _ view: SavedView, since old: SavedView?, _ changes: FieldChanges, in tx: any Transaction, as caller: Principal
    ) throws {
        let isPrivate = view.sharing == .onlyMe && (old?.sharing ?? .onlyMe) == .onlyMe
        try tx.activity.append(
            Activity(kind, on: .init(.view, view.id), payload: isPrivate ? [:] : changes.payload, occurredAt: tx.now), by: caller)
    }
}
