/// Links between tickets, and watchers.
extension TicketService {
    /// The ticket's links whose other end the caller may see too.
    public func links(on key: TicketKey, as caller: Principal) async throws -> [TicketLinkView] {
        try await database.read { tx in
            let record = try tx.tickets.find(key, visibleTo: caller)
            return try tx.links.list(on: record.ticket.id, visibleTo: caller)
        }.value
    }

    /// Links a ticket to another that the caller may see too.
    public func addLink(_ draft: TicketLink.Draft, to key: TicketKey, as caller: Principal) async throws -> TicketLinkView {
        try await database.write { try addLink(draft, to: key, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func addLink(_ draft: TicketLink.Draft, to key: TicketKey, in tx: any Transaction, as caller: Principal) throws -> TicketLinkView {
        let record = try tx.tickets.lock(key, visibleTo: caller)
        try caller.require(.updateTickets, on: record.audience(for: caller), to: "link it")
        var problems = ProblemList()
        if draft.type == nil {
            problems.add("/type", .required, "Type is required: \(TicketLink.Kind.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        let other = try draft.ticket.flatMap { try tx.tickets.references([$0.key], visibleTo: caller).first }
        if draft.ticket == nil { problems.add("/ticket", .required, "Ticket is required: the id or number of the other ticket.") }
        if draft.ticket != nil, other == nil { problems.add("/ticket", "There is no such ticket.") }
        if other?.id == record.ticket.id { problems.add("/ticket", "A ticket cannot be linked to itself.") }
        try problems.throwIfAny()
        guard let type = draft.type, let other else { throw ITSMError.invalid("/ticket", "There is no such ticket.") }
        if try tx.links.count(on: record.ticket.id) >= Limits.linksPerTicket {
            throw ITSMError.invalid("/ticket", .tooLong, "A ticket has at most \(Limits.linksPerTicket) links; remove one first.")
        }
        let link = TicketLink(id: tx.newID(), type: type, from: record.ticket.id, to: other.id, createdBy: caller.id, createdAt: tx.now)
        guard try tx.links.insert(link) else {
            throw ITSMError(
                .duplicate, "These tickets are linked in this way already.",
                problems: [
                    FieldProblem("/ticket", .duplicate, "This link stands already.")
                ])
        }
        try tx.tickets.touch(record.ticket.id, at: max(tx.now, record.ticket.updatedAt))
        try tx.activity.append(link.added(), by: caller)
        return TicketLinkView(id: link.id, type: type, direction: .outward, ticket: other, createdAt: link.createdAt)
    }

    /// Takes a link away, for both of its ends.
    ///
    /// - Throws: `notFound`, also where the caller may not see the other end; `forbidden` for those who may not change the ticket.
    public func removeLink(_ id: ID<TicketLink>, from key: TicketKey, as caller: Principal) async throws {
        try await database.write { try removeLink(id, from: key, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func removeLink(_ id: ID<TicketLink>, from key: TicketKey, in tx: any Transaction, as caller: Principal) throws {
        let record = try tx.tickets.lock(key, visibleTo: caller)
        try caller.require(.updateTickets, on: record.audience(for: caller), to: "change its links")
        let visible = try tx.links.list(on: record.ticket.id, visibleTo: caller)
        guard let link = try tx.links.first(id, on: record.ticket.id), visible.value.contains(where: { $0.id == id }) else {
            throw ITSMError.notFound("link")
        }
        try tx.links.delete(id)
        try tx.tickets.touch(record.ticket.id, at: max(tx.now, record.ticket.updatedAt))
        try tx.activity.append(link.removed(at: tx.now), by: caller)
    }

    /// Who follows the ticket.
    public func watchers(of key: TicketKey, as caller: Principal) async throws -> [Watcher] {
        try await database.read { tx in
            let record = try tx.tickets.find(key, visibleTo: caller)
            return try tx.watchers.list(on: record.ticket.id)
        }.value
    }

    /// Lets a person follow the ticket, who from then on may read its public side.
    public func addWatcher(_ draft: Watcher.Draft, to key: TicketKey, as caller: Principal) async throws -> Watcher {
        try await database.write { try addWatcher(draft, to: key, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func addWatcher(_ draft: Watcher.Draft, to key: TicketKey, in tx: any Transaction, as caller: Principal) throws -> Watcher {
        let record = try tx.tickets.lock(key, visibleTo: caller)
        try caller.require(.reply, on: record.audience(for: caller), to: "add watchers")
        guard let input = draft.user else { throw ITSMError.invalid("/user", .required, "User is required: who shall watch.") }
        var problems = ProblemList()
        let person = try problems.person(input, "/user", in: tx, as: caller)
        try problems.throwIfAny()
        guard let person else { throw ITSMError.notFound("person") }
        let watchers = try tx.watchers.list(on: record.ticket.id)
        try tx.flush()
        if watchers.value.count >= Limits.watchersPerTicket {
            throw ITSMError.invalid("/user", .tooLong, "A ticket has at most \(Limits.watchersPerTicket) watchers; remove one first.")
        }
        guard try tx.watchers.insert(person.id, on: record.ticket.id, by: caller.id, at: tx.now) else {
            throw ITSMError(
                .duplicate, "\(person.name) watches this ticket already.",
                problems: [
                    FieldProblem("/user", .duplicate, "This person watches already.")
                ])
        }
        try tx.tickets.touch(record.ticket.id, at: max(tx.now, record.ticket.updatedAt))
        try tx.activity.append(record.ticket.watcherActivity(.watcherAdded, person.id, at: tx.now), by: caller)
        return Watcher(id: person.id, name: person.name, addedAt: tx.now)
    }

    /// Ends a person's following: anybody may end their own, who may change the ticket may end others'.
    public func removeWatcher(_ user: ID<User>, from key: TicketKey, as caller: Principal) async throws {
        try await database.write { try removeWatcher(user, from: key, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func removeWatcher(_ user: ID<User>, from key: TicketKey, in tx: any Transaction, as caller: Principal) throws {
        let record = try tx.tickets.lock(key, visibleTo: caller)
        if user != caller.id { try caller.require(.updateTickets, on: record.audience(for: caller), to: "remove its watchers") }
        guard try tx.watchers.delete(user, from: record.ticket.id) else { throw ITSMError.notFound("watcher") }
        try tx.tickets.touch(record.ticket.id, at: max(tx.now, record.ticket.updatedAt))
        try tx.activity.append(record.ticket.watcherActivity(.watcherRemoved, user, at: tx.now), by: caller)
    }
}

extension TicketLink {
    /// The link is told on both of its ends, each to those who may see both; the other end is named by id.
    func added() -> [Activity] {
        [activity(.linkAdded, on: from, other: to, at: createdAt), activity(.linkAdded, on: to, other: from, at: createdAt)]
    }

    func removed(at now: Instant) -> [Activity] {
        [activity(.linkRemoved, on: from, other: to, at: now), activity(.linkRemoved, on: to, other: from, at: now)]
    }

    private func activity(_ kind: Activity.Kind, on ticket: ID<Ticket>, other: ID<Ticket>, at now: Instant) -> Activity {
        Activity(
            kind, on: .init(.ticket, ticket), ticket: ticket,
            payload: [
                "link": .string(id.description), "type": .string(type.rawValue), "direction": .string(ticket == from ? "outward" : "inward"),
                "ticket": .string(other.description),
            ], occurredAt: now)
    }
}

extension Ticket {
    func watcherActivity(_ kind: Activity.Kind, _ user: ID<User>, at now: Instant) -> Activity {
        Activity(kind, on: .init(.ticket, id), ticket: id, payload: ["user": .string(user.description)], occurredAt: now)
    }
}
