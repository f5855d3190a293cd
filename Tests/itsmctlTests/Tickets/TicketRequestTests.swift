import Foundation
import ITSMCore
import Testing

@testable import itsmctl

/// From flags to what is sent.
@Suite struct TicketRequestTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var arguments: String
        var method: String
        var target: String
        var body: JSONValue?
        var testDescription: String { arguments }

        init(_ arguments: String, _ method: String, _ target: String, _ body: JSONValue? = nil) {
            (self.arguments, self.method, self.target, self.body) = (arguments, method, target, body)
        }
    }

    /// A desk with one ticket of each kind; whatever is asked of it works.
    static func desk() -> LocalServer {
        LocalServer { request in
            let name = request.path.split(separator: "/").last.map(String.init) ?? ""
            let kinds = ["INC": "incident", "REQ": "request", "PRB": "problem", "CHG": "change", "WRK": "workOrder"]
            if request.method == "GET", let kind = kinds[String(name.prefix(3))] {
                return .json("{\"id\":\"id-\(name)\",\"number\":\"\(name)\",\"kind\":\"\(kind)\"}", headers: ["ETag": "\"7-abc\""])
            }
            switch request.path {
            case "/api/v1/custom-fields":
                let kinds = [("site", "text"), ("cost", "number"), ("parts", "multiChoice"), ("vip", "boolean")]
                let items = kinds.map { "{\"name\":\"\($0.0)\",\"kind\":\"\($0.1)\"}" }.joined(separator: ",")
                return .json("{\"items\":[\(items)],\"next\":null}")
            case "/api/v1/auth/me": return .json("{\"id\":\"id-me\",\"username\":\"ada\"}")
            case _ where request.method == "GET": return .json("{\"items\":[],\"next\":null}")
            default: return .json("{\"id\":\"id-1\",\"number\":\"INC0000001\"}", status: request.method == "POST" ? 201 : 200)
            }
        }
    }

    @Test(arguments: [
        Case("ticket list", "GET", "tickets?limit=50"),
        Case("incident list", "GET", "incidents?limit=50"),
        Case("work-order list", "GET", "work-orders?limit=50"),
        Case(
            "ticket list -q vpn --status new,assigned --priority high --assignee me --group Network --sort -updatedAt --limit 5", "GET",
            "tickets?q=vpn&status=new%2Cassigned&priority=high&assignee=me&group=Network&sort=-updatedAt&limit=5"),
        Case("ticket view INC0000001", "GET", "tickets/INC0000001"),
        Case("ticket view ../users", "GET", "tickets/..%2Fusers"),
        Case("ticket timeline INC0000001", "GET", "tickets/INC0000001/timeline?limit=50"),
        Case("ticket comments INC0000001 --all", "GET", "tickets/INC0000001/comments?limit=500"),
        Case(
            "incident create --title T --description D --impact high --urgency low --tag a --tag b --no-confidential --category network/vpn", "POST",
            "incidents",
            [
                "title": "T", "description": "D", "impact": "high", "urgency": "low", "tags": ["a", "b"], "confidential": false,
                "category": "network/vpn",
            ]),
        Case(
            "ticket create --kind workOrder --title T --parent INC0000001", "POST", "tickets",
            ["kind": "workOrder", "title": "T", "parent": "INC0000001"]),
        Case(
            "incident create --title T --field site=4711 --field cost=2.5 --field parts=a,b --field vip=yes --field odd=1", "POST", "incidents",
            ["title": "T", "customFields": ["site": "4711", "cost": .number(2.5), "parts": ["a", "b"], "vip": true, "odd": "1"]]),
        Case("ticket update INC0000001 --field site=", "PATCH", "tickets/INC0000001", ["customFields": ["site": nil]]),
        Case("ticket list --sort -customFields.site", "GET", "tickets?sort=-customFields.site&limit=50"),
        Case(
            "custom-field create --name size --label Size --kind choice --choice s=Small --choice l --visible-to-requesters --on incident", "POST",
            "custom-fields",
            [
                "name": "size", "label": "Size", "kind": "choice", "visibleToRequesters": true, "kinds": ["incident"],
                "choices": [["value": "s", "label": "Small"], ["value": "l", "label": "l"]],
            ]),
        Case(
            "custom-field create --name cost --label C --kind number --default 5", "POST", "custom-fields",
            ["name": "cost", "label": "C", "kind": "number", "default": 5]),
        Case("request create --title T --requester me", "POST", "requests", ["title": "T", "requester": "id-me"]),
        Case(
            "ticket update INC0000001 --priority critical --priority-reason R", "PATCH", "tickets/INC0000001",
            ["priority": "critical", "priorityReason": "R"]),
        Case("ticket update INC0000001 --clear priority --clear assignee", "PATCH", "tickets/INC0000001", ["priority": nil, "assignee": nil]),
        Case("ticket assign INC0000001 --to ada --group Network", "PATCH", "tickets/id-INC0000001", ["assignee": "ada", "group": "Network"]),
        Case("ticket assign INC0000001 --to me", "PATCH", "tickets/id-INC0000001", ["assignee": "id-me"]),
        Case("ticket assign INC0000001 --to none", "PATCH", "tickets/id-INC0000001", ["assignee": nil]),
        Case(
            "ticket transition INC0000001 --to pendingVendor --reason R --pending-until 2026-11-21T08:00:00Z", "POST",
            "tickets/id-INC0000001/transitions",
            ["to": "pendingVendor", "reason": "R", "pendingUntil": "2026-11-21T08:00:00.000Z"]),
        Case(
            "ticket transition INC0000001 --to assigned --assignee me --group Network", "POST", "tickets/id-INC0000001/transitions",
            ["to": "assigned", "assignee": "id-me", "group": "Network"]),
        Case(
            "incident resolve INC0000001 --code fixed --notes N", "POST", "tickets/id-INC0000001/transitions",
            ["to": "resolved", "resolution": ["code": "fixed", "notes": "N"]]),
        Case("ticket resolve REQ0000001", "POST", "tickets/id-REQ0000001/transitions", ["to": "fulfilled"]),
        Case("ticket resolve PRB0000001", "POST", "tickets/id-PRB0000001/transitions", ["to": "resolved"]),
        Case("work-order resolve WRK0000001", "POST", "tickets/id-WRK0000001/transitions", ["to": "done"]),
        Case("ticket reopen INC0000001 --reason R", "POST", "tickets/id-INC0000001/transitions", ["to": "inProgress", "reason": "R"]),
        Case("ticket reopen REQ0000001", "POST", "tickets/id-REQ0000001/transitions", ["to": "inFulfilment"]),
        Case("ticket close INC0000001", "POST", "tickets/id-INC0000001/transitions", ["to": "closed"]),
        Case(
            "change close CHG0000001 --code successful --notes N", "POST", "tickets/id-CHG0000001/transitions",
            ["to": "closed", "resolution": ["code": "successful", "notes": "N"]]),
        Case("ticket cancel INC0000001 --reason R", "POST", "tickets/id-INC0000001/transitions", ["to": "cancelled", "reason": "R"]),
        Case("ticket comment INC0000001 -m Hello", "POST", "tickets/INC0000001/comments", ["body": "Hello", "visibility": "public"]),
        Case("ticket comment INC0000001 -m Note --work-note", "POST", "tickets/INC0000001/comments", ["body": "Note", "visibility": "workNote"]),
        Case("ticket comment INC0000001 -m New --edit c1", "PUT", "tickets/INC0000001/comments/c1", ["body": "New"]),
        Case("ticket comment INC0000001 --delete c1 --yes", "DELETE", "tickets/INC0000001/comments/c1"),
        Case("ticket link INC0000001 causes PRB0000001", "POST", "tickets/INC0000001/links", ["type": "causes", "ticket": "PRB0000001"]),
        Case("ticket watch INC0000001", "POST", "tickets/INC0000001/watchers", ["user": "id-me"]),
        Case("ticket watch INC0000001 --remove", "DELETE", "tickets/INC0000001/watchers/id-me"),
    ])
    func flagsBecomeARequest(_ expected: Case) async throws {
        let server = Self.desk()
        let run = await TestMachine(url: server.url).run(expected.arguments.split(separator: " ").map(String.init))
        #expect(run.status == .done, "\(run.notes)")
        let request = try #require(server.requests.last)
        #expect(request.method == expected.method)
        #expect(request.target == "/api/v1/" + expected.target)
        #expect(try request.json == expected.body)
        // Whatever changes a ticket's own fields is bound to the version that was read.
        let isBound = expected.method == "PATCH" || expected.target.hasSuffix("/transitions")
        #expect(request.headers["if-match"] == (isBound ? "\"7-abc\"" : nil))
    }

    @Test(arguments: ["ticket resolve CHG0000001", "ticket reopen CHG0000001", "ticket reopen PRB0000001"])
    func whatAKindDoesNotHaveIsAConflict(arguments: String) async {
        let server = Self.desk()
        let run = await TestMachine(url: server.url).run(arguments.split(separator: " ").map(String.init))
        #expect(run.status == .conflict)
        #expect(server.requests.allSatisfy { $0.method == "GET" })
    }

    @Test(arguments: [
        "incident create --title T --dry-run", "ticket assign INC0000001 --to me --dry-run", "ticket comment INC0000001 -m x --dry-run",
        "ticket cancel INC0000001 --reason R --dry-run", "api POST /tickets --dry-run",
    ])
    func aDryRunShowsAndDoesNothing(arguments: String) async throws {
        let server = Self.desk()
        let run = await TestMachine(url: server.url).run(arguments.split(separator: " ").map(String.init))
        #expect(run.status == .done)
        #expect(server.requests.allSatisfy { $0.method == "GET" })
        let shown = try JSONDecoder().decode(JSONValue.self, from: Data(run.output.utf8))
        #expect(shown["method"] != nil)
        #expect(shown["path"]?.string?.hasPrefix("/api/v1/") == true)
    }

    @Test func aBodyFromStandardInputGivesWayToFlags() async throws {
        let server = Self.desk()
        var machine = TestMachine(url: server.url)
        machine.input = "title: From YAML\nimpact: low\n"
        #expect(await machine.itsmctl("incident", "create", "-f", "-", "--impact", "high").status == .done)
        #expect(try server.requests.last?.json == ["title": "From YAML", "impact": "high"])
    }

    @Test func keysFromStandardInput() async {
        let server = Self.desk()
        var machine = TestMachine(url: server.url)
        machine.input = "INC0000001\nINC0000002\n"
        #expect(await machine.itsmctl("ticket", "close", "-").status == .done)
        #expect(
            server.requests.filter { $0.method == "POST" }.map(\.path) == [
                "/api/v1/tickets/id-INC0000001/transitions", "/api/v1/tickets/id-INC0000002/transitions",
            ])
    }
}
