import ITSMCore
import Synchronization
import Testing
@testable import ITSMServer

@Suite struct PrincipalCacheTests {
    /// Answers what it is told to, and counts.
    final class Source: PrincipalSource {
        let asked = Mutex(0)
        let answer: Mutex<Principal?>

        init(_ answer: Principal?) { self.answer = Mutex(answer) }

        func principal(for credential: Credential) async throws -> Principal? {
            asked.withLock { $0 += 1 }
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

    @Test func doesNotRememberARefusal() async throws {
        let source = Source(nil), cache = PrincipalCache(source)
        #expect(try await cache.principal(for: .apiToken("a")) == nil)
        source.answer.withLock { $0 = Self.kim }
        #expect(try await cache.principal(for: .apiToken("a")) != nil)
    }

    @Test func keepsCredentialsApart() async throws {
        let source = Source(Self.kim), cache = PrincipalCache(source)
        _ = try await cache.principal(for: .apiToken("a"))
        _ = try await cache.principal(for: .apiToken("b"))
        #expect(source.asked.withLock { $0 } == 2)
    }
}
