/// Reads the record of what happened: the timeline of a ticket, the audit trail, the feed.
public struct ActivityService: Sendable {
    let database: any Database
    private let reads: ConfidentialReads

    public init(database: any Database) {
        self.database = database
        reads = ConfidentialReads(database: database)
    }

    /// Everything that happened to a ticket, oldest first; what concerns work notes only for those who see them.
    ///
    /// - Parameters:
    ///   - kind: what the ticket must be; nil for any.
    ///   - condition: what must hold besides; of the scope `timeline`.
    /// - Throws: `notFound` where the caller may not see the ticket, and where it is of another kind.
    public func timeline(
        of key: TicketKey, kind: TicketKind? = nil, where condition: Condition? = nil, page: PageRequest, as caller: Principal
    ) async throws -> Page<ActivityEntry> {
        let (ticket, found) = try await database.read { tx in
            let record = try tx.tickets.find(key, visibleTo: caller)
            if let kind, record.ticket.kind != kind { throw ITSMError.notFound("ticket") }
            return (record.ticket, try Self.timeline(of: record, where: condition, page: page, in: tx, as: caller))
        }
        try await reads.note(ticket.id, isConfidential: ticket.confidential, as: caller)
        return found.map(\.withoutOrigin)
    }

    /// A page as long as it would be if what is about hidden tickets had never been: neither its length nor its end tells of them, whatever is asked.
    private static func timeline(
        of record: TicketRecord, where condition: Condition?, page: PageRequest, in tx: any Transaction, as caller: Principal
    ) throws -> Page<ActivityEntry> {
        let seesNotes = caller.seesNotes(of: record.audience(for: caller))
        var (shown, request): ([ActivityEntry], PageRequest?) = ([], page)
        while let asked = request, shown.count <= page.limit {
            let timeline = try tx.activity.timeline(
                of: record.ticket.id, includesRestricted: seesNotes, where: condition, page: asked, for: caller)
            try tx.flush()
            shown += try tx.shown(timeline.value.items, to: caller)
            request = timeline.value.next.flatMap { PageRequest(limit: aFew, after: $0) }
        }
        guard shown.count > page.limit else { return Page(items: shown) }
        return Page(items: Array(shown.prefix(page.limit)), next: shown[page.limit - 1].placeInTimeline)
    }

    /// How many are read at once to see whether a timeline goes on.
    private static let aFew = 20

    /// The audit trail, newest first: that something happened, by whom, when and of which kind for every row; old and new values only of records
    /// that the caller may read.
    ///
    /// - Throws: `forbidden` without `audit:read`.
    public func audit(_ filter: ActivityFilter, page: PageRequest, as caller: Principal) async throws -> Page<ActivityEntry> {
        try caller.require(.readAudit)
        return try await database.read(on: .long) { tx in
            let page = try tx.activity.list(resolved(filter, in: tx, as: caller), page: page, for: caller)
            let audiences = try tx.tickets.audiences(of: Array(Set(page.items.flatMap { [$0.ticket].compactMap(\.self) + $0.otherTickets })))
            let hidden = caller.hidden(among: audiences)
            return page.map { entry in
                guard caller.seesValues(of: entry, audience: entry.ticket.flatMap { audiences[$0] }) else { return entry.withoutChanges }
                return entry.without(hidden) ?? entry.withoutChanges
            }
        }
    }

    /// Turns names into ids. Names resolve only among what the caller may see; an id is taken as it is, for the trail outlives what it speaks of.
    private func resolved(_ filter: ActivityFilter, in tx: any Transaction, as caller: Principal) throws -> ActivityFilter {
        var filter = filter
        if let input = filter.principal, input.id == nil {
            guard let user = try tx.users.view(input, visibleTo: caller) else {
                throw ITSMError(.invalidValue, "There is no such person.", problems: [.init("?principal", .invalidValue, "There is no such person.")])
            }
            filter.principal = .id(user.id)
        }
        if case .number? = filter.ticket {
            guard let ticket = try tx.tickets.references([filter.ticket!], visibleTo: caller).first else { throw ITSMError.notFound("ticket") }
            filter.ticket = .id(ticket.id)
        }
        return filter
    }

    /// Takes the old and new values of one activity out for good: for what should never have been written. The row, and this act, stay on record.
    ///
    /// - Throws: `forbidden` for everyone but a superAdmin; `duplicate` when it was redacted before.
    public func redact(_ id: FeedCursor, reason: String?, as caller: Principal) async throws {
        try await database.write { try self.redact(id, reason: reason, in: $0, as: caller) }
    }

    public func redact(_ id: FeedCursor, reason: String?, in tx: any Transaction, as caller: Principal) throws {
        guard caller.isSuperAdmin else { throw ITSMError.forbidden("Only a superAdmin may redact the record.") }
        guard let entry = try tx.activity.first(id) else { throw ITSMError.notFound("activity") }
        let reason = try Redaction.checked(reason)
        guard entry.kind != .activityRedacted else {
            throw ITSMError(.invalidValue, "This tells of a redaction, which stays on record as it is.")
        }
        guard !entry.redacted else { throw ITSMError(.duplicate, "This was redacted before.") }
        try Redaction.redact([entry], because: reason, in: tx, as: caller)
    }
}

/// What redactions of all kinds share.
enum Redaction {
    /// - Throws: 422 without a reason.
    static func checked(_ reason: String?) throws -> String {
        var problems = ProblemList()
        problems.check(text: reason, "/reason", limit: Limits.reason, multiline: true)
        try problems.throwIfAny()
        return reason ?? ""
    }

    /// Takes the values out of the rows, and puts on record that it was done, for each.
    static func redact(_ entries: [ActivityEntry], because reason: String, in tx: any Transaction, as caller: Principal) throws {
        // A row that is just being sealed would keep the salt by which its values can be guessed.
        try tx.seals.holdSealer()
        for entry in entries {
            guard try tx.activity.redact(entry.id, by: caller.id) else { continue }
            try tx.activity.append(
                Activity(
                    .activityRedacted, on: entry.record, ticket: entry.ticket, isRestricted: entry.restricted,
                    payload: ["activity": .string(entry.id.description), "reason": .string(reason)], occurredAt: tx.now),
                by: caller)
        }
    }
}
