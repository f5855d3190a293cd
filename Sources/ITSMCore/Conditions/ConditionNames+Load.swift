extension Transaction {
    /// The names that conditions read of a ticket; asks the database only for what they do read.
    func names(for conditions: [Condition], of ticket: Ticket, previous: Ticket? = nil, desk: DeskSnapshot) throws -> ConditionNames {
        var names = ConditionNames(desk)
        var people: Set<ID<User>> = []
        for slot in Set(conditions.flatMap(\.reads)) {
            switch slot {
            case .ticket(.watchers), .previous(.watchers):
                let watchers = try watchers.list(on: ticket.id)
                try flush()
                names.watchers = Set(watchers.value.map(\.id))
                people.formUnion(names.watchers)
            case .ticket(.parent):
                names.parent = try ticket.parent.flatMap { try tickets.references([.id($0)], visibleTo: .automation()).first }
            case .ticket(.requester), .previous(.requester), .ticket(.openedBy), .previous(.openedBy), .ticket(.assignee), .previous(.assignee):
                people.formUnion(
                    [ticket.requester, ticket.openedBy] + [ticket.assignee, previous?.assignee, previous?.requester].compactMap(\.self))
            case .customField(let name), .previousCustomField(let name):
                for value in [ticket.customFields[name], previous?.customFields[name]] {
                    if let id = value?.string.flatMap(ID<User>.init) { people.insert(id) }
                }
            default: break
            }
        }
        if !people.isEmpty { names.people = try users.names(of: people) }
        return names
    }
}

extension TicketRecord {
    /// The names of its people, as far as they came with it.
    var peopleNames: [ID<User>: String] {
        // Mostly they are the same person.
        var names = [ticket.openedBy: openedByName]
        names[ticket.requester] = requesterName
        if let assignee = ticket.assignee { names[assignee] = assigneeName }
        return names
    }
}
