/// Asking for an import.
extension ImportService {
    /// Makes an import wait to be done. Its file lies in the folder of this id already.
    ///
    /// - Throws: `forbidden`; `inProgress` while another import of the same source waits or runs.
    public func submit(_ request: ImportRequest, id: ID<Job>, as caller: Principal) async throws -> JobView {
        try await database.write { try self.submit(request, id: id, in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func submit(_ request: ImportRequest, id: ID<Job>, in tx: any Transaction, as caller: Principal) throws -> JobView {
        JobView(try start(request, id: id, lease: nil, in: tx, as: caller))
    }

    /// Begins an import that this process does itself. It is leased from the start, so that no server takes it up.
    ///
    /// - Throws: as `submit`.
    public func begin(_ request: ImportRequest, in tx: any Transaction, as caller: Principal) throws -> (job: Job, lease: ID<Job.Lease>) {
        let lease = Job.Lease(id: tx.newID(), until: tx.now.adding(seconds: Job.leaseSeconds))
        return (try start(request, id: tx.newID(), lease: lease, in: tx, as: caller), lease.id)
    }

    /// The same in a unit of work of its own.
    public func begin(_ request: ImportRequest, as caller: Principal) async throws -> (job: Job, lease: ID<Job.Lease>) {
        try await database.write { try self.begin(request, in: $0, as: caller) }
    }

    private func start(
        _ request: ImportRequest, id: ID<Job>, lease: Job.Lease?, in tx: any Transaction, as caller: Principal
    ) throws -> Job {
        try caller.require(.importTickets)
        let source = request.map.source
        var job = Job(
            id: id, kind: .ticketImport, uniqueKey: request.dryRun ? nil : source, payload: try JSONValue(encoding: request), dueAt: tx.now,
            createdBy: caller.id, createdAt: tx.now)
        if lease != nil { (job.status, job.attempts, job.startedAt) = (.running, 1, tx.now) }
        if let key = job.uniqueKey { try failAbandoned(key, in: tx) }
        guard try tx.jobs.insert(job, lease: lease) else {
            throw ITSMError(.inProgress, "An import from \(source) is running; wait for its end, or cancel it.")
        }
        if !request.dryRun {
            try tx.activity.append(
                Activity(.importStarted, on: .init(.import, id), payload: ["source": .string(source)], occurredAt: tx.now), by: caller)
        }
        return job
    }

    /// A direct import whose process died keeps no other away: nobody will go on with it.
    private func failAbandoned(_ source: String, in tx: any Transaction) throws {
        guard var left = try tx.jobs.abandoned(.ticketImport, uniqueKey: source), try left.payload.decode(ImportRequest.self).isDirect else { return }
        left.fail(Self.abandoned, forGood: true, at: tx.now)
        try tx.jobs.settle(left)
    }

    static let abandoned = ITSMError(
        .notFound,
        "The program that did this import ended before it was done, and the file is with it. What it has written stays; import the file again.")
}
