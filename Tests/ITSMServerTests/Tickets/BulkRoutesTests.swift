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

    @Test func customFieldsAreSetAndPutBack() async throws {
        let server = try await TestServer()
        let admin = try await server.caller("admin2", roles: ["admin"]), ada = try await server.caller("ada", roles: ["agent"])
        let choices: JSONValue = [["value": "hq", "label": "Head office"], ["value": "lab", "label": "Laboratory"]]
        for field: JSONValue in [
            ["name": "site", "label": "Site", "kind": "choice", "choices": choices, "visibleToRequesters": true],
            ["name": "friend", "label": "Friend", "kind": "user"], ["name": "cost", "label": "Cost", "kind": "number", "kinds": ["incident"]],
        ] {
            #expect(try await server.send(.post, "/api/v1/custom-fields", as: admin, field).status == .created)
        }
        _ = try await server.caller("rita")
        func raise(_ path: String, _ fields: JSONValue) async throws -> String {
            let body: JSONValue = ["title": "x", "requester": "rita", "customFields": fields]
            return try await server.send(.post, "/api/v1/\(path)", as: ada, body)["number"]?.string ?? ""
        }
        let one = try await raise("incidents", ["site": "lab", "cost": 5]), two = try await raise("problems", [:])
        func bulk(_ fields: JSONValue) async throws -> TestAnswer {
            let body: JSONValue = ["tickets": [.string(one), .string(two)], "changes": ["customFields": fields]]
            return try await server.send(.post, "/api/v1/tickets/bulk", as: ada, body)
        }
        func fields(_ key: String) async throws -> JSONValue? { try await server.send(.get, "/api/v1/tickets/\(key)", as: ada)["customFields"] }

        #expect(try await bulk(["site": "moon"]).faults.first?.hasPrefix("/changes/customFields/site") == true)
        #expect(try await bulk(["friend": "nobody-here"]).faults == ["/changes/customFields/friend invalidValue"])
        #expect(try await bulk(["sight": "hq"]).faults.first?.hasPrefix("/changes/customFields/sight") == true)
        let done = try await bulk(["site": "hq", "friend": "ada", "cost": 7])
        // A problem has no cost.
        #expect(done["counts"] == ["changed": 1, "unchanged": 0, "refused": 1, "rolledBack": 0] && done.text.contains("/changes/customFields/cost"))
        #expect(try await fields(one) == ["site": "hq", "friend": .string(ada.id.description), "cost": 7])
        let undone = try await server.send(.post, "/api/v1/tickets/bulk/\(done["id"]?.string ?? "")/undo", as: ada)
        #expect(undone["counts"]?["changed"] == 1)
        #expect(try await fields(one) == ["site": "lab", "cost": 5])
        let cleared = try await bulk(["site": nil])
        #expect(cleared["counts"]?["changed"] == 1 && cleared["counts"]?["unchanged"] == 1)
        #expect(try await server.send(.get, "/api/v1/tickets?filter=\("ticket.customFields.site == \"lab\"".percentEncoded)", as: ada).items.isEmpty)

        // The page offers the values of those that have few, and asks for the others'.
        let queue = try await server.open("/queue", as: ada)
        #expect(queue.text.contains("value=\"customFields.site:&quot;hq&quot;\"") && queue.text.contains("value=\"customFields.friend:\""))
        let sent = [("queue", "view=open"), ("ticket", one), ("ticket", two), ("change", "customFields.site:\"hq\"")]
        #expect(try await server.submit("/queue/bulk", sent, as: ada).status == .seeOther)
        #expect(try await fields(two) == ["site": "hq"])
        let nonsense = [("queue", "view=open"), ("ticket", one), ("change", "customFields.site:hq")]
        _ = try await server.submit("/queue/bulk", nonsense, as: ada)
        #expect(try await fields(one)?["site"] == "hq")
    }

    private func runner(_ server: TestServer) -> JobRunner {
        JobRunner(database: server.app.database, handlers: BulkJob.handlers(server.app.services.tickets), wakeUp: WakeUp(), logger: .quiet)
    }

    @Test func aFilterGoesAsAJob() async throws {
        let server = try await TestServer()
        let boss = try await server.caller("boss", roles: ["admin"])
        let rita = try await server.caller("rita")
        for tag in ["pile", "pile", "other"] {
            _ = try await server.send(.post, "/api/v1/incidents", as: boss, ["title": "Printer", "tags": [.string(tag)]])
        }
        func body(_ expected: Int, _ more: [String: JSONValue] = [:]) -> JSONValue {
            let edit: [String: JSONValue] = [
                "filter": "\"pile\" in ticket.tags", "expectedCount": .integer(Int64(expected)), "changes": ["addTags": ["done"]],
            ]
            return .object(edit.merging(more) { $1 })
        }
        let path = "/api/v1/tickets/bulk"
        #expect(try await server.send(.post, path, as: rita, body(2)).status == .forbidden)
        let wrong = try await server.send(.post, path, as: boss, body(3))
        #expect(wrong.status == .conflict && wrong.code == .countMismatch && wrong["detail"]?.string?.contains("finds 2 tickets, not 3") == true)
        let tried = try await server.send(.post, path, as: boss, body(2, ["dryRun": true]))
        #expect(tried.status == .ok && tried["counts"]?["changed"] == 2 && tried["id"] == nil && tried["outcomes"] == [])

        let begun = try await server.send(.post, path, as: boss, body(2), headers: [.idempotencyKey: "k"])
        let id = begun["id"]?.string ?? ""
        #expect(begun.status == .accepted && begun["status"] == "queued" && begun.headers[.location] == "/api/v1/jobs/\(id)")
        let again = try await server.send(.post, path, as: boss, body(2), headers: [.idempotencyKey: "k"])
        #expect(again.status == .accepted && again["id"]?.string == id)
        #expect(try await server.send(.get, "/api/v1/jobs/\(id)", as: boss)["progress"] == ["done": 0, "total": 2])
        #expect(try await server.send(.post, "\(path)/\(id)/undo", as: boss).code == .inProgress)
        #expect(await runner(server).runNext())
        #expect(!(await runner(server).runNext()), "it was asked for once")
        let job = try await server.send(.get, "/api/v1/jobs/\(id)", as: boss)
        #expect(job["status"] == "succeeded" && job["progress"] == ["done": 2, "total": 2] && job["kind"] == "bulkChange")
        let done = try await server.send(.get, "\(path)/\(id)", as: boss)
        #expect(done["status"] == "succeeded" && done["counts"]?["changed"] == 2)
        let outcomes = try await server.send(.get, "\(path)/\(id)/outcomes?result=changed&limit=1", as: boss)
        #expect(outcomes.items.count == 1 && outcomes["next"] != nil)
        #expect(try await server.send(.get, "\(path)/\(id)/outcomes?result=refused", as: boss).items.isEmpty)
        #expect(try await server.send(.get, "\(path)/\(id)/outcomes", as: rita).status == .notFound)
        #expect(try await server.send(.post, "\(path)/\(id)/undo", as: boss)["counts"]?["changed"] == 2)
        #expect(try await server.send(.get, "\(path)/\(id)/outcomes?undone=changed", as: boss).items.count == 2)
    }

    @Test func theQueryOfAListIsAFilterToo() async throws {
        let server = try await TestServer()
        let boss = try await server.caller("boss", roles: ["admin"], groups: ["Network"])
        for (title, group) in [("Paper jam", "Network"), ("Paper jam", nil), ("No toner", "Network")] {
            var body: [String: JSONValue] = ["title": .string(title)]
            body["group"] = group.map(JSONValue.string)
            let made = try await server.send(.post, "/api/v1/incidents", as: boss, .object(body))
            let id = try #require(made["id"]?.string.flatMap { ID<Ticket>($0) })
            try await server.app.database.write { try $0.searchIndex.rebuild([id]) }
        }
        func begin(_ query: String, _ expected: Int) async throws -> TestAnswer {
            try await server.send(
                .post, "/api/v1/tickets/bulk", as: boss,
                ["query": .string(query), "expectedCount": .integer(Int64(expected)), "dryRun": true, "changes": ["addTags": ["x"]]])
        }
        for (query, count) in [
            ("group=mine&q=paper", 1), ("q=paper&status=new", 2), ("kind=incident&group=mine", 2),
            ("filter=ticket.title%20%3D%3D%20%22No%20toner%22", 1),
        ] {
            let answer = try await begin(query, count)
            #expect(answer["counts"]?["changed"] == .integer(Int64(count)), "\(query): \(answer.text)")
        }
        #expect(try await begin("colour=red&status=sleeping", 1).faults == ["/query invalidValue", "/query unknownParameter"])
    }
}
