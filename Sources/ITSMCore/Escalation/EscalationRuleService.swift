/// What happens when a clock comes to a certain point: whoever works tickets reads the rules, `sla:manage` changes them.
public struct EscalationRuleService: Sendable {
    private let database: any Database

    public init(database: any Database) { self.database = database }

    /// By name.
    public func list(_ filter: NameFilter, page: PageRequest, as caller: Principal) async throws -> Page<EscalationRule.View> {
        try caller.requireReadingAgreements()
        return try await database.read { tx in try self.views(of: try tx.slaDefinitions.escalationRules.list(filter, page: page, for: caller), in: tx)
        }
    }

    /// One rule by id or name.
    public func find(_ key: RefInput<EscalationRule>, as caller: Principal) async throws -> EscalationRule.View {
        try caller.requireReadingAgreements()
        return try await database.read { tx in
            guard let rule = try tx.slaDefinitions.escalationRules.first(key) else { throw ITSMError.notFound("escalation rule") }
            return try self.view(of: rule, in: tx)
        }
    }

    /// All versions of a rule, the newest first.
    public func versions(
        of key: RefInput<EscalationRule>, where condition: Condition? = nil, page: PageRequest, as caller: Principal
    ) async throws -> Page<EscalationRule.View> {
        let id = try await find(key, as: caller).rule.id
        return try await database.read { tx in
            try self.views(of: try tx.slaDefinitions.escalationRules.versions(of: id, where: condition, page: page, for: caller), in: tx)
        }
    }

    /// One version of a rule.
    ///
    /// - Throws: `notFound` for a rule or a version that is absent.
    public func find(_ key: RefInput<EscalationRule>, version: Int, as caller: Principal) async throws -> EscalationRule.View {
        let id = try await find(key, as: caller).rule.id
        return try await database.read { tx in
            guard let rule = try tx.slaDefinitions.escalationRules.version(Edition(id, version: version)) else { throw ITSMError.notFound("version") }
            return try self.view(of: rule, in: tx)
        }
    }

    /// Makes a rule, and has the points of running clocks computed anew.
    ///
    /// - Throws: `forbidden` without `sla:manage`; `invalid` with every fault.
    public func create(_ draft: EscalationRule.Draft, as caller: Principal) async throws -> EscalationRule.View {
        try await database.write { try self.create(draft, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func create(_ draft: EscalationRule.Draft, in tx: any Transaction, as caller: Principal) throws -> EscalationRule.View {
        try caller.require(.manageSLA)
        let picks = try SLAPicks(groups: draft.groups, people: draft.people, in: tx, as: caller)
        let rule = try EscalationRule(draft, id: tx.newID(), picks: picks, at: tx.now)
        try tx.slaDefinitions.escalationRules.insert(rule)
        try SLARecomputeService.start(.rules, in: tx, as: caller)
        let view = try view(of: rule, in: tx)
        try tx.activity.append(Activity(.escalationRuleCreated, of: rule, payload: view.changes(since: nil).payload, at: tx.now), by: caller)
        return view
    }

    /// - Parameter expected: the version that the caller read; nil applies the patch to whatever is there.
    public func update(
        _ key: RefInput<EscalationRule>, _ patch: EscalationRule.Patch, expecting expected: Int? = nil, as caller: Principal
    ) async throws -> EscalationRule.View {
        try await database.write { try self.update(key, patch, expecting: expected, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func update(
        _ key: RefInput<EscalationRule>, _ patch: EscalationRule.Patch, expecting expected: Int? = nil, in tx: any Transaction, as caller: Principal
    ) throws -> EscalationRule.View {
        let old = try lock(key, in: tx, as: caller)
        try ITSMError.expect(version: expected, of: old.version)
        let picks = try SLAPicks(groups: patch.groups, people: patch.people, current: old.references, in: tx, as: caller)
        var rule = old
        try rule.apply(patch, picks: picks, at: tx.now)
        guard rule != old else { return try view(of: old, in: tx) }
        try tx.slaDefinitions.escalationRules.update(rule)
        if rule.timing != old.timing { try SLARecomputeService.start(.rules, in: tx, as: caller) }
        let names = try tx.slaDefinitions.names(of: rule.references.union(old.references))
        let view = EscalationRule.View(rule, names: names)
        let changes = try view.changes(since: .init(old, names: names))
        let isArchiving = old.archivedAt == nil && rule.archivedAt != nil
        try tx.activity.append(
            Activity(isArchiving ? .escalationRuleArchived : .escalationRuleUpdated, of: rule, payload: changes.payload, at: tx.now), by: caller)
        return view
    }

    /// Deletes a rule that nothing uses, with its versions.
    ///
    /// - Throws: `inUse` naming the uses.
    public func delete(_ key: RefInput<EscalationRule>, expecting expected: Int? = nil, as caller: Principal) async throws {
        try await database.write { try self.delete(key, expecting: expected, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func delete(_ key: RefInput<EscalationRule>, expecting expected: Int? = nil, in tx: any Transaction, as caller: Principal) throws {
        let rule = try lock(key, in: tx, as: caller)
        try ITSMError.expect(version: expected, of: rule.version)
        let uses = try tx.slaDefinitions.escalationRules.uses(of: rule.id)
        guard uses.isEmpty else { throw ITSMError.inUse("The escalation rule \(rule.name)", by: uses) }
        try tx.slaDefinitions.escalationRules.delete(rule.id)
        try tx.activity.append(Activity(.escalationRuleDeleted, of: rule, payload: ["name": .string(rule.name)], at: tx.now), by: caller)
    }

    private func lock(_ key: RefInput<EscalationRule>, in tx: any Transaction, as caller: Principal) throws -> EscalationRule {
        try caller.require(.manageSLA)
        guard let rule = try tx.slaDefinitions.escalationRules.lock(key) else { throw ITSMError.notFound("escalation rule") }
        return rule
    }

    private func view(of rule: EscalationRule, in tx: any Transaction) throws -> EscalationRule.View {
        .init(rule, names: try tx.slaDefinitions.names(of: rule.references))
    }

    private func views(of page: Page<EscalationRule>, in tx: any Transaction) throws -> Page<EscalationRule.View> {
        let names = try tx.slaDefinitions.names(of: page.items.reduce(SLAReferences()) { $0.union($1.references) })
        return page.map { .init($0, names: names) }
    }
}

extension Activity {
    fileprivate init(_ kind: Kind, of rule: EscalationRule, payload: JSONValue, at now: Instant) {
        self.init(kind, on: .init(.escalationRule, rule.id), payload: payload, occurredAt: now)
    }
}

extension EscalationRule {
    /// All that says when it fires, as against what it does then.
    fileprivate var timing: EscalationRule {
        var rule = self
        (rule.name, rule.actions, rule.version, rule.updatedAt) = ("", [], 0, createdAt)
        return rule
    }
}
