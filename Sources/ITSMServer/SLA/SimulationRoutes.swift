import ITSMCore

/// Trying a draft of a policy on the past.
struct SimulationRoutes: Sendable {
    let simulations: SLASimulationService

    func add(to table: inout RouteTable) {
        let simulations = simulations
        table.post(
            "sla/simulate", "Try a policy on past tickets",
            """
            What a draft would have come to over the tickets that were raised in a time, beside what was measured then; nothing is changed. It speaks of the \
            clocks that the draft would have run, and of those that the policy ran whose place it takes. At most \
            \(Rehearsal.mostTickets) tickets, of those that the caller may read.
            """, tag: PolicyRoutes.tag, needs: .permission(.manageSLA), body: SLASimulationService.Request.self, answer: .ok(SLASimulation.self),
            idempotent: false
        ) { call, request in
            .ok(try await simulations.simulate(request, as: call.principal))
        }
    }
}

// MARK: - On the wire

extension SLASimulationService.Request: WireType {
    static var schema: Schema {
        .object(
            "SLASimulationRequest", "What is tried, and on which tickets.",
            [
                .required("policy", ServiceLevelAgreement.Draft.self),
                .optional(
                    "replaces", RefInput<ServiceLevelAgreement>.self,
                    "The policy whose place the draft takes; absent: the one of the same name, if there is one, else none."),
                .required("from", Instant.self, "Tickets that were raised from here on."),
                .optional("to", Instant.self, "And before this; absent for now."),
            ])
    }
}

extension SLASimulation.Outcome: WireType {}

extension SLASimulation: WireType {
    static var schema: Schema {
        .object(
            "SLASimulation", "What a draft would have come to.",
            [
                .required("tickets", Int.self, "How many were looked at."),
                .required(
                    "metrics",
                    .array(
                        of: .object([
                            .required("metric", SLAMetric.self), .required("then", ComplianceFigures.self, "As measured."),
                            .required("now", ComplianceFigures.self, "Under the draft."),
                        ]))),
                .required("differing", Int.self, "Clocks that came out otherwise."),
                .required(
                    "differences",
                    .array(
                        of: .object([
                            .required("ticket", TicketRef.self), .required("timer", String.self, "Such as resolution or nextResponse-2."),
                            .optional("then", Outcome.self, "Absent where there was no such clock."), .optional("now", Outcome.self),
                        ]), maximum: differencesShown), "The first \(differencesShown) of them."),
            ])
    }
}
