import HTTPTypes
import ITSMCore
import Testing
@testable import ITSMServer

/// The requester's portal, as a browser without scripts uses it.
@Suite struct PortalTests {
    static let desk = Task { try await Desk() }

    /// An agent and a requester whom all tests here share.
    struct Desk: Sendable {
        let server: TestServer
        let agent: TestCaller
        let requester: TestCaller

        init() async throws {
            server = try await TestServer()
            agent = try await server.caller("ada", roles: ["agent"])
            requester = try await server.caller("rita")
        }

        func ticket(_ body: [String: JSONValue] = [:]) async throws -> String {
            var body = body
            body["title"] = body["title"] ?? "The printer is on fire"
            body["requester"] = body["requester"] ?? .string("\(requester.id)")
            let made = try await server.send(.post, "/api/v1/incidents", as: agent, .object(body))
            return try #require(made["number"]?.string)
        }

        func page(_ path: String, as caller: TestCaller) async throws -> String { try await server.open(path, as: caller).text }

        func api(_ method: HTTPRequest.Method, _ path: String, as caller: TestCaller? = nil, _ body: JSONValue? = nil) async throws -> TestAnswer {
            try await server.send(method, "/api/v1/tickets/\(path)", as: caller ?? agent, body)
        }
    }

    /// The requester's page of a ticket.
    private func page(_ number: String, on desk: Desk, as caller: TestCaller? = nil) async throws -> String {
        try await desk.page("/portal/tickets/\(number)", as: caller ?? desk.requester)
    }

    private func move(_ number: String, to status: JSONValue, on desk: Desk, _ more: [String: JSONValue] = [:]) async throws {
        let answer = try await desk.api(.post, "\(number)/transitions", .object(["to": status].merging(more) { first, _ in first }))
        #expect(answer.status == .ok, "\(answer.text)")
    }

    private func resolve(_ number: String, on desk: Desk) async throws {
        try await move(number, to: "resolved", on: desk, ["resolution": ["code": "fixed", "notes": "A **new** keyboard"]])
    }

    // MARK: Raise

    @Test func askingMakesATicketAndLeadsThere() async throws {
        let desk = try await Self.desk.value
        let answer = try await desk.server.submit(
            "/portal/new", ["kind": "request", "title": "A second screen", "description": "It *helps*", "urgency": "low"], as: desk.requester)
        #expect(answer.status == .seeOther)
        let address = try #require(answer.headers[.location])
        #expect(address.hasPrefix("/portal/tickets/REQ"))
        let page = try await desk.page(address, as: desk.requester)
        #expect(page.contains("A second screen</h1>"))
        #expect(page.contains("It <em>helps</em>"))
        let ticket = try await desk.api(.get, String(address.dropFirst("/portal/tickets/".count)))
        #expect(ticket["urgency"]?.string == "low")
        #expect(ticket["requester"]?["id"]?.string == "\(desk.requester.id)")
    }

    @Test func whatIsWrongStandsBesideItsFieldAndNothingIsLost() async throws {
        let desk = try await Self.desk.value
        let answer = try await desk.server.submit(
            "/portal/new", ["kind": "request", "title": " ", "description": "Typed & kept", "urgency": "high", "category": "no/such"],
            as: desk.requester)
        #expect(answer.status == .unprocessableContent)
        for part in [
            "<a href=\"#title\">Title is required", "id=\"title-fault\"", "href=\"#category\"", "Typed &amp; kept", "value=\"request\" checked",
            "value=\"high\" selected",
        ] { #expect(answer.text.contains(part), "\(part)") }
    }

    @Test func whoMayNotRaiseIsToldSo() async throws {
        let desk = try await Self.desk.value
        let viewer = try await desk.server.caller("portal-viewer", roles: ["viewer"])
        #expect(try await desk.server.open("/portal/new", as: viewer).status == .forbidden)
        #expect(try await desk.server.submit("/portal/new", ["title": "Mine"], as: viewer).status == .forbidden)
        #expect(!(try await desk.page("/portal", as: viewer)).contains("href=\"/portal/new\""))
    }

    // MARK: The list

    @Test func theListHoldsOnesOwnInPlainWords() async throws {
        let desk = try await Self.desk.value
        let (own, other) = (try await desk.server.caller("portal-lister"), try await desk.server.caller("portal-other"))
        #expect(try await desk.page("/portal", as: own).contains("You have not asked for anything yet"))
        var numbers: [String] = []
        for title in ["First", "Second", "Third"] {
            numbers.append(try await desk.ticket(["title": .string(title), "requester": .string("\(own.id)")]))
        }
        let foreign = try await desk.ticket(["title": "Of another", "requester": .string("\(other.id)")])
        try await move(numbers[0], to: "pendingRequester", on: desk, ["reason": "INTERNAL-REASON"])
        try await resolve(numbers[1], on: desk)
        let list = try await desk.page("/portal", as: own)
        for part in ["First", "Second", "Third", "Waiting for you", "Resolved", "New", ">Open</h2>", ">Resolved and closed</h2>"] {
            #expect(list.contains(part), "\(part)")
        }
        for part in ["Of another", foreign, "INTERNAL-REASON", "You have not asked"] { #expect(!list.contains(part), "\(part)") }
        #expect(try await desk.page("/portal?q=\("Of another".percentEncoded)", as: own).contains("Nothing found"))
    }

    @Test func showMoreGoesOnWhereThePageEnds() async throws {
        let desk = try await Self.desk.value
        let own = try await desk.server.caller("portal-many")
        for number in 1...(PortalSection.firstRows + 2) {
            _ = try await desk.ticket(["title": .string("Number \(number) of many"), "requester": .string("\(own.id)")])
        }
        let first = try await desk.page("/portal", as: own)
        #expect(first.contains("Number 3 of many"))
        #expect(!first.contains("Number 2 of many"))
        let link = String(try #require(first.firstMatch(of: /data-more="([^"]+)"/)?.output.1)).replacing("&amp;", with: "&")
        let rest = try await desk.server.open(link, as: own)
        #expect(rest.text.contains("Number 2 of many"))
        #expect(!rest.text.contains("Number 3 of many"))
        #expect(!rest.text.contains("<html"))
        let stranger = try await desk.server.caller("portal-thief")
        #expect(try await desk.server.open(link, as: stranger).status == .badRequest)
    }

    @Test func anAgentFindsTheirOwnThereAndNotTheWholeDesk() async throws {
        let desk = try await Self.desk.value
        let number = try await desk.ticket(["title": "Somebody else's"])
        #expect(!(try await desk.page("/portal", as: desk.agent)).contains(number))
        #expect(try await page(number, on: desk, as: desk.agent).contains("href=\"/tickets/\(number)\""))
    }

    // MARK: Follow

    @Test func thePageTellsWhatMattersAndNothingOfTheDesksOwn() async throws {
        let desk = try await Self.desk.value
        let number = try await desk.ticket(["description": "The Q is gone"])
        for (text, visibility) in [("On its way", "public"), ("SECRET-NOTE", "workNote")] {
            _ = try await desk.api(.post, "\(number)/comments", ["body": .string(text), "visibility": .string(visibility)])
        }
        _ = try await desk.api(.patch, number, ["tags": ["secret-tag"], "assignee": .string("\(desk.agent.id)")])
        try await move(number, to: "pendingVendor", on: desk, ["reason": "SECRET-REASON"])
        try await resolve(number, on: desk)
        for reader in [desk.requester, desk.agent] {
            let page = try await page(number, on: desk, as: reader)
            for part in ["The Q is gone", "On its way", "A <strong>new</strong> keyboard", "resolved it", "Resolved"] {
                #expect(page.contains(part), "\(part)")
            }
            for part in ["SECRET-NOTE", "secret-tag", "SECRET-REASON", "took it"] { #expect(!page.contains(part), "\(part)") }
        }
    }

    @Test func hiddenAndAbsentAreTheSamePage() async throws {
        let desk = try await Self.desk.value
        let number = try await desk.ticket(["title": "SECRET-TITLE"])
        let stranger = try await desk.server.caller("portal-stranger")
        func bare(_ answer: TestAnswer) -> String { answer.text.replacing(/Request [^<]+|content="[^"]*"|data-feed="[^"]*"/, with: "") }
        let (hidden, absent) = (
            try await desk.server.open("/portal/tickets/\(number)", as: stranger),
            try await desk.server.open("/portal/tickets/INC0999999", as: stranger)
        )
        #expect(hidden.status == .notFound)
        #expect(bare(hidden) == bare(absent))
        for step in ["replies", "solve", "cancel"] {
            let answer = try await desk.server.submit("/portal/tickets/\(number)/\(step)", ["reply": "x", "reason": "x"], as: stranger)
            #expect(answer.status == .notFound, "\(step)")
            #expect(!answer.text.contains("SECRET-TITLE"))
        }
    }

    @Test func whatIsNewComesAsAFragment() async throws {
        let desk = try await Self.desk.value
        let number = try await desk.ticket(["description": "Long ago"])
        _ = try await desk.api(.post, "\(number)/comments", ["body": "Just now"])
        let part = try await desk.page("/portal/tickets/\(number)/thread?after=2020-01-01T00:00:00Z", as: desk.requester)
        #expect(part.contains("Just now"))
        #expect(!part.contains("Long ago"))
        for name in ["head", "ends", "send"] { #expect(part.contains("data-part=\"\(name)\""), "\(name)") }
    }

    // MARK: Answer

    @Test func aReplyStandsInTheThreadAndAnEmptyOneIsRefused() async throws {
        let desk = try await Self.desk.value
        let number = try await desk.ticket()
        let answer = try await desk.server.submit("/portal/tickets/\(number)/replies", ["reply": "The *second* floor"], as: desk.requester)
        #expect(answer.status == .seeOther)
        #expect(answer.headers[.location]?.hasPrefix("/portal/tickets/\(number)#c-") == true)
        #expect(try await page(number, on: desk).contains("The <em>second</em> floor"))
        let empty = try await desk.server.submit("/portal/tickets/\(number)/replies", ["reply": " "], as: desk.requester)
        #expect(empty.status == .unprocessableContent)
        #expect(empty.text.contains("role=\"alert\""))
    }

    @Test func aDraftOfTheServerIsThere() async throws {
        let desk = try await Self.desk.value
        let number = try await desk.ticket()
        _ = try await desk.api(.put, "\(number)/drafts/public", as: desk.requester, ["body": "Half a sen"])
        #expect(try await page(number, on: desk).contains("Half a sen</textarea>"))
        #expect(!(try await page(number, on: desk, as: desk.agent)).contains("Half a sen"))
    }

    @Test func whatAReplyDoesIsSaidBeforeItHappens() async throws {
        let desk = try await Desk()
        let number = try await desk.ticket()
        #expect(!(try await page(number, on: desk)).contains("id=\"effect\""))
        try await move(number, to: "pendingRequester", on: desk, ["reason": "which floor?"])
        #expect(try await page(number, on: desk).contains("With your answer the work goes on."))
        try await resolve(number, on: desk)
        #expect(try await page(number, on: desk).contains("Send and reopen"))
        // An agent's word does not reopen what is another's.
        #expect(!(try await page(number, on: desk, as: desk.agent)).contains("Send and reopen"))
        _ = try await desk.server.submit("/portal/tickets/\(number)/replies", ["reply": "Gone again"], as: desk.requester)
        let reopened = try await page(number, on: desk)
        #expect(reopened.contains("reopened it"))
        #expect(!reopened.contains("Send and reopen"))

        try await resolve(number, on: desk)
        try await move(number, to: "closed", on: desk)
        #expect(try await page(number, on: desk).contains("Send and reopen"))
        let admin = try await desk.server.caller("root", roles: ["superAdmin"])
        let window = try await desk.server.send(.patch, "/api/v1/settings", as: admin, ["reopenWindowDays": 0])
        #expect(window.status == .ok)
        #expect(try await page(number, on: desk).contains("your reply begins a new ticket"))
        let answer = try await desk.server.submit("/portal/tickets/\(number)/replies", ["reply": "After all"], as: desk.requester)
        let address = try #require(answer.headers[.location])
        #expect(!address.contains(number))
        #expect(try await desk.page(String(address.prefix { $0 != "#" }), as: desk.requester).contains("After all"))
    }

    @Test func aFileIsAddedWithoutScripts() async throws {
        let desk = try await Self.desk.value
        let number = try await desk.ticket()
        let answer = try await desk.server.submit("/portal/tickets/\(number)/files", file: "error.log", holding: "oh no", as: desk.requester)
        #expect(answer.status == .seeOther, "\(answer.text)")
        #expect(try await page(number, on: desk).contains("error.log"))
        let empty = try await desk.server.submit("/portal/tickets/\(number)/files", file: "", holding: "", as: desk.requester)
        #expect(empty.status == .unprocessableContent)
        let forged = try await desk.server.send(
            .post, "/portal/tickets/\(number)/files", as: desk.requester,
            raw: .init(string: "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx\r\n--b--\r\n"),
            headers: [.contentType: "multipart/form-data; boundary=b"])
        #expect(forged.status.code >= 400)
    }

    // MARK: End

    @Test func solvingAndCancellingAreForThoseWhoMay() async throws {
        let desk = try await Self.desk.value
        let number = try await desk.ticket()
        let page = try await page(number, on: desk)
        for part in ["/solve\"", "/cancel\""] { #expect(!page.contains(part), "\(part)") }
        #expect(try await desk.server.submit("/portal/tickets/\(number)/solve", [:], as: desk.requester).status == .forbidden)
        #expect(try await desk.server.submit("/portal/tickets/\(number)/cancel", ["reason": "x"], as: desk.requester).status == .forbidden)
    }

    @Test func whoMayMoveTheirOwnEndsItThere() async throws {
        let desk = try await Self.desk.value
        let admin = try await desk.server.caller("role-maker", roles: ["superAdmin"])
        let grants: JSONValue = ["tickets:read": "own", "tickets:create": "own", "tickets:transition": "own", "comments:reply": "own"]
        _ = try await desk.server.send(.post, "/api/v1/roles", as: admin, ["name": "finisher", "permissions": grants])
        let finisher = try await desk.server.caller("fin", roles: ["finisher"])
        let (solved, cancelled) = (
            try await desk.ticket(["requester": .string("\(finisher.id)")]), try await desk.ticket(["requester": .string("\(finisher.id)")])
        )
        #expect(try await page(solved, on: desk, as: finisher).contains("This is solved"))
        #expect(try await desk.server.submit("/portal/tickets/\(solved)/solve", [:], as: finisher).status == .seeOther)
        #expect(try await page(solved, on: desk, as: finisher).contains("says that it is solved"))
        let without = try await desk.server.submit("/portal/tickets/\(cancelled)/cancel", ["reason": ""], as: finisher)
        #expect(without.status == .unprocessableContent)
        #expect(without.text.contains("id=\"reason-wrong\""))
        #expect(try await desk.server.submit("/portal/tickets/\(cancelled)/cancel", ["reason": "Found it"], as: finisher).status == .seeOther)
        #expect(try await page(cancelled, on: desk, as: finisher).contains("cancelled it"))
    }

    // MARK: Hostile text

    @Test func textStaysText() async throws {
        let desk = try await Self.desk.value
        let (evil, escaped) = ("<img src=x onerror=alert(1)>\"'", "&lt;img src=x onerror=alert(1)&gt;")
        let form = ["kind": evil, "title": evil, "description": evil, "urgency": evil, "category": evil, "service": evil]
        let refused = try await desk.server.submit("/portal/new", form, as: desk.requester)
        #expect(refused.status == .unprocessableContent)
        let number = try await desk.ticket(["title": .string(evil), "description": .string(evil)])
        _ = try await desk.server.submit("/portal/tickets/\(number)/replies", ["reply": evil], as: desk.requester)
        let named = "<img src=x onerror=alert(1)>.txt"
        _ = try await desk.server.submit("/portal/tickets/\(number)/files", file: named, holding: "x", as: desk.requester)
        _ = try await desk.api(.put, "\(number)/drafts/public", as: desk.requester, ["body": .string("</textarea>\(evil)")])
        let pages = [
            refused.text, try await page(number, on: desk), try await desk.page("/portal", as: desk.requester),
            try await desk.page("/portal?q=\(evil.percentEncoded)", as: desk.requester),
        ]
        for (place, page) in pages.enumerated() {
            #expect(page.contains(escaped), "page \(place)")
            #expect(!page.contains("<img src=x"), "page \(place)")
        }
    }
}
