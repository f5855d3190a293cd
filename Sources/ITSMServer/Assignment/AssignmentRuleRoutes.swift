import ITSMCore

/// To whom tickets go.
struct AssignmentRuleRoutes: Sendable {
    let rules: AssignmentRuleService
    let rehearsals: AssignmentRehearsalService
    let tickets: TicketService
    let desk: CurrentDesk

    private static let tag = "Assignment"
    private static let manage = Route.Needs.permission(.manageRules)

    func add(to table: inout RouteTable) {
        addReading(to: &table)
        addChanges(to: &table)
    }

    private func addReading(to table: inout RouteTable) {
        let (rules, rehearsals, tickets) = (rules, rehearsals, tickets)
        table.list(
            "assignment-rules", "Assignment rules in order", "In the order in which they are asked.", tag: Self.tag,
            query: NameQueries.all + [FilterQuery.assignmentRules.parameter], of: AssignmentRule.self
        ) { call, page in
            try await rules.list(NameQueries.filter(call, .assignmentRules), page: page, as: call.principal)
        }
        table.get("assignment-rules/{id}", "One assignment rule", "By id or name.", tag: Self.tag, answer: .ok(AssignmentRule.self)) { call in
            let rule = try await rules.find(try call.key(), as: call.principal)
            return .ok(rule, version: rule.version)
        }
        table.get(
            "assignment-rules/{id}/faults", "Where a rule's condition failed lately",
            "The newest \(AssignmentRuleService.faultsShown). A rule whose condition has no answer for a ticket is passed over for it.",
            tag: Self.tag,
            needs: Self.manage, answer: .ok(AssignmentFaults.self)
        ) { call in
            .ok(AssignmentFaults(items: try await rules.faults(of: try call.key(), as: call.principal)))
        }
        table.post(
            "assignment-rules/rehearse", "Try an assignment rule on past tickets",
            """
            Which of the tickets raised in the last days meet the rule's condition as they stand now, and where the rule alone would have them; nothing is \
            changed. At most \(Rehearsal.mostTickets) tickets, of those that the caller may read.
            """, tag: Self.tag, needs: Self.manage, body: AssignmentRehearsalService.Request.self, answer: .ok(AssignmentRehearsal.self),
            idempotent: false
        ) { call, request in
            .ok(try await rehearsals.rehearse(request, as: call.principal))
        }
        for collection in TicketCollection.all {
            table.get(
                "\(collection.path)/{key}/assignment", "Why a ticket is where it is",
                """
                By whose hand group and assignee are what they are, and what the rules decided lately: each rule that was asked, what its condition came to, \
                and the figures of those among whom it chose. For those who see the ticket's work notes.
                """, tag: collection.tag, answer: .ok(AssignmentStory.self)
            ) { call in
                .ok(try await tickets.assignmentStory(of: collection.key(of: call), as: call.principal))
            }
        }
    }

    private func addChanges(to table: inout RouteTable) {
        let (rules, desk) = (rules, desk)
        table.post(
            "assignment-rules", "Add an assignment rule", tag: Self.tag, needs: Self.manage, body: AssignmentRule.Draft.self,
            answer: .created(AssignmentRule.self)
        ) { call, draft in
            let caller = call.principal
            return try await call.write(refreshing: desk) { tx in
                try rules.create(draft, in: tx, as: caller)
            } answer: {
                .created($0, at: "assignment-rules/\($0.id)", version: $0.version)
            }
        }
        table.patch(
            "assignment-rules/{id}", "Change an assignment rule", "What it assigned stays.", tag: Self.tag, needs: Self.manage,
            body: AssignmentRule.Patch.self, answer: .ok(AssignmentRule.self)
        ) { call, patch in
            let (key, caller, version) = (try call.key(AssignmentRule.self), call.principal, try call.expectedVersion)
            return try await call.write(refreshing: desk) { tx in
                try rules.update(key, patch, expecting: version, in: tx, as: caller)
            } answer: {
                .ok($0, version: $0.version)
            }
        }
        table.delete(
            "assignment-rules/{id}", "Delete an assignment rule", "What it assigned stays, and so does the record of it.", tag: Self.tag,
            needs: Self.manage, answer: .noContent, ifMatch: true
        ) { call in
            try await rules.delete(try call.key(), expecting: try call.expectedVersion, as: call.principal)
            await desk.refresh()
            return .noContent
        }
    }
}

/// Where a rule failed, as a body.
struct AssignmentFaults: Encodable, Sendable, WireType {
    let items: [AssignmentFault]

    static var schema: Schema { .object([.required("items", [AssignmentFault].self, "The newest first.")]) }
}
