/// To whom tickets go: whoever works tickets reads the rules, `rules:manage` changes them.
public struct AssignmentRuleService: Sendable {
    private let database: any Database
    private let desk: @Sendable () -> DeskSnapshot

    /// - Parameter desk: the definitions as they are now; asked anew for each call.
    public init(database: any Database, desk: @escaping @Sendable () -> DeskSnapshot) {
        self.database = database
        self.desk = desk
    }

    // MARK: Reading

    /// In the order in which they are asked.
    public func list(_ filter: NameFilter, page: PageRequest, as caller: Principal) async throws -> Page<AssignmentRule> {
        try caller.requireReadingRules()
        return try await database.read { try $0.assignmentRules.list(filter, page: page, for: caller) }
    }

    /// One rule by id or name.
    public func find(_ key: RefInput<AssignmentRule>, as caller: Principal) async throws -> AssignmentRule {
        try caller.requireReadingRules()
        return try await database.read { tx in
            guard let rule = try tx.assignmentRules.first(key) else { throw ITSMError.notFound("assignment rule") }
            return rule
        }
    }

    /// The faults that are told of one rule.
    public static let faultsShown = 20

    /// Where the rule's condition failed lately, the newest first.
    public func faults(of key: RefInput<AssignmentRule>, as caller: Principal) async throws -> [AssignmentFault] {
        try caller.require(.manageRules)
        return try await database.read { tx in
            guard let rule = try tx.assignmentRules.first(key) else { throw ITSMError.notFound("assignment rule") }
            return try tx.assignmentRules.faults(of: rule.id, limit: Self.faultsShown)
        }
    }

    // MARK: Changing

    /// Makes a rule; behind all others unless the draft says where.
    ///
    /// - Throws: `forbidden` without `rules:manage`; `invalid` with every fault.
    public func create(_ draft: AssignmentRule.Draft, as caller: Principal) async throws -> AssignmentRule {
        try await database.write { try self.create(draft, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func create(_ draft: AssignmentRule.Draft, in tx: any Transaction, as caller: Principal) throws -> AssignmentRule {
        try caller.require(.manageRules)
        let rule = try drafted(draft, in: tx, as: caller)
        try tx.assignmentRules.insert(rule)
        try tx.activity.append(Activity(.assignmentRuleCreated, of: rule, payload: rule.changes(since: nil).payload, at: tx.now), by: caller)
        return rule
    }

    /// A draft that has passed every check, as it would be kept.
    func drafted(_ draft: AssignmentRule.Draft, in tx: any Transaction, as caller: Principal) throws -> AssignmentRule {
        let picks = try picks(draft.group, draft.person, in: tx, as: caller)
        let nextOrder = try tx.assignmentRules.lastOrder().map { min($0 + AssignmentRule.orderStep, AssignmentRule.orderRange.upperBound) }
        return try AssignmentRule(draft, id: tx.newID(), nextOrder: nextOrder ?? AssignmentRule.orderStep, picks: picks, at: tx.now)
    }

    /// - Parameter expected: the version that the caller read; nil applies the patch to whatever is there.
    public func update(
        _ key: RefInput<AssignmentRule>, _ patch: AssignmentRule.Patch, expecting expected: Int? = nil, as caller: Principal
    ) async throws -> AssignmentRule {
        try await database.write { try self.update(key, patch, expecting: expected, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func update(
        _ key: RefInput<AssignmentRule>, _ patch: AssignmentRule.Patch, expecting expected: Int? = nil, in tx: any Transaction, as caller: Principal
    ) throws -> AssignmentRule {
        var rule = try lock(key, in: tx, as: caller)
        try ITSMError.expect(version: expected, of: rule.version)
        let old = rule
        let changes = try rule.apply(patch, picks: picks(patch.group.set, patch.person.set, in: tx, as: caller), at: tx.now)
        guard !changes.isEmpty else { return rule }
        try tx.assignmentRules.update(rule)
        let isArchiving = old.archivedAt == nil && rule.archivedAt != nil
        try tx.activity.append(
            Activity(isArchiving ? .assignmentRuleArchived : .assignmentRuleUpdated, of: rule, payload: changes.payload, at: tx.now), by: caller)
        return rule
    }

    /// One place earlier or later among the rules that are asked.
    public enum Direction: String, Sendable, CaseIterable { case up, down }

    /// Moves a rule past its neighbour; at the end nothing happens. The orders of all that are asked are made anew where they must be.
    public func move(_ key: RefInput<AssignmentRule>, _ direction: Direction, as caller: Principal) async throws {
        try await database.write { try self.move(key, direction, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func move(_ key: RefInput<AssignmentRule>, _ direction: Direction, in tx: any Transaction, as caller: Principal) throws {
        try caller.require(.manageRules)
        var rules = try tx.assignmentRules.lockActive()
        guard let found = try tx.assignmentRules.first(key) else { throw ITSMError.notFound("assignment rule") }
        guard let place = rules.firstIndex(where: { $0.id == found.id }) else {
            throw ITSMError(.illegalTransition, "An archived rule has no place among those that are asked.")
        }
        let other = direction == .up ? place - 1 : place + 1
        guard rules.indices.contains(other) else { return }
        rules.swapAt(place, other)
        for (index, old) in rules.enumerated() {
            var rule = old
            rule.order = (index + 1) * AssignmentRule.orderStep
            let changes = rule.changes(since: old)
            guard !changes.isEmpty else { continue }
            rule.version += 1
            rule.updatedAt = tx.now
            try tx.assignmentRules.update(rule)
            try tx.activity.append(Activity(.assignmentRuleUpdated, of: rule, payload: changes.payload, at: tx.now), by: caller)
        }
    }

    /// Deletes a rule. What it assigned stays as it is, and what it decided stays on record.
    public func delete(_ key: RefInput<AssignmentRule>, expecting expected: Int? = nil, as caller: Principal) async throws {
        try await database.write { try self.delete(key, expecting: expected, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func delete(_ key: RefInput<AssignmentRule>, expecting expected: Int? = nil, in tx: any Transaction, as caller: Principal) throws {
        let rule = try lock(key, in: tx, as: caller)
        try ITSMError.expect(version: expected, of: rule.version)
        try tx.assignmentRules.delete(rule.id)
        try tx.activity.append(Activity(.assignmentRuleDeleted, of: rule, payload: ["name": .string(rule.name)], at: tx.now), by: caller)
    }

    private func picks(
        _ group: RefInput<SupportGroup>?, _ person: RefInput<User>?, in tx: any Transaction, as caller: Principal
    ) throws -> AssignmentRule.Picks {
        .init(
            groups: try tx.groups.resolve(Set([group].compactMap(\.self)), visibleTo: caller),
            people: try tx.users.resolve(Set([person].compactMap(\.self)), visibleTo: caller), environment: desk().conditions.environment(.change))
    }

    private func lock(_ key: RefInput<AssignmentRule>, in tx: any Transaction, as caller: Principal) throws -> AssignmentRule {
        try caller.require(.manageRules)
        guard let rule = try tx.assignmentRules.lock(key) else { throw ITSMError.notFound("assignment rule") }
        return rule
    }
}

extension Activity {
    fileprivate init(_ kind: Kind, of rule: AssignmentRule, payload: JSONValue, at now: Instant) {
        self.init(kind, on: .init(.assignmentRule, rule.id), payload: payload, occurredAt: now)
    }
}

extension Principal {
    /// - Throws: `forbidden` for those who only raise tickets: to whom work goes is the desk's own business.
    func requireReadingRules() throws {
        guard isAgent || holds(.manageRules) else { throw ITSMError.forbidden("Assignment rules are for whoever works tickets.") }
    }
}
