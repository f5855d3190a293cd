/// Somebody who is on a ticket just now.
public struct Presence: Sendable, Hashable, Codable {
    public var user: Ref<User>
    public var state: State
    /// Since when they are in this state.
    public var since: Instant

    /// What somebody does there.
    public enum State: String, Sendable, Codable, CaseIterable { case viewing, writing }

    /// How long a report counts, in seconds. Pages report every 10 s.
    public static let lifetimeSeconds: Int64 = 30

    public init(user: Ref<User>, state: State, since: Instant) {
        self.user = user
        self.state = state
        self.since = since
    }

    /// What a page tells of its reader.
    public struct Report: Sendable, Hashable, Codable {
        public var state: State?

        /// What a page reports of its reader; `gone` ends the presence at once.
        public enum State: String, Sendable, Codable, CaseIterable { case viewing, writing, gone }

        public init(_ state: State) { self.state = state }
    }
}

/// Who is where, for a moment; lost when the database restarts.
public protocol PresenceStore {
    /// Queues that `user` is on the ticket, or with nil that they have left it.
    func put(_ state: Presence.State?, of user: ID<User>, on ticket: ID<Ticket>) throws
    /// Who is there now but `user`, the longest first.
    func others(than user: ID<User>, on ticket: ID<Ticket>) throws -> [Presence]
    /// Removes what no longer counts; how many it were.
    func removeOver() throws -> Int
}

extension TicketService {
    /// Notes that the caller is on the ticket, and tells who else is. Only among those who read its work notes: others neither see anybody nor are shown.
    public func report(_ report: Presence.Report, on key: TicketKey, as caller: Principal) async throws -> [Presence] {
        try await database.write { tx in
            let record = try tx.tickets.find(key, visibleTo: caller)
            guard let state = report.state else {
                let states = Presence.Report.State.allCases.map(\.rawValue).joined(separator: ", ")
                throw ITSMError.invalid("/state", .required, "State is required: \(states).")
            }
            guard caller.seesNotes(of: record.audience(for: caller)) else { return [] }
            try tx.presence.put(Presence.State(rawValue: state.rawValue), of: caller.id, on: record.ticket.id)
            return try tx.presence.others(than: caller.id, on: record.ticket.id)
        }
    }
}
