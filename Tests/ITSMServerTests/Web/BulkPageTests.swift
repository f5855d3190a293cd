import HTTPTypes
import ITSMCore
@testable import ITSMServer
import Testing

/// The page of a bulk change: what became of each ticket, and the way back.
@Suite struct BulkPageTests {
    static let server = Task { try await TestServer() }

    private func ticket(_ title: String, _ server: TestServer, as caller: TestCaller) async throws -> String {
        try #require(try await server.send(.post, "/api/v1/incidents", as: caller, ["title": .string(title)])["number"]?.string)
    }

    @Test func itTellsEachOutcomeAndUndoesTheChange() async throws {
        let server = try await Self.server.value
        let agent = try await server.caller("bulk-agent", roles: ["agent"])
        let number = try await ticket("Printer", server, as: agent)
        let done = try await server.send(
            .post, "/api/v1/tickets/bulk", as: agent, ["tickets": [.string(number), "INC9999999"], "changes": ["addTags": ["floor-3"]]])
        let id = try #require(done["id"]?.string)
        let page = try await server.open("/bulk/\(id)", as: agent)
        #expect(page.text.contains("<h1>1 changed, 1 refused</h1>"))
        #expect(page.text.contains("href=\"/tickets/\(number)\""))
        #expect(page.text.contains("INC9999999") && !page.text.contains("href=\"/tickets/INC9999999\""))
        let undone = try await server.submit("/bulk/\(id)/undo", [:], as: agent)
        #expect(undone.headers[.location] == "/bulk/\(id)")
        #expect(try await server.send(.get, "/api/v1/tickets/\(number)", as: agent)["tags"] == [])
        let after = try await server.open("/bulk/\(id)", as: agent)
        #expect(after.text.contains("Undone") && !after.text.contains("/undo\""))
    }

    @Test func whatChangedSinceIsLeftAndNamed() async throws {
        let server = try await Self.server.value
        let agent = try await server.caller("bulk-changed", roles: ["agent"])
        let number = try await ticket("Scanner", server, as: agent)
        let done = try await server.send(
            .post, "/api/v1/tickets/bulk", as: agent, ["tickets": [.string(number)], "changes": ["addTags": ["urgent"]]])
        _ = try await server.send(
            .patch, "/api/v1/tickets/\(number)", as: agent, ["title": "Scanner, dock 4"], headers: [.contentType: "application/merge-patch+json"])
        let undone = try await server.submit("/bulk/\(done["id"]?.string ?? "")/undo", [:], as: agent)
        #expect(undone.headers[.location] == "/bulk/\(done["id"]?.string ?? "")")
        let page = try await server.open("/bulk/\(done["id"]?.string ?? "")", as: agent)
        #expect(page.text.contains("0 tickets put back, 1 could not be.") && page.text.contains("Not put back: Somebody changed this record"))
        #expect(try await server.send(.get, "/api/v1/tickets/\(number)", as: agent)["title"] == "Scanner, dock 4")
    }

    @Test func anotherPersonsIsNotThere() async throws {
        let server = try await Self.server.value
        let (agent, other) = (try await server.caller("bulk-mine", roles: ["agent"]), try await server.caller("bulk-other", roles: ["agent"]))
        let number = try await ticket("Laptop", server, as: agent)
        let done = try await server.send(.post, "/api/v1/tickets/bulk", as: agent, ["tickets": [.string(number)], "changes": ["addTags": ["loan"]]])
        #expect(try await server.open("/bulk/\(done["id"]?.string ?? "")", as: other).status == .notFound)
    }

    private func runner(_ server: TestServer) -> JobRunner {
        JobRunner(database: server.app.database, handlers: BulkJob.handlers(server.app.services.tickets), wakeUp: WakeUp(), logger: .quiet)
    }

    @Test func withoutScriptsAWholeListIsAskedAboutAndChanged() async throws {
        let server = try await TestServer()
        let boss = try await server.caller("bulk-boss", roles: ["admin"])
        for index in 0..<3 { _ = try await ticket("Pile \(index)", server, as: boss) }
        let asked = try await server.submit(
            "/queue/bulk", ["queue": "view=open&kind=incident", "scope": "matching", "change": "assignee:me"], as: boss)
        #expect(asked.status == .ok && asked.text.contains("<h1>Assign to me: 3 tickets</h1>"))
        #expect(asked.text.contains("name=\"expected\" value=\"3\"") && asked.text.contains("name=\"matching\""))
        let matching = "statusCategory=open&statusCategory=pending&kind=incident"
        func go(_ what: String, expecting count: Int) async throws -> TestAnswer {
            try await server.submit(
                "/queue/bulk",
                ["queue": "view=open", "matching": matching, "expected": "\(count)", "change": "assignee:me", "go": what], as: boss)
        }
        #expect(try await go("change", expecting: 4).headers[.location]?.hasPrefix("/queue?") == true, "there are three")

        let tried = try #require(try await go("try", expecting: 3).headers[.location])
        #expect(await runner(server).runNext())
        #expect(try await server.open(tried, as: boss).text.contains("<h1>3 would be changed</h1>"))

        let address = try #require(try await go("change", expecting: 3).headers[.location])
        let waiting = try await server.open(address, as: boss)
        #expect(waiting.text.contains("<h1>Changing 3 tickets</h1>") && waiting.text.contains("<progress") && waiting.text.contains("0 of 3"))
        #expect(waiting.text.contains("data-bulk=\"") && waiting.text.contains("\(address)/cancel\""))
        #expect(await runner(server).runNext())
        let done = try await server.open(address, as: boss)
        #expect(done.text.contains("<h1>3 changed</h1>") && !done.text.contains("<progress") && done.text.contains("\(address)/undo\""))
        #expect(try await server.open("\(address)?show=all", as: boss).text.matches(of: /href="\/tickets\/INC/).count == 3)
    }

    @Test func whatWaitsCanBeCancelled() async throws {
        let server = try await TestServer()
        let boss = try await server.caller("bulk-boss", roles: ["admin"])
        let number = try await ticket("Alone", server, as: boss)
        let begun = try await server.send(
            .post, "/api/v1/tickets/bulk", as: boss, ["query": "q=", "expectedCount": 1, "changes": ["addTags": ["x"]]])
        let address = "/bulk/\(begun["id"]?.string ?? "")"
        let other = try await server.caller("bulk-other", roles: ["admin"])
        #expect(try await server.submit("\(address)/cancel", [:], as: other).status == .notFound)
        #expect(try await server.submit("\(address)/cancel", [:], as: boss).headers[.location] == address)
        let page = try await server.open(address, as: boss)
        #expect(page.text.contains("<h1>1 not begun</h1>") && page.text.contains("It was cancelled."))
        #expect(!(await runner(server).runNext()))
        #expect(try await server.send(.get, "/api/v1/tickets/\(number)", as: boss)["version"] == 1)
    }
}
