/// The tickets beside one in a list; nil at its ends.
public struct TicketNeighbours: Sendable, Hashable {
    public var previous: TicketRef?
    public var next: TicketRef?

    public init(previous: TicketRef?, next: TicketRef?) {
        self.previous = previous
        self.next = next
    }
}

/// What a page needs of lists beside their rows.
extension TicketService {
    /// The ticket before and the ticket after one in the query's order. One that no longer matches the query has its neighbours where it would stand.
    ///
    /// - Throws: `notFound` for a ticket that is absent or hidden.
    public func neighbours(of key: TicketKey, in query: TicketQuery, as caller: Principal) async throws -> TicketNeighbours {
        try await database.read(on: query.isPlain(for: caller) ? .request : .long) { tx in
            let ticket = try tx.tickets.find(key, visibleTo: caller).ticket
            return try tx.tickets.neighbours(of: ticket, in: query, visibleTo: caller)
        }
    }

    /// How many tickets each query finds for the caller, counted up to `cap`; all at one moment.
    ///
    /// - Parameter cap: 1 or more; where there are more, the count is `cap` and not exact.
    public func counts(of queries: [TicketQuery], cappedAt cap: Int, as caller: Principal) async throws -> [Page<TicketView>.Count] {
        try await database.read(on: queries.allSatisfy { $0.isPlain(for: caller) } ? .request : .long) {
            try counts(of: queries, cappedAt: cap, in: $0, as: caller)
        }
    }

    /// The same in a unit of work that the caller has open.
    public func counts(
        of queries: [TicketQuery], cappedAt cap: Int, in tx: any Transaction, as caller: Principal
    ) throws -> [Page<TicketView>.Count] {
        try tx.tickets.counts(of: queries, upTo: cap + 1, visibleTo: caller).map { .init(value: min($0, cap), isExact: $0 <= cap) }
    }
}
