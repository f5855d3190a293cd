import Foundation
import ITSMCore
import ITSMStore
import ITSMTestSupport
import Testing

@testable import itsmctl

/// Commands on a real database, without a server.
@Suite("Commands without a server") struct DirectImportTests {
    private static let rows = ["INC1,New,1/6/2016 09:00", "INC2,New,1/6/2016 10:00"]

    let desk: PeopleDesk
    let url: String
    var machine: TestMachine

    init() async throws {
        let database = try await TestDatabase.make()
        desk = PeopleDesk(database)
        url = database.url
        machine = TestMachine(token: nil)
        machine.environment["ITSM_DATABASE_URL"] = database.url
        _ = try await desk.superAdmin()
        _ = try await desk.person("rita")
    }

    private func file(_ rows: [String] = Self.rows) throws -> String {
        try FileManager.default.createDirectory(atPath: machine.home, withIntermediateDirectories: true)
        let path = machine.home + "/log.csv"
        try Data((["number,incident_state,opened_at"] + rows).joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    private func importing(_ file: String, as user: String = "root", _ more: String...) async -> Run {
        await machine.run(
            ["import", "tickets", file, "--preset", "servicenow", "--time-zone", "Europe/Lisbon", "--direct", "--as", user, "-o", "json"] + more)
    }

    private func counts(_ run: Run) throws -> JSONValue { try JSONDecoder().decode(JSONValue.self, from: Data(run.output.utf8)) }

    @Test("An import writes, does nothing the second time, and leaves its traces as one through a server does")
    func imports() async throws {
        let file = try file()
        let rehearsed = await importing(file, "--dry-run")
        #expect(rehearsed.status == .done, "\(rehearsed.notes)")
        #expect(try counts(rehearsed) == ["read": 2, "created": 2, "updated": 0, "unchanged": 0, "rejected": 0])
        #expect(try counts(await importing(file)) == ["read": 2, "created": 2, "updated": 0, "unchanged": 0, "rejected": 0])
        #expect(try counts(await importing(file)) == ["read": 2, "created": 0, "updated": 0, "unchanged": 2, "rejected": 0])

        let jobs = try await desk.database.read { try $0.jobs.list(of: nil, .init(), page: .first, for: .automation()).items }
        #expect(jobs.map(\.status) == [.succeeded, .succeeded, .succeeded])
        let audit = await machine.itsmctl("audit", "--direct", "--as", "root", "--kind", "import.finished", "-o", "ndjson")
        #expect(audit.status == .done, "\(audit.notes)")
        #expect(audit.output.split(separator: "\n").count == 2)
        #expect(audit.output.contains("\"name\":\"Root\""))
    }

    @Test("Rows that cannot be read are told and kept")
    func rejects() async throws {
        let rejects = machine.home + "/rejects.csv"
        let run = await importing(try file(Self.rows + ["INC3,New,yesterday"]), "--rejects", rejects)
        #expect(run.status == .partlyFailed)
        #expect(run.notes.contains("row 4, column opened_at, \"yesterday\""))
        #expect(try String(contentsOfFile: rejects, encoding: .utf8).contains("INC3"))
    }

    @Test("Whoever is named must hold the rights")
    func rights() async throws {
        let file = try file()
        #expect(await importing(file, as: "rita").status == .error)
        #expect(await importing(file, as: "nobody").status == .notFound)
        #expect(await machine.itsmctl("audit", "--direct", "--as", "rita").status == .error)
        #expect(try await desk.database.read { try $0.jobs.list(of: nil, .init(), page: .first, for: .automation()).items }.isEmpty)
    }

    @Test("While another import of the source runs, there is none beside it; one whose program died gives way")
    func oneAtATime() async throws {
        let file = try file()
        let root = try #require(try await desk.database.read { try $0.signIns.credentials(username: "root")?.user.id })
        let (request, now) = (try ImportRequest(preset: "servicenow", map: nil, timeZone: "UTC", dryRun: false, isDirect: true), SystemClock().now())
        let job = Job(
            id: ID(uuid: SystemIDSource().next(at: now)), kind: .ticketImport, status: .running, uniqueKey: request.map.source,
            payload: try JSONValue(encoding: request), attempts: 1, dueAt: now, createdBy: root, createdAt: now, startedAt: now)
        let lease = ID<Job.Lease>(uuid: SystemIDSource().next(at: now))
        _ = try await desk.database.write { try $0.jobs.insert(job, lease: .init(id: lease, until: now.adding(seconds: 3_600))) }
        #expect(await importing(file).status == .conflict)

        _ = try await desk.database.write { try $0.jobs.renew(job.id, lease: .init(id: lease, until: now.adding(seconds: -1))) }
        #expect(await importing(file).status == .done)
        #expect(try await desk.database.read { try $0.jobs.first(job.id) }?.status == .failed)
    }

    @Test("A database of another version is refused")
    func versions() async throws {
        let empty = try await TestDatabase.make(migrated: false)
        var machine = machine
        machine.environment["ITSM_DATABASE_URL"] = empty.url
        let refused = await machine.itsmctl("audit", "--direct", "--as", "root")
        #expect(refused.status == .error)
        #expect(refused.notes.contains("itsm-server migrate"))

        let older = try await TestDatabase.make()
        try await onThread("older") { try AdminSession(older.superuserURL).run("DELETE FROM schema_migrations WHERE number > 3") }
        machine.environment["ITSM_DATABASE_URL"] = older.url
        #expect(await machine.itsmctl("audit", "--direct", "--as", "root").notes.contains("is at version 3"))
    }

    @Test(
        "Wrong flags are told, a password in the arguments above all",
        arguments: [
            ["--direct", "--as", "root", "--database", "postgres://desk:secret@db/itsm"],
            ["--direct", "--as", "root", "--database", "postgres://db/itsm?password=secret"],
            ["--direct", "--as", "root", "--database", "host=db password=secret"],
            ["--direct", "--as", "root", "--database", "service=itsm", "--data-dir", "/nowhere"], ["--direct"], ["--as", "root"],
            ["--data-dir", "/nowhere"],
        ])
    func usage(_ flags: [String]) async {
        let run = await machine.run(["audit", "list"] + flags)
        #expect(run.status == .usageOrCancelled, "\(run.notes)")
        #expect(!run.notes.contains("secret@"))
    }

    @Test("A folder without a desk is not made into one")
    func noDesk() async {
        let folder = machine.home + "/data"
        let run = await machine.itsmctl("audit", "--direct", "--as", "root", "--data-dir", folder)
        #expect(run.status == .error)
        #expect(run.notes.contains("no desk in the folder"))
        #expect(!FileManager.default.fileExists(atPath: folder))
    }
}
