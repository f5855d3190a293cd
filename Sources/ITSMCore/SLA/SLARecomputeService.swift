/// Computes running clocks anew, page by page, as a job: each page in one transaction with the job's own progress.
public struct SLARecomputeService: Sendable {
    /// Clocks of one page.
    public static let pageSize = 10_000

    private let database: any Database
    private let desk: @Sendable () -> DeskSnapshot

    /// - Parameter desk: the definitions as they are now; asked anew for each call.
    public init(database: any Database, desk: @escaping @Sendable () -> DeskSnapshot) {
        self.database = database
        self.desk = desk
    }

    /// What came of it.
    public struct Report: Sendable, Hashable, Codable {
        /// Clocks that were looked at.
        public var read = 0
        /// Those that differ from before.
        public var changed = 0
        /// Those that are now breached and were not, and the other way round.
        public var newlyBreached = 0
        /// Clocks that were breached and are not now.
        public var noLongerBreached = 0

        public init() {}
    }

    /// Makes a recompute wait to be done, in the transaction that saves the edit.
    static func start(_ what: SLARecompute, in tx: any Transaction, as caller: Principal) throws {
        let job = Job(
            id: tx.newID(), kind: .slaRecompute, payload: try JSONValue(encoding: what), dueAt: tx.now, createdBy: caller.id, createdAt: tx.now)
        _ = try tx.jobs.insert(job)
    }

    /// Does the job from where it was left.
    public func run(_ job: Job, lease: ID<Job.Lease>) async throws -> Report {
        let what = try job.payload.decode(SLARecompute.self)
        var state = try job.cursor?.decode(Mark.self) ?? Mark()
        // The edit may be younger than this server's snapshot of the desk.
        let desk = try await database.read { try $0.desk.load() }
        let total = try await database.read(on: .long) { try $0.sla.countUnfinished() }
        while !state.isDone {
            try Task.checkCancellation()
            let before = state
            state = try await database.write(.alone, on: .long) { tx in
                try tx.require(job.id, lease: lease)
                let next = try step(what, from: before, desk: desk, in: tx)
                try tx.jobs.save(.init(done: next.report.read, total: max(total, next.report.read)), cursor: JSONValue(encoding: next), of: job.id)
                return next
            }
        }
        return state.report
    }

    private struct Mark: Sendable, Codable {
        var place: SLARecomputePlace?
        var report = Report()
        var isDone = false
    }

    private func step(_ what: SLARecompute, from mark: Mark, desk: DeskSnapshot, in tx: any Transaction) throws -> Mark {
        let definitions = DeskDefinitions(desk: desk, tx: tx)
        let rows = try tx.sla.unfinished(after: mark.place, limit: Self.pageSize)
        var next = mark
        var changes: [SLARecomputeChange] = []
        for row in rows {
            guard let after = try what.applied(to: row, at: tx.now, under: definitions) else { continue }
            changes.append(SLARecomputeChange(before: row.cycle, after: after, edit: row.edit))
            let (was, now) = (row.cycle.isBreached(at: tx.now), after.isBreached(at: tx.now))
            if now, !was { next.report.newlyBreached += 1 }
            if was, !now { next.report.noLongerBreached += 1 }
        }
        let written = try tx.sla.replace(changes, at: tx.now)
        // What was written by others meanwhile is taken again: they may not have known the edit.
        if written < changes.count { return mark }
        next.report.read += rows.count
        next.report.changed += written
        next.place = rows.last?.place ?? mark.place
        next.isDone = rows.count < Self.pageSize
        return next
    }
}
