import HTTPTypes
import ITSMCore
import Testing
@testable import ITSMServer

@Suite struct DraftRoutesTests {
    @Test func draftsAreKeptReadAndRemoved() async throws {
        let server = try await TestServer()
        let ada = try await server.caller("ada", roles: ["agent"])
        let rita = try await server.caller("rita")
        let number = try await server.send(.post, "/api/v1/incidents", as: rita, ["title": "Printer"])["number"]?.string ?? ""
        let path = "/api/v1/tickets/\(number)/drafts"
        let kept = try await server.send(.put, "\(path)/workNote", as: ada, ["body": "Toner?"])
        #expect(kept.status == .ok && kept["body"] == "Toner?" && kept["visibility"] == "workNote")
        #expect(try await server.send(.get, "/api/v1/incidents/\(number)/drafts/workNote", as: ada).json == kept.json)
        #expect(try await server.send(.get, path, as: ada).items == [kept.json])
        #expect(try await server.send(.get, path, as: rita).items.isEmpty)
        #expect(try await server.send(.put, "\(path)/workNote", as: rita, ["body": "x"]).status == .forbidden)
        #expect(try await server.send(.put, "\(path)/secret", as: ada, ["body": "x"]).status == .notFound)
        #expect(try await server.send(.put, "\(path)/public", as: ada, [:]).faults == ["/body required"])
        #expect(try await server.send(.put, "\(path)/workNote", as: ada, ["body": ""]).status == .ok)
        #expect(try await server.send(.get, "\(path)/workNote", as: ada).status == .notFound)
        #expect(try await server.send(.delete, "\(path)/workNote", as: ada).status == .noContent)
    }

    @Test func twoAgentsOnOneTicketKnowOfEachOther() async throws {
        let server = try await TestServer()
        let ada = try await server.caller("ada", roles: ["agent"])
        let bob = try await server.caller("bob", roles: ["agent"])
        let rita = try await server.caller("rita")
        let number = try await server.send(.post, "/api/v1/incidents", as: rita, ["title": "Printer"])["number"]?.string ?? ""
        let path = "/api/v1/tickets/\(number)/presence"
        #expect(try await server.send(.post, path, as: rita, ["state": "viewing"]).items.isEmpty)
        #expect(try await server.send(.post, path, as: ada, ["state": "writing"]).items.isEmpty)
        let others = try await server.send(.post, path, as: bob, ["state": "viewing"])
        #expect(others.items.count == 1 && others.items[0]["state"] == "writing" && others.items[0]["user"]?["name"] == "Ada")
        #expect(try await server.send(.post, path, as: rita, ["state": "viewing"]).items.isEmpty)
        #expect(try await server.send(.post, path, as: ada, ["state": "asleep"]).status == .unprocessableContent)
        #expect(try await server.send(.post, path, as: ada, [:]).faults == ["/state required"])
    }
}
