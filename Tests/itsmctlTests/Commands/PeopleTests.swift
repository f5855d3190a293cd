import Foundation
import ITSMCore
import Testing

@testable import itsmctl

@Suite struct PeopleTests {
    static let adaID = "0192e4a0-7c00-7000-8000-000000000001"

    static func desk() -> LocalServer {
        LocalServer { request in
            let ada = "{\"id\":\"\(adaID)\",\"username\":\"ada\",\"name\":\"Ada\",\"roles\":[{\"id\":\"r-agent\",\"name\":\"agent\"}],\"groups\":[]}"
            switch (request.method, request.path) {
            case ("GET", "/api/v1/users/nobody"): return .problem(404, "notFound")
            case ("GET", "/api/v1/groups/network"):
                return .json("{\"id\":\"g-1\",\"name\":\"Network\",\"members\":[{\"id\":\"m-1\",\"name\":\"Bob\"}]}", headers: ["ETag": "\"3-x\""])
            case ("DELETE", _): return LocalServer.Reply(status: 204)
            default: return .json(ada, headers: ["ETag": "\"2-x\""])
            }
        }
    }

    @Test(
        arguments: [
            (
                "user create --username ada --name Ada --role agent --vip", "POST users",
                ["username": "ada", "name": "Ada", "roles": ["agent"], "vip": true]
            ),
            ("user update ada --add-role manager", "PATCH users/ada", ["roles": ["r-agent", "manager"]]),
            ("user update ada --remove-role agent --email a@b.c", "PATCH users/ada", ["roles": [], "email": "a@b.c"]),
            (
                "user update ada --skill sap --skill network --absent-from 2026-12-24T00:00:00Z --absent-until none", "PATCH users/ada",
                ["skills": ["sap", "network"], "absentFrom": "2026-12-24T00:00:00.000Z", "absentUntil": nil]
            ),
            ("user disable ada --yes", "DELETE users/ada", nil),
            ("user enable ada", "POST users/ada/enable", nil),
            ("user reset-mfa ada --yes", "DELETE users/ada/second-factor", nil),
            ("role update agent --require-second-factor", "PATCH roles/agent", ["requiresSecondFactor": true]),
            ("user reset-link ada", "POST users/ada/password-reset", nil),
            ("group update network --member ada", "PATCH groups/network", ["members": ["ada"]]),
            (
                "role update agent --grant tickets:read=all --revoke kb:read", "PATCH roles/agent",
                ["permissions": ["tickets:read": "all", "kb:read": nil]]
            ),
            (
                "service create --name Mail --criticality high --owner Network", "POST services",
                ["name": "Mail", "criticality": "high", "owner": "Network"]
            ),
            ("category create --name vpn --parent network", "POST categories", ["name": "vpn", "parent": "network"]),
            ("settings set autoCloseDays=7 timeZone=Europe/Berlin", "PATCH settings", ["autoCloseDays": 7, "timeZone": "Europe/Berlin"]),
            ("priority-matrix set --impact high --urgency low --priority medium", "PATCH priority-matrix", ["high": ["low": "medium"]]),
        ] as [(String, String, JSONValue?)])
    func flagsBecomeARequest(arguments: String, expected: String, body: JSONValue?) async throws {
        let server = Self.desk()
        let run = await TestMachine(url: server.url).run(arguments.split(separator: " ").map(String.init))
        #expect(run.status == .done, "\(run.notes)")
        let request = try #require(server.requests.last)
        #expect("\(request.method) \(request.path.dropFirst("/api/v1/".count))" == expected)
        #expect(try request.json == body)
        if request.method == "PATCH" || expected == "DELETE users/ada" { #expect(request.headers["if-match"] != nil) }
    }

    @Test func aResetLinkIsPrintedWhole() async throws {
        let server = LocalServer { _ in .json("{\"path\":\"/reset-password#itsm_reset_x\",\"expiresAt\":\"2026-11-22T08:00:00.000Z\"}") }
        let run = await TestMachine(url: server.url).itsmctl("user", "reset-link", "ada")
        #expect(run.status == .done)
        #expect(run.output == "\(server.url)/reset-password#itsm_reset_x\n")
        #expect(run.notes.contains("2026-11-22"))
    }

    @Test func membersComeAndGoOneByOne() async throws {
        let server = Self.desk()
        let run = await TestMachine(url: server.url).itsmctl(
            "group", "update", "network", "--description", "Cables", "--add-member", "ada", "--remove-member", "bob", "-o", "name")
        #expect(run.status == .done, "\(run.notes)")
        let path = "/api/v1/groups"
        #expect(
            server.requests.map { "\($0.method) \($0.path.dropFirst(path.count))" } == [
                "GET /network", "PATCH /network", "POST /g-1/members", "DELETE /g-1/members/bob", "GET /g-1",
            ])
        #expect(try server.requests[1].json == ["description": "Cables"])
        #expect(try server.requests[2].json == ["user": "ada"])
    }

    @Test func aNameThatIsNotThereIs5() async {
        let server = Self.desk()
        #expect(await TestMachine(url: server.url).itsmctl("user", "view", "nobody").status == .notFound)
    }

    @Test func aPasswordIsAskedForTwice() async throws {
        let server = Self.desk()
        var machine = TestMachine(url: server.url)
        machine.isTerminal = true
        machine.answers = ["one long password", "another password"]
        #expect(await machine.itsmctl("user", "password", "ada").status == .usageOrCancelled)
        machine.answers = ["one long password", "one long password"]
        #expect(await machine.itsmctl("user", "password", "ada").status == .done)
        #expect(server.requests.last?.text == "{\"password\":\"one long password\"}")
    }

    @Test func onesOwnPasswordNeedsTheCurrentOne() async throws {
        let server = Self.desk()
        var machine = TestMachine(url: server.url)
        machine.input = "the old password\nthe new password\n"
        #expect(await machine.itsmctl("user", "password", "--password-stdin").status == .done)
        #expect(server.requests.last?.path == "/api/v1/auth/password")
        #expect(server.requests.last?.text == "{\"currentPassword\":\"the old password\",\"newPassword\":\"the new password\"}")
    }
}
