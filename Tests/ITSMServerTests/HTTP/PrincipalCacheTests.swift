import ITSMCore
import Synchronization
import Testing
@testable import ITSMServer

@Suite struct PrincipalCacheTests {
    /// Answers what it is told to, and counts.
    final class Source: PrincipalSource {
        let asked = Mutex(0)
        let uses = Mutex(0)
        let answer: Mutex<Principal?>

        init(_ answer: Principal?) { self.answer = Mutex(answer) }

        func principal(for credential: Credential, isUse: Bool) async throws -> Principal? {
            asked.withLock { $0 += 1 }
            if isUse { uses.withLock { $0 += 1 } }
            return answer.withLock { $0 }
        }
    }

    static let kim = Principal(id: User.unknownID, username: "kim", name: "Kim", grants: Grants(), origin: .init(channel: .api))

    @Test func asksOnceUntilItIsEmptied() async throws {
        let source = Source(Self.kim), cache = PrincipalCache(source)
        for _ in 1...3 { #expect(try await cache.principal(for: .apiToken("a"))?.username == "kim") }
        #expect(source.asked.withLock { $0 } == 1)
        source.answer.withLock { $0 = nil }
        cache.empty()
        #expect(try await cache.principal(for: .apiToken("a")) == nil)
        #expect(source.asked.withLock { $0 } == 2)
    }

    @Test func aUseIsToldAlsoAfterWhatWasNone() async throws {
        let source = Source(Self.kim), cache = PrincipalCache(source)
        for _ in 1...3 { _ = try await cache.principal(for: .apiToken("a"), isUse: false) }
        #expect(source.asked.withLock { $0 } == 1 && source.uses.withLock { $0 } == 0)
        for isUse in [true, false, true] { _ = try await cache.principal(for: .apiToken("a"), isUse: isUse) }
        #expect(source.asked.withLock { $0 } == 2 && source.uses.withLock { $0 } == 1)
    }

    @Test func doesNotRememberARefusal() async throws {
        let source = Source(nil), cache = PrincipalCache(source)
        #expect(try await cache.principal(for: .apiToken("a")) == nil)
        source.answer.withLock { $0 = Self.kim }
        #expect(try await cache.principal(for: .apiToken("a")) != nil)
    }

    /// Whose turn it is not yet, waits; who comes for the same then finds what was read.
    @Test func aCrowdDoesNotReadAtOnce() async throws {
        let source = SlowSource(), cache = PrincipalCache(source)
        let names = try await withThrowingTaskGroup(of: String?.self) { group in
            for caller in 0..<1_000 { group.addTask { try await cache.principal(for: .apiToken("\(caller % 100)"))?.username } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(names.count == 1_000 && names.allSatisfy { $0 == "kim" })
        let counts = source.counts.withLock { $0 }
        #expect(counts.most == PrincipalCache.readers && counts.now == 0)
        #expect(counts.all <= 100 * PrincipalCache.readers)
    }

    /// Answers when many have had the time to ask.
    final class SlowSource: PrincipalSource {
        let counts = Mutex((now: 0, most: 0, all: 0))

        func principal(for credential: Credential, isUse: Bool) async throws -> Principal? {
            counts.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
                $0.all += 1
            }
            for _ in 0..<1_000 { await Task.yield() }
            counts.withLock { $0.now -= 1 }
            return PrincipalCacheTests.kim
        }
    }

    @Test func keepsCredentialsApart() async throws {
        let source = Source(Self.kim), cache = PrincipalCache(source)
        _ = try await cache.principal(for: .apiToken("a"))
        _ = try await cache.principal(for: .apiToken("b"))
        #expect(source.asked.withLock { $0 } == 2)
    }
}
