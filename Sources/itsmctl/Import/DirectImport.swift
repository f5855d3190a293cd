import Foundation
import ITSMCore
import ITSMStore

/// An import that this process does itself, on the desk's database.
struct DirectImport: JobHandler {
    let kind = Job.Kind.ticketImport
    let canBeTakenOver = false

    private let desk: DirectDesk
    private let imports: ImportService
    private let folder: DiskImportFolder

    init(of file: String, on desk: DirectDesk) async throws {
        let database = desk.database
        let (work, snapshot) = (BlockingWork(), try await database.read { try $0.desk.load() })
        self.desk = desk
        folder = try Self.makeFolder(for: file)
        imports = ImportService(
            database: database, desk: { snapshot }, tickets: TicketService(database: database, desk: { snapshot }),
            people: PeopleService(database: database, hasher: Argon2(on: work)), groups: GroupService(database: database),
            categories: CategoryService(database: database), services: ServicePortfolio(database: database), work: work)
    }

    /// A temporary folder with a link to the file where an import looks for it.
    private static func makeFolder(for file: String) throws -> DiskImportFolder {
        let path = FileManager.default.temporaryDirectory.path + "/itsmctl-import-\(UUID().uuidString)"
        let folder = DiskImportFolder(path: path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        try FileManager.default.createSymbolicLink(atPath: folder.file, withDestinationPath: URL(fileURLWithPath: file).path)
        return folder
    }

    /// Does the import with a progress bar.
    ///
    /// - Parameter rejects: where the rows go that were not imported; nil to leave them.
    /// - Returns: the job at its end.
    func perform(_ request: ImportRequest, rejects: String?, label: String, _ console: Console) async throws -> JobView {
        defer { try? FileManager.default.removeItem(atPath: folder.path) }
        let (job, lease) = try await imports.begin(request, as: desk.caller)
        let progress = Task { await show(job.id, label, console) }
        let ending: JobRun.Ending
        do {
            ending = try await JobRun(job, lease: lease, handler: self, database: desk.database).perform()
        } catch {
            progress.cancel()
            throw error
        }
        progress.cancel()
        await progress.value
        switch ending {
        case .lost: throw ITSMError(.outcomeUnknown, "The database was away for too long, and the import was given up. Run it again.")
        case .settled(_, because: let error?) where !(error is JobInterrupted || error is CancellationError): throw error
        case .settled(let job, _):
            if let rejects { try copyRejects(to: rejects) }
            return JobView(job)
        }
    }

    private func show(_ id: ID<Job>, _ label: String, _ console: Console) async {
        var bar = ProgressBar(label, on: console)
        while (try? await Task.sleep(for: .milliseconds(200))) != nil {
            guard let progress = try? await desk.database.read({ try $0.jobs.first(id)?.progress }) else { continue }
            bar.update(done: Int64(progress.done), total: Int64(progress.total), progress.total > 0 ? "\(progress.done) of \(progress.total)" : "")
        }
        bar.finish()
    }

    private func copyRejects(to path: String) throws {
        let rows = FileManager.default.contents(atPath: folder.rejects) ?? Data()
        do {
            try rows.write(to: URL(fileURLWithPath: path))
        } catch {
            throw ITSMError(.forbidden, "Cannot write \(path).")
        }
    }

    // MARK: JobHandler

    func run(_ job: Job, lease: ID<Job.Lease>) async throws -> JSONValue {
        try JSONValue(encoding: try await imports.run(job, lease: lease, in: folder, as: caller(of: job)))
    }

    func finish(_ job: Job, _ result: JSONValue, in tx: any Transaction) throws {
        try imports.announceEnd(of: job, result, in: tx, as: caller(of: job))
    }

    func cleanUp(_ job: Job) async {}

    private func caller(of job: Job) -> Principal { desk.caller.from(Principal.Origin(channel: .import, cause: "import:\(job.id)")) }
}
