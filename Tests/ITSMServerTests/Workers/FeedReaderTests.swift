import HTTPTypes
import ITSMCore
import Testing

@testable import ITSMServer

/// What one server does, the others of the desk learn from the feed.
struct FeedReaderTests {
    func until(_ condition: () throws -> Bool) async rethrows { while try !condition() { await Task.yield() } }

    @Test func aChangeOfTheDeskReachesTheOtherServer() async throws {
        let here = try await TestServer()
        let there = try await TestServer(besides: here)
        let admin = try await here.caller("admin2", roles: ["admin"])
        let made = try await here.send(.post, "/api/v1/services", as: admin, ["name": "Payroll"])
        #expect(here.app.desk.snapshot.resolve(service: .name("payroll")) != nil)
        await until { there.app.desk.snapshot.resolve(service: .name("payroll")) != nil }
        #expect(try await here.send(.patch, try #require(made.headers[.location]), as: admin, ["archived": true]).status == .ok)
        await until { there.app.desk.snapshot.resolve(service: .name("payroll")) == nil }
    }

    @Test func aStreamHearsWhatAnotherServerDid() async throws {
        let here = try await TestServer()
        let there = try await TestServer(besides: here)
        let rita = try await here.caller("rita")
        var stream = there.events(for: rita).makeAsyncIterator()
        let made = try await here.send(.post, "/api/v1/incidents", as: rita, ["title": "Far away"])
        #expect(made.status == .created)
        var event = try await stream.next()
        // The other server may not have come past Rita's own beginnings when the stream was opened.
        while let other = event, other.event != "ticket.created" { event = try await stream.next() }
        #expect(event?.data?.contains(made["id"]!.string!) == true)
    }

    @Test func aRevokedSignInIsForgottenByTheOtherServer() async throws {
        let here = try await TestServer()
        let there = try await TestServer(besides: here)
        let rita = try await here.caller("rita")
        #expect(try await there.send(.get, "/api/v1/settings", as: rita).status == .ok)
        #expect(try await here.send(.post, "/api/v1/auth/logout", as: rita).status == .noContent)
        while try await there.send(.get, "/api/v1/settings", as: rita).status != .unauthorized { await Task.yield() }
    }
}
