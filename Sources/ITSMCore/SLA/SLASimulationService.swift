/// Tries drafts of policies on the past.
public struct SLASimulationService: Sendable {
    private let database: any Database
    private let desk: @Sendable () -> DeskSnapshot

    public init(database: any Database, desk: @escaping @Sendable () -> DeskSnapshot) {
        self.database = database
        self.desk = desk
    }

    /// What is tried, and on which tickets.
    public struct Request: Sendable, Equatable, Codable {
        public var policy: ServiceLevelAgreement.Draft
        /// The policy whose place the draft takes; absent: the one of the same name, if there is one, else none.
        public var replaces: RefInput<ServiceLevelAgreement>?
        /// Tickets that were raised from here on.
        public var from: Instant
        /// And before this; absent for now.
        public var to: Instant?

        public init(policy: ServiceLevelAgreement.Draft, replaces: RefInput<ServiceLevelAgreement>? = nil, from: Instant, to: Instant? = nil) {
            self.policy = policy
            self.replaces = replaces
            self.from = from
            self.to = to
        }
    }

    /// - Throws: `forbidden` without `sla:manage`; `invalid` with every fault of the draft below `/policy`, and of the period; `tooLarge` where the period
    ///   holds too many tickets.
    public func simulate(_ request: Request, as caller: Principal) async throws -> SLASimulation {
        try caller.require(.manageSLA)
        let (draft, end) = try await database.read { tx in (try drafted(request, in: tx, as: caller), request.to ?? tx.now) }
        guard request.from < end else { throw ITSMError.invalid("/to", "The end must be after the beginning.") }
        var query = TicketQuery()
        query.created = .init(from: request.from, before: end)
        query.sort = .init(.createdAt)
        return try await Rehearsal.over(query, in: database, as: caller, from: SLASimulation()) { [desk] simulation, records, tx in
            let ids = records.map(\.ticket.id)
            let kept = try tx.sla.cycles(of: ids)
            let histories = try tx.sla.histories(of: ids)
            try tx.flush()
            let cycles = Dictionary(grouping: kept.value, by: \.ticket)
            let trial = DraftedDefinitions(draft, among: DeskDefinitions(desk: desk(), tx: tx))
            for ticket in records.map(\.ticket) {
                try simulation.add(
                    TicketRef(ticket), then: cycles[ticket.id] ?? [], history: SLAEvent.events(of: histories[ticket.id] ?? []), under: trial)
            }
        }
    }

    /// The draft as a policy that is in force.
    private func drafted(_ request: Request, in tx: any Transaction, as caller: Principal) throws -> ServiceLevelAgreement {
        let replaced: ServiceLevelAgreement?
        if let key = request.replaces {
            replaced = try tx.slaDefinitions.agreements.first(key)
            if replaced == nil { throw ITSMError.invalid("/replaces", "There is no such policy.") }
        } else {
            replaced = try request.policy.name.flatMap { try tx.slaDefinitions.agreements.first(.name($0)) }
        }
        do {
            let picks = try SLAPicks(groups: Set(request.policy.coverage?.groups.set ?? []), in: tx, as: caller)
            var draft = try ServiceLevelAgreement(request.policy, id: replaced?.id ?? tx.newID(), picks: picks, at: tx.now)
            draft.version = (replaced?.version ?? 0) + 1
            return draft
        } catch let error as ITSMError where !error.problems.isEmpty {
            throw ITSMError.invalid(error.problems.map { FieldProblem("/policy\($0.pointer)", $0.code, $0.message) })
        }
    }
}
