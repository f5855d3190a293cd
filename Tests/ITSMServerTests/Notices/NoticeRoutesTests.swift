import HTTPTypes
import ITSMCore
import Testing
@testable import ITSMServer

@Suite struct NoticeRoutesTests {
    @Test func oneReadsOnesOwnAndMarksThem() async throws {
        let server = try await TestServer()
        let rita = try await server.caller("rita")
        let anna = try await server.caller("anna", roles: ["agent"])
        let ticket = try await server.send(.post, "/api/v1/tickets", as: rita, ["title": "Printer"])
        try await server.tell(rita, "First", about: ticket)
        try await server.tell(rita, "Second", about: ticket)
        try await server.tell(anna, "Hers", about: ticket)

        let page = try await server.send(.get, "/api/v1/notifications?limit=1&count=exact", as: rita)
        #expect(page.items.first?["subject"] == "Second" && page["count"]?["value"] == 2)
        let next = try #require(page["next"]?.string)
        let rest = try await server.send(.get, "/api/v1/notifications?limit=1&cursor=\(next)", as: rita)
        #expect(rest.items.count == 1 && rest.items[0]["subject"] == "First" && rest["next"] == nil)
        #expect(rest.items[0]["ticket"]?["number"] == ticket["number"] && rest.items[0]["readAt"] == nil)
        let cursorOfAnother = try await server.send(.get, "/api/v1/notifications?limit=1&unread=true&cursor=\(next)", as: rita)
        #expect(cursorOfAnother.status == .badRequest)

        let first = try #require(rest.items[0]["id"]?.string)
        let read = try await server.send(.post, "/api/v1/notifications/\(first)/read", as: rita)
        #expect(read.status == .ok && read["readAt"]?.string != nil)
        #expect(try await server.send(.post, "/api/v1/notifications/\(first)/read", as: anna).status == .notFound)
        #expect(try await server.send(.post, "/api/v1/notifications/x/read", as: rita).status == .notFound)
        let unread = try await server.send(.get, "/api/v1/notifications?unread=true", as: rita)
        #expect(unread.items.map { $0["subject"] } == ["Second"])

        let time = try #require(unread.items[0]["createdAt"])
        let all = try await server.send(.post, "/api/v1/notifications/read", as: rita, ["upTo": time])
        #expect(all.status == .ok && all["marked"] == 1)
        #expect(try await server.send(.post, "/api/v1/notifications/read", as: rita, [:])["marked"] == 0)
        #expect(try await server.send(.get, "/api/v1/notifications?unread=true", as: anna).items.count == 1)
    }

    @Test func whatIsWrongIsNamed() async throws {
        let server = try await TestServer()
        let rita = try await server.caller("rita")
        let query = try await server.send(.get, "/api/v1/notifications?unread=perhaps&kind=x", as: rita)
        #expect(query.status == .badRequest && query.faults == ["?unread invalidValue", "?kind unknownParameter"])
        let body = try await server.send(.post, "/api/v1/notifications/read", as: rita, ["upTo": "yesterday", "all": true])
        #expect(body.status == .unprocessableContent && body.faults.sorted() == ["/all unknownField", "/upTo invalidValue"])
    }
}

extension TestServer {
    /// Sends a notice about a ticket that the API answered with.
    func tell(_ caller: TestCaller, _ subject: String, about ticket: TestAnswer, _ kind: Notice.Kind = .escalated) async throws {
        let id = try #require(ID<Ticket>(ticket["id"]?.string ?? ""))
        let draft = NoticeDraft(to: caller.id, kind, on: id, subject: subject, cause: subject)
        let notices = app.services.notices
        let sent = try await app.database.write { try notices.send([draft], in: $0, as: .automation()) }
        #expect(sent.count == 1)
    }
}
