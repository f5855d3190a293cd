import Dispatch
import ITSMCore
import ITSMTestSupport
import Testing

@testable import ITSMStore

@Suite struct PostgresIdempotencyTests {
    static let key = IdempotencyKey(digest: Array(0..<32))
    static let answer = KeptAnswer(
        requestDigest: [1, 2, 3], status: 201, headers: ["location": "/api/v1/tickets/INC0000001", "etag": "\"1-ab:cd\""], body: [0, 255, 10])

    let clock = ManualClock(Instant("2026-11-21T08:00:00Z")!)
    let database: PostgresDatabase

    init() async throws {
        database = PostgresDatabase(PostgresConfiguration(connectionString: try await TestDatabase.make().url), clock: clock)
    }

    private func claim(_ key: IdempotencyKey = key) async throws -> KeptAnswer? { try await database.write { try $0.idempotency.claim(key) } }

    private func keep(_ answer: KeptAnswer = answer, for key: IdempotencyKey = key) async throws {
        try await database.write { tx in
            _ = try tx.idempotency.claim(key)
            try tx.idempotency.keep(answer, for: key)
        }
    }

    @Test func whatWasKeptIsGivenForADay() async throws {
        #expect(try await claim() == nil)
        try await keep()
        #expect(try await claim() == Self.answer)
        #expect(try await claim(IdempotencyKey(digest: Array(1...32))) == nil)
        clock.set(Instant("2026-11-22T07:59:59Z")!)
        #expect(try await claim() == Self.answer)
        clock.set(Instant("2026-11-22T08:00:00Z")!)
        #expect(try await claim() == nil)
    }

    @Test func aKeyMayBeUsedAnewAfterItsTime() async throws {
        try await keep()
        clock.set(Instant("2026-11-23T00:00:00Z")!)
        var other = Self.answer
        other.status = 200
        try await keep(other)
        #expect(try await claim() == other)
    }

    @Test func oneUnitAtATimeHasAKey() async throws {
        let (claimed, release) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let key = Self.key
        async let first: Void = database.write(.alone, on: .long) { tx in
            _ = try tx.idempotency.claim(key)
            claimed.signal()
            release.wait()
        }
        try await onThread("wait") { claimed.wait() }
        let refusal = await #expect(throws: ITSMError.self) { try await claim() }
        #expect(refusal?.code == .inProgress)
        #expect(try await claim(IdempotencyKey(digest: Array(1...32))) == nil)
        release.signal()
        try await first
        #expect(try await claim() == nil)
    }

    @Test func aUnitThatFailsKeepsNothing() async throws {
        let (key, answer) = (Self.key, Self.answer)
        await #expect(throws: ITSMError.self) {
            try await database.write { tx in
                _ = try tx.idempotency.claim(key)
                try tx.idempotency.keep(answer, for: key)
                throw ITSMError.notFound("ticket")
            }
        }
        #expect(try await claim() == nil)
    }

    @Test func whatIsOverGoesInBatches() async throws {
        for number in 0..<5 { try await keep(for: IdempotencyKey(digest: Array(repeating: UInt8(number), count: 32))) }
        clock.set(Instant("2026-11-22T00:00:00Z")!)
        try await keep(for: IdempotencyKey(digest: Array(repeating: 9, count: 32)))
        #expect(try await database.write { try $0.idempotency.removeOver(atMost: 3) } == 0)
        clock.set(Instant("2026-11-22T08:00:00Z")!)
        #expect(try await database.write { try $0.idempotency.removeOver(atMost: 3) } == 3)
        #expect(try await database.write { try $0.idempotency.removeOver(atMost: 3) } == 2)
        #expect(try await database.write { try $0.idempotency.removeOver(atMost: 3) } == 0)
        #expect(try await claim(IdempotencyKey(digest: Array(repeating: 9, count: 32))) == Self.answer)
    }
}
