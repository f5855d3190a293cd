import ITSMCore

struct PostgresBlobs: BlobStore {
    let connection: Connection
    let now: Instant

    func owner() throws -> (desk: String, hasBlobs: Bool) {
        let found = try connection.first("SELECT desk_id::text, EXISTS (SELECT FROM blobs) FROM desk_identity") { row in
            (desk: try row.next(String.self), hasBlobs: try row.next(Bool.self))
        }
        guard let found else { throw ITSMError.unexpected }
        return found
    }

    func announce(_ blob: Blob) throws -> Bool {
        try connection.affected(
            """
            INSERT INTO blobs AS b (digest, size, stored_at, unused_since)
            VALUES (\(blob.digest), \(blob.size), \(now), \(now))
            ON CONFLICT ON CONSTRAINT blobs_pkey DO UPDATE
            SET unused_since = CASE WHEN b.unused_since IS NOT NULL THEN excluded.unused_since END, removing_since = NULL
            WHERE b.removing_since IS NULL OR b.removing_since < \(leaseStart)
            """) == 1
    }

    /// A backup that copies files holds this lock shared.
    static let removalLock: Int64 = 5_283_648_293_510_477_154

    func beginRemoval(limit: Int) throws -> BlobRemoval? {
        guard try connection.first("SELECT pg_try_advisory_xact_lock(\(Self.removalLock))", as: Bool.self) == true else { return nil }
        let taken: [Blob.Digest] = try connection.all(
            """
            UPDATE blobs
            SET removing_since = \(now)
            WHERE digest IN (
                SELECT digest FROM blobs
                WHERE unused_since < \(now.adding(seconds: -Blob.keptUnusedSeconds)) AND (removing_since IS NULL OR removing_since < \(leaseStart))
                ORDER BY unused_since
                LIMIT \(limit: limit)
                FOR UPDATE SKIP LOCKED)
            RETURNING digest
            """)
        return taken.isEmpty ? nil : BlobRemoval(digests: taken, began: now)
    }

    func finish(_ removal: BlobRemoval) throws {
        try connection.execute("DELETE FROM blobs WHERE digest = ANY(\(removal.digests)) AND removing_since = \(removal.began)")
    }

    /// A removal that began before this is nobody's any more.
    private var leaseStart: Instant { now.adding(seconds: -BlobRemoval.leaseSeconds) }
}
