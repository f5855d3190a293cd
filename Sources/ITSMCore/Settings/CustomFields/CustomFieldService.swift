/// The desk's custom fields: everyone who signed in reads those that they can meet on a ticket, `settings:manage` changes them.
public struct CustomFieldService: Sendable {
    private let database: any Database

    public init(database: any Database) { self.database = database }

    /// In the order in which forms show them; at most `Limits.customFields`.
    public func list(_ filter: NameFilter = NameFilter(), as caller: Principal) async throws -> [CustomField] {
        let words = filter.query?.lowercased()
        return try await database.read { tx in
            let found = try tx.customFields.all().filter { field in
                (field.visibleToRequesters || caller.seesHiddenFields) && (filter.isArchived.map { $0 == field.isArchived } ?? true)
                    && (words.map { field.name.lowercased().contains($0) || field.label.lowercased().contains($0) } ?? true)
            }
            return try filter.condition?.kept(of: found, for: caller, at: tx.now) ?? found
        }
    }

    /// One field by id or name.
    public func find(_ key: RefInput<CustomField>, as caller: Principal) async throws -> CustomField {
        try await database.read { tx in
            guard let field = try tx.customFields.first(key), field.visibleToRequesters || caller.seesHiddenFields else { throw Self.absent }
            return field
        }
    }

    /// Defines a field.
    ///
    /// - Throws: `forbidden` without `settings:manage`; `invalid` with every fault, also for one more than `Limits.customFields`.
    public func create(_ draft: CustomField.Draft, as caller: Principal) async throws -> CustomField {
        try await database.write { try self.create(draft, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func create(_ draft: CustomField.Draft, in tx: any Transaction, as caller: Principal) throws -> CustomField {
        try caller.require(.manageSettings)
        var field = try CustomField(draft, id: tx.newID(), at: tx.now)
        try resolveDefault(of: &field, since: nil, in: tx, as: caller)
        guard try tx.customFields.count() < Limits.customFields else {
            throw ITSMError.invalid("/name", .tooLong, "A desk has at most \(Limits.customFields) custom fields; delete one that nothing uses.")
        }
        try tx.customFields.insert(field)
        try tx.activity.append(Activity(.customFieldCreated, of: field, since: nil, at: tx.now), by: caller)
        return field
    }

    /// - Parameter expected: the version that the caller read; nil applies the patch to whatever is there.
    /// - Throws: `inUse` where a choice is taken away that tickets have.
    public func update(
        _ key: RefInput<CustomField>, _ patch: CustomField.Patch, expecting expected: Int? = nil, as caller: Principal
    ) async throws -> CustomField {
        try await database.write { try self.update(key, patch, expecting: expected, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func update(
        _ key: RefInput<CustomField>, _ patch: CustomField.Patch, expecting expected: Int? = nil, in tx: any Transaction, as caller: Principal
    ) throws -> CustomField {
        let old = try lock(key, in: tx, as: caller)
        try ITSMError.expect(version: expected, of: old.version)
        var field = old
        guard try !field.apply(patch, at: tx.now).isEmpty else { return old }
        try resolveDefault(of: &field, since: old, in: tx, as: caller)
        try checkRemovedChoices(of: field, since: old, in: tx)
        try tx.customFields.update(field)
        let isArchiving = !old.isArchived && field.isArchived
        try tx.activity.append(Activity(isArchiving ? .customFieldArchived : .customFieldUpdated, of: field, since: old, at: tx.now), by: caller)
        return field
    }

    /// Deletes a field that nothing uses.
    ///
    /// - Throws: `inUse` naming the uses.
    public func delete(_ key: RefInput<CustomField>, expecting expected: Int? = nil, as caller: Principal) async throws {
        try await database.write { try self.delete(key, expecting: expected, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func delete(_ key: RefInput<CustomField>, expecting expected: Int? = nil, in tx: any Transaction, as caller: Principal) throws {
        let field = try lock(key, in: tx, as: caller)
        try ITSMError.expect(version: expected, of: field.version)
        let uses = try self.uses(of: field, in: tx)
        guard uses.isEmpty else {
            throw ITSMError.inUse("The custom field \(field.label)", by: uses, remedy: "Archive it instead, which hides it from forms.")
        }
        try tx.customFields.delete(field.id)
        let activity = Activity(
            .customFieldDeleted, on: .init(.customField, field.id), payload: ["name": .string(field.name), "label": .string(field.label)],
            occurredAt: tx.now)
        try tx.activity.append(activity, by: caller)
    }

    /// What stands in the way of its deletion.
    public func uses(of field: CustomField, in tx: any Transaction) throws -> [RecordUse] {
        let tickets = try tx.customFields.ticketCount(of: field.id)
        return [RecordUse("ticket", "tickets", count: tickets)].filter { $0.count > 0 } + (try tx.desk.load().conditions(naming: field.name))
            + (try tx.views.uses(ofCustomField: field.name))
    }

    /// A person who is the default is looked up when named, and kept by id.
    private func resolveDefault(of field: inout CustomField, since old: CustomField?, in tx: any Transaction, as caller: Principal) throws {
        guard field.kind == .user, let name = field.defaultValue?.string, name != old?.defaultValue?.string else { return }
        var problems = ProblemList()
        let person = try problems.person(RefInput(name), "/default", in: tx, as: caller)
        try problems.throwIfAny()
        field.defaultValue = person.map { .string($0.id.description) }
    }

    private func checkRemovedChoices(of field: CustomField, since old: CustomField, in tx: any Transaction) throws {
        let removed = Set(old.choices.map(\.value)).subtracting(field.choices.map(\.value))
        guard !removed.isEmpty else { return }
        let used = try tx.customFields.used(removed.sorted(), of: field.id)
        guard used.isEmpty else {
            let names = used.sorted().map(\.quotedForPeople).joined(separator: ", ")
            throw ITSMError(
                .inUse, "Tickets have \(names). Archive what shall not be chosen any more instead of taking it away.",
                problems: [FieldProblem("/choices", .inUse, "Tickets have \(names); archive instead of taking away.")])
        }
    }

    /// Definitions are no secret from who may change them; all others learn nothing.
    private func lock(_ key: RefInput<CustomField>, in tx: any Transaction, as caller: Principal) throws -> CustomField {
        try caller.require(.manageSettings)
        guard let field = try tx.customFields.lock(key) else { throw Self.absent }
        return field
    }

    private static let absent = ITSMError.notFound("custom field")
}

extension Activity {
    fileprivate init(_ kind: Kind, of field: CustomField, since old: CustomField?, at now: Instant) {
        self.init(kind, on: .init(.customField, field.id), payload: field.changes(since: old).payload, occurredAt: now)
    }
}
