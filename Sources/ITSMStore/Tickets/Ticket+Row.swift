import ITSMCore

extension TicketKind: SQLEnum {}
extension TicketStatus: SQLEnum {}
extension StatusCategory: SQLEnum {}
extension Impact: SQLEnum {}
extension Urgency: SQLEnum {}
extension Channel: SQLEnum {}
extension Comment.Visibility: SQLEnum {}
extension TicketLink.Kind: SQLEnum {}
extension Ticket.Resolution.Code: SQLEnum {}

/// Stored as its level, 1 (critical) to 4 (low), so that it sorts.
extension Priority: SQLEnum {
    package static var sqlType: SQLType { Int16.sqlType }
    package static func accepts(columnType oid: UInt32) -> Bool { Int16.accepts(columnType: oid) }
    package func write(to writer: inout BinaryWriter) -> Bool { Int16(level).write(to: &writer) }
    package init(field: SQLField) throws {
        guard let priority = Priority(level: Int(try Int16(field: field))) else { throw SQLField.Mismatch() }
        self = priority
    }
}

extension Ticket: RowDecodable {
    /// The columns of `tickets AS t` in the order in which a row is read.
    static let columns = columns(withTexts: true)
    /// The same for lists, which leave the long texts out.
    static let briefColumns = columns(withTexts: false)

    private static func columns(withTexts: Bool) -> SQL {
        """
        t.id, t.kind, t.n, t.title, \(fragment: withTexts ? "t.description" : "NULL::text"), t.status, t.pending_reason, t.pending_until,
        t.status_before_pending, t.impact, t.urgency, t.priority, t.priority_reason, t.major, t.category_id, t.requester_id, t.opened_by_id,
        t.assignee_id, t.group_id, t.service_id, t.channel, t.tags, t.custom_fields, t.parent_id, t.confidential, t.first_responded_at,
        t.resolved_at, t.closed_at,
        (SELECT min(c.due_at) FROM sla_cycles c WHERE c.ticket_id = t.id AND c.state = 'running'), t.resolution_code, \(fragment: withTexts ? "t.resolution_notes" : "NULL::text"), t.reopen_count,
        t.escalation_level, t.external_source, t.external_id, t.version, t.created_at, t.updated_at
        """
    }

    package init(row: inout Row) throws {
        let id: ID<Ticket> = try row.next()
        let number = TicketNumber(kind: try row.next(), value: try row.next())
        let title: String = try row.next()
        let description: String? = try row.next()
        let status: TicketStatus = try row.next()
        let pendingReason: String? = try row.next()
        let pendingUntil: Instant? = try row.next()
        let statusBeforePending: TicketStatus? = try row.next()
        let impact: Impact = try row.next()
        let urgency: Urgency = try row.next()
        let priority: Priority = try row.next()
        let priorityReason: String? = try row.next()
        let major: Bool = try row.next()
        let category: ID<Category>? = try row.next()
        let requester: ID<User> = try row.next()
        let openedBy: ID<User> = try row.next()
        let assignee: ID<User>? = try row.next()
        let group: ID<SupportGroup>? = try row.next()
        let service: ID<BusinessService>? = try row.next()
        let channel: Channel = try row.next()
        let tags: [String] = try row.next()
        let customFields: JSONB = try row.next()
        let parent: ID<Ticket>? = try row.next()
        let confidential: Bool = try row.next()
        let firstRespondedAt: Instant? = try row.next()
        let resolvedAt: Instant? = try row.next()
        let closedAt: Instant? = try row.next()
        let dueAt: Instant? = try row.next()
        let code: Resolution.Code? = try row.next()
        let notes: String? = try row.next()
        let reopenCount: Int = try row.next()
        let escalationLevel: Int = try row.next()
        let source: String? = try row.next()
        let externalID: String? = try row.next()
        self.init(
            id: id, number: number, title: title, description: description, status: status, pendingReason: pendingReason,
            pendingUntil: pendingUntil, statusBeforePending: statusBeforePending, impact: impact, urgency: urgency, priority: priority,
            priorityReason: priorityReason, major: major, category: category, requester: requester, openedBy: openedBy, assignee: assignee,
            group: group, service: service, channel: channel, tags: tags,
            customFields: customFields.bytes.count <= 2 ? [:] : try customFields.decode(), parent: parent, confidential: confidential,
            firstRespondedAt: firstRespondedAt, resolvedAt: resolvedAt, closedAt: closedAt, dueAt: dueAt,
            resolution: code == nil && notes == nil ? nil : Resolution(code: code, notes: notes), reopenCount: reopenCount,
            escalationLevel: escalationLevel,
            externalRef: source.flatMap { source in externalID.map { ExternalRef(source: source, id: $0) } }, version: try row.next(),
            createdAt: try row.next(), updatedAt: try row.next())
    }
}

extension TicketRecord: RowDecodable {
    /// What a reader sees of `tickets AS t`: its columns, the names of its people, a parent they may see, whether they watch it.
    static func select(for caller: Principal) -> SQL {
        "SELECT \(fragment: Ticket.columns), \(fragment: names(for: caller)), \(fragment: TicketVisibility.watched(by: caller))"
    }

    /// The same for a list, which has no use for the long texts, nor for who watches.
    static func selectBriefly(for caller: Principal) -> SQL {
        "SELECT \(fragment: Ticket.briefColumns), \(fragment: names(for: caller)), false"
    }

    /// Looked up row by row: of a page that is cheap, and how the page is found then depends on the tickets alone. The parent is called `t` so that the
    /// rule of visibility applies to it word by word.
    private static func names(for caller: Principal) -> SQL {
        """
        (SELECT name FROM users WHERE id = t.requester_id),
        (SELECT name FROM users WHERE id = t.opened_by_id AND t.opened_by_id <> t.requester_id),
        (SELECT name FROM users WHERE id = t.assignee_id),
        (SELECT ARRAY[t.number, t.title] FROM (SELECT * FROM tickets WHERE id = t.parent_id) t WHERE \(fragment: TicketVisibility.condition(for: caller)))
        """
    }

    package init(row: inout Row) throws {
        let ticket = try Ticket(row: &row)
        let requesterName: String = try row.next()
        let openedByName: String? = try row.next()
        let assigneeName: String? = try row.next()
        let parent: [String]? = try row.next()
        self.init(
            ticket: ticket, requesterName: requesterName, openedByName: openedByName ?? requesterName, assigneeName: assigneeName,
            parent: ticket.parent.flatMap { id in
                parent.flatMap { parent in TicketNumber(parent[0]).map { TicketRef(id: id, number: $0, title: parent[1]) } }
            },
            isWatchedByReader: try row.next())
    }
}

extension TicketRef: RowDecodable {
    /// Reads id, kind, n, title.
    package init(row: inout Row) throws {
        self.init(id: try row.next(), number: TicketNumber(kind: try row.next(), value: try row.next()), title: try row.next())
    }
}
