import ITSMCore

struct PostgresSeals: SealStore {
    let connection: Connection

    func desk() throws -> String {
        guard let desk = try connection.first("SELECT desk_id::text FROM desk_identity", decode: { try $0.next(String.self) }) else {
            throw ITSMError.unexpected
        }
        return desk
    }

    func head() throws -> SealHead? {
        try connection.first("SELECT position, chain FROM activity_seals ORDER BY position DESC LIMIT 1") {
            SealHead(position: try $0.next(), chain: try $0.next())
        }
    }

    func rows(after cursor: FeedCursor, through end: FeedCursor, limit: Int) throws -> [RecordedActivity] {
        try connection.all(
            """
            SELECT \(fragment: Self.row)
            FROM activity a
            WHERE \(fragment: Self.after(cursor)) AND (a.epoch, a.xid, a.id) <= (\(end.epoch), \(TransactionID(end.transaction)), \(end.id))
            ORDER BY a.epoch, a.xid, a.id
            LIMIT \(limit: limit)
            """)
    }

    func insert(_ seals: [ActivitySeal]) throws {
        guard !seals.isEmpty else { return }
        try connection.execute(
            """
            INSERT INTO activity_seals (position, activity_id, digest, payload_digest, salt, chain)
            SELECT * FROM unnest(
                \(seals.map(\.position)), \(seals.map(\.activity)), \(seals.map(\.digest)), \(seals.map(\.payload)),
                \(seals.map { $0.salt.map(ByteString.init) }), \(seals.map(\.chain)))
            """)
    }

    func holdSealer() throws { try connection.execute("SELECT 1 FROM feed_cursors WHERE handler = \(RecordSealer.name) FOR NO KEY UPDATE") }

    // MARK: - Checkpoints

    func lastCheckpoint() throws -> SealCheckpoint? {
        try connection.first("\(fragment: Self.checkpoints) ORDER BY c.position DESC LIMIT 1")
    }

    func insert(_ checkpoint: SealCheckpoint) throws {
        try connection.execute(
            """
            INSERT INTO seal_checkpoints (position, chain, made_at, key, signature)
            VALUES (\(checkpoint.position), \(checkpoint.chain), \(checkpoint.madeAt), \(checkpoint.key), \(checkpoint.signature))
            """)
    }

    func checkpoints(after position: Int64, limit: Int) throws -> [SealCheckpoint] {
        try connection.all("\(fragment: Self.checkpoints) WHERE c.position > \(position) ORDER BY c.position LIMIT \(limit: limit)")
    }

    private static let checkpoints: SQL = """
        SELECT d.desk_id::text, c.position, c.chain, c.made_at, c.key, c.signature
        FROM seal_checkpoints c
        CROSS JOIN desk_identity d
        """

    // MARK: - Reading the record

    func page(after place: RecordPlace, limit: Int) throws -> RecordPage {
        let sealed: [RecordLine] = try connection.all(
            """
            SELECT s.position, s.activity_id, s.digest, s.payload_digest, s.salt, s.chain, a.id IS NOT NULL, \(fragment: Self.row)
            FROM activity_seals s
            LEFT JOIN activity a ON a.id = s.activity_id
            WHERE s.position > \(place.position) AND s.position <= \(place.end)
            ORDER BY s.position
            LIMIT \(limit: limit)
            """)
        let isEndOfSeals = sealed.count < limit
        // Rows without a seal: among these seals, or behind the last of all.
        let last = sealed.last { $0.activity != nil }?.activity?.place ?? place.row
        let end: SQL =
            isEndOfSeals ? "" : "AND (a.epoch, a.xid, a.id) <= (\(last.epoch), \(TransactionID(last.transaction)), \(last.id))"
        let strays: [RecordedActivity] = try connection.all(
            """
            SELECT \(fragment: Self.row)
            FROM activity a
            WHERE \(fragment: Self.after(place.row)) \(fragment: end)
                AND NOT EXISTS (SELECT FROM activity_seals s WHERE s.activity_id = a.id AND s.position <= \(place.end))
            ORDER BY a.epoch, a.xid, a.id
            LIMIT \(limit: limit)
            """)
        let next = RecordPlace(
            end: place.end, position: sealed.last?.seal?.position ?? place.position,
            row: max(last, isEndOfSeals ? strays.last?.place ?? last : last))
        return RecordPage(lines: Self.merge(sealed, strays), next: next, isLast: isEndOfSeals && strays.count < limit)
    }

    private static func merge(_ sealed: [RecordLine], _ strays: [RecordedActivity]) -> [RecordLine] {
        guard !strays.isEmpty else { return sealed }
        var (lines, rest) = ([RecordLine](), strays[...])
        for line in sealed {
            while let stray = rest.first, let place = line.activity?.place, stray.place < place {
                lines.append(RecordLine(seal: nil, activity: stray))
                rest.removeFirst()
            }
            lines.append(line)
        }
        return lines + rest.map { RecordLine(seal: nil, activity: $0) }
    }

    func lag() throws -> SealLag {
        let cursor = try connection.first("SELECT epoch, xid, id FROM feed_cursors WHERE handler = \(RecordSealer.name)") ?? FeedCursor.start
        let found = try connection.first("SELECT count(*), min(a.recorded_at) FROM activity a WHERE \(fragment: Self.after(cursor))") {
            SealLag(rows: try $0.next(), oldest: try $0.next())
        }
        return found ?? SealLag(rows: 0, oldest: nil)
    }

    private static func after(_ cursor: FeedCursor) -> SQL {
        "(a.epoch, a.xid, a.id) > (\(cursor.epoch), \(TransactionID(cursor.transaction)), \(cursor.id))"
    }

    fileprivate static let row: SQL = """
        a.epoch, a.xid, a.id, a.occurred_at, a.recorded_at, a.principal_id, a.on_behalf_of, a.record_type, a.record_id, a.ticket_id, a.restricted,
        a.kind, a.request_id, a.channel, a.address, a.cause, a.depth, a.payload
        """
}

extension RecordedActivity: RowDecodable {
    package init(row: inout Row) throws {
        self.init(
            place: try FeedCursor(row: &row), occurredAt: try row.next(AnyTime.self).instant, recordedAt: try row.next(AnyTime.self).instant,
            principal: try row.next(), onBehalfOf: try row.next(), recordType: try row.next(), record: try row.next(), ticket: try row.next(),
            restricted: try row.next(), kind: try row.next(), requestId: try row.next(), channel: try row.next(), address: try row.next(),
            cause: try row.next(), depth: try row.next(),
            payload: try row.next(JSONB?.self).map { .values(StoredJSON($0.bytes)) } ?? .redacted)
    }
}

extension RecordLine: RowDecodable {
    package init(row: inout Row) throws {
        let seal = ActivitySeal(
            position: try row.next(), activity: try row.next(), digest: try row.next(), payload: try row.next(),
            salt: try row.next([UInt8]?.self), chain: try row.next())
        self.init(seal: seal, activity: try row.next(Bool.self) ? RecordedActivity(row: &row) : nil)
    }
}

extension SealCheckpoint: RowDecodable {
    package init(row: inout Row) throws {
        self.init(
            desk: try row.next(), position: try row.next(), chain: try row.next(), madeAt: try row.next(), key: try row.next(),
            signature: try row.next())
    }
}

/// A timestamptz that may be none of ours, such as PostgreSQL's infinities: who tampers with the record writes what he likes.
private struct AnyTime: SQLValue {
    let instant: Instant

    static let sqlType = Instant.sqlType
    func write(to writer: inout BinaryWriter) -> Bool { instant.write(to: &writer) }

    init(field: SQLField) throws {
        if let instant = try? Instant(field: field) {
            self.instant = instant
        } else {
            instant = Instant(microseconds: try field.integer(as: Int64.self))
        }
    }
}

/// A bytea that can stand in an array.
struct ByteString: SQLValue, SQLElement {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    static var sqlType: SQLType { .bytea }
    func write(to writer: inout BinaryWriter) -> Bool { bytes.write(to: &writer) }
    init(field: SQLField) throws { bytes = try [UInt8](field: field) }
}
