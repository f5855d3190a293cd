import HTTPTypes
import ITSMCore
import ITSMTestSupport
import NIOCore
import Testing
@testable import ITSMServer

@Suite("Import over REST")
struct ImportRoutesTests {
    static let csv = """
        number,incident_state,opened_at,caller_id,category,location
        INC1,New,1/3/2016 08:00,Caller 1,Category 1,Location 1
        INC2,Nonsense,1/3/2016 08:00,Caller 1,Category 1,Location 1

        """

    let server: TestServer
    let admin: TestCaller

    init() async throws {
        server = try await TestServer()
        admin = try await server.caller("ada", roles: ["admin"])
    }

    private func upload(_ csv: String, _ fields: [String: String], as caller: TestCaller? = nil) async throws -> TestAnswer {
        var form = ""
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
            form += "--b\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
        }
        form += "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"log.csv\"\r\nContent-Type: text/csv\r\n\r\n\(csv)\r\n--b--\r\n"
        return try await server.send(
            .post, "/api/v1/imports", as: caller ?? admin, raw: ByteBuffer(string: form), headers: [.contentType: "multipart/form-data; boundary=b"])
    }

    private var runner: JobRunner {
        let app = server.app
        let handler = ImportJob(imports: app.services.imports, folders: app.imports, database: app.database)
        return JobRunner(database: app.database, handlers: [handler], wakeUp: WakeUp(), logger: .quiet)
    }

    private func job(_ answer: TestAnswer) async throws -> TestAnswer {
        let id = try #require(answer["id"]?.string)
        return try await server.send(.get, "/api/v1/jobs/\(id)", as: admin)
    }

    @Test("A file is taken in, imported as a job, and what was left of it can be fetched")
    func importsAFile() async throws {
        let answer = try await upload(Self.csv, ["preset": "servicenow", "timeZone": "Europe/Berlin"])
        #expect(answer.status == .accepted)
        #expect(answer["status"] == "queued")
        let id = try #require(answer["id"]?.string)
        #expect(answer.headers[.location] == "/api/v1/jobs/\(id)")
        #expect(await runner.runNext())
        let done = try await job(answer)
        #expect(done["status"] == "succeeded")
        #expect(done["progress"] == ["done": 2, "total": 2])
        let counts = ["read", "created", "updated", "unchanged", "rejected"].map { done["result"]?[$0] }
        #expect(counts == [2, 1, 0, 0, 1])
        let rejects = try await server.send(.get, "/api/v1/imports/\(id)/rejects", as: admin)
        #expect(
            rejects.text
                == "number,incident_state,opened_at,caller_id,category,location\nINC2,Nonsense,1/3/2016 08:00,Caller 1,Category 1,Location 1\n")
        let faults = try await server.send(.get, "/api/v1/imports/\(id)/faults", as: admin)
        #expect(faults.text.contains("\"row\":3") && faults.text.contains("incident_state"))
        let ticket = try #require(try await server.send(.get, "/api/v1/tickets", as: admin).items.first)
        #expect(ticket["externalRef"] == ["source": "servicenow", "id": "INC1"])
        #expect(ticket["createdAt"] == "2016-03-01T07:00:00.000Z")
        let source = try await server.send(.get, "/api/v1/tickets/\(ticket["number"]?.string ?? "")/source", as: admin)
        #expect(source["data"] == ["location": "Location 1"])
    }

    @Test("A map in YAML reads any CSV")
    func mapsAFile() async throws {
        let map = """
            source: oldDesk
            dates: [d.M.yyyy HH:mm]
            fields: {externalId: Ticket, title: [Product, Summary], status: State, createdAt: Opened}
            values:
              status: {In Arbeit: inProgress}
            ignore: [Flag]
            """
        let answer = try await upload(
            "Ticket;Product;Summary;State;Opened;Flag\n7;Mail;Lost;In Arbeit;1.3.2026 08:00;x\n", ["map": map, "timeZone": "UTC"])
        #expect(answer.status == .accepted)
        #expect(await runner.runNext())
        #expect(try await job(answer)["status"] == "succeeded")
        let ticket = try #require(try await server.send(.get, "/api/v1/tickets", as: admin).items.first)
        #expect(ticket["title"] == "Mail · Lost")
        #expect(ticket["status"] == "inProgress")
    }

    @Test(
        "What is wrong with the request is told at once, before anything waits",
        arguments: [
            (["timeZone": "UTC"], ["/preset required"]),
            (["preset": "nobody", "timeZone": "Mars/Olympus"], ["/preset invalidValue", "/timeZone invalidValue"]),
            (["preset": "servicenow", "map": "{source: a, fields: {externalId: a, title: b, createdAt: c}}"], ["/preset required"]),
            (["map": "{source: a, fields: {titel: b}}"], ["/map invalidValue"]),
            (["map": "{source: a"], ["/map malformed"]),
            (["map": ""], ["/map required"]),
            (
                ["map": "{source: 'a b', fields: {externalId: a}}"],
                ["/map/source invalidValue", "/map/fields/title required", "/map/fields/createdAt required"]
            ),
            (["preset": "servicenow", "dryRun": "perhaps"], ["/dryRun invalidValue"]),
            (["preset": "servicenow", "zone": "UTC"], ["/zone unknownField"]),
        ])
    func refuses(fields: [String: String], faults: [String]) async throws {
        let answer = try await upload(Self.csv, fields)
        #expect(answer.status == (answer.code == .malformed ? .badRequest : .unprocessableContent))
        #expect(answer.faults == faults)
        #expect(try await server.send(.get, "/api/v1/jobs", as: admin).items.isEmpty)
    }

    @Test("A map that aliases blow up is refused")
    func yamlBomb() async throws {
        var map = "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
        for (name, before) in zip("bcdefghi", "abcdefgh") {
            map += "\(name): &\(name) [\(Array(repeating: "*\(before)", count: 10).joined(separator: ", "))]\n"
        }
        let answer = try await upload(Self.csv, ["map": map])
        #expect(answer.status == .unprocessableContent)
        #expect(answer.faults == ["/map tooLong"])
    }

    @Test("A file that cannot be read fails the job, with every reason")
    func failsTheJob() async throws {
        for (csv, fields, faults) in [
            ("", ["preset": "servicenow", "timeZone": "UTC"], ["/file malformed"]),
            ("id,name\n1,a\n", ["preset": "servicenow"], ["/file required", "/file required", "/file required"]),
        ] {
            let answer = try await upload(csv, fields)
            #expect(answer.status == .accepted)
            #expect(await runner.runNext())
            let failed = try await job(answer)
            #expect(failed["status"] == "failed")
            guard case .array(let errors)? = failed["error"]?["errors"] else { throw ITSMError.notFound("errors") }
            #expect(errors.map { "\($0["pointer"]?.string ?? "") \($0["code"]?.string ?? "")" } == faults)
        }
    }

    @Test("Only who may import imports, sees what was left, and ends it")
    func rights() async throws {
        let agent = try await server.caller("bob", roles: ["agent"])
        #expect(try await upload(Self.csv, ["preset": "servicenow"], as: agent).status == .forbidden)
        let answer = try await upload(Self.csv, ["preset": "servicenow", "timeZone": "UTC"])
        let id = try #require(answer["id"]?.string)
        #expect(try await server.send(.get, "/api/v1/jobs/\(id)", as: agent).status == .notFound)
        #expect(try await server.send(.post, "/api/v1/jobs/\(id)/cancel", as: agent).status == .notFound)
        #expect(try await server.send(.get, "/api/v1/imports/\(id)/rejects", as: agent).status == .forbidden)
        let second = try await upload(Self.csv, ["preset": "servicenow", "timeZone": "UTC"])
        #expect(second.status == .conflict)
        #expect(try await server.send(.post, "/api/v1/jobs/\(id)/cancel", as: admin)["status"] == "cancelled")
        #expect(try await server.send(.post, "/api/v1/jobs/\(id)/cancel", as: admin).status == .conflict)
        #expect(await runner.runNext() == false)
    }

    @Test("A person who lost the right since does not import; a job whose file is elsewhere waits")
    func later() async throws {
        let answer = try await upload(Self.csv, ["preset": "servicenow", "timeZone": "UTC"])
        let text = try #require(answer["id"]?.string)
        let id = try #require(ID<Job>(text))
        server.app.imports.root.removeFile(of: id)
        #expect(await runner.runNext())
        let waiting = try await job(answer)
        #expect(waiting["status"] == "queued")
        #expect(waiting["error"]?["code"] == "unavailable")

        let other = try await upload(Self.csv, ["preset": "servicenow", "timeZone": "UTC", "dryRun": "true"])
        let people = server.app.services.people
        try await server.app.database.write { tx in
            var patch = User.Patch()
            patch.roles = .value([.name("requester")])
            _ = try people.update(.id(admin.id), with: patch, ifVersion: nil, passwordHash: nil, in: tx, as: .automation())
        }
        #expect(await runner.runNext())
        let refused = try await server.app.database.read { tx in try tx.jobs.first(ID(other["id"]!.string!)!) }
        #expect(refused?.status == .failed)
        #expect(refused?.failure?.code == .forbidden)
    }

    @Test("The worker takes up what was made while it slept, and ends with the server")
    func worker() async throws {
        let answer = try await upload(Self.csv, ["preset": "servicenow", "timeZone": "UTC", "dryRun": "true"])
        let runner = runner
        let working = Task { try await runner.run() }
        while try await job(answer)["status"] != "succeeded" { await Task.yield() }
        working.cancel()
        try await working.value
        #expect(try await server.send(.get, "/api/v1/tickets", as: admin).items.isEmpty)
    }
}
