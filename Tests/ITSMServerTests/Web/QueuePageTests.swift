import HTTPTypes
import ITSMCore
import Testing
@testable import ITSMServer

@Suite struct QueuePageTests {
    private func raise(_ title: String, _ more: [String: JSONValue] = [:], as caller: TestCaller, on server: TestServer) async throws -> String {
        let body = JSONValue.object(more.merging(["title": .string(title)]) { first, _ in first })
        return try await server.send(.post, "/api/v1/incidents", as: caller, body)["number"]?.string ?? ""
    }

    /// The numbers of the rows, in order.
    private func numbers(_ answer: TestAnswer) -> [String] { answer.text.matches(of: /data-number="([A-Z]+\d+)" data-version/).map { String($0.1) } }

    private func more(_ answer: TestAnswer) -> String? {
        answer.text.firstMatch(of: /data-more="([^"]+)"/).map { String($0.1).replacing("&amp;", with: "&") }
    }

    @Test func whoHasNoQueueIsTold() async throws {
        let server = try await TestServer()
        let rita = try await server.caller("rita")
        for path in ["/queue", "/queue/rows", "/queue/counts", "/queue/preview/INC0000001"] {
            let answer = try await server.open(path, as: rita)
            #expect(answer.status == .forbidden && answer.headers[.contentType]?.hasPrefix("text/html") == true, "\(path)")
        }
        #expect(
            try await server.submit("/queue/bulk", ["queue": "view=open", "ticket": "INC0000001", "change": "assignee:me"], as: rita).status
                == .forbidden)
        #expect(try await server.submit("/queue/filter", ["queue": "view=open", "tag": "x"], as: rita).status == .forbidden)
    }

    @Test func hiddenTicketsAreNowhere() async throws {
        let server = try await TestServer()
        let ada = try await server.caller("ada", roles: ["agent"], groups: ["Vault"])
        let sven = try await server.caller("sven", roles: ["agent"])
        let hidden = try await raise("SECRET-TITLE", ["confidential": true, "group": "Vault", "assignee": "ada"], as: ada, on: server)
        let seen = try await raise("Printer", as: ada, on: server)
        let key = try await server.send(.get, "/api/v1/tickets/\(hidden)", as: ada)["id"]?.string ?? ""
        #expect(Set(numbers(try await server.open("/queue", as: ada))) == [hidden, seen])
        for path in ["/queue", "/queue/rows?view=all", "/queue/rows?view=all&only=\(key)", "/queue?view=all&group=Vault", "/queue?assignee=ada"] {
            let answer = try await server.open(path, as: sven)
            #expect(answer.status == .ok && !answer.text.contains("SECRET-TITLE") && !numbers(answer).contains(hidden), "\(path)")
        }
        let counts = try await server.open("/queue/counts", as: sven)
        #expect(counts.json == ["mine": "0", "groups": "0", "unassigned": "1", "open": "1", "resolved": "0"])
        #expect(try await server.open("/queue/counts", as: ada)["mine"] == "1")
        #expect(try await server.open("/queue/preview/\(hidden)", as: sven).status == .notFound)
        #expect(try await server.open("/queue/preview/\(hidden)", as: ada).text.contains("SECRET-TITLE"))
    }

    @Test func columnsAndRowsAreKeptInTheBrowser() async throws {
        let server = try await TestServer()
        let ada = try await server.caller("ada", roles: ["agent"])
        let fields = [("queue", "view=mine"), ("rows", "compact")] + ["priority", "status", "assignee", "updated"].map { ("column", $0) }
        let saved = try await server.submit("/queue/layout", fields, as: ada)
        #expect(saved.status == .seeOther && saved.headers[.location] == "/queue?view=mine")
        let cookie = String(try #require(saved.headers[.setCookie]).prefix { $0 != ";" })
        #expect(cookie == "itsm_queue=requester.service.timeLeft.compact")
        let arranged = try await server.open("/queue", as: ada, headers: [.cookie: cookie]).text
        #expect(arranged.contains("<table class=\"grid no-c-rq no-c-sv no-c-sl compact\">"))
        #expect(arranged.contains("value=\"status\" checked") && !arranged.contains("value=\"service\" checked"))
        #expect(try await server.open("/queue", as: ada, headers: [.cookie: "itsm_queue=<b>.title"]).text.contains("<table class=\"grid\">"))
    }

    /// A heading over nothing is read out as nothing.
    @Test func whoCannotChangeAnythingHasNoColumnToChoose() async throws {
        let server = try await TestServer()
        #expect(try await server.open("/queue", as: server.caller("vera", roles: ["viewer"])).text.contains("<tr><td class=\"c-ck\"></td><th"))
        #expect(try await server.open("/queue", as: server.caller("ada", roles: ["agent"])).text.contains("<th scope=\"col\" class=\"c-ck\">"))
    }

    @Test func titlesNamesAndTagsAreText() async throws {
        let server = try await TestServer()
        let ada = try await server.caller("ada", roles: ["agent"])
        let evil = "\"><script>alert(1)</script>"
        let number = try await raise(evil, ["tags": [.string("<b>tag")], "description": .string(evil)], as: ada, on: server)
        for path in ["/queue", "/queue/rows", "/queue/preview/\(number)", "/queue?q=\(evil.percentEncoded)", "/queue?tag=\("<b>tag".percentEncoded)"]
        {
            let text = try await server.open(path, as: ada).text
            #expect(!text.contains("<script>alert") && !text.contains("<b>tag"), "\(path)")
        }
        #expect(try await server.open("/queue", as: ada).text.contains("&lt;script&gt;alert(1)"))
    }

    @Test(arguments: [
        "view=open", "view=open&by=status", "view=open&by=assignee", "view=open&by=timeLeft", "view=open&sort=title", "view=all&q=printer",
    ])
    func readingOnReachesEveryTicketOnce(_ query: String) async throws {
        let server = try await TestServer()
        let ada = try await server.caller("ada", roles: ["agent"])
        var all: Set<String> = []
        for index in 0..<11 {
            let number = try await raise("Printer \(index % 3)", index % 3 == 0 ? ["assignee": "ada"] : [:], as: ada, on: server)
            all.insert(number)
        }
        if query.contains("q=") {
            let ids = try await server.app.services.tickets.list(TicketQuery(), as: .automation()).items.map(\.id)
            try await server.app.database.write { try $0.searchIndex.rebuild(ids) }
        }
        var found: [String] = [], groups: [String] = []
        var next: String? = "/queue/rows?\(query)&limit=4"
        while let path = next {
            let answer = try await server.open(path, as: ada)
            #expect(answer.status == .ok, "\(answer.text.prefix(400))")
            found += numbers(answer)
            for match in answer.text.matches(of: /<tbody data-group="([^"]*)"/) where groups.last != String(match.1) {
                groups.append(String(match.1))
            }
            next = more(answer).map { "\($0)&limit=4" }
        }
        #expect(found.count == all.count && Set(found) == all)
        #expect(Set(groups).count == groups.count, "a group stands twice: \(groups)")
    }

    @Test func aCursorHoldsForItsListAlone() async throws {
        let server = try await TestServer()
        let ada = try await server.caller("ada", roles: ["agent"])
        for _ in 0..<3 { _ = try await raise("Printer", as: ada, on: server) }
        let first = try #require(more(try await server.open("/queue/rows?view=open&limit=2", as: ada)))
        #expect(try await server.open(first, as: ada).status == .ok)
        #expect(try await server.open(first.replacing("view=open", with: "view=all"), as: ada).status == .badRequest)
        let page = first.replacing("/queue/rows", with: "/queue")
        #expect(numbers(try await server.open(page, as: ada)).count == 1)
        let sven = try await server.caller("sven", roles: ["agent"])
        #expect(try await server.open(page, as: sven).status == .badRequest)
    }

    @Test func rowsLeadToTheTicketAndBack() async throws {
        let server = try await TestServer()
        let ada = try await server.caller("ada", roles: ["agent"])
        let number = try await raise("Printer", ["tags": ["a&b"]], as: ada, on: server)
        let text = try await server.open("/queue?view=open&tag=a%26b", as: ada).text
        #expect(text.contains("href=\"/tickets/\(number)?from=view%3Dopen%26tag%3Da%2526b\""))
    }

    @Test func emptyListsSayWhy() async throws {
        let server = try await TestServer()
        let ada = try await server.caller("ada", roles: ["agent"])
        for (query, words) in [
            ("view=mine", "Nothing is assigned to you"), ("view=groups", "You are in no support group"), ("view=open", "There is no open ticket"),
            ("view=open&tag=none", "No tickets match"), ("view=resolved", "Nothing was resolved"), ("view=all", "There is no ticket yet"),
            ("view=unassigned", "Every open ticket has an assignee"),
        ] {
            #expect(try await server.open("/queue?\(query)", as: ada).text.contains(words), "\(query)")
        }
    }

    @Test func theFormAddsFilters() async throws {
        let server = try await TestServer()
        let ada = try await server.caller("ada", roles: ["agent"])
        let answer = try await server.submit(
            "/queue/filter", [("queue", "view=open&tag=vpn"), ("kind", ""), ("status", "new"), ("assignee", "me"), ("tag", "vip")], as: ada)
        #expect(answer.headers[.location] == "/queue?view=open&status=new&assignee=me&tag=vpn&tag=vip")
        let wrong = try await server.submit("/queue/filter", [("queue", "view=open&evil=1")], as: ada)
        #expect(wrong.status == .badRequest)
    }

    @Test func severalAreChangedWithoutScripts() async throws {
        let server = try await TestServer()
        let ada = try await server.caller("ada", roles: ["agent"])
        let numbers = [try await raise("A", as: ada, on: server), try await raise("B", as: ada, on: server)]
        func send(_ change: String, _ more: [(String, String)] = []) async throws -> TestAnswer {
            try await server.submit(
                "/queue/bulk", [("queue", "view=open&tag=x"), ("change", change)] + more + numbers.map { ("ticket", $0) }, as: ada)
        }
        func notice(_ answer: TestAnswer) -> String {
            answer.headers[values: .setCookie].compactMap { $0.firstMatch(of: /itsm_notice=([^;:]*)/) }.first.flatMap { QueryValues.decode($0.1) }
                ?? ""
        }
        let done = try await send("assignee:me")
        #expect(done.headers[.location] == "/queue?view=open&tag=x" && notice(done) == "2 changed.")
        #expect(try await server.send(.get, "/api/v1/tickets/\(numbers[0])", as: ada)["status"] == "assigned")
        #expect(notice(try await send("assignee:me")) == "2 stood so already.")
        let refused = notice(try await send("status:pendingVendor"))
        #expect(refused.hasPrefix("2 refused.") && refused.contains(numbers[0]))
        #expect(notice(try await send("status:pendingVendor", [("reason", "A part is on order")])) == "2 changed.")
        #expect(notice(try await send("")) == "Choose what shall change.")
        #expect(
            notice(try await server.submit("/queue/bulk", [("queue", "view=open"), ("change", "assignee:me")], as: ada))
                == "Choose at least one ticket.")
    }

    /// Every kind of custom field, as a page without scripts sends it: a value of few, or one that is typed.
    @Test func everyKindOfFieldIsSetAndClearedForMany() async throws {
        let server = try await TestServer()
        let admin = try await server.caller("field-admin", roles: ["admin", "agent"])
        let choices: JSONValue = [["value": "hq", "label": "Head office"], ["value": "lab", "label": "Lab"]]
        for kind in CustomField.Kind.allCases {
            var body: [String: JSONValue] = [
                "name": .string("\(kind.rawValue)1"), "label": .string("A \(kind.rawValue)"), "kind": .string(kind.rawValue),
            ]
            if [.choice, .multiChoice].contains(kind) { body["choices"] = choices }
            #expect(try await server.send(.post, "/api/v1/custom-fields", as: admin, .object(body)).status == .created)
        }
        try await server.app.desk.refresh()
        // Somebody else's: of their own tickets agents see no fields that are hidden from requesters.
        _ = try await server.caller("field-rita")
        let numbers = [
            try await raise("A", ["requester": "field-rita"], as: admin, on: server),
            try await raise("B", ["requester": "field-rita"], as: admin, on: server),
        ]
        let page = try await server.open("/queue", as: admin).text
        #expect(page.contains("value=\"customFields.text1:\"") && page.contains("data-needs=\"value\"") && page.contains("name=\"value\""))
        func value(_ name: String) async throws -> [JSONValue?] {
            var values: [JSONValue?] = []
            for number in numbers { values.append(try await server.send(.get, "/api/v1/tickets/\(number)", as: admin)["customFields"]?[name]) }
            return values
        }
        func send(_ change: String, _ typed: String) async throws -> TestAnswer {
            let fields = [("queue", "view=open"), ("change", change), ("value", typed)] + numbers.map { ("ticket", $0) }
            return try await server.submit("/queue/bulk", fields, as: admin)
        }
        let cases: [(name: String, change: String, typed: String, value: JSONValue)] = [
            ("text1", "", "a, b: \"c\"", "a, b: \"c\""), ("number1", "", "7.5", .number(7.5)), ("boolean1", "true", "", true),
            ("choice1", "\"hq\"", "", "hq"),
            ("multiChoice1", "", "hq, lab", ["hq", "lab"]), ("date1", "", "2026-11-22", "2026-11-22"),
            ("user1", "", "field-admin", .string("\(admin.id)")),
            ("ci1", "", "router-7", "router-7"), ("url1", "", "https://desk.test/a", "https://desk.test/a"),
        ]
        #expect(cases.count == CustomField.Kind.allCases.count)
        for (name, change, typed, expected) in cases {
            _ = try await send("customFields.\(name):\(change)", typed)
            #expect(try await value(name) == [expected, expected], "\(name)")
            _ = try await send("customFields.\(name):null", "")
            #expect(try await value(name) == [nil, nil], "\(name) cleared")
        }
        // A value that is asked for and not given, or wrong, takes nothing away.
        _ = try await send("customFields.text1:", "kept")
        for (change, typed) in [("customFields.text1:", ""), ("customFields.date1:", "soon"), ("customFields.none:", "x")] {
            _ = try await send(change, typed)
        }
        #expect(try await value("text1") == ["kept", "kept"])
        #expect(try await value("date1") == [nil, nil])
        // The whole list is asked about first, by the words of the field.
        let asked = try await server.submit(
            "/queue/bulk", [("queue", "view=open"), ("change", "customFields.text1:"), ("value", "all <of> them"), ("scope", "matching")], as: admin)
        #expect(asked.text.contains("A text: all &lt;of&gt; them: 2 tickets") && asked.text.contains("name=\"value\" value=\"all &lt;of&gt; them\""))
    }

    @Test func whoOnlyReadsHasNoBoxes() async throws {
        let server = try await TestServer()
        let ada = try await server.caller("ada", roles: ["agent"])
        _ = try await raise("Printer", as: ada, on: server)
        let viewer = try await server.caller("vera", roles: ["viewer"])
        let text = try await server.open("/queue", as: viewer).text
        #expect(text.contains("Printer") && !text.contains("type=\"checkbox\" name=\"ticket\"") && !text.contains("id=\"bulk\""))
        #expect(try await server.open("/queue", as: ada).text.contains("type=\"checkbox\" name=\"ticket\""))
    }
}
