import ITSMCore
import ITSMTestSupport
import Testing
@testable import ITSMServer

/// The clocks of a ticket on its page, their explanation, and what requesters read of them. The promises are those of a new installation: for a medium
/// incident an answer in 4 h and an end in 8 h of weekdays 09:00–17:00 UTC.
@Suite struct ServiceLevelPageTests {
    private struct Desk {
        /// A Monday.
        let clock = ManualClock(Instant("2026-11-02T09:00:00Z")!)
        let server: TestServer
        let ada: TestCaller
        let rita: TestCaller
        let number: String

        init() async throws {
            server = try await TestServer(clock: clock)
            ada = try await server.caller("ada", roles: ["agent"])
            rita = try await server.caller("rita")
            let draft: JSONValue = ["title": "No network", "requester": .string("\(rita.id)"), "impact": "medium", "urgency": "medium"]
            number = try #require(try await server.send(.post, "/api/v1/incidents", as: ada, draft)["number"]?.string)
        }

        func go(_ time: String) { clock.set(Instant("2026-11-\(time):00Z")!) }

        func page(_ path: String = "", as caller: TestCaller? = nil) async throws -> String {
            try await open("/tickets/\(number)\(path)", as: caller ?? ada).text
        }

        /// Time passes faster than a sign-in lasts: each is a new one.
        func open(_ path: String, as caller: TestCaller) async throws -> TestAnswer {
            try await server.open(path, as: server.signedIn(caller.id, caller.username))
        }

        private func post(_ path: String, _ body: JSONValue, as caller: TestCaller) async throws {
            let signedIn = try await server.signedIn(caller.id, caller.username)
            let answer = try await server.send(.post, "/api/v1/tickets/\(number)/\(path)", as: signedIn, body)
            try #require(answer.status.kind == .successful, "\(answer.text)")
        }

        func reply(_ text: String, as caller: TestCaller) async throws {
            try await post("comments", ["body": .string(text)], as: caller)
        }

        func move(_ status: String) async throws {
            let isEnd = status == "resolved"
            let body: JSONValue =
                isEnd ? ["to": "resolved", "resolution": ["code": "fixed", "notes": "x"]] : ["to": .string(status), "reason": "x"]
            try await post("transitions", body, as: ada)
        }
    }

    /// The cell of one clock on the card, without its marks.
    private func cell(_ name: String, _ page: String) throws -> String? {
        let cell = try Regex("<div class=\"(\\w+)\"><dt><a [^>]*>\(name)</a></dt><dd>(.*?)</dd>", as: (Substring, Substring, Substring).self)
        return page.firstMatch(of: cell).map { found in
            "\(found.1): \(found.2.replacing(/<[^>]*>/, with: " ").split(separator: " ").joined(separator: " "))"
        }
    }

    @Test func theCardFollowsTheTicket() async throws {
        let desk = try await Desk()
        desk.go("02T12:38")
        var page = try await desk.page()
        #expect(try cell("First response", page) == "soon: 22 min left due 13:00, target 4 h")
        #expect(try cell("Resolution", page) == "ok: 4 h 22 min left due 17:00, target 8 h")
        // It counts for 22 minutes and then some, until the hours close.
        #expect(page.contains("data-left=\"1320\" data-goal=\"14400\" data-counts=\"15720\""))
        #expect(page.contains("aria-label=\"Resolution since 2 Nov 2026 09:00: 3 h 38 min of 8 h used, due 2 Nov 2026 17:00\""))
        desk.go("02T13:01")
        #expect(try await cell("First response", desk.page()) == "late: 1 min over due 13:00, target 4 h")
        try await desk.reply("On it", as: desk.ada)
        try await desk.move("inProgress")
        desk.go("02T14:00")
        try await desk.move("pendingRequester")
        desk.go("02T15:00")
        page = try await desk.page()
        #expect(try cell("First response", page) == "late: 4 h 1 min missed by 1 min, target 4 h")
        #expect(try cell("Resolution", page) == "paused: Paused pending requester, 3 h left, target 8 h")
        #expect(!page.contains("data-left="))
        #expect(page.contains("rect class=\"pause\"") && page.contains("paused for 1 h"))
        try await desk.reply("Here you are", as: desk.rita)
        desk.go("02T18:00")
        #expect(try await cell("Resolution", desk.page()) == "ok: 1 h left due 3 Nov 10:00, target 8 h, outside its hours until Tue 3 Nov 09:00")
        desk.go("03T09:30")
        try await desk.move("resolved")
        page = try await desk.page()
        #expect(try cell("Resolution", page) == "met: 7 h 30 min met, target 8 h")
    }

    @Test func anExplanationTellsWhatCountedAndAddsUp() async throws {
        let desk = try await Desk()
        desk.go("02T11:30")
        try await desk.move("inProgress")
        try await desk.move("pendingRequester")
        desk.go("03T10:00")
        try await desk.reply("Here you are", as: desk.rita)
        desk.go("03T10:20")
        let page = try await desk.page("/sla/resolution?from=view%3Dmine")
        let text = page.replacing(/<[^>]*>/, with: " ").split(whereSeparator: \.isWhitespace).joined(separator: " ")
        for words in [
            "Running Mon 2 Nov 09:00–11:30 Standard, version 1 Medium: 8 h Weekdays 09:00–17:00 (UTC), version 1 2 h 30 min",
            "1 interval counted Mon 2 Nov 09:00–11:30 2 h 30 min", "Paused: pending requester Mon 2 Nov 11:30 – Tue 3 Nov 10:00", " 0 s",
            "Running Tue 3 Nov 10:00–10:20", "Together 2 h 50 min", "5 h 10 min left", "Times are those of UTC",
        ] { #expect(text.contains(words), "\(words) in \(text)") }
        #expect(page.contains("href=\"/tickets/\(desk.number)?from=view%3Dmine\""))
    }

    @Test func theQueueShowsTheLeadingClockOfEachTicket() async throws {
        let desk = try await Desk()
        let urgent: JSONValue = ["title": "Fire", "requester": .string("\(desk.rita.id)"), "impact": "high", "urgency": "high"]
        _ = try await desk.server.send(.post, "/api/v1/incidents", as: desk.ada, urgent)
        // Later, so that it comes after the other of the two that have no target.
        desk.go("02T09:01")
        _ = try await desk.server.send(.post, "/api/v1/problems", as: desk.ada, ["title": "Smoke"])
        desk.go("02T09:53")
        let queue = try await desk.open("/queue?view=open&by=timeLeft", as: desk.ada).text
        #expect(queue.contains("aria-sort=\"ascending\"><a href=\"/queue?view=open&amp;sort=-dueAt&amp;by=timeLeft\">Time left"))
        let groups = queue.matches(of: /<tbody data-group="(\w+)">(.*?)<\/tbody>/.dotMatchesNewlines()).map { group in
            let chips = group.2.matches(of: /<span class="sla" data-state="(\w+)" title="([^"]*)".*?class="v"[^>]*>([^<]*)</).map {
                "\($0.1) \($0.2): \($0.3)"
            }
            return "\(group.1): \(chips.joined(separator: "; "))"
        }
        #expect(
            groups == [
                "past: late First response due 2 Nov 2026 09:15: 38 min over", "today: ok First response due 2 Nov 2026 13:00: 3 h 7 min", "none: ",
            ])
        try await desk.move("inProgress")
        try await desk.reply("Where is it?", as: desk.ada)
        try await desk.move("pendingRequester")
        for path in ["/queue/rows?view=all", "/queue/preview/\(desk.number)"] {
            #expect(try await desk.open(path, as: desk.ada).text.contains("title=\"Resolution is paused: pending requester, 7 h 7 min left\""))
        }
        // The way from a ticket to the next goes by the same order.
        let page = try await desk.page("?from=\("view=open&by=timeLeft".percentEncoded)")
        #expect(page.contains("rel=\"prev\"") && page.contains("rel=\"next\""))
    }

    @Test func onlyWhoWorksTicketsReadsIt() async throws {
        let desk = try await Desk()
        let answer = try await desk.open("/tickets/\(desk.number)/sla/resolution", as: desk.rita)
        #expect(answer.status == .seeOther && answer.headers[.location] == "/portal/tickets/\(desk.number)")
        #expect(try await desk.open("/tickets/\(desk.number)/sla/ola", as: desk.ada).status == .notFound)
        #expect(try await desk.open("/tickets/\(desk.number)/sla/bread", as: desk.ada).status == .notFound)
    }

    @Test func requestersReadByWhenTheyCanExpectAnAnswer() async throws {
        let desk = try await Desk()
        func portal() async throws -> String { try await desk.open("/portal/tickets/\(desk.number)", as: desk.rita).text }
        var page = try await portal()
        #expect(page.contains("We aim to answer by 13:00 and to solve it by 17:00.") && !page.contains("/sla/"))
        desk.go("02T13:30")
        page = try await portal()
        #expect(page.contains("We wanted to answer by 13:00 and are late. We aim to solve it by 17:00."))
        try await desk.move("inProgress")
        try await desk.move("pendingRequester")
        try await desk.reply("What is the number of the port?", as: desk.ada)
        page = try await portal()
        #expect(!page.contains("We aim") && !page.contains("We wanted"))
    }
}
