import ITSMCore
import Testing

@testable import itsmctl

@Suite struct OutcomeTests {
    @Test(arguments: [
        (401, "unauthenticated", Outcome.authenticationNeeded), (401, "badCredentials", .authenticationNeeded), (403, "forbidden", .error),
        (404, "notFound", .notFound), (409, "illegalTransition", .conflict), (412, "versionMismatch", .conflict), (409, "inUse", .conflict),
        (400, "malformed", .invalid), (422, "invalidValue", .invalid), (413, "tooLarge", .invalid), (500, "internal", .error),
        (422, "aCodeOfTheFuture", .invalid), (404, "aCodeOfTheFuture", .notFound),
    ])
    func refusals(status: Int, code: String, expected: Outcome) async {
        let server = LocalServer { _ in .problem(status, code, "It did not work.") }
        let run = await TestMachine(url: server.url).itsmctl("ticket", "view", "INC0000001")
        #expect(run.status == expected)
        #expect(run.notes.contains("It did not work."))
        #expect(run.output.isEmpty)
    }

    @Test(arguments: [
        ["--help"], ["ticket", "list", "--help"], ["--version"], [], ["incident"], ["completion", "bash"], ["--generate-completion-script", "zsh"],
    ])
    func askingForHelpIsNoError(arguments: [String]) async {
        let run = await TestMachine().run(arguments)
        #expect(run.status == .done)
        #expect(!run.output.isEmpty)
        #expect(run.notes.isEmpty)
    }

    @Test(arguments: [
        ["nonsense"], ["ticket", "lst"], ["ticket", "list", "--nonsense"], ["ticket", "view"], ["ticket", "create", "--impact", "huge"],
        ["ticket", "list", "--limit", "0"], ["incident", "list", "--kind", "problem"], ["ticket", "assign", "INC0000001"], ["ticket", "update", "x"],
        ["api", "STEAL", "/tickets"], ["import", "tickets", "x.csv"], ["ticket", "list", "--url", "ftp://x"], ["completion", "tcsh"],
    ])
    func wrongUseIs2(arguments: [String]) async {
        let server = LocalServer { _ in .json("{}") }
        let run = await TestMachine(url: server.url).run(arguments)
        #expect(run.status == .usageOrCancelled)
        #expect(run.output.isEmpty)
        #expect(!run.notes.isEmpty)
    }

    @Test func anUnreachableDeskIs9() async {
        let url = LocalServer { _ in .json("{}") }.url  // free again at once
        let run = await TestMachine(url: url).itsmctl("ticket", "list")
        #expect(run.status == .unavailable)
        #expect(run.notes.contains(url))
        #expect(run.notes.contains("ITSM_URL"))
    }

    @Test func problemsNameEveryField() async {
        let server = LocalServer { _ in
            .json(
                """
                {"status":422,"code":"invalidValue","detail":"2 fields need attention.","requestId":"r-1","errors":[
                {"pointer":"/title","code":"required","message":"Title is required."},{"pointer":"/impact","code":"invalidValue","message":"No such impact."}]}
                """, status: 422)
        }
        let run = await TestMachine(url: server.url).itsmctl("ticket", "create")
        #expect(run.status == .invalid)
        #expect(run.notes == "Error: 2 fields need attention.\n  /title: Title is required.\n  /impact: No such impact.\n")
    }

    @Test func aServersFaultNamesTheRequest() async {
        let server = LocalServer { _ in .problem(500, "internal") }
        #expect(await TestMachine(url: server.url).itsmctl("ticket", "list").notes.contains("r-1"))
    }

    @Test func partOfSeveralFailedIs8() async {
        let server = LocalServer { request in
            if request.method == "PATCH" { return .json("{\"number\":\"\(request.path.suffix(10))\"}") }
            return request.path.hasSuffix("INC0000002")
                ? .problem(404, "notFound", "There is no such ticket.")
                : .json("{\"id\":\"\(request.path.suffix(10))\"}", headers: ["ETag": "\"1-a\""])
        }
        let run = await TestMachine(url: server.url).itsmctl(
            "ticket", "assign", "INC0000001", "INC0000002", "INC0000003", "--group", "Network", "-o", "name")
        #expect(run.status == .partlyFailed)
        #expect(run.output == "INC0000001\nINC0000003\n")
        #expect(run.notes == "INC0000002: There is no such ticket.\nError: 1 of 3 failed.\n")
    }

    @Test func withoutATerminalNobodyIsAsked() async {
        let server = LocalServer { _ in .json("{}") }
        let run = await TestMachine(url: server.url).itsmctl("user", "disable", "0192e4a0-7c00-7000-8000-000000000001")
        #expect(run.status == .usageOrCancelled)
        #expect(run.notes.contains("--yes"))
        #expect(server.requests.isEmpty)
    }

    @Test(arguments: [("y", Outcome.done), ("n", .usageOrCancelled), ("", .usageOrCancelled)])
    func askedOnATerminal(answer: String, expected: Outcome) async {
        let server = LocalServer { $0.method == "GET" ? .json("{}") : LocalServer.Reply(status: 204) }
        var machine = TestMachine(url: server.url)
        machine.isTerminal = true
        machine.answers = [answer]
        #expect(await machine.itsmctl("user", "disable", "0192e4a0-7c00-7000-8000-000000000001").status == expected)
        #expect(server.requests.map(\.method) == (expected == .done ? ["GET", "DELETE"] : []))
    }
}
