import ITSMCore

struct PostgresNotices: NoticeStore {
    let connection: Connection
    let now: Instant

    func insert(_ notices: [(id: ID<Notice>, draft: NoticeDraft)], at now: Instant) throws -> [NoticeDraft] {
        let drafts = notices.map(\.draft)
        // In one order, so that two steps that tell the same people do not wait for each other.
        let written: [ID<Notice>] = try connection.all(
            """
            INSERT INTO notices (id, recipient_id, kind, ticket_id, subject, body, cause, created_at)
            SELECT given.id, given.recipient_id, given.kind, given.ticket_id, given.subject, given.body, given.cause, \(now)
            FROM unnest(
                \(notices.map(\.id)), \(drafts.map(\.recipient)), \(drafts.map(\.kind)), \(drafts.map(\.ticket)), \(drafts.map(\.subject)),
                \(drafts.map(\.body)), \(drafts.map(\.cause))
            ) AS given (id, recipient_id, kind, ticket_id, subject, body, cause)
            ORDER BY given.recipient_id, given.cause
            ON CONFLICT ON CONSTRAINT notices_once_for_a_cause DO NOTHING
            RETURNING id
            """)
        let ids = Set(written)
        return notices.filter { ids.contains($0.id) }.map(\.draft)
    }

    // MARK: Read

    func list(unreadOnly: Bool, where condition: Condition?, page: PageRequest, count: CountMode?, for reader: Principal) throws -> Page<Notice> {
        var own = Self.own(reader, unreadOnly: unreadOnly)
        if let condition { own = "\(fragment: own) AND \(fragment: try ConditionSQL.filter(condition, for: reader, at: now))" }
        let place: SQL = try page.after.map { "AND (n.created_at, n.id) < (\(try $0.time), \(try $0.id(of: Notice.self)))" } ?? ""
        let statement: SQL = """
            SELECT \(fragment: Self.columns)
            FROM \(fragment: own) \(fragment: place)
            ORDER BY n.created_at DESC, n.id DESC
            LIMIT \(limit: page.limit + 1)
            """
        let found = try connection.later(all: statement.planned(for: condition), as: Notice.self)
        let total = try count.map { mode -> Later<Int> in
            let end: SQL = mode == .exact ? "" : "LIMIT \(limit: Limits.cappedCount + 1)"
            let counting: SQL = "SELECT count(*) FROM (SELECT FROM \(fragment: own) \(fragment: end)) AS counted"
            return try connection.later(counting.planned(for: condition), as: Int.self)
        }
        try connection.flush()
        var list = Page(found.value, limit: page.limit) {
            PagePosition(key: String($0.createdAt.microseconds), id: $0.id.description)
        }
        list.count = total.map { count == .exact ? .init(value: $0.value, isExact: true) : .init(counted: $0.value, cap: Limits.cappedCount) }
        return list
    }

    func unreadCount(upTo most: Int, for reader: Principal) throws -> Int {
        let own = Self.own(reader, unreadOnly: true)
        return try connection.first("SELECT count(*) FROM (SELECT FROM \(fragment: own) LIMIT \(limit: most)) AS unread") ?? 0
    }

    // MARK: Mark

    func markRead(_ id: ID<Notice>, at now: Instant, for reader: Principal) throws -> Notice? {
        try connection.first(
            """
            UPDATE notices n
            SET read_at = COALESCE(n.read_at, \(now))
            FROM tickets t
            WHERE n.id = \(id) AND n.recipient_id = \(reader.id) AND t.id = n.ticket_id AND \(fragment: TicketVisibility.condition(for: reader))
            RETURNING \(fragment: Self.columns)
            """)
    }

    func markAllRead(upTo last: Instant, at now: Instant, for reader: Principal) throws -> Int {
        try connection.affected(
            """
            UPDATE notices n
            SET read_at = \(now)
            FROM tickets t
            WHERE n.recipient_id = \(reader.id) AND n.read_at IS NULL AND n.created_at <= \(last) AND t.id = n.ticket_id
                AND \(fragment: TicketVisibility.condition(for: reader))
            """)
    }

    // MARK: Upkeep

    func removeOver(atMost limit: Int) throws -> Int {
        try connection.affected(
            """
            DELETE FROM notices
            WHERE id IN (
                SELECT id
                FROM notices
                WHERE created_at <= \(now.adding(seconds: -Notice.lifetimeSeconds)) OR read_at <= \(now.adding(seconds: -Notice.readLifetimeSeconds))
                LIMIT \(limit: limit)
                FOR UPDATE SKIP LOCKED)
            """)
    }

    // MARK: Pieces of SQL

    /// In the order in which `Notice` reads them, of the tables `n` and `t`.
    private static let columns: SQL = """
        n.id, n.recipient_id, n.kind, t.id, t.kind, t.n, t.title, n.subject, n.body, n.created_at, n.read_at
        """

    /// A reader's notices, of tickets that they may see.
    private static func own(_ reader: Principal, unreadOnly: Bool) -> SQL {
        let unread: SQL = unreadOnly ? "AND n.read_at IS NULL" : ""
        return """
            notices n
            JOIN tickets t ON t.id = n.ticket_id
            WHERE n.recipient_id = \(reader.id) \(fragment: unread) AND \(fragment: TicketVisibility.condition(for: reader))
            """
    }
}

extension PagePosition {
    fileprivate var time: Instant {
        get throws {
            guard let time = key.flatMap(Int64.init) else { throw Self.foreign }
            return Instant(microseconds: time)
        }
    }
}

extension Notice: RowDecodable {
    package init(row: inout Row) throws {
        self.init(
            id: try row.next(), recipient: try row.next(), kind: try row.next(), ticket: try TicketRef(row: &row), subject: try row.next(),
            body: try row.next(), createdAt: try row.next(), readAt: try row.next())
    }
}

extension Notice.Kind: SQLEnum {}
