import HTTPTypes
import ITSMCore
import Testing
@testable import ITSMServer

/// The page of a ticket and its plain forms, as a browser without scripts uses them.
@Suite struct TicketPageTests {
    static let desk = Task { try await Desk() }

    /// Agents, requesters and a group that all tests here share.
    struct Desk: Sendable {
        let server: TestServer
        let agent: TestCaller
        let manager: TestCaller
        let viewer: TestCaller
        let requester: TestCaller

        init() async throws {
            server = try await TestServer()
            agent = try await server.caller("ada", roles: ["agent"])
            manager = try await server.caller("mara", roles: ["manager", "agent"])
            viewer = try await server.caller("vera", roles: ["viewer"])
            requester = try await server.caller("rita")
        }

        func ticket(_ body: [String: JSONValue] = [:]) async throws -> String {
            var body = body
            body["title"] = body["title"] ?? "The printer is on fire"
            body["requester"] = body["requester"] ?? .string("\(requester.id)")
            let made = try await server.send(.post, "/api/v1/incidents", as: agent, .object(body))
            return try #require(made["number"]?.string)
        }

        func page(_ path: String, as caller: TestCaller? = nil) async throws -> String { try await server.open(path, as: caller ?? agent).text }

        func api(_ method: HTTPRequest.Method, _ path: String, as caller: TestCaller? = nil, _ body: JSONValue? = nil) async throws -> TestAnswer {
            try await server.send(method, "/api/v1/tickets/\(path)", as: caller ?? agent, body)
        }
    }

    // MARK: Who sees what

    @Test func aRequesterIsLedToThePortal() async throws {
        let desk = try await Self.desk.value
        let number = try await desk.ticket()
        let answer = try await desk.server.open("/tickets/\(number)", as: desk.requester)
        #expect(answer.status == .seeOther)
        #expect(answer.headers[.location] == "/portal/tickets/\(number)")
    }

    @Test func hiddenAndAbsentAreTheSamePage() async throws {
        let desk = try await Self.desk.value
        let secret = try await desk.ticket(["confidential": true, "assignee": .string("\(desk.manager.id)")])
        _ = try await desk.api(.patch, secret, as: desk.manager, ["title": "A secret"])
        let other = try await desk.server.caller("other-agent", roles: ["agent"])
        let hidden = try await desk.server.open("/tickets/\(secret)", as: other)
        let absent = try await desk.server.open("/tickets/INC0999999", as: other)
        #expect(hidden.status == .notFound)
        #expect(absent.status == .notFound)
        #expect(!hidden.text.contains("secret"))
    }

    @Test func theThreadTellsWhatWasSaidAndDone() async throws {
        let desk = try await Self.desk.value
        let number = try await desk.ticket(["description": "It **burns**"])
        _ = try await desk.api(.post, "\(number)/comments", ["body": "Stand *back*"])
        _ = try await desk.api(.post, "\(number)/comments", ["body": "Smoke in the log", "visibility": "workNote"])
        _ = try await desk.api(.patch, number, ["assignee": .string("\(desk.agent.id)"), "tags": ["fire"]])
        _ = try await desk.api(.post, "\(number)/transitions", ["to": "pendingRequester", "reason": "waiting for the invoice"])
        let page = try await desk.page("/tickets/\(number)")
        for part in [
            "It <strong>burns</strong>", "Stand <em>back</em>", "Smoke in the log", "Work note", "took it", "added the tag fire",
            "set Pending requester: waiting for the invoice", "Everything <small>7</small>", "Conversation <small>2</small>",
            "Notes <small>1</small>",
            "Timeline <small>4</small>",
        ] { #expect(page.contains(part), "\(part)") }
    }

    @Test func whoMaySeeNoNoteFindsNone() async throws {
        let desk = try await Self.desk.value
        let number = try await desk.ticket()
        _ = try await desk.api(.post, "\(number)/comments", ["body": "between us", "visibility": "workNote"])
        let page = try await desk.page("/tickets/\(number)", as: desk.viewer)
        #expect(!page.contains("between us"))
        #expect(!page.contains("Smoke"))
        for part in ["id=\"compose\"", "id=\"move\"", "/edit", "id=\"watch\"", "Add a link"] { #expect(!page.contains(part), "\(part)") }
        #expect(try await desk.page("/tickets/\(number)").contains("value=\"workNote\""))
    }

    @Test func aLinkToAHiddenTicketIsNotThere() async throws {
        let desk = try await Self.desk.value
        let group = try await desk.server.caller("confidant", roles: ["agent"], groups: ["Confidants"])
        let (open, hidden) = (
            try await desk.ticket(), try await desk.ticket(["confidential": true, "assignee": .string("\(group.id)"), "title": "HIDDEN"])
        )
        _ = try await desk.api(.post, "\(open)/links", as: group, ["type": "blocks", "ticket": .string(hidden)])
        _ = try await desk.api(.patch, "\(open)", as: group, ["parent": .string(hidden)])
        let other = try await desk.server.caller("no-confidant", roles: ["agent"])
        let page = try await desk.page("/tickets/\(open)", as: other)
        #expect(!page.contains(hidden))
        #expect(!page.contains("HIDDEN"))
        #expect(!page.contains("set the parent"))
        let known = try await desk.page("/tickets/\(open)", as: group)
        #expect(known.contains("linked it, as it blocks"))
        #expect(known.contains("set the parent to \(hidden)"))
        #expect(known.contains(hidden))
    }

    @Test func onlyLegalMovesAreOffered() async throws {
        let desk = try await Self.desk.value
        let number = try await desk.ticket()
        let page = try await desk.page("/tickets/\(number)")
        #expect(page.contains("<option value=\"resolved\""))
        #expect(!page.contains("<option value=\"closed\""))
        #expect(page.contains("Resolve</a>"))
        _ = try await desk.api(.post, "\(number)/transitions", ["to": "cancelled", "reason": "no fire"])
        let ended = try await desk.page("/tickets/\(number)")
        #expect(!ended.contains("id=\"move\""))
    }

    // MARK: XSS

    /// What people type is text, in whatever place it is shown.
    @Test func everyTextStaysText() async throws {
        let desk = try await Self.desk.value
        let evil = "\"\u{301}'><script>alert(1)</script><img src=x onerror=alert(1)>"
        let number = try await desk.ticket(["title": .string(evil), "description": .string(evil), "tags": [.string(evil)]])
        _ = try await desk.api(.post, "\(number)/comments", ["body": .string(evil)])
        _ = try await desk.api(.post, "\(number)/transitions", ["to": "pendingVendor", "reason": .string(evil)])
        _ = try await desk.api(.put, "\(number)/drafts/public", ["body": .string("</textarea>" + evil)])
        _ = try await desk.api(.patch, number, as: desk.manager, ["priority": "low", "priorityReason": .string(evil)])
        for path in ["/tickets/\(number)", "/tickets/\(number)/edit", "/tickets/\(number)/thread", "/tickets/\(number)?from=\(evil.percentEncoded)"] {
            let page = try await desk.page(path, as: path.hasSuffix("edit") ? desk.manager : nil)
            #expect(page.contains("&lt;script&gt;"))
            #expect(!page.contains("<script>"), "\(path)")
            #expect(!page.contains("<img src=x"), "\(path)")
            // In one attribute or text after another, a quote that was typed is never a quote of ours.
            #expect(!page.unicodeScalars.split(separator: "\"").contains { $0.first == "\u{301}" }, "\(path)")
        }
    }

    // MARK: Forms

    @Test func aReplyAndANoteBySendingTheForm() async throws {
        let desk = try await Self.desk.value
        let number = try await desk.ticket()
        let sent = try await desk.server.submit(
            "/tickets/\(number)/comments", ["visibility": "public", "reply": "On my way\r\nwith water", "note": "a draft"], as: desk.agent)
        #expect(sent.status == .seeOther)
        #expect(sent.headers[.location]?.hasPrefix("/tickets/\(number)#c-") == true)
        let noted = try await desk.server.submit(
            "/tickets/\(number)/comments", ["visibility": "workNote", "reply": "", "note": "Bring foam"], as: desk.agent)
        #expect(noted.status == .seeOther)
        let list = try await desk.api(.get, "\(number)/comments")
        #expect(list.items.map { $0["body"]?.string } == ["On my way\nwith water", "Bring foam"])
        #expect(list.items.map { $0["visibility"]?.string } == ["public", "workNote"])
    }

    @Test func anEmptyReplyKeepsTheRest() async throws {
        let desk = try await Self.desk.value
        let number = try await desk.ticket()
        let answer = try await desk.server.submit(
            "/tickets/\(number)/comments", ["visibility": "public", "reply": " ", "note": "kept"], as: desk.agent)
        #expect(answer.status == .unprocessableContent)
        #expect(answer.text.contains("must not be empty"))
        #expect(answer.text.contains(">kept</textarea>"))
    }

    @Test func aMoveNeedsWhatItNeedsAndKeepsWhatWasTyped() async throws {
        let desk = try await Self.desk.value
        let number = try await desk.ticket()
        let refused = try await desk.server.submit(
            "/tickets/\(number)/transitions", ["to": "resolved", "version": "1", "notes": "Put it out"], as: desk.agent)
        #expect(refused.status == .unprocessableContent)
        for part in ["A resolution code is required", "Put it out", "<option value=\"resolved\" selected", "id=\"move-details\" open"] {
            #expect(refused.text.contains(part), "\(part)")
        }
        let done = try await desk.server.submit(
            "/tickets/\(number)/transitions", ["to": "resolved", "version": "1", "code": "fixed", "notes": "Put it out"], as: desk.agent)
        #expect(done.headers[.location] == "/tickets/\(number)")
        let page = try await desk.page("/tickets/\(number)")
        for part in ["Resolved: Fixed", "Put it out", "set Resolved (fixed)"] { #expect(page.contains(part), "\(part)") }
    }

    @Test func aWaitEndsAtTheReadersOwnTime() async throws {
        let time = ScreenTime(zones: ["Europe/Berlin"], now: Instant(seconds: 0))
        #expect(time.instant("2026-11-21T14:05") == Instant("2026-11-21T13:05:00.000Z"))
        #expect(time.instant("2026-07-01 14:05:00") == Instant("2026-07-01T12:05:00.000Z"))
        for wrong in ["", "tomorrow", "2026-02-30T10:00", "2026-01-01T25:00"] { #expect(time.instant(wrong) == nil) }
    }

    @Test func editingTwoFieldsLeavesTheOthers() async throws {
        let desk = try await Self.desk.value
        let number = try await desk.ticket(["tags": ["one"], "description": "Text\nin lines"])
        var fields = try await formFields("/tickets/\(number)/edit", desk)
        fields["title"] = "A new title"
        fields["assignee"] = "ada"
        let answer = try await desk.server.submit("/tickets/\(number)/edit", fields, as: desk.agent)
        #expect(answer.headers[.location] == "/tickets/\(number)")
        let ticket = try await desk.api(.get, number)
        #expect(ticket["title"]?.string == "A new title")
        #expect(ticket["assignee"]?["id"]?.string == "\(desk.agent.id)")
        #expect(ticket["description"]?.string == "Text\nin lines")
        #expect(ticket["tags"] == ["one"])
    }

    @Test func everyFormLeadsBackToTheListThatTheReaderCameFrom() async throws {
        let desk = try await Self.desk.value
        let number = try await desk.ticket()
        let from = "?from=view%3Dopen%26priority%3Dlow"
        let page = try await desk.page("/tickets/\(number)\(from)")
        for path in ["comments", "transitions", "watch", "watchers", "links", "files"] {
            #expect(page.contains("action=\"/tickets/\(number)/\(path)\(from)\""), "\(path)")
        }
        #expect(page.contains("/tickets/\(number)/edit\(from)#assignee"))
        let edit = try await desk.page("/tickets/\(number)/edit\(from)")
        #expect(edit.contains("action=\"/tickets/\(number)/edit\(from)\"") && edit.contains("href=\"/tickets/\(number)\(from)\""))
        for (path, fields) in [
            ("comments", ["visibility": "public", "reply": "Hello"]), ("watch", ["watch": "on"]), ("transitions", ["to": "inProgress"]),
        ] {
            let answer = try await desk.server.submit("/tickets/\(number)/\(path)\(from)", fields, as: desk.agent)
            #expect(answer.headers[.location]?.hasPrefix("/tickets/\(number)\(from)") == true, "\(path)")
        }
    }

    @Test func aFileIsAddedWithoutScripts() async throws {
        let desk = try await Self.desk.value
        let number = try await desk.ticket()
        let answer = try await desk.server.submit(
            "/tickets/\(number)/files", file: "trace.log", holding: "oh no", fields: ["visibility": "workNote"], as: desk.agent)
        #expect(answer.status == .seeOther, "\(answer.text)")
        #expect(try await desk.page("/tickets/\(number)").contains("trace.log"))
        #expect(try await !desk.page("/portal/tickets/\(number)", as: desk.requester).contains("trace.log"))
        let refused = try await desk.server.submit(
            "/portal/tickets/\(number)/files", file: "a.log", holding: "x", fields: ["visibility": "workNote"], as: desk.requester)
        #expect(refused.status.code >= 400)
        #expect(try await desk.server.submit("/tickets/\(number)/files", file: "a.log", holding: "x", as: desk.viewer).status == .forbidden)
    }

    @Test func aConflictShowsBothValuesAndKeepsWhatWasTyped() async throws {
        let desk = try await Self.desk.value
        let number = try await desk.ticket(["urgency": "low"])
        var fields = try await formFields("/tickets/\(number)/edit", desk)
        fields["title"] = "Mine"
        _ = try await desk.api(.patch, number, as: desk.manager, ["title": "Theirs", "urgency": "high"])
        let conflict = try await desk.server.submit("/tickets/\(number)/edit", fields, as: desk.agent)
        #expect(conflict.status == .preconditionFailed)
        #expect(conflict.text.contains("value=\"Mine\""))
        #expect(conflict.text.contains("Saved by somebody else meanwhile: <b>Theirs</b>"))
        // What they alone changed is taken over.
        #expect(conflict.text.contains("<option value=\"high\" selected>High</option>"))
        let again = try await desk.server.submit("/tickets/\(number)/edit", Self.fields(in: conflict.text), as: desk.agent)
        #expect(again.status == .seeOther)
        let ticket = try await desk.api(.get, number)
        #expect(ticket["title"]?.string == "Mine")
        #expect(ticket["urgency"]?.string == "high")
    }

    @Test func onlyFieldsThatMayBeEditedStandInTheForm() async throws {
        let desk = try await Self.desk.value
        let number = try await desk.ticket()
        let (agents, managers) = (try await desk.page("/tickets/\(number)/edit"), try await desk.page("/tickets/\(number)/edit", as: desk.manager))
        #expect(agents.contains("name=\"title\""))
        #expect(!agents.contains("name=\"priority\""))
        #expect(!agents.contains("name=\"major\""))
        #expect(try await desk.server.open("/tickets/\(number)/edit", as: desk.viewer).status == .forbidden)
        _ = managers
    }

    @Test func onesOwnMessageCanBeEditedAndOthersNot() async throws {
        let desk = try await Self.desk.value
        let number = try await desk.ticket()
        let made = try await desk.api(.post, "\(number)/comments", ["body": "Teh fire"])
        let id = try #require(made["id"]?.string)
        let path = "/tickets/\(number)/comments/\(id)"
        #expect(try await desk.page("/tickets/\(number)").contains(path))
        #expect(try await desk.page(path).contains("Teh fire"))
        #expect(try await desk.server.submit(path, ["body": "The fire"], as: desk.agent).status == .seeOther)
        let page = try await desk.page("/tickets/\(number)")
        #expect(page.contains("The fire"))
        #expect(page.contains(">edited</small>"))
        #expect(try await desk.server.open(path, as: desk.viewer).status == .forbidden)
        #expect(try await desk.server.submit(path + "/delete", [:], as: desk.agent).status == .forbidden)
        let admin = try await desk.server.caller("root", roles: ["admin"])
        #expect(try await desk.server.submit(path + "/delete", [:], as: admin).status == .seeOther)
        #expect(try await desk.page("/tickets/\(number)").contains("This text was deleted."))
    }

    @Test func watchingAndLinkingByForms() async throws {
        let desk = try await Self.desk.value
        let (one, other) = (try await desk.ticket(), try await desk.ticket(["title": "The other one"]))
        #expect(try await desk.server.submit("/tickets/\(one)/watch", ["watch": "on"], as: desk.agent).status == .seeOther)
        #expect(try await desk.page("/tickets/\(one)").contains("aria-pressed=\"true\" aria-label=\"Watching\""))
        #expect(try await desk.server.submit("/tickets/\(one)/watch", ["watch": "off"], as: desk.agent).status == .seeOther)
        #expect(try await desk.server.submit("/tickets/\(one)/links", ["type": "causes", "ticket": other], as: desk.agent).status == .seeOther)
        let page = try await desk.page("/tickets/\(other)")
        #expect(page.contains("Is caused by Incident"))
        #expect(page.contains(one))
    }

    // MARK: Paging and news

    @Test func aThreadBeginsWithItsNewestAndLeadsBack() async throws {
        let desk = try await Self.desk.value
        let number = try await desk.ticket(["description": "The first words"])
        for n in 1...5 { _ = try await desk.api(.post, "\(number)/comments", ["body": .string("Message \(n).")]) }
        let (tickets, key) = (desk.server.app.services.tickets, TicketKey(number)!)
        let caller = Principal.automation()
        let thread = try await desk.server.app.database.read { try tickets.thread(of: key, ThreadWindow(limit: 3), in: $0, as: caller) }
        #expect(thread.comments.map(\.body) == ["Message 3.", "Message 4.", "Message 5."])
        let earlier = try #require(thread.earlier)
        let rest = try await desk.server.app.database.read { try tickets.thread(of: key, ThreadWindow(before: earlier), in: $0, as: caller) }
        #expect(rest.comments.map(\.body) == ["Message 1.", "Message 2."])
        #expect(rest.earlier == nil)
        let page = try await desk.page("/tickets/\(number)?before=\(earlier.description.percentEncoded)")
        #expect(page.contains("The first words"))
        #expect(!page.contains("Message 4."))
    }

    @Test func whatIsNewComesAsAFragment() async throws {
        let desk = try await Self.desk.value
        let number = try await desk.ticket(["description": "The first words"])
        let old = try await desk.api(.post, "\(number)/comments", ["body": "An old message"])
        _ = try await desk.api(.post, "\(number)/comments", ["body": "A quiet one"])
        let moment = try #require(try await desk.api(.get, "\(number)/comments").items.last?["createdAt"]?.string)
        _ = try await desk.api(.post, "\(number)/comments", ["body": "News"])
        _ = try await desk.api(.put, "\(number)/comments/\(old["id"]?.string ?? "")", ["body": "An old message, mended"])
        let part = try await desk.page("/tickets/\(number)/thread?after=\(moment.percentEncoded)")
        #expect(part.contains("News"))
        #expect(part.contains("An old message, mended"))
        #expect(!part.contains("A quiet one"))
        #expect(!part.contains("The first words"))
        #expect(!part.contains("<html"))
        for name in ["head", "panel", "actions"] { #expect(part.contains("data-part=\"\(name)\"")) }
    }

    // MARK: Help

    private func formFields(_ path: String, _ desk: Desk) async throws -> [String: String] { Self.fields(in: try await desk.page(path)) }

    /// What a browser would send of the last form on a page, as far as these tests need it.
    static func fields(in page: String) -> [String: String] {
        var fields: [String: String] = [:]
        let form = page[(page.range(of: "id=\"ticket-form\"")?.upperBound ?? page.startIndex)...]
        for input in form.matches(of: /<input (?:type="hidden" |id="[^"]*" )name="([^"]*)"(?: type="text")? value="([^"]*)"/) {
            fields[String(input.1)] = plain(input.2)
        }
        for area in form.matches(of: /<textarea id="[^"]*" name="([^"]*)"[^>]*>\n([^<]*)<\/textarea>/) { fields[String(area.1)] = plain(area.2) }
        for list in form.matches(of: /<select id="[^"]*" name="([^"]*)"[^>]*>(.*?)<\/select>/) {
            let chosen = list.2.firstMatch(of: /<option value="([^"]*)" selected>/)?.1 ?? list.2.firstMatch(of: /<option value="([^"]*)"/)?.1
            fields[String(list.1)] = plain(chosen ?? "")
        }
        return fields
    }

    private static func plain(_ text: Substring) -> String {
        String(text).replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"").replacing("&#39;", with: "'")
            .replacing("&amp;", with: "&")
    }
}
