import Foundation
import ITSMCore
import Testing

@testable import itsmctl

@Suite struct SLANounTests {
    private static func desk() -> LocalServer {
        LocalServer { request in
            switch request.path {
            case "/api/v1/sla/calendars/office/holidays":
                .json(
                    """
                    {"calendar":{"id":"c","name":"Office"},"version":4,"isApplied":true,"from":"2021-01-01","until":"2036-12-31",
                    "events":[{"uid":"u","name":"Christmas","days":[{"date":"2026-12-25","name":"Christmas"}],"effect":"adds","isChosen":true,"notes":[]}],
                    "unread":[{"what":"VTODO in line 3","why":"Only events can close a calendar."}]}
                    """)
            case let path where path.hasSuffix("/versions"):
                .json(#"{"items":[{"id":"p","name":"Gold","version":2},{"id":"p","name":"Old","version":1}]}"#)
            default: .json(#"{"id":"p","name":"Gold","order":5,"version":2}"#, headers: ["ETag": "\"2-x\""])
            }
        }
    }

    @Test(
        arguments: [
            ("sla policy create --name Gold --order 5 --description x", "POST sla/policies", ["name": "Gold", "order": 5, "description": "x"]),
            ("sla policy edit gold --archived --running-cycles follow", "PATCH sla/policies/gold", ["archived": true, "runningCycles": "follow"]),
            ("sla policy delete gold --yes", "DELETE sla/policies/gold", nil),
            (
                "sla calendar update office --zone Asia/Tokyo --clear exceptions", "PATCH sla/calendars/office",
                ["zone": "Asia/Tokyo", "exceptions": nil]
            ),
            ("sla rule update late --policy gold --no-archived", "PATCH sla/escalation-rules/late", ["policy": "gold", "archived": false]),
            ("sla rule view late", "GET sla/escalation-rules/late", nil),
            ("sla policy versions gold --version 1", "GET sla/policies/gold/versions/1", nil),
        ] as [(String, String, JSONValue?)])
    func flagsBecomeARequest(arguments: String, expected: String, body: JSONValue?) async throws {
        let server = Self.desk()
        let run = await TestMachine(url: server.url).run(arguments.split(separator: " ").map(String.init))
        #expect(run.status == .done, "\(run.notes)")
        let request = try #require(server.requests.last)
        #expect("\(request.method) \(request.path.dropFirst("/api/v1/".count))" == expected)
        if let body { #expect(try request.json == body) }
    }

    @Test func aWholeRecordComesFromAFile() async throws {
        let server = Self.desk()
        var machine = TestMachine(url: server.url)
        machine.input = "name: Gold\ntargets:\n  - metric: ola\n    goals: {low: {seconds: 60, calendar: 24x7}}\n"
        let run = await machine.itsmctl("sla", "policy", "create", "-f", "-", "--order", "7")
        #expect(run.status == .done, "\(run.notes)")
        let goals: JSONValue = ["low": ["seconds": 60, "calendar": "24x7"]]
        #expect(try server.requests.last?.json == ["name": "Gold", "order": 7, "targets": [["metric": "ola", "goals": goals]]])
    }

    @Test func versionsAreListed() async throws {
        let server = Self.desk()
        let run = await TestMachine(url: server.url).itsmctl("sla", "policy", "versions", "gold", "--fields", "version,name")
        #expect(run.output == "2\tGold\n1\tOld\n", "\(run.notes)")
    }

    @Test func holidaysAreSentAsAFile() async throws {
        let server = Self.desk()
        let file = NSTemporaryDirectory() + "holidays-\(UUID().uuidString).ics"
        try Data("BEGIN:VCALENDAR\nEND:VCALENDAR\n".utf8).write(to: URL(fileURLWithPath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        let run = await TestMachine(url: server.url).itsmctl("sla", "calendar", "import-holidays", "office", file, "--dry-run", "--only", "u")
        #expect(run.status == .done, "\(run.notes)")
        let request = try #require(server.requests.last)
        #expect(request.method == "POST" && request.path == "/api/v1/sla/calendars/office/holidays")
        let form = String(decoding: request.body, as: UTF8.self)
        #expect(form.contains("name=\"dryRun\"\r\n\r\ntrue") && form.contains("name=\"uid\"\r\n\r\nu") && form.contains("BEGIN:VCALENDAR"))
        #expect(run.output == "yes\tadds\tChristmas\t2026-12-25\t2026-12-25\t1\t\n")
        #expect(run.notes.contains("Not read: VTODO in line 3") && run.notes.contains("Nothing was changed."))
    }
}
