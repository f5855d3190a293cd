import HTTPTypes
import ITSMCore
import Testing

@testable import ITSMServer

/// A ticket of Rita's with a public reply and a work note, and what everyone learns of it.
struct TimelineAndAuditTests {
    struct Desk {
        let server: TestServer
        let rita: TestCaller, otto: TestCaller, anna: TestCaller, admin: TestCaller
        let number: String
        let ticket: String

        init(confidential: Bool = false) async throws {
            server = try await TestServer()
            rita = try await server.caller("rita")
            otto = try await server.caller("otto")
            anna = try await server.caller("anna", roles: ["agent"], groups: ["Helpers"])
            admin = try await server.caller("admin2", roles: ["admin"])
            let made = try await server.send(.post, "/api/v1/incidents", as: rita, ["title": "Secret title"])
            number = try #require(made["number"]?.string)
            ticket = try #require(made["id"]?.string)
            let path = "/api/v1/incidents/\(number)"
            #expect(try await server.send(.post, "\(path)/comments", as: anna, ["body": "Hello"]).status == .created)
            #expect(try await server.send(.post, "\(path)/comments", as: anna, ["body": "Hm", "visibility": "workNote"]).status == .created)
            if confidential {
                #expect(try await server.send(.patch, path, as: anna, ["group": "Helpers"]).status == .ok)
                #expect(try await server.send(.patch, path, as: anna, ["confidential": true]).status == .ok)
            }
        }
    }

    @Test func aTimelineShowsNotesToThoseWhoSeeThem() async throws {
        let desk = try await Desk()
        let path = "/api/v1/tickets/\(desk.number)/timeline"
        let toAnna = try await desk.server.send(.get, path, as: desk.anna)
        #expect(toAnna.items.map { $0["kind"] } == ["ticket.created", "ticket.commented", "ticket.commented"])
        #expect(toAnna.items.map { $0["restricted"] } == [false, false, true])
        #expect(toAnna.items.map { $0["principal"]?["name"] } == ["Rita", "Anna", "Anna"])
        #expect(toAnna.items.allSatisfy { $0["address"] == nil && $0["requestId"] == nil })

        let toRita = try await desk.server.send(.get, path, as: desk.rita)
        #expect(toRita.items.map { $0["kind"] } == ["ticket.created", "ticket.commented"])
        #expect(!toRita.text.contains("workNote"))
        #expect(try await desk.server.send(.get, path, as: desk.otto).status == .notFound)
        #expect(try await desk.server.send(.get, "/api/v1/problems/\(desk.ticket)/timeline", as: desk.anna).status == .notFound)
    }

    @Test func aTimelinePages() async throws {
        let desk = try await Desk()
        var kinds: [JSONValue?] = []
        var path: String? = "/api/v1/tickets/\(desk.number)/timeline?limit=1"
        while let page = path {
            let answer = try await desk.server.send(.get, page, as: desk.anna)
            kinds += answer.items.map { $0["kind"] }
            path = answer["next"]?.string.map { "/api/v1/tickets/\(desk.number)/timeline?limit=1&cursor=\($0)" }
        }
        #expect(kinds.count == 3)
    }

    @Test func theAuditTrailNeedsItsPermission() async throws {
        let desk = try await Desk()
        for caller in [desk.rita, desk.anna] { #expect(try await desk.server.send(.get, "/api/v1/audit", as: caller).status == .forbidden) }
        #expect(try await desk.server.send(.get, "/api/v1/audit", as: desk.admin).status == .ok)
    }

    @Test func theAuditTrailTellsThatAndValuesOnlyToThoseWhoMayReadThem() async throws {
        let desk = try await Desk(confidential: true)
        let toAdmin = try await desk.server.send(.get, "/api/v1/audit?ticket=\(desk.ticket)", as: desk.admin)
        // An admin does not see confidential tickets, and so no values of this one.
        #expect(toAdmin.items.count == 5)
        #expect(toAdmin.items.allSatisfy { $0["changes"] == nil && $0["principal"]?["name"] != nil && $0["kind"] != nil })
        #expect(!toAdmin.text.contains("Secret title"))
        let superAdmin = try await desk.server.caller("root2", roles: ["superAdmin"])
        let toSuperAdmin = try await desk.server.send(.get, "/api/v1/audit?ticket=\(desk.number)", as: superAdmin)
        #expect(toSuperAdmin.items.count == 5 && toSuperAdmin.items.allSatisfy { $0["changes"] != nil })
        #expect(toSuperAdmin.items.first?["requestId"] != nil)
    }

    @Test func filtersNarrowTheTrail() async throws {
        let desk = try await Desk()
        func kinds(_ query: String) async throws -> [String] {
            try await desk.server.send(.get, "/api/v1/audit?\(query)", as: desk.admin).items.compactMap { $0["kind"]?.string }
        }
        #expect(try await kinds("ticket=\(desk.number)") == ["ticket.commented", "ticket.commented", "ticket.created"])
        #expect(try await kinds("record=\(desk.ticket)&kind=ticket.created") == ["ticket.created"])
        #expect(try await kinds("principal=anna") == ["ticket.commented", "ticket.commented"])
        #expect(try await kinds("principal=\(desk.rita.id)") == ["ticket.created"])
        #expect(try await kinds("principal=me").isEmpty)
        #expect(try await kinds("record=\(desk.rita.id)&recordType=user").contains("user.created"))
        #expect(try await kinds("record=\(desk.rita.id)&recordType=ticket").isEmpty)
        #expect(try await kinds("kind=ticket.created,ticket.commented&to=2020-01-01T00:00:00Z").isEmpty)
        #expect(try await kinds("kind=ticket.created&from=2020-01-01T00:00:00Z") == ["ticket.created"])
        #expect(try await desk.server.send(.get, "/api/v1/audit?principal=nobody", as: desk.admin).faults == ["?principal invalidValue"])
        #expect(try await desk.server.send(.get, "/api/v1/audit?kind=ticket.exploded", as: desk.admin).status == .badRequest)
    }

    @Test func onlyASuperAdminRedacts() async throws {
        let desk = try await Desk()
        let superAdmin = try await desk.server.caller("root2", roles: ["superAdmin"])
        let created = try await desk.server.send(.get, "/api/v1/audit?kind=ticket.created", as: superAdmin).items[0]
        let path = "/api/v1/audit/\(try #require(created["id"]?.string))/redact"
        #expect(created["changes"] != nil)
        #expect(try await desk.server.send(.post, path, as: desk.admin, ["reason": "x"]).status == .forbidden)
        #expect(try await desk.server.send(.post, path, as: superAdmin, ["reason": ""]).faults == ["/reason required"])
        #expect(try await desk.server.send(.post, path, as: superAdmin, ["reason": "a password"]).status == .noContent)
        let after = try await desk.server.send(.get, "/api/v1/audit?ticket=\(desk.ticket)", as: superAdmin).items
        #expect(after.first?["kind"] == "activity.redacted")
        #expect(after.last?["redacted"] == true && after.last?["changes"] == nil && after.last?["kind"] == "ticket.created")
    }
}
