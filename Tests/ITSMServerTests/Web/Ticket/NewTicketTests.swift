import ITSMCore
import Testing
@testable import ITSMServer

/// Raising a ticket in the browser.
@Suite struct NewTicketTests {
    private let filled = [
        "kind": "incident", "title": "No network", "requester": "rita", "channel": "phone", "description": "Since this morning", "impact": "high",
        "urgency": "high", "assignee": "ada", "tags": "Floor 2, wifi,", "service": "", "category": "", "group": "",
    ]

    @Test func raisesWhatWasFilledIn() async throws {
        let desk = try await TicketPageTests.desk.value
        let answer = try await desk.server.submit("/tickets/new", filled, as: desk.agent)
        let number = try #require(answer.headers[.location]?.split(separator: "/").last)
        let ticket = try await desk.api(.get, String(number))
        #expect(ticket["title"]?.string == "No network")
        #expect(ticket["requester"]?["id"]?.string == "\(desk.requester.id)")
        #expect(ticket["priority"]?.string == "critical")
        #expect(ticket["channel"]?.string == "phone")
        #expect(ticket["status"]?.string == "assigned")
        #expect(ticket["tags"] == ["floor 2", "wifi"])
    }

    @Test func nothingThatWasTypedIsLost() async throws {
        let desk = try await TicketPageTests.desk.value
        var fields = filled
        fields["title"] = ""
        fields["requester"] = "nobody-of-that-name"
        fields["description"] = "\"><script>x</script>"
        fields["impact"] = "low"
        let answer = try await desk.server.submit("/tickets/new", fields, as: desk.agent)
        #expect(answer.status == .unprocessableContent)
        for part in [
            "Title is required.", "href=\"#title\"", "value=\"Floor 2, wifi,\"", "<option value=\"low\" selected>",
            "<option value=\"phone\" selected>",
            "&lt;script&gt;", "<b>Medium</b>",
        ] { #expect(answer.text.contains(part), "\(part)") }
        #expect(!answer.text.contains("<script>x"))
        fields["title"] = "A title"
        let next = try await desk.server.submit("/tickets/new", fields, as: desk.agent)
        #expect(next.text.contains("There is no such person"))
        #expect(next.text.contains("value=\"nobody-of-that-name\""))
    }

    @Test func onlyWhatTheReaderMaySetIsAsked() async throws {
        let desk = try await TicketPageTests.desk.value
        let (agents, managers) = (try await desk.page("/tickets/new"), try await desk.page("/tickets/new", as: desk.manager))
        #expect(agents.contains("name=\"assignee\""))
        #expect(!agents.contains("name=\"priority\""))
        #expect(managers.contains("name=\"priority\""))
        #expect(agents.contains("data-matrix=\"high/high:critical high/medium:high"))
        #expect(try await desk.server.open("/tickets/new", as: desk.requester).headers[.location] == "/portal/new")
        #expect(try await desk.server.submit("/tickets/new", filled, as: desk.requester).status == .forbidden)
    }
}
