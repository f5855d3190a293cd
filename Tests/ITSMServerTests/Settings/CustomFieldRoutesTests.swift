import HTTPTypes
import ITSMCore
import Testing

@testable import ITSMServer

@Suite struct CustomFieldRoutesTests {
    private let server: TestServer
    private let admin: TestCaller
    private let rita: TestCaller
    private let anna: TestCaller

    init() async throws {
        server = try await TestServer()
        admin = try await server.caller("admin2", roles: ["admin"])
        rita = try await server.caller("rita")
        anna = try await server.caller("anna", roles: ["agent"])
    }

    private func add(_ name: String, _ kind: String = "text", _ more: [String: JSONValue] = [:]) async throws {
        let body: [String: JSONValue] = ["name": .string(name), "label": .string(name.capitalized), "kind": .string(kind)]
        let made = try await server.send(.post, "/api/v1/custom-fields", as: admin, .object(body.merging(more) { $1 }))
        #expect(made.status == .created, "\(made.text)")
    }

    @Test func aFieldIsAddedChangedArchivedAndDeletedWithoutARestart() async throws {
        #expect(
            try await server.send(.post, "/api/v1/custom-fields", as: anna, ["name": "site", "label": "Site", "kind": "text"]).status == .forbidden)
        try await add("site", "choice", ["choices": [["value": "hq", "label": "Head office"], ["value": "lab"]], "visibleToRequesters": true])
        let read = try await server.send(.get, "/api/v1/custom-fields/site", as: rita)
        #expect(
            read["choices"] == [["value": "hq", "label": "Head office", "archived": false], ["value": "lab", "label": "lab", "archived": false]])
        let ticket = try await server.send(.post, "/api/v1/incidents", as: rita, ["title": "x", "customFields": ["site": "hq"]])
        #expect(ticket.status == .created && ticket["customFields"] == ["site": "hq"])
        let listed = try await server.send(.get, "/api/v1/incidents?sort=-customFields.site", as: rita)
        #expect(listed.items.first?["customFields"] == ["site": "hq"])

        let refused = try await server.send(.delete, "/api/v1/custom-fields/site", as: admin)
        #expect(refused.status == .conflict && refused.code == .inUse && refused["detail"]?.string?.contains("1 ticket.") == true)
        let tag = try #require(read.headers[.eTag])
        let archived = try await server.send(.patch, "/api/v1/custom-fields/site", as: admin, ["archived": true], headers: [.ifMatch: tag])
        #expect(archived["archivedAt"] != nil && archived["version"] == 2)
        #expect(
            try await server.send(.patch, "/api/v1/custom-fields/site", as: admin, ["order": 1], headers: [.ifMatch: tag]).status
                == .preconditionFailed)
        let late = try await server.send(.post, "/api/v1/incidents", as: rita, ["title": "x", "customFields": ["site": "hq"]])
        #expect(late.faults == ["/customFields/site invalidValue"])
        #expect(try await server.send(.get, "/api/v1/custom-fields?archived=false", as: rita).items.isEmpty)

        let path = "/api/v1/incidents/\(ticket["number"]?.string ?? "")"
        #expect(try await server.send(.patch, path, as: rita, ["customFields": ["site": nil]]).faults == ["/customFields/site forbidden"])
        #expect(try await server.send(.patch, path, as: anna, ["customFields": ["site": nil]])["customFields"] == [:])
        #expect(try await server.send(.delete, "/api/v1/custom-fields/site", as: admin).status == .noContent)
        #expect(try await server.send(.get, "/api/v1/custom-fields/site", as: admin).status == .notFound)
    }

    @Test(
        arguments: [
            (["label": "X", "kind": "text"], ["/name required"]), (["name": "x", "label": "X"], ["/kind required"]),
            (["name": "X", "label": "", "kind": "text"], ["/name invalidValue", "/label required"]),
            (["name": "x", "label": "X", "kind": "colour"], ["/kind invalidValue"]),
            (["name": "x", "label": "X", "kind": "choice"], ["/choices required"]),
            (["name": "x", "label": "X", "kind": "number", "default": "five"], ["/default invalidValue"]),
            (["name": "x", "label": "X", "kind": "user", "default": "nobody"], ["/default invalidValue"]),
        ] as [(JSONValue, [String])])
    func badFields(body: JSONValue, faults: [String]) async throws {
        #expect(try await server.send(.post, "/api/v1/custom-fields", as: admin, body).faults == faults)
    }

    /// To a requester a hidden field does not exist, by whatever way they look.
    @Test func aRequesterMeetsNoHiddenField() async throws {
        try await add("site", "text", ["visibleToRequesters": true])
        try await add("verdict", "text", ["default": "SECRET-DEFAULT"])
        let made = try await server.send(
            .post, "/api/v1/incidents", as: anna,
            ["title": "Printer", "requester": "rita", "customFields": ["site": "HQ", "verdict": "SECRET-1"]])
        #expect(made["customFields"] == ["site": "HQ", "verdict": "SECRET-1"])
        let number = try #require(made["number"]?.string)
        let path = "/api/v1/incidents/\(number)"
        let edited = try await server.send(.patch, path, as: anna, ["title": "Printer 2", "customFields": ["site": "Lab", "verdict": "SECRET-2"]])
        #expect(edited["customFields"] == ["site": "Lab", "verdict": "SECRET-2"])
        let own = try await server.send(.post, "/api/v1/incidents", as: rita, ["title": "Mine"])
        #expect(own["customFields"] == [:], "the default is there, but not for her")

        for address in [
            path, "\(path)?expand=timeline,comments", "/api/v1/incidents", "/api/v1/tickets?q=printer", "\(path)/timeline",
            "/api/v1/events?after=start",
            "/api/v1/custom-fields", "/api/v1/openapi.json",
        ] {
            let answer = try await server.send(.get, address, as: rita)
            #expect(!answer.text.contains("SECRET") && !answer.text.lowercased().contains("verdict"), "\(address)")
            #expect(answer.status.code < 500)
        }
        for address in ["/portal", "/portal/new", "/portal/tickets/\(number)"] {
            let page = try await server.open(address, as: rita)
            #expect(page.status == .ok && !page.text.contains("SECRET") && !page.text.lowercased().contains("verdict"), "\(address)")
        }
        #expect(try await server.send(.get, path, as: rita)["customFields"] == ["site": "Lab"])
        #expect(try await server.send(.get, "/api/v1/custom-fields/verdict", as: rita).status == .notFound)

        // What is hidden and what is absent look the same.
        func sorting(_ name: String) async throws -> TestAnswer {
            try await server.send(.get, "/api/v1/incidents?sort=customFields.\(name)", as: rita)
        }
        let (hidden, absent) = (try await sorting("verdict"), try await sorting("nothing"))
        #expect(hidden.status == .badRequest && hidden["detail"]?.string?.replacing("verdict", with: "nothing") == absent["detail"]?.string)
        #expect(try await server.send(.get, "/api/v1/incidents?sort=nothing", as: rita).faults == hidden.faults)
        func raising(_ name: String) async throws -> TestAnswer {
            try await server.send(.post, "/api/v1/incidents", as: rita, ["title": "x", "customFields": .object([name: "x"])])
        }
        let (unseen, unknown) = (try await raising("verdict"), try await raising("verdikt"))
        #expect(unseen.faults == ["/customFields/verdict unknownField"] && unknown.faults == ["/customFields/verdikt unknownField"])
        #expect(unseen["detail"]?.string?.contains("mean") == false && unknown["detail"]?.string?.contains("mean") == false)

        // Who works on it has all of it.
        let timeline = try await server.send(.get, "\(path)/timeline", as: anna)
        #expect(timeline.text.contains("SECRET-1") && timeline.text.contains("SECRET-2"))
        #expect(try await server.send(.get, "/api/v1/incidents?sort=customFields.verdict", as: anna).items.count == 2)
    }

    @Test func aListIsFilteredByThem() async throws {
        try await add("cost", "number", ["visibleToRequesters": true])
        for cost in [1, 20, 300] {
            _ = try await server.send(
                .post, "/api/v1/incidents", as: rita, ["title": .string("T\(cost)"), "customFields": ["cost": .integer(Int64(cost))]])
        }
        let found = try await server.send(.get, "/api/v1/incidents?filter=ticket.customFields.cost%20%3E%2010.0&sort=-customFields.cost", as: rita)
        #expect(found.items.compactMap { $0["title"]?.string } == ["T300", "T20"])
    }

    @Test func theDocumentTellsWhatTheReaderMeets() async throws {
        try await add("site", "choice", ["choices": [["value": "hq"]], "visibleToRequesters": true, "help": "Where you sit"])
        try await add("verdict")
        func fields(_ caller: TestCaller?) async throws -> JSONValue? {
            try await server.send(.get, "/api/v1/openapi.json", as: caller)["components"]?["schemas"]?["CustomFieldValues"]?["properties"]
        }
        #expect(try await fields(nil) == nil)
        #expect(
            try await fields(rita) == ["site": ["title": "Site", "type": ["string", "null"], "enum": ["hq", nil], "description": "Where you sit"]])
        #expect(try await fields(anna)?["verdict"]?["title"] == "Verdict")
        try await add("young", "number", ["visibleToRequesters": true])
        #expect(try await fields(rita)?["young"] == ["title": "Young", "type": ["number", "null"]])
    }
}
