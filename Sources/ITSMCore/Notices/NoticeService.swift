/// What the desk tells people, each by a notice of their own. Everybody reads their own and nobody another's.
public struct NoticeService: Sendable {
    private let database: any Database

    public init(database: any Database) { self.database = database }

    // MARK: Send

    /// Sends notices within the step that they tell of.
    ///
    /// Left out are people who are disabled or may not see the ticket, and who had a notice for the same cause before: a step that is repeated tells nobody
    /// twice.
    /// - Parameter caller: the desk's own hand; people write comments.
    /// - Returns: those that were sent now, in their order.
    @discardableResult
    public func send(_ drafts: [NoticeDraft], in tx: any Transaction, as caller: Principal) throws -> [NoticeDraft] {
        guard caller.kind == .automation else { throw ITSMError.forbidden("Only the desk itself sends notices.") }
        guard !drafts.isEmpty else { return [] }
        let people = try tx.signIns.principals(of: Set(drafts.map(\.recipient)))
        let audiences = try tx.tickets.audiences(of: Array(Set(drafts.map(\.ticket))))
        let readable = drafts.filter { draft in
            guard let person = people[draft.recipient], let audience = audiences[draft.ticket] else { return false }
            return person.sees(audience)
        }
        guard !readable.isEmpty else { return [] }
        return try tx.notices.insert(readable.map { (tx.newID(), $0) }, at: tx.now)
    }

    // MARK: Read

    /// The caller's own notices, newest first.
    ///
    /// - Parameter condition: what must hold besides; of the scope `notices`.
    public func list(
        unreadOnly: Bool = false, where condition: Condition? = nil, page: PageRequest = .first, count: CountMode? = nil, as caller: Principal
    ) async throws -> Page<Notice> {
        try await database.read(on: count == .exact ? .long : .request) {
            try $0.notices.list(unreadOnly: unreadOnly, where: condition, page: page, count: count, for: caller)
        }
    }

    /// How many of their notices the caller has not read; counting stops at `cap`.
    public func unreadCount(cap: Int, as caller: Principal) async throws -> Page<Notice>.Count {
        .init(counted: try await database.read { try $0.notices.unreadCount(upTo: cap + 1, for: caller) }, cap: cap)
    }

    // MARK: Mark

    /// Marks one of the caller's notices read; one that is read already stays as it is.
    public func markRead(_ id: ID<Notice>, as caller: Principal) async throws -> Notice {
        try await database.write { try self.markRead(id, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func markRead(_ id: ID<Notice>, in tx: any Transaction, as caller: Principal) throws -> Notice {
        guard let notice = try tx.notices.markRead(id, at: tx.now, for: caller) else { throw ITSMError.notFound("notice") }
        return notice
    }

    /// Marks the caller's notices read that were sent until `last`; nil for now.
    ///
    /// - Returns: how many were unread.
    public func markAllRead(upTo last: Instant? = nil, as caller: Principal) async throws -> Int {
        try await database.write { try self.markAllRead(upTo: last, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func markAllRead(upTo last: Instant? = nil, in tx: any Transaction, as caller: Principal) throws -> Int {
        try tx.notices.markAllRead(upTo: last ?? tx.now, at: tx.now, for: caller)
    }
}
