import ITSMCore
import ITSMTestSupport
import Synchronization
import Testing

@testable import ITSMStore

/// Handlers of the feed: every activity takes effect once, whatever fails and however many servers run them.
struct FeedHandlerTests {
    /// Writes down what it was given, in the same transaction.
    struct Scribe: FeedHandler {
        var name = "scribe"
        var failures = Mutexed(0)

        func handle(_ events: [FeedEvent], in tx: any Transaction) throws {
            for event in events {
                try (tx as! UnitOfWork).connection.execute("INSERT INTO effects (handler, number) VALUES (\(name), \(event.entry.number))")
            }
            if failures.take() { throw ITSMError(.internal, "on purpose") }
        }
    }

    final class Mutexed: Sendable {
        private let count: Mutex<Int>
        init(_ count: Int) { self.count = Mutex(count) }
        /// True as often as was said.
        func take() -> Bool {
            count.withLock {
                $0 -= 1
                return $0 >= 0
            }
        }
    }

    func desk() async throws -> ActivityDesk {
        let desk = try await ActivityDesk.make()
        try await desk.owner {
            try $0.runScript(
                """
                CREATE TABLE effects (handler text NOT NULL, number bigint NOT NULL, position bigint GENERATED ALWAYS AS IDENTITY,
                    CONSTRAINT effects_pkey PRIMARY KEY (handler, number));
                GRANT SELECT, INSERT ON effects TO PUBLIC;
                """)
        }
        return desk
    }

    func effects(_ desk: ActivityDesk, of handler: String = "scribe") async throws -> [Int] {
        try await desk.owner { try $0.run("SELECT number FROM effects WHERE handler = $1 ORDER BY position", [handler]).map { Int($0[0]!)! } }
    }

    @Test func everythingTakesEffectOnceAndInOrder() async throws {
        let desk = try await desk()
        try await desk.append((0..<10).map { ActivityDesk.entry($0) })
        try await desk.settle()
        let scribe = Scribe()
        while try await desk.activity.advance(scribe, limit: 4) {}
        #expect(try await effects(desk) == Array(0..<10))
        #expect(try await !desk.activity.advance(scribe, limit: 4))
        try await desk.append([ActivityDesk.entry(10)])
        try await desk.settle()
        _ = try await desk.activity.advance(scribe, limit: 4)
        #expect(try await effects(desk) == Array(0...10))
    }

    @Test func whatFailsIsUndoneAndTriedAgain() async throws {
        let desk = try await desk()
        try await desk.append([ActivityDesk.entry(1), ActivityDesk.entry(2)])
        try await desk.settle()
        let scribe = Scribe(failures: .init(2))
        for _ in 0..<2 { await #expect(throws: ITSMError.self) { try await desk.activity.advance(scribe) } }
        #expect(try await effects(desk).isEmpty)
        _ = try await desk.activity.advance(scribe)
        #expect(try await effects(desk) == [1, 2])
    }

    @Test func eachHandlerHasAPlaceOfItsOwn() async throws {
        let desk = try await desk()
        try await desk.append([ActivityDesk.entry(1)])
        try await desk.settle()
        _ = try await desk.activity.advance(Scribe())
        try await desk.append([ActivityDesk.entry(2)])
        try await desk.settle()
        _ = try await desk.activity.advance(Scribe(name: "other"))
        #expect(try await effects(desk) == [1])
        #expect(try await effects(desk, of: "other") == [1, 2])
    }

    @Test func manyServersAtItStillDoItOnce() async throws {
        let desk = try await desk()
        let total = 200
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { for number in 0..<total { try await desk.append([ActivityDesk.entry(number)]) } }
            for _ in 0..<4 {
                group.addTask { for _ in 0..<60 { _ = try await desk.activity.advance(Scribe(), limit: 3) } }
            }
            try await group.waitForAll()
        }
        try await desk.settle()
        while try await desk.activity.advance(Scribe()) {}
        #expect(try await effects(desk) == Array(0..<total))
    }
}
