import Foundation
import ITSMCore
import Testing

@testable import itsmctl

@Suite struct ViewNounTests {
    @Test(
        arguments: [
            (
                ["view", "create", "--name", "Urgent", "--condition", "ticket.priority <= 2", "--sort", "-updatedAt"], "POST views",
                ["name": "Urgent", "condition": "ticket.priority <= 2", "sort": "-updatedAt"]
            ),
            (
                ["view", "edit", "urgent", "--group", "Network", "--group", "Servers", "--no-pinned", "--clear", "grouping"], "PATCH views/urgent",
                ["sharing": "groups", "groups": ["Network", "Servers"], "pinned": false, "grouping": nil]
            ),
            (["view", "list", "--mine", "-q", "urg"], "GET views?q=urg&mine=true&limit=50", nil),
            (["view", "list", "--filter", "view.pinned"], "GET views?filter=view.pinned&limit=50", nil),
            (["view", "view", "urgent"], "GET views/urgent", nil),
            (["view", "delete", "urgent", "--yes"], "DELETE views/urgent", nil),
            (
                ["ticket", "list", "--view", "urgent", "--filter", "ticket.major"],
                "GET tickets?view=urgent&filter=ticket.major&limit=50", nil
            ),
        ] as [([String], String, JSONValue?)])
    func flagsBecomeARequest(arguments: [String], expected: String, body: JSONValue?) async throws {
        let server = LocalServer { request in
            request.path == "/api/v1/tickets" || request.method == "GET" && request.path == "/api/v1/views"
                ? .json(#"{"items": []}"#) : .json(#"{"id": "v", "name": "Urgent", "version": 2}"#, headers: ["ETag": "\"2-x\""])
        }
        let run = await TestMachine(url: server.url).run(arguments)
        #expect(run.status == .done, "\(run.notes)")
        let request = try #require(server.requests.last)
        #expect("\(request.method) \(request.target.dropFirst("/api/v1/".count))" == expected)
        if let body { #expect(try request.json == body) }
    }
}
