import HTTPTypes
import ITSMCore
import Testing
@testable import ITSMServer

@Suite struct NoticePageTests {
    @Test func theBellOfEveryPageSaysHowManyAreUnread() async throws {
        let server = try await TestServer()
        let rita = try await server.caller("rita")
        let ticket = try await server.send(.post, "/api/v1/tickets", as: rita, ["title": "Printer <b>"])
        #expect(try await server.open("/portal", as: rita).text.contains("aria-label=\"Inbox\" title=\"Inbox\""))
        try await server.tell(rita, "It is <i>late</i>", about: ticket)
        try await server.tell(rita, "It is later", about: ticket)
        for page in ["/portal", "/account", "/notices", "/portal/tickets/INC9999999"] {
            let answer = try await server.open(page, as: rita)
            #expect(answer.text.contains("aria-label=\"Inbox, 2 unread\""), "\(page)")
        }
        #expect(try await server.open("/notices/unread", as: rita)["count"] == "2")

        let inbox = try await server.open("/notices", as: rita)
        #expect(inbox.text.contains("It is &lt;i&gt;late&lt;/i&gt;") && inbox.text.contains("Printer &lt;b&gt;") && !inbox.text.contains("<i>late"))
        let newest = try await server.open("/notices/newest", as: rita)
        #expect(newest.text.contains("It is later") && !newest.text.contains("<html"))
    }

    @Test func toOpenOneMarksItReadAndLeadsToItsTicket() async throws {
        let server = try await TestServer()
        let (rita, otto) = (try await server.caller("rita"), try await server.caller("otto"))
        let ticket = try await server.send(.post, "/api/v1/tickets", as: rita, ["title": "Printer"])
        try await server.tell(rita, "Late", about: ticket)
        let id = try #require(try await server.send(.get, "/api/v1/notifications", as: rita).items.first?["id"]?.string)
        #expect(try await server.open("/notices/\(id)", as: otto).status == .notFound)
        let opened = try await server.open("/notices/\(id)", as: rita)
        #expect(opened.status == .seeOther && opened.headers[.location] == "/tickets/\(ticket["number"]?.string ?? "")")
        #expect(try await server.open("/notices?unread=true", as: rita).text.contains("All read"))
        #expect(try await server.open("/notices", as: rita).text.contains("Late"))
    }

    @Test func allThatThePageShowedAreMarkedAndNotWhatCameSince() async throws {
        let server = try await TestServer()
        let rita = try await server.caller("rita")
        let ticket = try await server.send(.post, "/api/v1/tickets", as: rita, ["title": "Printer"])
        #expect(try await server.open("/notices", as: rita).text.contains("Nothing in your inbox"))
        try await server.tell(rita, "Shown", about: ticket)
        let page = try await server.open("/notices", as: rita).text
        let time = try #require(page.firstMatch(of: /name="upTo" value="([^"]+)"/)?.output.1)
        try await server.tell(rita, "Came since", about: ticket)
        #expect(try await server.submit("/notices/read", ["upTo": String(time)], as: rita).headers[.location] == "/notices")
        #expect(try await server.send(.get, "/api/v1/notifications?unread=true", as: rita).items.map { $0["subject"] } == ["Came since"])
        #expect(try await server.submit("/notices/read", ["upTo": "soon"], as: rita).status == .unprocessableContent)
        #expect(try await server.submit("/notices/read", ["upTo": String(time), "csrf": "x"], as: rita).status == .forbidden)
    }

    @Test(arguments: [(0, true, "", "Inbox"), (1, true, "1", "Inbox, 1 unread"), (99, false, "99+", "Inbox, 99+ unread")])
    func theMarkIsShort(_ value: Int, _ isExact: Bool, _ count: String, _ label: String) {
        let inbox = Inbox(.init(value: value, isExact: isExact))
        #expect(inbox.count == count && inbox.label == label)
    }
}
