import HTTPTypes
import ITSMCore
import ITSMStore
import ITSMTestSupport
import NIOCore
import Testing

@testable import ITSMServer

/// Who reads a confidential ticket is on record, by whatever way.
struct ConfidentialReadsTests {
    struct World {
        let server: TestServer
        let rita: TestCaller, anna: TestCaller, root: TestCaller, auditor: TestCaller
        let id: String, number: String

        init(confidential: Bool = true) async throws {
            server = try await TestServer()
            rita = try await server.caller("rita")
            anna = try await server.caller("anna", roles: ["agent"], groups: ["Helpers"])
            root = try await server.caller("root", roles: ["superAdmin"])
            auditor = try await server.caller("auditor", roles: ["admin"])
            let made = try await server.send(.post, "/api/v1/incidents", as: rita, ["title": "Harassment"])
            (id, number) = (try #require(made["id"]?.string), try #require(made["number"]?.string))
            _ = try await server.send(.patch, "/api/v1/tickets/\(number)", as: anna, ["group": "Helpers"])
            _ = try await server.send(.patch, "/api/v1/tickets/\(number)", as: anna, ["confidential": .bool(confidential)])
        }

        /// `anna ticket api` for each read on record, oldest first.
        func reads() async throws -> [String] {
            let found = try await server.app.database.read { tx in
                var filter = ActivityFilter()
                filter.kinds = [.ticketRead]
                return try tx.activity.list(filter, page: .first, for: .automation()).items
            }
            return found.reversed().map { "\($0.principal.name) \($0.changes?.value["part"]?.string ?? "") \($0.channel.rawValue)" }
        }
    }

    @Test func ordinaryTicketsLeaveNoTrace() async throws {
        let world = try await World(confidential: false)
        _ = try await world.server.send(.get, "/api/v1/tickets/\(world.number)", as: world.anna)
        _ = try await world.server.open("/tickets/\(world.number)", as: world.anna)
        #expect(try await world.reads() == [])
    }

    static let ways: [(String, isPage: Bool)] = [
        ("/api/v1/tickets/#", false), ("/api/v1/tickets/#?expand=comments", false), ("/api/v1/tickets/#/comments", false),
        ("/api/v1/tickets/#/attachments", false), ("/api/v1/tickets/#/timeline", false), ("/tickets/#", true), ("/queue/preview/#", true),
        ("/tickets/#/edit", true), ("/portal/tickets/#", true),
    ]

    @Test(arguments: ways)
    func eachWayIsOnRecordOnce(path: String, isPage: Bool) async throws {
        let world = try await World()
        let path = path.replacing("#", with: world.number)
        for _ in 0..<2 {
            let answer = isPage ? try await world.server.open(path, as: world.anna) : try await world.server.send(.get, path, as: world.anna)
            #expect(answer.status == .ok)
        }
        #expect(try await world.reads() == ["Anna ticket \(isPage ? "web" : "api")"])
    }

    @Test func everybodyIsOnRecordAndListsAreNot() async throws {
        let world = try await World()
        for caller in [world.rita, world.root] { _ = try await world.server.send(.get, "/api/v1/tickets/\(world.number)", as: caller) }
        _ = try await world.server.send(.get, "/api/v1/tickets", as: world.anna)
        _ = try await world.server.open("/queue", as: world.anna)
        #expect(try await world.reads() == ["Rita ticket api", "Root ticket api"])
        // Who may not read it has read nothing.
        #expect(try await world.server.send(.get, "/api/v1/tickets/\(world.number)", as: world.auditor).status == .notFound)
        #expect(try await world.reads().count == 2)
    }

    @Test func filesAndExportsAreReadsOfTheirOwn() async throws {
        let world = try await World()
        let body = "--b\r\nContent-Disposition: form-data; name=file; filename=\"a.txt\"\r\n\r\nx\r\n--b--\r\n"
        var headers = HTTPFields()
        headers[.contentType] = "multipart/form-data; boundary=b"
        let path = "/api/v1/tickets/\(world.number)/attachments"
        let file = try await world.server.send(.post, path, as: world.rita, raw: ByteBuffer(string: body), headers: headers)["id"]?.string ?? ""
        #expect(try await world.reads() == [])
        _ = try await world.server.send(.get, "\(path)/\(file)/content", as: world.anna)
        _ = try await world.server.send(.get, "/api/v1/tickets/export", as: world.root)
        #expect(try await world.reads() == ["Anna attachment api", "Root export api"])
    }

    @Test func afterAWhileItIsOnRecordAgain() async throws {
        let world = try await World()
        let caller = Principal.Origin(channel: .api)
        let anna = try #require(try await world.server.app.database.read { try $0.signIns.principal(for: world.anna.id, signIn: nil, at: $0.now) })
            .from(caller)
        let clock = ManualClock(SystemClock().now())
        let database = PostgresDatabase(PostgresConfiguration(connectionString: world.server.databaseURL), clock: clock)
        let ticket = try #require(ID<Ticket>(world.id))
        // Each reads as another server would, which remembers nothing.
        for seconds in [0, 1, ConfidentialReads.seconds - 2, ConfidentialReads.seconds] {
            clock.advance(seconds: seconds)
            try await ConfidentialReads(database: database).note(ticket, isConfidential: true, as: anna)
        }
        #expect(try await world.reads().count == 2)
        await database.shutdown()
    }

    @Test func auditorsSeeItAndTimelinesDoNot() async throws {
        let world = try await World()
        _ = try await world.server.send(.get, "/api/v1/tickets/\(world.number)", as: world.anna)
        let trail = try await world.server.send(.get, "/api/v1/audit?ticket=\(world.id)&kind=ticket.read", as: world.auditor)
        #expect(trail.items.map { $0["principal"]?["name"] } == ["Anna"])
        #expect(try await world.server.open("/admin/audit?kind=ticket.read", as: world.auditor).text.contains("Ticket: read"))
        for caller in [world.rita, world.anna, world.root] {
            let timeline = try await world.server.send(.get, "/api/v1/tickets/\(world.number)/timeline", as: caller)
            #expect(!timeline.text.contains("ticket.read"))
        }
        for caller in [world.anna, world.auditor, world.root] {
            let events = try await world.server.send(.get, "/api/v1/events?limit=500", as: caller)
            #expect(events.status == .ok && !events.text.contains("ticket.read"))
        }
    }
}
