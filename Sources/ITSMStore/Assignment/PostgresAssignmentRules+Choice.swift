import ITSMCore

/// What a choice within a group asks, and what it leaves behind.
extension PostgresAssignmentRules {
    func lockPool(_ rule: ID<AssignmentRule>, of group: ID<SupportGroup>, weights: [Int]?) throws -> AssignmentPool {
        // The members are read by a statement of their own after the lock is held: so it sees what the choice before this one did.
        let line = try connection.first("\(fragment: Self.line(of: rule)) FOR NO KEY UPDATE") { try $0.next([ID<User>].self) }
        return AssignmentPool(members: try members(of: group, weights: weights), line: line ?? [])
    }

    func pool(_ rule: ID<AssignmentRule>, of group: ID<SupportGroup>, weights: [Int]?) throws -> AssignmentPool {
        let line = try connection.first(Self.line(of: rule)) { try $0.next([ID<User>].self) }
        return AssignmentPool(members: try members(of: group, weights: weights), line: line ?? [])
    }

    private static func line(of rule: ID<AssignmentRule>) -> SQL { "SELECT line FROM assignment_turns WHERE rule_id = \(rule)" }

    private func members(of group: ID<SupportGroup>, weights: [Int]?) throws -> [AssignmentPool.Member] {
        let load: SQL =
            weights.map { weights in
                """
                coalesce((
                    SELECT sum((\(weights)::bigint[])[t.priority])
                    FROM tickets t
                    WHERE t.assignee_id = u.id AND t.status_category IN ('open', 'pending')), 0)::bigint
                """
            } ?? "0::bigint"
        return try connection.all(
            """
            SELECT u.id, u.name, u.skills, u.absent_from, u.absent_until, \(fragment: load)
            FROM group_members m
            JOIN users u ON u.id = m.user_id
            WHERE m.group_id = \(group) AND \(fragment: User.Filter.assignable)
            """
        ) { row in
            AssignmentPool.Member(
                try Ref(row: &row), skills: Set(try row.next([String].self)), absence: Absence(from: try row.next(), until: try row.next()),
                load: try row.next())
        }
    }

    func takeTurn(_ person: ID<User>, of rule: ID<AssignmentRule>) throws {
        try connection.execute("UPDATE assignment_turns SET line = array_append(array_remove(line, \(person)), \(person)) WHERE rule_id = \(rule)")
    }

    func insert(_ fault: AssignmentFault) throws {
        try connection.execute(
            """
            INSERT INTO assignment_faults (rule_id, version, ticket_id, message, occurred_at)
            VALUES (\(fault.rule), \(fault.version), \(fault.ticket), \(fault.message), \(fault.at))
            """)
    }

    func faults(of rule: ID<AssignmentRule>, limit: Int) throws -> [AssignmentFault] {
        try connection.all(
            """
            SELECT f.version, t.id, t.kind, t.n, f.message, f.occurred_at
            FROM assignment_faults f
            JOIN tickets t ON t.id = f.ticket_id
            WHERE f.rule_id = \(rule)
            ORDER BY f.occurred_at DESC
            LIMIT \(limit: limit)
            """
        ) { row in
            let version = try row.next(Int.self), ticket = try row.next(ID<Ticket>.self)
            let number = TicketNumber(kind: try row.next(), value: try row.next())
            return AssignmentFault(
                rule: rule, version: version, ticket: ticket, number: number, message: try row.next(), at: try row.next())
        }
    }

    func origins(of ticket: ID<Ticket>) throws -> AssignmentOrigins {
        let found = try connection.all(
            """
            SELECT f.field, p.id, p.name, a.occurred_at, a.cause
            FROM (VALUES ('group'), ('assignee')) AS f (field)
            CROSS JOIN LATERAL (
                SELECT a.principal_id, a.occurred_at, a.cause
                FROM activity a
                WHERE a.ticket_id = \(ticket) AND a.kind IN ('ticket.created', 'ticket.assigned') AND a.payload ? f.field
                ORDER BY a.occurred_at DESC, a.id DESC
                LIMIT 1) AS a
            JOIN users p ON p.id = a.principal_id
            """
        ) { row in
            (field: try row.next(String.self), origin: AssignmentOrigins.Origin(by: try Ref(row: &row), at: try row.next(), cause: try row.next()))
        }
        return AssignmentOrigins(
            group: found.first { $0.field == "group" }?.origin, assignee: found.first { $0.field == "assignee" }?.origin)
    }
}
