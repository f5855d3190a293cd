import Foundation
import HTTPTypes
import ITSMCore
import Testing

@testable import ITSMServer

struct TicketExportTests {
    private func desk() async throws -> (server: TestServer, manager: TestCaller, agent: TestCaller) {
        let server = try await TestServer()
        let manager = try await server.caller("mona", roles: ["manager"], groups: ["Night shift"])
        let agent = try await server.caller("anna", roles: ["agent"])
        for (title, group) in [("=1+1", "Night shift"), ("Plain, with comma", "Night shift"), ("Elsewhere", nil)] as [(String, String?)] {
            var draft: [String: JSONValue] = ["title": .string(title), "description": "two\nlines", "tags": ["vip"]]
            draft["group"] = group.map(JSONValue.string)
            #expect(try await server.send(.post, "/api/v1/incidents", as: group == nil ? agent : manager, .object(draft)).status == .created)
        }
        return (server, manager, agent)
    }

    @Test func aListIsHadAsAFileOfWhatTheRightReaches() async throws {
        let (server, manager, agent) = try await desk()
        let answer = try await server.send(.get, "/api/v1/tickets/export?sort=title", as: manager)
        #expect(answer.status == .ok && answer.headers[.contentType] == "text/csv; charset=utf-8")
        let lines = answer.text.split(separator: "\r\n")
        #expect(lines.count == 3, "\(answer.text)")
        #expect(lines[0].hasPrefix("number,kind,title,description,"))
        // No spreadsheet runs what somebody typed.
        #expect(lines[1].contains(",'=1+1,\"two\nlines\","))
        #expect(lines[2].contains("\"Plain, with comma\""))
        let filtered = try await server.send(.get, "/api/v1/incidents/export?format=ndjson&filter=ticket.title.startsWith(%22P%22)", as: manager)
        #expect(filtered.text.split(separator: "\n").count == 1 && filtered.text.contains("\"description\":\"two\\nlines\""))
        #expect(try await server.send(.get, "/api/v1/tickets/export", as: agent).status == .forbidden)
        #expect(try await server.send(.get, "/api/v1/tickets/export?filter=ticket.titel", as: manager).status == .badRequest)
    }

    @Test func hiddenFieldsAreColumnsOnlyForThoseWhoSeeThem() async throws {
        let (server, manager, _) = try await desk()
        let admin = try await server.caller("root2", roles: ["admin"])
        let reader = try await server.caller("rory", roles: ["viewer"])
        for (name, isSeen) in [("cost", false), ("floor", true)] {
            let field: JSONValue = ["name": .string(name), "label": .string(name), "kind": "number", "visibleToRequesters": .bool(isSeen)]
            #expect(try await server.send(.post, "/api/v1/custom-fields", as: admin, field).status == .created)
        }
        let head = try await server.send(.get, "/api/v1/tickets/export", as: manager).text.split(separator: "\r\n")[0]
        #expect(head.hasSuffix(",customFields.cost,customFields.floor"))
        #expect(try await server.send(.get, "/api/v1/tickets/export", as: reader).status == .forbidden)
    }
}
