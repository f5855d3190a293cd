extension TicketQuery {
    /// The filters as a condition, so that a list can be kept as a view: what is the caller's own becomes whoever reads it. Words that are looked for, and
    /// lists of single tickets, have no such form and are left out.
    public func conditionRows(for caller: Principal, desk: DeskSnapshot) -> ConditionRows {
        var parts: [ConditionRows.Part] = []
        func add(_ field: TicketField, _ operation: ConditionRow.Operation, _ values: [String] = []) {
            parts.append(.row(ConditionRow("ticket.\(field.rawValue)", operation, values)))
        }
        func oneOf<Value: RawRepresentable<String>>(_ field: TicketField, _ values: [Value]) {
            if !values.isEmpty { add(field, .is, values.map(\.rawValue)) }
        }
        func person(_ field: TicketField, _ id: ID<User>?) {
            if let id { id == caller.id ? add(field, .isMe) : add(field, .is, [id.description]) }
        }
        func range(_ field: TicketField, _ range: TimeRange) {
            if let from = range.from { add(field, .since, [from.description]) }
            if let before = range.before { add(field, .before, [before.description]) }
        }
        oneOf(.kind, kinds)
        oneOf(.status, statuses)
        oneOf(.statusCategory, categories)
        if !priorities.isEmpty { add(.priority, .is, priorities.map { String($0.level) }) }
        oneOf(.impact, impacts)
        oneOf(.urgency, urgencies)
        switch assignee {
        case nil: break
        case .nobody: add(.assignee, .isEmpty)
        case .person(let id): person(.assignee, id)
        }
        switch group {
        case nil: break
        case .some(.none): add(.group, .isEmpty)
        case .anyOf(let ids) where Set(ids) == caller.groups: add(.group, .isMine)
        case .anyOf(let ids): add(.group, .is, ids.map(\.description))
        }
        person(.requester, requester)
        person(.openedBy, openedBy)
        person(.watchers, watcher)
        if let service { add(.service, .is, [service.description]) }
        if let root = ticketCategories?.first, let path = desk.path(of: root) { add(.category, .isWithin, [path]) }
        for tag in tags { add(.tags, .is, [tag]) }
        if let major { add(.major, major ? .isTrue : .isFalse) }
        if let channel { add(.channel, .is, [channel.rawValue]) }
        if let parent { parts.append(.text("ticket.parent.id == \"\(parent)\"")) }
        if let externalSource { parts.append(.row(ConditionRow("ticket.externalRef.source", .is, [externalSource]))) }
        if let externalID { parts.append(.row(ConditionRow("ticket.externalRef.id", .is, [externalID]))) }
        range(.createdAt, created)
        range(.updatedAt, updated)
        range(.resolvedAt, resolved)
        if let condition { parts += Self.parts(of: condition) }
        return ConditionRows(.all, parts)
    }

    /// A condition beside other filters: its parts, where all of them must hold anyway.
    private static func parts(of condition: Condition) -> [ConditionRows.Part] {
        guard let rows = try? ConditionRows(reading: condition.text, with: condition.environment.rowFields) else { return [.text(condition.text)] }
        return rows.join == .all ? rows.parts : [.group(rows.join, rows.parts)]
    }
}
