extension ImportedTicket {
    /// The ticket's past in our words and with our people: one step for each event.
    ///
    /// - Parameter base: what the source says nothing about; a new ticket, or the one that stands here.
    func steps(upon base: Ticket, names: ImportedNames, desk: DeskSnapshot) -> [TicketHistory.Step] {
        history.indices.map { index in
            let event = history[index]
            var ticket = base
            ticket.adopt(event.state, names: names, desk: desk, source: externalRef.source)
            let isOver = ticket.status.category == .resolved || ticket.status.category == .closed
            ticket.resolution = isOver ? resolution : nil
            ticket.resolvedAt = isOver ? resolvedAt : nil
            ticket.closedAt = ticket.status.category == .closed ? closedAt : nil
            ticket.reopenCount = reopenCount
            ticket.externalRef = externalRef
            ticket.updatedAt = updatedAt
            return TicketHistory.Step(at: event.at, by: names.person(event.by), ticket: ticket)
        }
    }

    /// The ticket before it knows anything of itself.
    func base(id: ID<Ticket>, names: ImportedNames, desk: DeskSnapshot) -> Ticket {
        Ticket(
            id: id, number: TicketNumber(kind: kind, value: 0), title: state.title, status: kind.lifecycle.initial,
            impact: desk.settings.defaultImpact,
            urgency: desk.settings.defaultUrgency, priority: desk.matrix[desk.settings.defaultImpact, desk.settings.defaultUrgency],
            requester: User.unknownID, openedBy: names.person(openedBy), channel: .import, createdAt: createdAt, updatedAt: updatedAt)
    }

    /// True when the priority it has now is not what our matrix makes of its impact and urgency.
    func overridesPriority(_ desk: DeskSnapshot) -> Bool {
        guard let priority = state.priority else { return false }
        return priority != desk.matrix[state.impact ?? desk.settings.defaultImpact, state.urgency ?? desk.settings.defaultUrgency]
    }
}

extension Ticket {
    fileprivate mutating func adopt(_ state: ImportedTicket.State, names: ImportedNames, desk: DeskSnapshot, source: String) {
        title = state.title
        description = state.description
        status = state.status
        pendingReason = state.pendingReason
        pendingUntil = nil
        statusBeforePending = nil
        impact = state.impact ?? impact
        urgency = state.urgency ?? urgency
        let computed = desk.matrix[impact, urgency]
        priority = state.priority ?? computed
        priorityReason = priority == computed ? nil : "Its priority in \(source)."
        category = state.path.flatMap { names.categories[$0] }
        requester = names.person(state.requester)
        assignee = state.assignee.flatMap { names.people[$0] }
        group = state.group.flatMap { names.groups[$0] }
        service = state.service.flatMap { names.services[$0] }
        channel = state.channel
        tags = state.tags
        for (name, value) in state.customFields {
            let isPerson = desk.customFields[name]?.kind == .user
            customFields[name] = value == .null ? nil : isPerson ? value.string.map { .string(names.person($0).description) } : value
        }
    }
}
