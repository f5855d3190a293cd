/// What the desk promises (policies, on the wire and on screen): whoever works tickets reads it, `sla:manage` changes it.
public struct AgreementService: Sendable {
    private let database: any Database

    public init(database: any Database) { self.database = database }

    /// In the order in which they are asked.
    public func list(_ filter: NameFilter, page: PageRequest, as caller: Principal) async throws -> Page<ServiceLevelAgreement.View> {
        try caller.requireReadingAgreements()
        return try await database.read { tx in try self.views(of: try tx.slaDefinitions.agreements.list(filter, page: page, for: caller), in: tx) }
    }

    /// One agreement by id or name.
    public func find(_ key: RefInput<ServiceLevelAgreement>, as caller: Principal) async throws -> ServiceLevelAgreement.View {
        try caller.requireReadingAgreements()
        return try await database.read { tx in
            guard let agreement = try tx.slaDefinitions.agreements.first(key) else { throw ITSMError.notFound("policy") }
            return try self.view(of: agreement, in: tx)
        }
    }

    /// All versions of an agreement, the newest first.
    public func versions(
        of key: RefInput<ServiceLevelAgreement>, where condition: Condition? = nil, page: PageRequest, as caller: Principal
    ) async throws -> Page<ServiceLevelAgreement.View> {
        let id = try await find(key, as: caller).agreement.id
        return try await database.read { tx in
            try self.views(of: try tx.slaDefinitions.agreements.versions(of: id, where: condition, page: page, for: caller), in: tx)
        }
    }

    /// One version of an agreement.
    ///
    /// - Throws: `notFound` for an agreement or a version that is absent.
    public func find(_ key: RefInput<ServiceLevelAgreement>, version: Int, as caller: Principal) async throws -> ServiceLevelAgreement.View {
        let id = try await find(key, as: caller).agreement.id
        return try await database.read { tx in
            guard let agreement = try tx.slaDefinitions.agreement(Edition(id, version: version)) else { throw ITSMError.notFound("version") }
            return try self.view(of: agreement, in: tx)
        }
    }

    /// Makes an agreement, which holds for clocks that start from then on.
    ///
    /// - Throws: `forbidden` without `sla:manage`; `invalid` with every fault.
    public func create(_ draft: ServiceLevelAgreement.Draft, as caller: Principal) async throws -> ServiceLevelAgreement.View {
        try await database.write { try self.create(draft, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func create(_ draft: ServiceLevelAgreement.Draft, in tx: any Transaction, as caller: Principal) throws -> ServiceLevelAgreement.View {
        try caller.require(.manageSLA)
        let picks = try SLAPicks(groups: Set(draft.coverage?.groups.set ?? []), in: tx, as: caller)
        let agreement = try ServiceLevelAgreement(draft, id: tx.newID(), picks: picks, at: tx.now)
        try tx.slaDefinitions.agreements.insert(agreement)
        let view = try view(of: agreement, in: tx)
        try tx.activity.append(Activity(.slaPolicyCreated, of: agreement, payload: view.changes(since: nil).payload, at: tx.now), by: caller)
        return view
    }

    /// - Parameter expected: the version that the caller read; nil applies the patch to whatever is there.
    public func update(
        _ key: RefInput<ServiceLevelAgreement>, _ patch: ServiceLevelAgreement.Patch, expecting expected: Int? = nil, as caller: Principal
    ) async throws -> SLAEdit<ServiceLevelAgreement.View> {
        try await database.write { try self.update(key, patch, expecting: expected, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func update(
        _ key: RefInput<ServiceLevelAgreement>, _ patch: ServiceLevelAgreement.Patch, expecting expected: Int? = nil, in tx: any Transaction,
        as caller: Principal
    ) throws -> SLAEdit<ServiceLevelAgreement.View> {
        let old = try lock(key, in: tx, as: caller)
        try ITSMError.expect(version: expected, of: old.version)
        let picks = try SLAPicks(groups: Set(patch.coverage.set?.groups.set ?? []), current: old.references, in: tx, as: caller)
        var agreement = old
        try agreement.apply(patch, picks: picks, at: tx.now)
        guard agreement != old else { return SLAEdit(try view(of: old, in: tx), mustRecompute: false) }
        try tx.slaDefinitions.agreements.update(agreement)
        let names = try tx.slaDefinitions.names(of: agreement.references.union(old.references))
        let view = ServiceLevelAgreement.View(agreement, names: names)
        var changes = try view.changes(since: .init(old, names: names))
        let (runningCycles, isOther) = (patch.runningCycles ?? .keep, agreement.runsOtherwise(than: old))
        if isOther { changes.add("runningCycles", .string(runningCycles.rawValue)) }
        let isArchiving = old.archivedAt == nil && agreement.archivedAt != nil
        try tx.activity.append(
            Activity(isArchiving ? .slaPolicyArchived : .slaPolicyUpdated, of: agreement, payload: changes.payload, at: tx.now), by: caller)
        let mustRecompute = isOther && runningCycles == .follow
        if mustRecompute { try SLARecomputeService.start(.agreement(agreement.edition), in: tx, as: caller) }
        return SLAEdit(view, mustRecompute: mustRecompute)
    }

    /// Deletes an agreement that nothing uses, with its versions.
    ///
    /// - Throws: `inUse` naming the uses.
    public func delete(_ key: RefInput<ServiceLevelAgreement>, expecting expected: Int? = nil, as caller: Principal) async throws {
        try await database.write { try self.delete(key, expecting: expected, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func delete(_ key: RefInput<ServiceLevelAgreement>, expecting expected: Int? = nil, in tx: any Transaction, as caller: Principal) throws {
        let agreement = try lock(key, in: tx, as: caller)
        try ITSMError.expect(version: expected, of: agreement.version)
        let uses = try tx.slaDefinitions.agreements.uses(of: agreement.id)
        guard uses.isEmpty else { throw ITSMError.inUse("The policy \(agreement.name)", by: uses) }
        try tx.slaDefinitions.agreements.delete(agreement.id)
        try tx.activity.append(Activity(.slaPolicyDeleted, of: agreement, payload: ["name": .string(agreement.name)], at: tx.now), by: caller)
    }

    private func lock(_ key: RefInput<ServiceLevelAgreement>, in tx: any Transaction, as caller: Principal) throws -> ServiceLevelAgreement {
        try caller.require(.manageSLA)
        guard let agreement = try tx.slaDefinitions.agreements.lock(key) else { throw ITSMError.notFound("policy") }
        return agreement
    }

    private func view(of agreement: ServiceLevelAgreement, in tx: any Transaction) throws -> ServiceLevelAgreement.View {
        .init(agreement, names: try tx.slaDefinitions.names(of: agreement.references))
    }

    private func views(of page: Page<ServiceLevelAgreement>, in tx: any Transaction) throws -> Page<ServiceLevelAgreement.View> {
        let names = try tx.slaDefinitions.names(of: page.items.reduce(SLAReferences()) { $0.union($1.references) })
        return page.map { .init($0, names: names) }
    }
}

extension Activity {
    fileprivate init(_ kind: Kind, of agreement: ServiceLevelAgreement, payload: JSONValue, at now: Instant) {
        self.init(kind, on: .init(.slaPolicy, agreement.id), payload: payload, occurredAt: now)
    }
}
