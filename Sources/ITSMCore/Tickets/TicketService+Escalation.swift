extension TicketService {
    /// Raises a ticket one level in the hierarchy. Like all that timers do it moves `updatedAt` and not the version, so that it spoils nobody's edit.
    func raiseEscalationLevel(of id: ID<Ticket>, in tx: any Transaction, as caller: Principal) throws -> Ticket {
        var ticket = try tx.tickets.lock(.id(id), visibleTo: caller).ticket
        var changes = FieldChanges()
        changes.note("escalationLevel", from: .integer(Int64(ticket.escalationLevel)), to: .integer(Int64(ticket.escalationLevel + 1)))
        ticket.escalationLevel += 1
        ticket.updatedAt = max(tx.now, ticket.updatedAt)
        try tx.tickets.update(ticket)
        try tx.activity.append(
            Activity(.ticketUpdated, on: .init(.ticket, id), ticket: id, payload: changes.payload, occurredAt: ticket.updatedAt), by: caller)
        return ticket
    }
}
