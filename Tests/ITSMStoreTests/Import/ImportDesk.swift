import Foundation
import ITSMCore
import ITSMTestSupport

@testable import ITSMStore

/// A desk of its own into which tests import.
struct ImportDesk: Sendable {
    let database: PostgresDatabase
    /// For connections beside the database's own.
    let url: String
    let imports: ImportService
    let tickets: TicketService
    let caller = Principal.automation()

    /// - Parameter fields: custom fields that the desk has from the start.
    init(fields: [CustomField.Draft] = []) async throws {
        url = try await TestDatabase.make().url
        let database = PostgresDatabase(PostgresConfiguration(connectionString: url))
        let service = CustomFieldService(database: database)
        for field in fields { _ = try await service.create(field, as: .automation()) }
        let desk = try await database.read { try $0.desk.load() }
        let work = BlockingWork()
        self.database = database
        tickets = TicketService(database: database, desk: { desk })
        imports = ImportService(
            database: database, desk: { desk }, tickets: tickets, people: PeopleService(database: database, hasher: Argon2(on: work)),
            groups: GroupService(database: database), categories: CategoryService(database: database), services: ServicePortfolio(database: database),
            work: work)
    }

    /// What stands where an import left things.
    struct Run: Sendable {
        var report: ImportReport
        var folder: DiskImportFolder

        var rejects: String { (try? String(contentsOfFile: folder.rejects, encoding: .utf8)) ?? "" }
        /// created, updated, unchanged, rejected
        var counts: [Int] { [report.created, report.updated, report.unchanged, report.rejected] }
    }

    func run(_ csv: [UInt8], map: ImportMap = .serviceNow, zone: String? = "Europe/Berlin", dryRun: Bool = false) async throws -> Run {
        let job = try await submit(csv, map: map, zone: zone, dryRun: dryRun)
        return try await work(on: job)
    }

    func run(_ csv: String, map: ImportMap = .serviceNow, zone: String? = "Europe/Berlin", dryRun: Bool = false) async throws -> Run {
        try await run(Array(csv.utf8), map: map, zone: zone, dryRun: dryRun)
    }

    func submit(_ csv: [UInt8], map: ImportMap = .serviceNow, zone: String? = "Europe/Berlin", dryRun: Bool = false) async throws -> ImportJobOnDisk {
        let id = ID<Job>(uuid: SystemIDSource().next(at: SystemClock().now()))
        let root = ImportFolderRoot(path: try TemporaryFolder.make())
        let file = try root.create(id)
        try file.write(csv)
        try file.finish()
        let request = try ImportRequest(preset: nil, map: map, timeZone: zone, dryRun: dryRun)
        _ = try await imports.submit(request, id: id, as: caller)
        return ImportJobOnDisk(id: id, folder: root[id])
    }

    /// Takes the job over, does it and settles it, as a worker does.
    func work(on job: ImportJobOnDisk, as worker: Principal? = nil) async throws -> Run {
        let (claimed, lease) = try await claim()
        let report = try await imports.run(claimed, lease: lease, in: job.folder, as: worker ?? caller)
        try await database.write { tx in
            guard var after = try tx.jobs.first(claimed.id) else { return }
            after.status = .succeeded
            after.finishedAt = tx.now
            try tx.jobs.settle(after)
        }
        return Run(report: report, folder: job.folder)
    }

    func claim(seconds: Int64 = 60) async throws -> (Job, ID<Job.Lease>) {
        try await database.write { tx in
            let lease = Job.Lease(id: tx.newID(), until: tx.now.adding(seconds: seconds))
            guard let job = try tx.jobs.claim([.ticketImport], lease: lease) else { throw ITSMError.notFound("job") }
            return (job, lease.id)
        }
    }

    func value(_ sql: SQL) async throws -> String? {
        try await database.read { tx in
            guard let unit = tx as? UnitOfWork else { return nil }
            return try unit.connection.first(sql) { try $0.next(String?.self) } ?? nil
        }
    }

    func change(_ sql: SQL) async throws {
        try await database.write { tx in
            guard let unit = tx as? UnitOfWork else { return }
            try unit.connection.execute(sql)
        }
    }
}

struct ImportJobOnDisk: Sendable {
    let id: ID<Job>
    let folder: DiskImportFolder
}

/// The real ServiceNow log, kept beside the checkout in `../shared/data`.
enum RealLog {
    static let path: String? = {
        let package = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardizedFileURL
        let file = package.appending(path: "../shared/data/servicenow_incident_event_log_part1.csv.gz").standardizedFileURL.path
        return FileManager.default.isReadableFile(atPath: file) ? file : nil
    }()

    static func bytes() throws -> [UInt8] {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: "/bin/gzip")
        process.arguments = ["-dc", path ?? ""]
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Array(data)
    }
}
