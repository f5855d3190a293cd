import ITSMCore
import ITSMTestSupport
import Testing

@testable import ITSMStore

/// The feed: in an order that never changes, without gaps, whatever the writers do.
struct FeedTests {
    private struct Abandoned: Error {}

    @Test func nothingIsLostOrSeenTwiceWhileSixteenWrite() async throws {
        let desk = try await ActivityDesk.make(threads: 16)
        let (writers, rounds) = (16, 25)
        let committed = Ledger<Int>()
        let ends = Ledger<Void>()

        async let read: [ActivityEntry] = {
            var entries: [ActivityEntry] = []
            var place = FeedCursor.start
            while true {
                let from = place
                let wasDone = ends.count > 0
                let batch = try await desk.database.read { try desk.activity.feed(after: from, limit: 5, in: $0) }
                entries += batch.events.map(\.entry)
                place = batch.next
                if wasDone, batch.isCaughtUp { return entries }
            }
        }()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<writers {
                group.addTask {
                    for round in 0..<rounds {
                        let number = writer * 1_000 + round * 10
                        let isAborted = round % 5 == 3
                        do {
                            try await desk.database.write(.alone, on: round % 2 == 0 ? .request : .long) { tx in
                                try tx.activity.append([ActivityDesk.entry(number), ActivityDesk.entry(number + 1)], by: ActivityDesk.writer)
                                // So that transactions end in another order than they began in.
                                try (tx as! UnitOfWork).connection.execute("SELECT pg_sleep(random() * 0.004)")
                                if isAborted {
                                    try tx.flush()
                                    throw Abandoned()
                                }
                            }
                            for number in [number, number + 1] { committed.add(number) }
                        } catch is Abandoned {}
                    }
                }
            }
            try await group.waitForAll()
        }
        try await desk.settle()
        ends.add(())
        let entries = try await read
        #expect(entries.count == writers * rounds * 2 * 4 / 5)
        #expect(Set(entries.map(\.number)) == Set(committed.entries))
        #expect(zip(entries, entries.dropFirst()).allSatisfy { $0.id < $1.id })
        #expect(try await desk.feed().map(\.id) == entries.map(\.id))
    }

    @Test func aLongTransactionHoldsTheFrontierAndLosesNothing() async throws {
        let desk = try await ActivityDesk.make()
        let long = try await OpenTransaction.begin(on: desk)
        try await long.append(1)
        try await desk.append([ActivityDesk.entry(2), ActivityDesk.entry(3)])
        #expect(try await desk.feed().isEmpty)

        let seenBefore = try await desk.activity.end()
        try await long.commit()
        try await desk.settle()
        #expect(try await desk.feed().map(\.number) == [1, 2, 3])
        #expect(try await desk.feed(after: seenBefore).map(\.number) == [1, 2, 3])
    }

    @Test func anOpenTransactionThatWroteEarlierComesInItsPlaceForAReaderInBetween() async throws {
        let desk = try await ActivityDesk.make()
        try await desk.append([ActivityDesk.entry(1)])
        try await desk.settle()
        let place = try #require(try await desk.feed().last).id
        let open = try await OpenTransaction.begin(on: desk)
        try await open.append(2)
        try await desk.append([ActivityDesk.entry(3)])
        #expect(try await desk.feed(after: place).isEmpty)
        try await open.commit()
        try await desk.settle()
        #expect(try await desk.feed(after: place).map(\.number) == [2, 3])
    }

    @Test func aNewEpochComesAfterTheOldWhateverItsTransactionIDs() async throws {
        let desk = try await ActivityDesk.make()
        try await desk.append([ActivityDesk.entry(1)])
        try await desk.settle()
        let place = try #require(try await desk.feed().last).id
        // As after a restore: the cluster counts its transactions from a lower number, and an old row has one from the future.
        try await desk.owner { session in
            try session.runScript(
                """
                INSERT INTO activity (xid, occurred_at, recorded_at, principal_id, record_type, record_id, kind, payload, channel)
                SELECT '9000000000'::xid8, occurred_at, recorded_at, principal_id, record_type, record_id, kind, '{"number": 2}', channel FROM activity;
                INSERT INTO feed_epochs (epoch, system_identifier, timeline) SELECT max(epoch) + 1, 1, 1 FROM feed_epochs;
                ALTER TABLE activity ALTER COLUMN epoch SET DEFAULT 2;
                INSERT INTO activity (xid, occurred_at, recorded_at, principal_id, record_type, record_id, kind, payload, channel)
                SELECT '5'::xid8, occurred_at, recorded_at, principal_id, record_type, record_id, kind, '{"number": 3}', channel FROM activity LIMIT 1;
                """)
        }
        try await desk.append([ActivityDesk.entry(4)])
        try await desk.owner {
            while try $0.run("SELECT max(xid) < pg_snapshot_xmin(pg_current_snapshot()) FROM activity WHERE epoch = 2") != [["t"]] {}
        }
        #expect(try await desk.feed(after: place).map(\.number) == [2, 3, 4])
        #expect(try await desk.activity.end().epoch == 2)
    }

    @Test func pagesEndWhereTheNextBegins() async throws {
        let desk = try await ActivityDesk.make()
        try await desk.append((0..<20).map { ActivityDesk.entry($0) })
        try await desk.settle()
        let end = try await desk.activity.end()
        let first = try await desk.activity.feed(after: .start, through: end, limit: 15)
        #expect(first.events.map(\.entry.number) == Array(0..<15))
        #expect(!first.isCaughtUp && first.next == first.events.last?.entry.id)
        let second = try await desk.activity.feed(after: first.next, through: end, limit: 15)
        #expect(second.events.map(\.entry.number) == Array(15..<20))
        #expect(second.isCaughtUp && second.next == end)
        #expect(try await desk.activity.feed(after: second.next, through: end, limit: 15).events.isEmpty)
    }

    /// A crash gives ids that never reached PostgreSQL's log to other transactions: a reader who had moved past them would miss what those write.
    @Test func aPlaceIsNeverPastTheLastActivity() async throws {
        let desk = try await ActivityDesk.make()
        #expect(try await desk.activity.end() == .start)
        try await desk.append([ActivityDesk.entry(1)])
        try await desk.settle()
        let last = try #require(try await desk.feed().last).id
        try await desk.owner { session in
            for _ in 0..<3 { try session.runScript("BEGIN; SELECT pg_current_xact_id(); ROLLBACK;") }
        }
        let batch = try await desk.database.read { try desk.activity.feed(after: .start, limit: 5, in: $0) }
        let page = try await desk.activity.events(after: last, limit: 5, as: ActivityDesk.writer)
        #expect(try await desk.activity.end() == last && batch.next == last && page.next == last)
    }

    @Test func kindsTellWhatLiesBetween() async throws {
        let desk = try await ActivityDesk.make()
        let before = try await desk.activity.end()
        try await desk.append([ActivityDesk.entry(1), ActivityDesk.entry(2, .serviceArchived), ActivityDesk.entry(3)])
        try await desk.settle()
        let (kinds, none) = try await desk.database.read { tx in
            let end = try tx.activity.end()
            return (try tx.activity.kinds(after: before, through: end), try tx.activity.kinds(after: end, through: end))
        }
        #expect(kinds == [.serviceUpdated, .serviceArchived])
        #expect(none.isEmpty)
    }
}
