import Foundation
import ITSMCore
import Testing

@testable import itsmctl

@Suite struct NoticeTests {
    static func desk() -> LocalServer {
        LocalServer { request in
            let notice = """
                {"id":"n-1","recipient":"r","kind":"slaBreached","ticket":{"id":"t","number":"INC0000042","title":"Printer"},\
                "subject":"It is late","createdAt":"2026-11-21T08:00:00.000Z"}
                """
            if request.path.hasSuffix("/nothing/read") { return .problem(404, "notFound") }
            if request.method == "GET" { return .json("{\"items\":[\(notice)]}") }
            return .json(request.path.hasSuffix("/notifications/read") ? "{\"marked\":3}" : notice)
        }
    }

    @Test(
        arguments: [
            ("notice list", ["GET /api/v1/notifications?limit=50"]),
            ("notice list --unread --limit 5", ["GET /api/v1/notifications?unread=true&limit=5"]),
            ("notice read n-1 n-2", ["POST /api/v1/notifications/n-1/read", "POST /api/v1/notifications/n-2/read"]),
            ("notice read --all", ["POST /api/v1/notifications/read"]),
            ("notice read --all --dry-run", []),
        ] as [(String, [String])])
    func flagsBecomeARequest(arguments: String, expected: [String]) async {
        let server = Self.desk()
        let run = await TestMachine(url: server.url).run(arguments.split(separator: " ").map(String.init))
        #expect(run.status == .done, "\(run.notes)")
        #expect(server.requests.map { "\($0.method) \($0.target)" } == expected)
    }

    @Test func whatItSays() async {
        let server = Self.desk()
        let machine = TestMachine(url: server.url)
        #expect(await machine.run(["notice", "list", "--utc"]).output.contains("INC0000042\tIt is late"))
        #expect(await machine.run(["notice", "read", "--all"]).notes.contains("Marked 3 read."))
        #expect(await machine.run(["notice", "read"]).status == .usageOrCancelled)
        #expect(await machine.run(["notice", "read", "n-1", "--all"]).status == .usageOrCancelled)
        #expect(await machine.run(["notice", "read", "nothing"]).status == .notFound)
    }
}
