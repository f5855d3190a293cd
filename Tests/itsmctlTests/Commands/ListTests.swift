import Foundation
import ITSMCore
import Testing

@testable import itsmctl

@Suite struct ListTests {
    /// 1,200 tickets in pages.
    static func desk() -> LocalServer {
        LocalServer { request in
            let query = URLComponents(string: request.target)?.queryItems ?? []
            let start = query.first { $0.name == "cursor" }?.value.flatMap { Int($0) } ?? 0
            let end = min(1_200, start + (query.first { $0.name == "limit" }?.value.flatMap { Int($0) } ?? 50))
            let items = (start..<end).map { "{\"number\":\"INC\($0)\"}" }.joined(separator: ",")
            return .json("{\"items\":[\(items)]\(end < 1_200 ? ",\"next\":\"\(end)\"" : "")}")
        }
    }

    @Test(arguments: [
        (["--limit", "3"], 3, 1, true), ([], 50, 1, true), (["--limit", "700"], 700, 2, true), (["--all"], 1_200, 3, false),
        (["--limit", "1200"], 1_200, 3, false),
    ])
    func fetchesAsManyAsAskedFor(arguments: [String], count: Int, requests: Int, hasMore: Bool) async {
        let server = Self.desk()
        let run = await TestMachine(url: server.url).run(["ticket", "list", "-o", "name"] + arguments)
        #expect(run.output.split(separator: "\n").map(String.init) == (0..<count).map { "INC\($0)" })
        #expect(server.requests.count == requests)
        #expect(run.notes.contains("there are more") == hasMore)
    }

    @Test func apiFollowsPages() async throws {
        let server = Self.desk()
        let run = await TestMachine(url: server.url).itsmctl("api", "GET", "/tickets?status=new", "--paginate")
        let items = try JSONDecoder().decode([JSONValue].self, from: Data(run.output.utf8))
        #expect(items.count == 1_200)
        #expect(server.requests.map(\.target).first == "/api/v1/tickets?status=new&limit=500")
    }

    @Test(arguments: ["/tickets/INC1", "tickets/INC1", "/api/tickets/INC1", "/api/v1/tickets/INC1"])
    func apiTakesPathsAsPeopleHaveThem(path: String) async {
        let server = LocalServer { _ in .json("{\"b\":1,\"a\":2}") }
        let run = await TestMachine(url: server.url).itsmctl("api", "get", path)
        #expect(server.requests.map(\.target) == ["/api/v1/tickets/INC1"])
        #expect(run.output == "{\n  \"a\": 2,\n  \"b\": 1\n}\n")
    }
}
