/// The desk's business services: everyone who signed in reads them, `settings:manage` changes them.
public struct ServicePortfolio: Sendable {
    private let database: any Database

    public init(database: any Database) { self.database = database }

    /// By name.
    public func list(_ filter: NameFilter, page: PageRequest, as caller: Principal) async throws -> Page<BusinessService> {
        try await database.read { try $0.services.list(filter, page: page, for: caller) }
    }

    /// One service by id or name.
    public func find(_ key: RefInput<BusinessService>) async throws -> BusinessService {
        try await database.read { tx in
            guard let service = try tx.services.first(key) else { throw ITSMError.notFound("service") }
            return service
        }
    }

    /// Makes a service.
    ///
    /// - Throws: `forbidden` without `settings:manage`; `invalid` with every fault.
    public func create(_ draft: BusinessService.Draft, as caller: Principal) async throws -> BusinessService {
        try await database.write { try self.create(draft, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func create(_ draft: BusinessService.Draft, in tx: any Transaction, as caller: Principal) throws -> BusinessService {
        try caller.require(.manageSettings)
        let groups = try tx.groups.resolve(Set([draft.owner].compactMap(\.self)), visibleTo: caller)
        let service = try BusinessService(draft, id: tx.newID(), groups: groups, at: tx.now)
        try tx.services.insert(service)
        try tx.activity.append(Activity(.serviceCreated, of: service, since: nil, at: tx.now), by: caller)
        return service
    }

    /// - Parameter expected: the version that the caller read; nil applies the patch to whatever is there.
    public func update(
        _ key: RefInput<BusinessService>, _ patch: BusinessService.Patch, expecting expected: Int? = nil, as caller: Principal
    ) async throws -> BusinessService {
        try await database.write { try self.update(key, patch, expecting: expected, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func update(
        _ key: RefInput<BusinessService>, _ patch: BusinessService.Patch, expecting expected: Int? = nil, in tx: any Transaction, as caller: Principal
    ) throws -> BusinessService {
        var service = try lock(key, in: tx, as: caller)
        try ITSMError.expect(version: expected, of: service.version)
        let old = service
        let groups = try tx.groups.resolve(Set([patch.owner.set].compactMap(\.self)), visibleTo: caller)
        let changes = try service.apply(patch, groups: groups, at: tx.now)
        guard !changes.isEmpty else { return service }
        try tx.services.update(service)
        let isArchiving = old.archivedAt == nil && service.archivedAt != nil
        try tx.activity.append(Activity(isArchiving ? .serviceArchived : .serviceUpdated, of: service, since: old, at: tx.now), by: caller)
        return service
    }

    /// Deletes a service that nothing uses.
    ///
    /// - Throws: `inUse` naming the uses.
    public func delete(_ key: RefInput<BusinessService>, expecting expected: Int? = nil, as caller: Principal) async throws {
        try await database.write { try self.delete(key, expecting: expected, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func delete(_ key: RefInput<BusinessService>, expecting expected: Int? = nil, in tx: any Transaction, as caller: Principal) throws {
        let service = try lock(key, in: tx, as: caller)
        try ITSMError.expect(version: expected, of: service.version)
        let uses = try tx.services.uses(of: service.id)
        guard uses.isEmpty else { throw ITSMError.inUse("The service \(service.name)", by: uses) }
        try tx.services.delete(service.id)
        try tx.activity.append(
            Activity(.serviceDeleted, on: .init(.service, service.id), payload: ["name": .string(service.name)], occurredAt: tx.now), by: caller)
    }

    /// Services are no secret, so a caller without the right learns from an absent one no more than from one that is there.
    private func lock(_ key: RefInput<BusinessService>, in tx: any Transaction, as caller: Principal) throws -> BusinessService {
        try caller.require(.manageSettings)
        guard let service = try tx.services.lock(key) else { throw ITSMError.notFound("service") }
        return service
    }
}

extension Activity {
    fileprivate init(_ kind: Kind, of service: BusinessService, since old: BusinessService?, at now: Instant) {
        self.init(kind, on: .init(.service, service.id), payload: service.changes(since: old).payload, occurredAt: now)
    }
}
