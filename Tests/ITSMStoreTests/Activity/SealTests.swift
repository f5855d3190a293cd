import Foundation
import ITSMCore
import ITSMTestSupport
import Testing

@testable import ITSMStore

/// The record is sealed as it is, each row once, and what is done to the tables afterwards is found.
struct SealTests {
    @Test func everyRowIsSealedOnceInTheOrderOfTheFeed() async throws {
        let record = try await SealedRecord.make(25)
        // Blocks of three, and something in between.
        try await record.desk.append([ActivityDesk.entry(26)])
        try await record.seal(limit: 3)
        let seals = try await record.desk.owner { try $0.run("SELECT position::text, activity_id::text FROM activity_seals s ORDER BY s.position") }
        let positions = seals.map { Int64($0[0] ?? "") }
        let rows = seals.map { Int64($0[1] ?? "") }
        let feed = try await record.desk.feed().map { Int64?($0.id.id) }
        #expect(positions == (1...26).map { Int64?($0) })
        #expect(rows == feed)
        let report = try await record.check()
        #expect(report.isIntact && report.sealed == 26 && report.unsealed == 0 && report.checkpoints == 1)
        #expect(try await record.service.lag() == SealLag(rows: 0, oldest: nil))
    }

    @Test func whatIsNotFinalWaitsAndIsNamed() async throws {
        let record = try await SealedRecord.make(2)
        let open = try await OpenTransaction.begin(on: record.desk)
        try await open.append(100)
        try await record.desk.append([ActivityDesk.entry(3)])
        #expect(try await record.sealer.sealNext() == 0)
        #expect(try await record.service.lag().rows == 1)
        var report = try await record.check()
        #expect(report.isIntact && report.sealed == 2 && report.unsealed == 1)
        try await open.commit()
        try await record.seal()
        report = try await record.check()
        #expect(report.isIntact && report.sealed == 4 && report.unsealed == 0)
    }

    @Test func manySealersSealEachRowOnce() async throws {
        let record = try await SealedRecord.make()
        try await record.desk.append((1...200).map { ActivityDesk.entry($0) })
        try await record.desk.settle()
        try await withThrowingTaskGroup { group in
            for _ in 0..<6 {
                group.addTask { for _ in 0..<10 { _ = try await record.sealer.sealNext(limit: 7) } }
            }
            try await group.waitForAll()
        }
        try await record.seal()
        let report = try await record.check()
        #expect(report.isIntact && report.sealed == 200)
    }

    @Test func aSealerThatIsCutOffLeavesNothingHalfDone() async throws {
        let record = try await SealedRecord.make(5)
        try await record.desk.append([ActivityDesk.entry(6), ActivityDesk.entry(7)])
        try await record.desk.settle()
        // It dies before its commit: another begins where the last commit left the record.
        struct Death: Error {}
        await #expect(throws: Death.self) {
            try await record.desk.database.write { tx in
                let cursor = try tx.activity.lockCursor(of: RecordSealer.name)!
                let row = try tx.seals.rows(after: cursor, through: tx.activity.end(), limit: 1)[0]
                let head = try tx.seals.head()!
                try tx.seals.insert([
                    ActivitySeal(position: head.position + 1, activity: row.place.id, digest: head.chain, payload: nil, salt: nil, chain: head.chain)
                ])
                try tx.activity.moveCursor(of: RecordSealer.name, to: row.place)
                try tx.flush()
                throw Death()
            }
        }
        try await record.seal()
        let report = try await record.check()
        #expect(report.isIntact && report.sealed == 7)
    }

    @Test func checkpointsFollowTheRecordAndTheFileFollowsThem() async throws {
        let record = try await SealedRecord.make(3)
        let first = CheckpointLines(Array(try #require(FileManager.default.contents(atPath: record.path))))
        #expect(first.checkpoints.map(\.position) == [3] && first.damaged.isEmpty)
        // Not due again: neither many rows nor an hour later.
        try await record.desk.append([ActivityDesk.entry(4)])
        try await record.seal()
        #expect(try await record.file.read().checkpoints.count == 1)
        try await record.tamper("UPDATE seal_checkpoints SET made_at = made_at - interval '1 hour'")
        #expect(try await record.sealer.sealNext() == 0)
        // A crash cut the line short.
        let next = try await record.desk.database.read { try $0.seals.lastCheckpoint()! }
        #expect(next.position == 4)
        let handle = try #require(FileHandle(forWritingAtPath: record.path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(next.line.prefix(50)))
        try handle.close()
        #expect(try await record.file.follow(record.desk.database) == 1)
        #expect(try await record.file.follow(record.desk.database) == 0)
        let lines = try await record.file.read()
        #expect(lines.checkpoints.map(\.position) == [3, 4])
        #expect(lines.damaged.isEmpty)
        #expect(lines.checkpoints[1] == next)
    }

    static let tamperings: [(String, RecordFinding.Kind, Int64)] = [
        ("UPDATE activity SET principal_id = '00000000-0000-7000-8000-000000000002' WHERE id = 4", .changed, 4),
        ("UPDATE activity SET payload = jsonb_set(payload, '{number}', '5') WHERE id = 4", .changed, 4),
        ("UPDATE activity SET occurred_at = occurred_at + interval '1 microsecond' WHERE id = 4", .changed, 4),
        ("UPDATE activity SET recorded_at = 'infinity' WHERE id = 4", .changed, 4),
        ("UPDATE activity SET kind = 'no.such' WHERE id = 4", .changed, 4),
        ("UPDATE activity SET payload = NULL, redacted_by = principal_id WHERE id = 4", .redactedUnrecorded, 4),
        ("DELETE FROM activity WHERE id = 4", .removed, 4),
        ("DELETE FROM activity WHERE id = 12", .removed, 12),
        ("DELETE FROM activity WHERE id = 4; DELETE FROM activity_seals WHERE position = 4", .sealMissing, 4),
        ("DELETE FROM activity WHERE id >= 8; DELETE FROM activity_seals WHERE position >= 8; DELETE FROM seal_checkpoints", .truncated, 8),
        ("TRUNCATE activity; TRUNCATE activity_seals; TRUNCATE seal_checkpoints", .truncated, 1),
        ("UPDATE activity_seals SET digest = chain WHERE position = 4", .changed, 4),
        ("UPDATE activity_seals SET chain = digest WHERE position = 4", .chainBroken, 4),
        (
            """
            INSERT INTO activity (id, xid, occurred_at, recorded_at, principal_id, record_type, record_id, kind, payload, channel) OVERRIDING SYSTEM VALUE
            SELECT 900, xid, occurred_at, recorded_at, principal_id, record_type, record_id, kind, payload, channel FROM activity WHERE id = 4
            """, .inserted, 13
        ),
        (
            """
            INSERT INTO activity (id, xid, occurred_at, recorded_at, principal_id, record_type, record_id, kind, payload, channel) OVERRIDING SYSTEM VALUE
            SELECT -1, xid, occurred_at, recorded_at, principal_id, record_type, record_id, kind, payload, channel FROM activity WHERE id = 4
            """, .inserted, 1
        ),
    ]

    /// Twelve rows in one transaction, and one in another.
    @Test(arguments: tamperings)
    func tamperingWithTheTablesIsFound(statement: String, kind: RecordFinding.Kind, position: Int64) async throws {
        let record = try await SealedRecord.make(12)
        try await record.desk.append([ActivityDesk.entry(13)])
        try await record.seal()
        #expect(try await record.check().isIntact)
        try await record.tamper(statement)
        let report = try await record.check()
        #expect(report.findings.first?.kind == kind && report.findings.first?.position == position, "\(report.findings)")
        #expect(report.findingCount == 1)
    }

    /// Whoever has the database but not the desk's secret can seal anew, but not sign.
    @Test func aRecordThatWasSealedAnewDisagreesWithTheCheckpoints() async throws {
        let record = try await SealedRecord.make(12)
        let thief = SodiumSigner(seed: [UInt8](repeating: 4, count: 32))
        try await record.tamper(
            "UPDATE activity SET kind = 'user.updated' WHERE id = 4; TRUNCATE activity_seals; TRUNCATE seal_checkpoints; DELETE FROM feed_cursors")
        let sealer = RecordSealer(database: record.desk.database, cryptography: SodiumSeals(), signer: thief)
        #expect(try await sealer.sealNext() == 12)
        let report = try await record.check()
        #expect(Set(report.findings.map(\.kind)) == [.rewritten, .checkpointForged])
        #expect(report.findings.first { $0.kind == .rewritten }?.position == 1)
    }

    @Test func aRedactionVerifiesAsRedactedAndLeavesNothingToGuessBy() async throws {
        let record = try await SealedRecord.make(4)
        var caller = ActivityDesk.writer
        caller.isSuperAdmin = true
        let id = try await record.desk.feed()[1].id
        try await record.desk.activity.redact(id, reason: "a password", as: caller)
        var report = try await record.check()
        #expect(report.isIntact && report.redacted == 1 && report.unsealed == 1)
        try await record.seal()
        report = try await record.check()
        #expect(report.isIntact && report.redacted == 1 && report.sealed == 5)
        let rest = try await record.desk.owner { try $0.run("SELECT count(salt)::text, count(payload_digest)::text FROM activity_seals") }
        #expect(rest == [["4", "5"]])
        // Before it was sealed, too.
        try await record.desk.append([ActivityDesk.entry(9)])
        try await record.desk.settle()
        let young = try #require(try await record.desk.feed().last).id
        try await record.desk.activity.redact(young, reason: "again", as: caller)
        try await record.seal()
        report = try await record.check()
        #expect(report.isIntact && report.redacted == 2)
        // A redaction cannot itself be hidden.
        let redaction = try #require(try await record.desk.feed().last).id
        let refusal = await failure { try await record.desk.activity.redact(redaction, reason: "hush", as: caller) }
        #expect(refusal?.code == .invalidValue)
    }

    @Test(arguments: [
        "UPDATE activity_seals SET salt = NULL", "UPDATE activity_seals SET digest = chain", "DELETE FROM activity_seals", "TRUNCATE activity_seals",
        "DELETE FROM seal_checkpoints", "TRUNCATE seal_checkpoints", "UPDATE seal_checkpoints SET made_at = now()",
        "SET session_replication_role = replica; DELETE FROM activity_seals",
        "SELECT set_config('itsm.redacts_activity', '1', false); UPDATE activity_seals SET salt = NULL, chain = digest",
    ])
    func nobodyChangesSealsByTheWay(statement: String) async throws {
        let record = try await SealedRecord.make(2)
        for role in [record.desk.source.url, record.desk.source.ownerURL, record.desk.source.superuserURL] {
            await #expect(throws: AdminSession.Failure.self) { try await onThread("tamper") { try AdminSession(role).runScript(statement) } }
        }
        #expect(try await record.check().isIntact)
    }

    @Test func readersSeeTheRecordInPages() async throws {
        let record = try await SealedRecord.make(7)
        try await record.desk.append([ActivityDesk.entry(8)])
        let stranger = ActivityDesk.writer
        await #expect(throws: ITSMError.self) { _ = try await record.service.lines(page: .first, as: stranger) }
        var reader = stranger
        reader.grants = .everything
        var (lines, next) = ([RecordLine](), PagePosition?.none)
        repeat {
            let page = try await record.service.lines(page: PageRequest(limit: 3, after: next)!, as: reader)
            lines += page.items
            next = page.next
        } while next != nil
        #expect(lines.count == 8 && lines.count { $0.seal != nil } == 7)
        var verifier = RecordVerifier(
            desk: try await record.service.state(as: reader).desk, keys: [record.signer.publicKey],
            checkpoints: try await record.service.checkpoints(page: .first, as: reader).items, SodiumSeals())
        for line in lines { verifier.check(line) }
        let report = verifier.finish()
        #expect(report.isIntact && report.sealed == 7 && report.unsealed == 1 && report.checkpoints == 1)
        let state = try await record.service.state(as: reader)
        #expect(state.sealed == 7 && state.lag.rows == 1 && state.lastCheckpoint?.position == 7 && state.lastCheck == nil)
    }
}
