import ITSMCore
import Synchronization
import Testing

@testable import itsmctl

@Suite struct BulkTests {
    private static let outcome = """
        {"id": "op-1", "atomic": false, "dryRun": false, "createdAt": "2026-11-21T08:00:00Z",
         "counts": {"changed": 1, "unchanged": 0, "refused": 1, "rolledBack": 0},
         "outcomes": [
            {"key": "INC0000001", "id": "t-1", "number": "INC0000001", "result": "changed", "version": 2},
            {"key": "INC0000002", "result": "refused", "problem": {"code": "notFound", "detail": "There is no such ticket.", "errors": []}}]}
        """

    private static let clean = """
        {"id": "op-1", "counts": {"changed": 1}, "outcomes": [{"key": "INC0000001", "result": "changed", "version": 2}]}
        """

    private static func desk(_ answer: String) -> LocalServer {
        LocalServer { $0.method == "GET" ? .json("{\"id\":\"id-me\"}") : .json(answer) }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var arguments: String
        var body: JSONValue
        var testDescription: String { arguments }
    }

    @Test(arguments: [
        Case(arguments: "INC1 INC2 --assign me", body: ["tickets": ["INC1", "INC2"], "changes": ["assignee": "id-me"]]),
        Case(
            arguments: "INC1 --assign none --group Network --add-tag a --add-tag b --remove-tag c --atomic --dry-run",
            body: [
                "tickets": ["INC1"], "atomic": true, "dryRun": true,
                "changes": ["assignee": nil, "group": "Network", "addTags": ["a", "b"], "removeTags": ["c"]],
            ]),
        Case(
            arguments: "INC1 --status pendingVendor --reason Part",
            body: ["tickets": ["INC1"], "changes": ["status": "pendingVendor", "reason": "Part"]]),
        Case(
            arguments: "INC1 --status resolved --code fixed --notes Done",
            body: ["tickets": ["INC1"], "changes": ["status": "resolved", "resolution": ["code": "fixed", "notes": "Done"]]]),
        Case(
            arguments: "INC1 --priority low --reason Rain", body: ["tickets": ["INC1"], "changes": ["priority": "low", "priorityReason": "Rain"]]),
        Case(
            arguments: "INC1 --field site=hq --field cost=", body: ["tickets": ["INC1"], "changes": ["customFields": ["site": "hq", "cost": nil]]]),
        Case(arguments: "INC1 -f - --add-tag a", body: ["tickets": ["INC1", "INC8", "INC9"], "changes": ["addTags": ["a"]]]),
        Case(arguments: "- --add-tag a", body: ["tickets": ["INC8", "INC9"], "changes": ["addTags": ["a"]]]),
    ])
    func flagsBecomeOneRequest(_ expected: Case) async throws {
        let server = Self.desk(Self.clean)
        var machine = TestMachine(url: server.url)
        machine.input = "INC8\nINC9\n"
        let run = await machine.run(["ticket", "bulk"] + expected.arguments.split(separator: " ").map(String.init))
        #expect(run.status == .done, "\(run.notes)")
        let request = try #require(server.requests.last)
        #expect(request.method == "POST" && request.target == "/api/v1/tickets/bulk")
        #expect(try request.json == expected.body)
        #expect(request.headers["idempotency-key"] != nil)
        #expect(run.notes.contains("ticket bulk-undo op-1"))
    }

    @Test(arguments: [["ticket", "bulk", "INC1", "INC2", "--assign", "ada"], ["ticket", "bulk-undo", "op-1"]])
    func aRefusalIsShownAndToldByTheExitCode(arguments: [String]) async throws {
        let server = Self.desk(Self.outcome)
        let run = await TestMachine(url: server.url).run(arguments)
        #expect(run.status == .partlyFailed)
        #expect(run.notes.contains("1 of 2 failed."))
        let lines = run.output.split(separator: "\n")
        #expect(lines.count == 2 && lines[0].contains("changed") && lines[1].contains("There is no such ticket."))
        let asJSON = await TestMachine(url: server.url).run(arguments + ["-o", "json"])
        #expect(asJSON.output.contains("\"op-1\""))
    }

    @Test func anUndoNamesTheOperation() async throws {
        let server = Self.desk(Self.clean)
        #expect(await TestMachine(url: server.url).run(["ticket", "bulk-undo", "op-1"]).status == .done)
        #expect(server.requests.last?.target == "/api/v1/tickets/bulk/op-1/undo")
    }

    @Test(arguments: [
        ["ticket", "bulk", "--filter", "true", "--assign", "ada"], ["ticket", "bulk", "--expect", "3", "INC1", "--assign", "ada"],
        ["ticket", "bulk", "INC1", "--filter", "true", "--expect", "1", "--assign", "ada"],
        ["ticket", "bulk", "--filter", "true", "--expect", "1", "--atomic", "--assign", "ada"], ["bulk", "undo"],
        ["ticket", "bulk", "--assign", "ada"], ["ticket", "bulk", "INC1"], ["incident", "bulk", "INC1", "--assign", "ada"],
    ])
    func halfACommandIsRefused(arguments: [String]) async {
        let server = Self.desk(Self.clean)
        #expect(await TestMachine(url: server.url).run(arguments).status == .usageOrCancelled)
        #expect(server.requests.isEmpty)
    }

    /// A desk on which a change by filter, or its undoing, takes two looks.
    private static func desk(ending status: String = "succeeded", refused: Int = 0) -> LocalServer {
        let looks = Mutex(0)
        let counts = "{\"changed\": \(3 - refused), \"unchanged\": 0, \"refused\": \(refused), \"rolledBack\": 0}"
        let problem = "{\"code\": \"versionMismatch\", \"detail\": \"Somebody changed it.\", \"errors\": []}"
        let outcomes = refused == 0 ? "" : "{\"key\": \"INC0000007\", \"result\": \"refused\", \"problem\": \(problem)}"
        let undo = "{\"job\": \"job-2\", \"status\": \"queued\", \"total\": 3, \"counts\": {\"changed\": 0, \"refused\": 0}}"
        return LocalServer { request in
            switch (request.method, request.target) {
            case ("POST", "/api/v1/tickets/bulk"): return .json("{\"id\": \"op-1\", \"status\": \"queued\", \"total\": 3}")
            case ("POST", "/api/v1/tickets/bulk/op-1/undo"): return .json("{\"id\": \"op-1\", \"status\": \"succeeded\", \"undo\": \(undo)}")
            case ("GET", "/api/v1/jobs/op-1"), ("GET", "/api/v1/jobs/job-2"):
                let look = looks.withLock { looks in
                    looks += 1
                    return looks
                }
                let state = look > 1 ? status : "running"
                return .json("{\"id\": \"op-1\", \"status\": \"\(state)\", \"progress\": {\"done\": \(look), \"total\": 3}}")
            case ("POST", _): return .json("{\"id\": \"op-1\", \"status\": \"running\"}")
            case ("GET", let target) where target.contains("/outcomes"): return .json("{\"items\": []}")
            default:
                return .json(
                    "{\"id\": \"op-1\", \"status\": \"\(status)\", \"total\": 3, \"counts\": \(counts), \"outcomes\": [\(outcomes)]}")
            }
        }
    }

    @Test func aFilterIsSentWithItsCountAndFollowed() async throws {
        let server = Self.desk()
        let arguments = ["ticket", "bulk", "--filter", "ticket.priority == 1", "--expect", "3", "--add-tag", "a"]
        let run = await TestMachine(url: server.url).run(arguments)
        #expect(run.status == .done, "\(run.notes)")
        let sent = try #require(server.requests.first)
        #expect(try sent.json == ["filter": "ticket.priority == 1", "expectedCount": 3, "changes": ["addTags": ["a"]]])
        #expect(run.output.contains("op-1") && run.notes.contains("bulk undo op-1"))
        #expect(server.requests.map(\.target).suffix(2) == ["/api/v1/jobs/op-1", "/api/v1/tickets/bulk/op-1"])
    }

    @Test func whatWasRefusedIsNamed() async throws {
        let server = Self.desk(refused: 1)
        let run = await TestMachine(url: server.url).run(["ticket", "bulk", "--filter", "true", "--expect", "3", "--add-tag", "a"])
        #expect(run.status == .partlyFailed)
        #expect(run.notes.contains("INC0000007: Somebody changed it.") && run.notes.contains("1 of 3 failed."))
    }

    @Test func anUndoThatIsAJobIsFollowed() async throws {
        let server = Self.desk()
        let run = await TestMachine(url: server.url).run(["bulk", "undo", "op-1"])
        #expect(run.status == .done, "\(run.notes)")
        #expect(server.requests.map(\.target).contains("/api/v1/jobs/job-2"))
    }

    @Test func aCancelEndsTheJob() async throws {
        let server = Self.desk(ending: "cancelled")
        let run = await TestMachine(url: server.url).run(["bulk", "cancel", "op-1"])
        #expect(run.status == .done, "\(run.notes)")
        #expect(server.requests.contains { $0.method == "POST" && $0.target == "/api/v1/jobs/op-1/cancel" })
        #expect(run.output.contains("cancelled"))
    }
}
