import ITSMCore

/// What happens when a clock comes to a certain point.
struct EscalationRuleRoutes: Sendable {
    let rules: EscalationRuleService
    let rehearsals: EscalationRehearsalService
    let desk: CurrentDesk

    private typealias View = EscalationRule.View
    private static let tag = PolicyRoutes.tag
    private static let manage = Route.Needs.permission(.manageSLA)

    func add(to table: inout RouteTable) {
        let rules = rules
        table.list(
            "sla/escalation-rules", "Escalation rules by name", tag: Self.tag, query: NameQueries.all + [FilterQuery.escalationRules.parameter],
            of: View.self
        ) { call, page in
            try await rules.list(NameQueries.filter(call, .escalationRules), page: page, as: call.principal)
        }
        table.get("sla/escalation-rules/{id}", "One escalation rule", "By id or name.", tag: Self.tag, answer: .ok(View.self)) { call in
            let view = try await rules.find(try call.key(), as: call.principal)
            return .ok(view, version: view.rule.version)
        }
        table.list(
            "sla/escalation-rules/{id}/versions", "All versions of an escalation rule", "The newest, which is the current one, first.", tag: Self.tag,
            query: [FilterQuery.escalationRules.parameter], of: View.self
        ) { call, page in
            try await rules.versions(of: try call.key(), where: FilterQuery.escalationRules.condition(call), page: page, as: call.principal)
        }
        table.get("sla/escalation-rules/{id}/versions/{version}", "One version of an escalation rule", tag: Self.tag, answer: .ok(View.self)) {
            call in
            .ok(try await rules.find(try call.key(), version: try call.versionInPath, as: call.principal))
        }
        table.post(
            "sla/escalation-rules/rehearse", "Try an escalation rule on past tickets",
            """
            For which clocks of the tickets raised in the last days a draft would have fired; nothing is changed. Its condition is asked of each ticket as it \
            stands now. At most \(Rehearsal.mostTickets) tickets, of those that the caller may read.
            """, tag: Self.tag, needs: Self.manage, body: EscalationRehearsalService.Request.self, answer: .ok(EscalationRehearsal.self),
            idempotent: false
        ) { [rehearsals] call, request in
            .ok(try await rehearsals.rehearse(request, as: call.principal))
        }
        addChanges(to: &table)
    }

    private func addChanges(to table: inout RouteTable) {
        let (rules, desk) = (rules, desk)
        table.post(
            "sla/escalation-rules", "Add an escalation rule", tag: Self.tag, needs: Self.manage, body: EscalationRule.Draft.self,
            answer: .created(View.self)
        ) { call, draft in
            let caller = call.principal
            return try await call.write(refreshing: desk) { tx in
                try rules.create(draft, in: tx, as: caller)
            } answer: {
                .created($0, at: "sla/escalation-rules/\($0.rule.id)", version: $0.rule.version)
            }
        }
        table.patch(
            "sla/escalation-rules/{id}", "Change an escalation rule", "What has fired does not fire again.", tag: Self.tag, needs: Self.manage,
            body: EscalationRule.Patch.self, answer: .ok(View.self)
        ) { call, patch in
            let (key, caller, version) = (try call.key(EscalationRule.self), call.principal, try call.expectedVersion)
            return try await call.write(refreshing: desk) { tx in
                try rules.update(key, patch, expecting: version, in: tx, as: caller)
            } answer: {
                .ok($0, version: $0.rule.version)
            }
        }
        table.delete(
            "sla/escalation-rules/{id}", "Delete an escalation rule that never fired",
            "One that fired is archived instead: PATCH with \"archived\": true.", tag: Self.tag, needs: Self.manage, answer: .noContent, ifMatch: true
        ) { call in
            try await rules.delete(try call.key(), expecting: try call.expectedVersion, as: call.principal)
            await desk.refresh()
            return .noContent
        }
    }
}
