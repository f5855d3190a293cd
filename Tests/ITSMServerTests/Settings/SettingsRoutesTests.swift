import HTTPTypes
import ITSMCore
import Testing

@testable import ITSMServer

struct SettingsRoutesTests {
    @Test func everyoneReadsSettingsAndOnlySomeChangeThem() async throws {
        let server = try await TestServer()
        let rita = try await server.caller("rita"), admin = try await server.caller("admin2", roles: ["admin"])
        let read = try await server.send(.get, "/api/v1/settings", as: rita)
        #expect(read["autoCloseDays"] == 5 && read["reopenWindowDays"] == 14 && read["timeZone"] == "UTC")
        #expect(try await server.send(.patch, "/api/v1/settings", as: rita, ["autoCloseDays": 7]).status == .forbidden)

        let changed = try await server.send(.patch, "/api/v1/settings", as: admin, ["autoCloseDays": 7, "timeZone": "Europe/Berlin"])
        #expect(changed.status == .ok && changed["autoCloseDays"] == 7 && changed["version"] == 2)
        // What this server knows without asking the database is current at once.
        #expect(server.app.desk.snapshot.settings.autoCloseDays == 7)
    }

    @Test func anEditOfAnOldVersionIsRefused() async throws {
        let server = try await TestServer()
        let admin = try await server.caller("admin2", roles: ["admin"])
        let tag = try await server.send(.get, "/api/v1/settings", as: admin).headers[.eTag]!
        #expect(try await server.send(.patch, "/api/v1/settings", as: admin, ["name": "IT"], headers: [.ifMatch: tag]).status == .ok)
        let late = try await server.send(.patch, "/api/v1/settings", as: admin, ["name": "Other"], headers: [.ifMatch: tag])
        #expect(late.status == .preconditionFailed && late.code == .versionMismatch)
        #expect(try await server.send(.get, "/api/v1/settings", as: admin)["name"] == "IT")
    }

    @Test func everyFaultOfASettingsPatchIsTold() async throws {
        let server = try await TestServer()
        let admin = try await server.caller("admin2", roles: ["admin"])
        let answer = try await server.send(.patch, "/api/v1/settings", as: admin, ["timeZone": "Mars/Olympus", "name": " "])
        #expect(answer.status == .unprocessableContent)
        #expect(Set(answer.faults) == ["/timeZone invalidValue", "/name required"])
    }

    @Test func theMatrixDecidesThePriorityOfNewTickets() async throws {
        let server = try await TestServer()
        let admin = try await server.caller("admin2", roles: ["admin"])
        let matrix = try await server.send(.get, "/api/v1/priority-matrix", as: admin)
        #expect(matrix["high"]?["high"] == "critical" && matrix["low"]?["low"] == "low")
        let changed = try await server.send(
            .patch, "/api/v1/priority-matrix", as: admin, ["low": ["low": "high"]], headers: [.ifMatch: matrix.headers[.eTag]!])
        #expect(changed.status == .ok && changed["low"]?["low"] == "high" && changed["high"]?["high"] == "critical")
        let ticket = try await server.send(.post, "/api/v1/incidents", as: admin, ["title": "x", "impact": "low", "urgency": "low"])
        #expect(ticket["priority"] == "high")
        #expect(try await server.send(.patch, "/api/v1/priority-matrix", as: admin, ["low": ["lowest": "high"]]).status == .unprocessableContent)
    }
}

struct ServiceRoutesTests {
    @Test func aServiceIsAddedChangedArchivedAndDeleted() async throws {
        let server = try await TestServer()
        let admin = try await server.caller("admin2", roles: ["admin"], groups: ["Payroll team"]), rita = try await server.caller("rita")
        #expect(try await server.send(.post, "/api/v1/services", as: rita, ["name": "Payroll"]).status == .forbidden)
        let made = try await server.send(.post, "/api/v1/services", as: admin, ["name": "Payroll", "owner": "payroll TEAM", "criticality": "high"])
        #expect(made.status == .created && made["owner"]?["name"] == "Payroll team")
        let path = try #require(made.headers[.location])
        #expect(try await server.send(.get, path, as: rita)["name"] == "Payroll")

        let patched = try await server.send(.patch, path, as: admin, ["owner": nil, "description": "Pays people"])
        #expect(patched["owner"] == nil && patched["description"] == "Pays people" && patched["version"] == 2)
        #expect(try await server.send(.patch, path, as: admin, ["archived": true])["archivedAt"] != nil)
        let picked = try await server.send(.get, "/api/v1/services?archived=false&q=PAY", as: rita)
        #expect(picked.items.isEmpty)
        #expect(try await server.send(.get, "/api/v1/services?q=PAY", as: rita).items.count == 1)

        #expect(try await server.send(.delete, path, as: admin).status == .noContent)
        #expect(try await server.send(.get, path, as: admin).status == .notFound)
    }

    @Test func whatIsUsedIsNotDeleted() async throws {
        let server = try await TestServer()
        let admin = try await server.caller("admin2", roles: ["admin"])
        let path = try #require(try await server.send(.post, "/api/v1/services", as: admin, ["name": "Payroll"]).headers[.location])
        #expect(try await server.send(.post, "/api/v1/incidents", as: admin, ["title": "x", "service": "Payroll"]).status == .created)
        let refused = try await server.send(.delete, path, as: admin)
        #expect(refused.status == .conflict && refused.code == .inUse && refused["detail"]?.string?.contains("1 ticket") == true)
        // An archived one stays on the ticket, and cannot be picked any more.
        #expect(try await server.send(.patch, path, as: admin, ["archived": true]).status == .ok)
        let picked = try await server.send(.post, "/api/v1/incidents", as: admin, ["title": "x", "service": "Payroll"])
        #expect(picked.faults == ["/service invalidValue"])
    }

    @Test(
        arguments: [
            (["name": "EMAIL"], "/name duplicate"), (["name": ""], "/name required"), (["name": "x", "owner": "Nobody"], "/owner invalidValue"),
            (["name": "x", "criticality": "vital"], "/criticality invalidValue"), (["name": "x", "colour": "red"], "/colour unknownField"),
        ] as [(JSONValue, String)])
    func badServices(body: JSONValue, fault: String) async throws {
        let server = try await TestServer()
        let admin = try await server.caller("admin2", roles: ["admin"])
        let answer = try await server.send(.post, "/api/v1/services", as: admin, body)
        #expect(answer.faults == [fault])
    }

    @Test func aNameNamesAService() async throws {
        let server = try await TestServer()
        let admin = try await server.caller("admin2", roles: ["admin"])
        #expect(try await server.send(.get, "/api/v1/services/business%20applications", as: admin)["name"] == "Business applications")
        #expect(try await server.send(.patch, "/api/v1/services/email", as: admin, ["description": "Mail"])["description"] == "Mail")
        #expect(try await server.send(.delete, "/api/v1/services/Telephony", as: admin).status == .noContent)
        #expect(try await server.send(.get, "/api/v1/services/Telephony", as: admin).status == .notFound)
    }

    @Test func listsPageByName() async throws {
        let server = try await TestServer()
        let rita = try await server.caller("rita")
        var names: [String] = []
        var path: String? = "/api/v1/services?limit=4"
        while let page = path {
            let answer = try await server.send(.get, page, as: rita)
            names += answer.items.compactMap { $0["name"]?.string }
            path = answer["next"]?.string.map { "/api/v1/services?limit=4&cursor=\($0)" }
        }
        #expect(names == ["Business applications", "Email", "Identity and access", "Network", "Telephony", "Workplace"])
    }
}

struct CategoryRoutesTests {
    @Test func aRenameReachesTheTicketsThatShowIt() async throws {
        let server = try await TestServer()
        let admin = try await server.caller("admin2", roles: ["admin"])
        let parent = try await server.send(.post, "/api/v1/categories", as: admin, ["name": "printing"])
        let child = try await server.send(.post, "/api/v1/categories", as: admin, ["name": "toner", "parent": "Printing"])
        #expect(child.status == .created && child["path"] == "printing/toner" && child["parent"] == parent["id"])
        let ticket = try await server.send(.post, "/api/v1/incidents", as: admin, ["title": "x", "category": "printing/toner"])
        #expect(ticket["category"] == "printing/toner")

        let path = try #require(parent.headers[.location])
        #expect(try await server.send(.patch, path, as: admin, ["name": "print", "parent": "hardware"])["path"] == "hardware/print")
        #expect(try await server.send(.get, try #require(child.headers[.location]), as: admin)["path"] == "hardware/print/toner")
        #expect(try await server.send(.get, "/api/v1/incidents/\(ticket["number"]!.string!)", as: admin)["category"] == "hardware/print/toner")
    }

    @Test func whatIsUsedIsNotDeleted() async throws {
        let server = try await TestServer()
        let admin = try await server.caller("admin2", roles: ["admin"])
        let network = try await server.send(.get, "/api/v1/categories?q=network&limit=1", as: admin).items[0]
        let refused = try await server.send(.delete, "/api/v1/categories/\(network["id"]!.string!)", as: admin)
        #expect(refused.code == .inUse && refused["detail"]?.string?.contains("3 categories under it") == true)
        let leaf = try await server.send(.post, "/api/v1/categories", as: admin, ["name": "leaf"])
        #expect(try await server.send(.delete, try #require(leaf.headers[.location]), as: admin).status == .noContent)
    }

    @Test func aPathNamesACategory() async throws {
        let server = try await TestServer()
        let admin = try await server.caller("admin2", roles: ["admin"])
        _ = try await server.send(.post, "/api/v1/categories", as: admin, ["name": "parts"])
        _ = try await server.send(.post, "/api/v1/categories", as: admin, ["name": "spare", "parent": "parts"])
        #expect(try await server.send(.get, "/api/v1/categories/Parts%2Fspare", as: admin)["path"] == "parts/spare")
        #expect(try await server.send(.get, "/api/v1/categories/parts%2Fnone", as: admin).status == .notFound)
        let refused = try await server.send(.delete, "/api/v1/categories/parts", as: admin)
        #expect(refused["detail"]?.string?.contains("used by 1 category under it.") == true)
        #expect(try await server.send(.patch, "/api/v1/categories/parts%2Fspare", as: admin, ["name": "new"])["path"] == "parts/new")
        #expect(try await server.send(.delete, "/api/v1/categories/parts%2Fnew", as: admin).status == .noContent)
    }

    @Test func whatStandsUnderAnArchivedOneCannotBePicked() async throws {
        let server = try await TestServer()
        let admin = try await server.caller("admin2", roles: ["admin"])
        let network = try await server.send(.get, "/api/v1/categories?q=network&limit=1", as: admin).items[0]
        #expect(try await server.send(.patch, "/api/v1/categories/\(network["id"]!.string!)", as: admin, ["archived": true]).status == .ok)
        let pickable = try await server.send(.get, "/api/v1/categories?archived=false", as: admin).items.compactMap { $0["path"]?.string }
        #expect(!pickable.contains { $0.hasPrefix("network") } && pickable.contains("hardware/laptop"))
        let refused = try await server.send(.post, "/api/v1/incidents", as: admin, ["title": "x", "category": "network/vpn"])
        #expect(refused.faults == ["/category invalidValue"])
    }

    @Test func twoWhoMoveAtOnceMakeNoCircle() async throws {
        let server = try await TestServer()
        let admin = try await server.caller("admin2", roles: ["admin"])
        let paths = try await ["a", "b"].asyncMap { name in
            try #require(try await server.send(.post, "/api/v1/categories", as: admin, ["name": .string(name)]).headers[.location])
        }
        async let first = server.send(.patch, paths[0], as: admin, ["parent": "b"])
        async let second = server.send(.patch, paths[1], as: admin, ["parent": "a"])
        let statuses = try await [first.status, second.status]
        #expect(statuses.filter { $0 == .ok }.count == 1)
        let shown = try await server.send(.get, "/api/v1/categories?limit=500", as: admin).items.compactMap { $0["path"]?.string }
        #expect(shown.contains("b/a") != shown.contains("a/b"))
    }
}

extension Sequence {
    fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
