import HTTPTypes
import ITSMCore
import Synchronization
import Testing

@testable import ITSMServer

@Suite struct RateLimiterTests {
    /// A clock that the test moves.
    private final class Clock: Sendable {
        private let time = Mutex(ContinuousClock.now)
        var now: ContinuousClock.Instant { time.withLock { $0 } }
        func advance(_ duration: Duration) { time.withLock { $0 += duration } }
    }

    @Test func aBucketEmptiesAndFills() throws {
        let clock = Clock()
        let limiter = RateLimiter(perPerson: 60, perAddress: 6) { clock.now }
        let kim = RateLimiter.Caller.person(ID(uuid: SystemIDSource().next(at: SystemClock().now())))
        for left in (0..<60).reversed() { #expect(limiter.take(1, from: kim)?.remaining == left) }
        let refused = try #require(limiter.take(1, from: kim))
        #expect(refused.retryAfter == 1)
        #expect(refused.policyField == "\"person\";q=60;w=60" && refused.field == "\"person\";r=0;t=60")
        // Others are not concerned.
        #expect(limiter.take(1, from: .address("192.0.2.1"))?.retryAfter == nil)
        clock.advance(.seconds(3))
        #expect(limiter.take(5, from: kim)?.retryAfter == 2)
        #expect(limiter.take(3, from: kim)?.retryAfter == nil)
        clock.advance(.seconds(600))
        #expect(limiter.take(1, from: kim)?.remaining == 59)
        // What costs more than a bucket holds is done with a full one.
        clock.advance(.seconds(600))
        #expect(limiter.take(1_000, from: kim)?.retryAfter == nil)
    }

    @Test func withoutALimitNothingIsCounted() {
        #expect(RateLimiter(perPerson: 0, perAddress: 0).take(1, from: .address("192.0.2.1")) == nil)
        #expect(RateLimiter(perPerson: 1, perAddress: 1).take(0, from: .address("192.0.2.1")) == nil)
    }

    @Test func whoAsksTooOftenIsToldWhenToComeBack() async throws {
        // A bucket gets one back each second, and the requests take as long as they take.
        let clock = Clock()
        let server = try await TestServer(uptime: { clock.now }, edge: { $0.rateOfPerson = 60 })
        let kim = try await server.caller("kim"), ada = try await server.caller("ada", roles: ["agent"])
        let first = try await server.send(.get, "/api/v1/auth/me", as: kim)
        #expect(first.headers[.rateLimitPolicy] == "\"person\";q=60;w=60")
        #expect(first.headers[.rateLimit] == "\"person\";r=59;t=1")
        for _ in 0..<70 { _ = try await server.send(.get, "/api/v1/auth/me", as: kim) }
        let refused = try await server.send(.get, "/api/v1/auth/me", as: kim)
        #expect(refused.status == .tooManyRequests && refused.code == .rateLimited)
        #expect(refused.headers[.retryAfter] == "1")
        #expect(refused.headers[.rateLimit]?.hasPrefix("\"person\";r=0;t=") == true)
        #expect(try await server.send(.get, "/healthz").status == .ok)
        // A search counts for more.
        _ = try await server.send(.get, "/api/v1/tickets?q=printer", as: ada)
        #expect(try await server.send(.get, "/api/v1/tickets", as: ada).headers[.rateLimit]?.hasPrefix("\"person\";r=54;") == true)
    }

    @Test func longWorkCostsMore() async throws {
        let routes = try await TestServer().app.table.routes
        func cost(_ name: String) -> Int? { routes.first { $0.name == name }?.cost }
        #expect(cost("GET /healthz") == 0 && cost("GET /metrics") == 0 && cost("GET /assets/{name}") == 0)
        #expect(cost("GET /api/v1/tickets/{key}") == 1 && cost("POST /api/v1/sla/simulate") == 50 && cost("GET /queue/export") == 50)
    }
}
