import Foundation
import HTTPTypes
import ITSMCore
import ITSMStore
import ITSMTestSupport
import Testing

@testable import ITSMServer

/// `GET /events` and its stream: the same feed, each reader's own part of it.
struct EventRoutesTests {
    typealias Desk = TimelineAndAuditTests.Desk

    func events(_ desk: Desk, _ query: String = "", as caller: TestCaller) async throws -> TestAnswer {
        try await desk.server.settle()
        return try await desk.server.send(.get, "/api/v1/events\(query)", as: caller)
    }

    func types(_ answer: TestAnswer) -> [String] { answer.items.compactMap { $0["type"]?.string } }

    @Test func eachReaderSeesTheirOwnPart() async throws {
        let desk = try await Desk()
        let toRita = try await events(desk, as: desk.rita)
        #expect(types(toRita) == ["ticket.created", "ticket.commented"])
        #expect(!toRita.text.contains("workNote"))
        #expect(types(try await events(desk, as: desk.otto)).isEmpty)
        #expect(types(try await events(desk, as: desk.anna)) == ["ticket.created", "ticket.commented", "ticket.commented"])
        let toAdmin = types(try await events(desk, "?limit=500", as: desk.admin))
        #expect(toAdmin.contains("ticket.created") && toAdmin.contains("user.created"))
    }

    @Test func eventsAreCloudEvents() async throws {
        let desk = try await Desk()
        let event = try #require(try await events(desk, as: desk.rita).items.first)
        #expect(event["specversion"] == "1.0" && event["type"] == "ticket.created" && event["subject"] == .string("ticket/\(desk.ticket)"))
        #expect(event["id"] == event["data"]?["id"] && event["data"]?["principal"]?["name"] == "Rita")
        #expect(event["data"]?["address"] == nil && event["data"]?["requestId"] == nil)
    }

    @Test func pagesGoOnWithoutGapOrRepetition() async throws {
        let desk = try await Desk()
        let all = try await events(desk, "?limit=500", as: desk.admin)
        var ids: [JSONValue?] = []
        var query = "?limit=2"
        while true {
            let page = try await events(desk, query, as: desk.admin)
            ids += page.items.map { $0["id"] }
            guard let next = page["next"]?.string else { break }
            query = "?limit=2&cursor=\(next)"
        }
        #expect(ids == all.items.map { $0["id"] })
        #expect(Set(ids).count == ids.count)
        #expect(all["next"] == nil)
    }

    @Test func aPositionOrAnEventIsAPlaceToGoOnFrom() async throws {
        let desk = try await Desk()
        let now = try await events(desk, "?after=now", as: desk.rita)
        #expect(now.items.isEmpty)
        let position = try #require(now["position"]?.string)
        #expect(try await desk.server.send(.patch, "/api/v1/incidents/\(desk.number)", as: desk.anna, ["title": "New title"]).status == .ok)
        #expect(types(try await events(desk, "?after=\(position)", as: desk.rita)) == ["ticket.updated"])
        let first = try #require(try await events(desk, as: desk.rita).items.first?["id"]?.string)
        #expect(types(try await events(desk, "?after=\(first)", as: desk.rita)) == ["ticket.commented", "ticket.updated"])
    }

    @Test func whatBecameConfidentialIsHiddenInOldEventsToo() async throws {
        let desk = try await Desk(confidential: true)
        let sven = try await desk.server.caller("sven", roles: ["agent"], groups: ["Others"])
        #expect(types(try await events(desk, as: sven)).isEmpty)
        #expect(types(try await events(desk, as: desk.rita)).count >= 3)
    }

    @Test(arguments: ["?after=x", "?after=1-2", "?cursor=zzz", "?limit=0", "?limit=501", "?offset=3"])
    func badQueriesAreRefused(query: String) async throws {
        let server = try await TestServer()
        let rita = try await server.caller("rita")
        #expect(try await server.send(.get, "/api/v1/events\(query)", as: rita).status == .badRequest)
    }

    // MARK: - Stream

    @Test func aStreamHearsWhatHappensAndEndsWithItsSignIn() async throws {
        let desk = try await Desk()
        let path = "/api/v1/incidents/\(desk.number)"
        try await desk.server.settle()
        var stream = desk.server.events(for: desk.rita).makeAsyncIterator()
        #expect(try await desk.server.send(.post, "/api/v1/incidents", as: desk.otto, ["title": "Somebody else's"]).status == .created)
        #expect(try await desk.server.send(.post, "\(path)/comments", as: desk.anna, ["body": "Hm", "visibility": "workNote"]).status == .created)
        #expect(try await desk.server.send(.patch, path, as: desk.anna, ["title": "Again"]).status == .ok)
        let event = try #require(try await stream.next())
        #expect(event.event == "ticket.updated" && event.data?.contains(desk.ticket) == true)
        #expect(event.id == (try await events(desk, as: desk.rita).items.last?["id"]?.string))

        #expect(try await desk.server.send(.post, "/api/v1/auth/logout", as: desk.rita).status == .noContent)
        #expect(try await stream.next() == nil)
    }

    @Test func aStreamGoesOnWhereTheClientWas() async throws {
        let desk = try await Desk()
        let seen = try #require(try await events(desk, as: desk.anna).items.first?["id"]?.string)
        var stream = desk.server.events(for: desk.anna, after: FeedCursor(seen)).makeAsyncIterator()
        var ids: [String?] = []
        // The first come from the database, the others live, and the change of the one to the other is somewhere in between.
        for title in ["One", "Two", "Three", "Four"] {
            #expect(try await desk.server.send(.patch, "/api/v1/incidents/\(desk.number)", as: desk.anna, ["title": .string(title)]).status == .ok)
            ids.append(try await stream.next()?.id)
        }
        for _ in 0..<2 { ids.append(try await stream.next()?.id) }
        let whole = try await events(desk, "?limit=500", as: desk.anna).items.map { $0["id"]?.string }
        #expect(ids == Array(whole.dropFirst()))
    }

    @Test func aStreamFollowsTheRightsOfItsReader() async throws {
        let desk = try await Desk()
        let sven = try await desk.server.caller("sven")
        try await desk.server.settle()
        var stream = desk.server.events(for: sven).makeAsyncIterator()
        #expect(try await desk.server.send(.post, "/api/v1/incidents", as: desk.otto, ["title": "Not for Sven"]).status == .created)
        #expect(try await desk.server.send(.patch, "/api/v1/users/sven", as: desk.admin, ["roles": ["agent"]]).status == .ok)
        let made = try await desk.server.send(.post, "/api/v1/incidents", as: desk.otto, ["title": "For agents"])
        var event = try await stream.next()
        while let other = event, other.data?.contains(made["id"]!.string!) != true {
            // Sven may have become an agent before a batch with earlier events was read; then they are for him, too.
            event = try await stream.next()
        }
        #expect(event?.event == "ticket.created")
    }

    @Test func aStreamOverHTTPEndsWhenItsPersonIsDisabled() async throws {
        let desk = try await Desk()
        async let stream = desk.server.send(.get, "/api/v1/events/stream", as: desk.rita)
        while desk.server.app.live.streamCount < 1 { await Task.yield() }
        #expect(try await desk.server.send(.delete, "/api/v1/users/rita", as: desk.admin).status == .noContent)
        let answer = try await stream
        #expect(answer.status == .ok && answer.headers[.contentType] == "text/event-stream")
        #expect(answer.text.hasPrefix(":"))
    }

    @Test func aDamagedLastEventIDIsRefused() async throws {
        let server = try await TestServer()
        let rita = try await server.caller("rita")
        #expect(try await server.send(.get, "/api/v1/events/stream", as: rita, headers: [.lastEventID: "x"]).status == .badRequest)
    }
}

extension TestServer {
    /// Waits until all that was written is final, and this server's live feed has come so far. Other tests write in the same cluster at the same time, and
    /// any transaction of it that is still open holds the feed's frontier.
    func settle() async throws {
        let url = databaseURL
        let last = try await onThread("settle") {
            let session = try AdminSession(url)
            let last = try session.run("SELECT max(xid) FROM activity")[0][0]!
            while try session.run("SELECT $1::xid8 < pg_snapshot_xmin(pg_current_snapshot())", [last]) != [["t"]] {}
            return UInt64(last)!
        }
        while app.live.position.transaction < last { await Task.yield() }
    }

    /// What a stream would tell this caller.
    func events(for caller: TestCaller, after place: FeedCursor? = nil) -> CallerEvents {
        let principals = app.principals
        return CallerEvents(after: place ?? app.live.position, activity: app.services.activity, live: app.live) {
            try await principals.principal(for: .signIn(caller.signIn!, of: caller.id))
        }
    }
}
