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
        #expect(undone.status == .ok)
        #expect(undone.text.contains("<h1>1 refused</h1>"))
        #expect(try await server.send(.get, "/api/v1/tickets/\(number)", as: agent)["title"] == "Scanner, dock 4")
    }

    @Test func anotherPersonsIsNotThere() async throws {
        let server = try await Self.server.value
        let (agent, other) = (try await server.caller("bulk-mine", roles: ["agent"]), try await server.caller("bulk-other", roles: ["agent"]))
        let number = try await ticket("Laptop", server, as: agent)
        let done = try await server.send(.post, "/api/v1/tickets/bulk", as: agent, ["tickets": [.string(number)], "changes": ["addTags": ["loan"]]])
        #expect(try await server.open("/bulk/\(done["id"]?.string ?? "")", as: other).status == .notFound)
    }
}
