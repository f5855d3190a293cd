import Foundation

/// Brings the records of other systems in, as a job: resumable, in blocks that commit often, with a report of everything that was not as it should be.
public struct ImportService: Sendable {
    let database: any Database
    private let desk: @Sendable () -> DeskSnapshot
    private let tickets: TicketService
    private let makers: ImportMakers
    private let work: any WorkExecutor

    /// Tickets in one transaction: few enough that it commits well within the 2 s after which the feed would be held up (store.md, 6).
    static let blockSize = 50
    static let blockRows = 2_000

    /// - Parameter desk: the definitions as they are now; asked anew for each call.
    public init(
        database: any Database, desk: @escaping @Sendable () -> DeskSnapshot, tickets: TicketService, people: PeopleService, groups: GroupService,
        categories: CategoryService, services: ServicePortfolio, work: any WorkExecutor
    ) {
        self.database = database
        self.desk = desk
        self.tickets = tickets
        self.work = work
        makers = ImportMakers(people: people, groups: groups, categories: categories, services: services)
    }

    /// What the source said of a ticket and we have no field for.
    ///
    /// - Throws: `notFound` when the caller may not see the ticket, or it was not imported.
    public func source(of key: TicketKey, as caller: Principal) async throws -> TicketSource {
        try await tickets.reading(key, as: caller) { tx, record in
            guard let source = try tx.imports.first(of: record.ticket.id) else { throw ITSMError.notFound("source of this ticket") }
            return source
        }
    }

    /// Queues the record of an import's end; a dry run leaves none.
    public func announceEnd(of job: Job, _ result: JSONValue, in tx: any Transaction, as caller: Principal) throws {
        guard result["isDryRun"] != .bool(true) else { return }
        let counts = ["read", "created", "updated", "unchanged", "rejected"].map { ($0, result[$0] ?? .null) }
        let payload = JSONValue.object(Dictionary(uniqueKeysWithValues: counts))
        try tx.activity.append(Activity(.importFinished, on: .init(.import, job.id), payload: payload, occurredAt: tx.now), by: caller)
    }

    // MARK: - Doing it

    /// Does the import, from where an earlier run of the same job left off.
    ///
    /// - Throws: `JobInterrupted` when the job was cancelled or another worker took it; 422 when the file cannot be read with this map at all.
    public func run(_ job: Job, lease: ID<Job.Lease>, in folder: any ImportFolder, as caller: Principal) async throws -> ImportReport {
        try caller.require(.importTickets)
        let request: ImportRequest = try job.payload.decode()
        guard !request.isDirect || job.attempts == 1 else { throw Self.abandoned }
        let start = try job.cursor.map { try $0.decode(ImportCheckpoint.self) } ?? ImportCheckpoint(report: ImportReport(isDryRun: request.dryRun))
        let fields = desk().customFields
        let reading = try await work.run {
            let reading = try ImportReading(request, fields: fields, in: folder)
            try folder.rewind(to: start.mark)
            try reading.skip(start.tickets)
            return reading
        }
        let run = ImportRun(job: job.id, lease: lease, reading: reading, folder: folder, caller: caller, isDryRun: request.dryRun)
        var checkpoint = start
        var names = ImportedNames()
        var next = try await work.run { try run.read() }
        while let batch = next {
            // While the database takes one block in, the next is read.
            async let following = work.run { try run.read() }
            (checkpoint, names) = try await save(batch, after: checkpoint, names, of: run)
            next = try await following
        }
        var report = checkpoint.report
        report.faults = try await work.run { try folder.faults(limit: ImportReport.faultLimit) }
        return report
    }

    /// Writes one block and the checkpoint behind it. Where the database refuses it, every ticket is tried by itself, and those that it refuses are
    /// rejected.
    private func save(
        _ batch: ImportReading.Batch, after checkpoint: ImportCheckpoint, _ names: ImportedNames, of run: ImportRun
    ) async throws -> (ImportCheckpoint, ImportedNames) {
        let refused = batch.items.filter { $0.outcome.ticket == nil }
        do {
            return try await write(batch, refused: refused, after: checkpoint, names, of: run)
        } catch let error as ITSMError where error.isAboutContent {
            var items = batch.items
            let faults = try await faultsOfEach(items, names, of: run)
            for (index, error) in faults { items[index].outcome.refuse(error, row: items[index].group.rows[0].number) }
            try await work.run { try run.folder.rewind(to: checkpoint.mark) }
            let rest = ImportReading.Batch(items: items, rows: batch.rows)
            return try await write(rest, refused: items.filter { $0.outcome.ticket == nil }, after: checkpoint, names, of: run)
        }
    }

    private func write(
        _ batch: ImportReading.Batch, refused: [ImportReading.Batch.Item], after checkpoint: ImportCheckpoint, _ names: ImportedNames,
        of run: ImportRun
    ) async throws -> (ImportCheckpoint, ImportedNames) {
        var next = checkpoint
        next.tickets += batch.items.count
        next.report.read += batch.rows
        if !refused.isEmpty { next.mark = try await work.run { try run.leave(refused, isFirst: checkpoint.mark.rejects == 0) } }
        for item in refused { next.report.reject(item) }
        let block = ImportBlock(job: run.job, items: batch.items, tickets: tickets, makers: makers, desk: desk())
        let prepared = next
        let (result, saved) = try await database.write(.alone, on: .long) { tx in
            try tx.require(run.job, lease: run.lease)
            let result = run.isDryRun ? try block.rehearse(names, in: tx) : try block.write(names, in: tx, as: run.caller)
            var saved = prepared
            saved.report.add(result)
            let progress = Job.Progress(done: saved.report.read, total: run.reading.rows)
            try tx.jobs.save(progress, cursor: JSONValue(encoding: saved), of: run.job)
            return (result, saved)
        }
        return (saved, result.names)
    }

    /// Tries each ticket by itself, and undoes all of it.
    private func faultsOfEach(_ items: [ImportReading.Batch.Item], _ names: ImportedNames, of run: ImportRun) async throws -> [Int: ITSMError] {
        let desk = desk()
        do {
            try await database.write(.alone, on: .long) { tx in
                try tx.require(run.job, lease: run.lease)
                var refused: [Int: ITSMError] = [:]
                for (index, item) in items.enumerated() where item.outcome.ticket != nil {
                    let block = ImportBlock(job: run.job, items: [item], tickets: tickets, makers: makers, desk: desk)
                    if case .failure(let error) = try tx.savepoint({ _ = try block.write(names, in: tx, as: run.caller) }) { refused[index] = error }
                }
                throw Rehearsed(refused: refused)
            }
            return [:]
        } catch let rehearsed as Rehearsed {
            return rehearsed.refused
        }
    }

    /// Ends a transaction that was only a trial.
    private struct Rehearsed: Error {
        var refused: [Int: ITSMError]
    }
}

/// What stays the same throughout one run of an import.
struct ImportRun: Sendable {
    let job: ID<Job>
    let lease: ID<Job.Lease>
    let reading: ImportReading
    let folder: any ImportFolder
    let caller: Principal
    let isDryRun: Bool

    func read() throws -> ImportReading.Batch? { try reading.next(limit: ImportService.blockSize, rowLimit: ImportService.blockRows) }

    /// Leaves the rows of rejected tickets and their faults behind.
    func leave(_ items: [ImportReading.Batch.Item], isFirst: Bool) throws -> ImportMark {
        let header = isFirst ? reading.rejectsHeader : []
        return try folder.append(rejects: header + items.flatMap { reading.rejects($0.group) }, faults: items.flatMap(\.outcome.faults))
    }
}

extension HistoryFold.Outcome {
    mutating func refuse(_ error: ITSMError, row: Int) {
        ticket = nil
        faults =
            error.problems.isEmpty
            ? [ImportFault(row: row, code: error.code, message: error.detail)]
            : error.problems.map { ImportFault(row: row, code: $0.code, message: "\($0.pointer): \($0.message)") }
    }
}

extension ImportReport {
    mutating func reject(_ item: ImportReading.Batch.Item) {
        rejected += 1
        rejectedRows += item.group.rows.count
        faultCount += item.outcome.faults.count
    }

    mutating func add(_ result: ImportBlock.Result) {
        created += result.created
        updated += result.updated
        unchanged += result.unchanged
        for (ticket, notes) in result.notes { add(notes, of: ticket) }
    }
}

extension ITSMError {
    /// True for what another content would mend: a rule of the desk or a constraint of its tables.
    fileprivate var isAboutContent: Bool {
        switch code {
        case .unavailable, .outcomeUnknown, .rateLimited, .internal, .forbidden, .unauthenticated: false
        default: true
        }
    }
}
