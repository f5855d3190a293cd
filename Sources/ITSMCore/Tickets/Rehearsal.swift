/// What rehearsals have in common: they go through past tickets page by page, and change nothing (rules.md, Rehearse).
public enum Rehearsal {
    /// Tickets that one rehearsal looks at; a time with more is refused rather than cut.
    public static let mostTickets = 20_000
    /// Of those that look back from now.
    public static let days = 1...90
    public static let standardDays = 30
    /// Tickets that are read at a time.
    private static let batch = Limits.pageMaximum

    /// The tickets that were raised in so many days up to `now`.
    ///
    /// - Parameter days: the standard where it is nil.
    /// - Throws: `invalid` at `/days`.
    static func tickets(ofDays days: Int?, upTo now: Instant) throws -> TicketQuery.TimeRange {
        let asked = days ?? standardDays
        guard self.days.contains(asked) else {
            throw ITSMError.invalid("/days", "Days must be from \(self.days.lowerBound) to \(self.days.upperBound).")
        }
        return .init(from: now.adding(seconds: -Int64(asked) * 86_400))
    }

    /// Looks at all tickets that `query` finds and `caller` may read, a page to a transaction.
    ///
    /// - Parameter look: adds what a page of tickets comes to.
    /// - Throws: `tooLarge` where there are more than a rehearsal looks at.
    static func over<Found: Sendable>(
        _ query: TicketQuery, in database: any Database, as caller: Principal, from start: Found,
        _ look: @escaping @Sendable (inout Found, [TicketRecord], any Transaction) throws -> Void
    ) async throws -> Found {
        var (found, count) = (start, 0)
        var page = PageRequest(limit: batch)
        while let asked = page {
            try Task.checkCancellation()
            let next: PagePosition?
            (found, count, next) = try await database.read(on: .long) { [found, count] tx in
                let records = try tx.tickets.list(query, page: asked, count: nil, visibleTo: caller)
                try tx.flush()
                var found = found
                try look(&found, records.value.items, tx)
                return (found, count + records.value.items.count, records.value.next)
            }
            guard count <= mostTickets else {
                throw ITSMError(.tooLarge, "More than \(mostTickets) tickets were raised in this time. Choose a shorter one.")
            }
            page = next.flatMap { PageRequest(limit: batch, after: $0) }
        }
        return found
    }
}
