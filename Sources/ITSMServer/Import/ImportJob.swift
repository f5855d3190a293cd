import ITSMCore
import ITSMStore

/// Does imports.
struct ImportJob: JobHandler {
    let kind = Job.Kind.ticketImport
    let canBeTakenOver = true
    let imports: ImportService
    let folders: ImportFolders
    let database: any Database

    func run(_ job: Job, lease: ID<Job.Lease>) async throws -> JSONValue {
        let report = try await imports.run(job, lease: lease, in: folders[job.id], as: try await caller(of: job))
        return try JSONValue(encoding: report)
    }

    func finish(_ job: Job, _ result: JSONValue, in tx: any Transaction) throws {
        guard let owner = try tx.signIns.principal(for: job.createdBy, signIn: nil, at: tx.now) else { return }
        try imports.announceEnd(of: job, result, in: tx, as: owner.from(origin(job)))
    }

    func cleanUp(_ job: Job) async { await folders.cleanUp(job.id) }

    /// Whoever asked for the import, with the rights they have by now.
    private func caller(of job: Job) async throws -> Principal {
        let owner = try await database.read { try $0.signIns.principal(for: job.createdBy, signIn: nil, at: $0.now) }
        guard let owner else { throw ITSMError.forbidden("Whoever asked for this import may no longer sign in.") }
        return owner.from(origin(job))
    }

    private func origin(_ job: Job) -> Principal.Origin { Principal.Origin(channel: .import, cause: "import:\(job.id)") }
}
