import ITSMCore

/// The rights on tickets as WHERE clauses over `tickets AS t`: the same rules as `TicketPolicy`, for many rows at once.
///
/// The watched tickets are an array that is asked for at most once a statement, so that each branch of an OR can use its own index.
enum TicketVisibility {
    /// The tickets that `caller` may see.
    static func condition(for caller: Principal) -> SQL { condition(for: caller, holding: .readTickets) }

    /// The same as disjoint parts, each of which has an index of its own where tickets are read in the order of time.
    static func parts(for caller: Principal) -> [SQL] {
        guard caller.grants[.readTickets] == .own else { return [condition(for: caller)] }
        return [
            "t.requester_id = \(caller.id)",
            "(t.opened_by_id = \(caller.id) AND t.opened_by_id <> t.requester_id)",
            "(\(fragment: watched(by: caller)) AND t.requester_id <> \(caller.id) AND t.opened_by_id <> \(caller.id))",
        ]
    }

    /// The tickets on which `caller` holds `permission`.
    static func condition(for caller: Principal, holding permission: Permission) -> SQL {
        condition(for: caller, holding: permission, own: "\(fragment: raised(by: caller)) OR \(fragment: watched(by: caller))")
    }

    /// Among tickets that `caller` sees, those whose work notes they may read: watching counts for nothing, and nobody reads those of their own
    /// trouble who does not work on it.
    static func notesCondition(for caller: Principal) -> SQL {
        let mayWrite = condition(for: caller, holding: .note, own: raised(by: caller))
        return "((t.requester_id <> \(caller.id) OR \(fragment: inGroup(of: caller))) AND \(fragment: mayWrite))"
    }

    /// - Parameter own: what makes a ticket the caller's own.
    private static func condition(for caller: Principal, holding permission: Permission, own: SQL) -> SQL {
        let reach: SQL
        switch caller.grants[permission] {
        case nil: return "false"
        case .all: reach = ""
        case .group: reach = "(\(fragment: inGroup(of: caller)) OR \(fragment: own))"
        case .own: reach = "(\(fragment: own))"
        }
        if caller.holds(.readConfidentialTickets) { return reach.isEmpty ? "true" : reach }
        let discreet: SQL = "(NOT t.confidential OR \(fragment: inGroup(of: caller)) OR \(fragment: own))"
        // Own and group reach pass the wall of confidentiality by themselves.
        return reach.isEmpty ? discreet : reach
    }

    private static func inGroup(of caller: Principal) -> SQL {
        let assigned: SQL = "COALESCE(t.assignee_id = \(caller.id), false)"
        if caller.groups.isEmpty { return assigned }
        return "(COALESCE(t.group_id = ANY(\(caller.groups.sorted())), false) OR \(fragment: assigned))"
    }

    private static func raised(by caller: Principal) -> SQL {
        "t.requester_id = \(caller.id) OR (t.opened_by_id = \(caller.id) AND t.opened_by_id <> t.requester_id)"
    }

    static func watched(by caller: Principal) -> SQL {
        "t.id = ANY(ARRAY(SELECT w.ticket_id FROM ticket_watchers w WHERE w.user_id = \(caller.id)))"
    }
}
