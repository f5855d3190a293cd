extension ServicePortfolio {
    /// Finds or makes the services that an import names. The result is by the names that were given.
    ///
    /// - Throws: `forbidden` without `tickets:import`; `invalid` for a name that no service can have.
    public func findOrCreate(_ names: [String], in tx: any Transaction, as caller: Principal) throws -> [String: ID<BusinessService>] {
        try caller.require(.importTickets)
        var found: [String: ID<BusinessService>] = [:]
        let desk = try tx.desk.load()
        for name in names {
            if let known = desk.find(service: .name(name)) ?? nil {
                found[name] = known.id
            } else if let made = found.first(where: { $0.key.lowercased() == name.lowercased() }) {
                found[name] = made.value
            } else {
                let service = try BusinessService(.init(name: name), id: tx.newID(), groups: tx.groups.resolve([], visibleTo: caller), at: tx.now)
                try tx.services.insert(service)
                let activity = Activity(
                    .serviceCreated, on: .init(.service, service.id), payload: service.changes(since: nil).payload, occurredAt: tx.now)
                try tx.activity.append(activity, by: caller)
                found[name] = service.id
            }
        }
        return found
    }
}
