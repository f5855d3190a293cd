import HTTPTypes
import ITSMCore
import Testing
@testable import ITSMServer

@Suite struct BulkRoutesTests {
    @Test func anAgentChangesSeveralAndUndoesIt() async throws {
        let server = try await TestServer()
        let ada = try await server.caller("ada", roles: ["agent"])
        let rita = try await server.caller("rita")
        var numbers: [JSONValue] = []
        for _ in 0..<2 { numbers.append(try await server.send(.post, "/api/v1/incidents", as: ada, ["title": "Printer"])["number"]!) }
        let body: JSONValue = [
            "tickets": .array(numbers + [["ticket": "INC7777777", "version": 1]]), "changes": ["assignee": "ada", "addTags": ["print"]],
        ]

        #expect(try await server.send(.post, "/api/v1/tickets/bulk", as: rita, body).status == .forbidden)
        let done = try await server.send(.post, "/api/v1/tickets/bulk", as: ada, body, headers: [.idempotencyKey: "k"])
        #expect(done.status == .ok && done["counts"] == ["changed": 2, "unchanged": 0, "refused": 1, "rolledBack": 0])
        guard case .array(let outcomes)? = done["outcomes"] else {
            Issue.record("there are no outcomes")
            return
        }
        #expect(outcomes.map { $0["result"] } == ["changed", "changed", "refused"] && outcomes[2]["problem"]?["code"] == "notFound")
        let replayed = try await server.send(.post, "/api/v1/tickets/bulk", as: ada, body, headers: [.idempotencyKey: "k"])
        #expect(replayed.headers[.idempotentReplayed] == "true" && replayed.json == done.json)

        let path = "/api/v1/tickets/bulk/\(done["id"]?.string ?? "")"
        #expect(try await server.send(.get, path, as: ada).json == done.json)
        for stranger in [rita, try await server.caller("sven", roles: ["agent"])] {
            #expect(try await server.send(.get, path, as: stranger).status == .notFound)
            #expect(try await server.send(.post, "\(path)/undo", as: stranger).status == .notFound)
        }
        let undone = try await server.send(.post, "\(path)/undo", as: ada)
        #expect(undone.status == .ok && undone["counts"]?["changed"] == 2)
        let ticket = try await server.send(.get, "/api/v1/tickets/\(numbers[0].string ?? "")", as: ada)
        #expect(ticket["assignee"] == nil && ticket["status"] == "new" && ticket["version"] == 3)
        #expect(try await server.send(.post, "\(path)/undo", as: ada).status == .conflict)
    }

    @Test func faultsAreToldBeforeAnythingIsDone() async throws {
        let server = try await TestServer()
        let ada = try await server.caller("ada", roles: ["agent"])
        func faults(_ body: JSONValue) async throws -> [String] { try await server.send(.post, "/api/v1/tickets/bulk", as: ada, body).faults }
        #expect(try await faults([:]) == ["/tickets required", "/changes required"])
        #expect(try await faults(["tickets": ["INC1"], "changes": ["assignee": "nobody"]]) == ["/changes/assignee invalidValue"])
        #expect(try await faults(["tickets": ["INC1"], "changes": ["title": "x"]]) == ["/changes/title unknownField"])
        let nonsense = try await server.send(.post, "/api/v1/tickets/bulk", as: ada, ["tickets": ["nonsense"], "changes": ["addTags": ["x"]]])
        #expect(nonsense.faults == ["/tickets/0 invalidValue"] && nonsense["detail"]?.string?.contains("such as INC0000042") == true)
        let many = JSONValue.array((1...1_001).map { .string("INC\($0)") })
        let answer = try await server.send(.post, "/api/v1/tickets/bulk", as: ada, ["tickets": many, "changes": ["addTags": ["x"]]])
        #expect(answer.status == .unprocessableContent && answer.faults == ["/tickets tooLong"])
        let some = JSONValue.array((1...51).map { .string("INC\($0)") })
        #expect(try await server.send(.post, "/api/v1/tickets/bulk", as: ada, ["tickets": some, "changes": ["addTags": ["x"]]]).status == .forbidden)
    }
}
