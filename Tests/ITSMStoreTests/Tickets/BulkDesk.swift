import ITSMCore
import ITSMTestSupport

@testable import ITSMStore

/// A desk for bulk changes by filter: those who ask for them hold their rights in the database, where a job looks for them.
struct BulkDesk: Sendable {
    let people: PeopleDesk
    let tickets: TicketService
    let jobs: JobService
    /// May change in bulk; does not see confidential tickets of groups that they are not in.
    let boss: Principal

    var database: PostgresDatabase { people.database }

    init() async throws {
        people = try await PeopleDesk.make()
        boss = try await people.person("boss", roles: [.name("admin")])
        let desk = try await people.database.read { try $0.desk.load() }
        tickets = TicketService(database: people.database, desk: { desk })
        jobs = JobService(database: people.database)
    }

    /// Raises so many tickets in one transaction, all tagged `pile`.
    @discardableResult
    func raise(_ count: Int, _ change: @escaping @Sendable (inout TicketDraft) -> Void = { _ in }) async throws -> [TicketView] {
        let made = try await database.write(.alone, on: .long) { tx in
            try (0..<count).map { index in
                var draft = TicketDraft(title: "Ticket \(index)")
                draft.tags = ["pile"]
                change(&draft)
                return try tickets.create(tickets.plan(draft, kind: .incident, as: boss), in: tx, as: boss)
            }
        }
        return made.map(\.value)
    }

    func tagging(_ expected: Int, with tag: String = "done", filter: String = "\"pile\" in ticket.tags", dryRun: Bool = false) -> BulkEdit {
        var changes = BulkEdit.Changes()
        changes.addTags = [tag]
        return BulkEdit(filter: filter, expecting: expected, changes, dryRun: dryRun)
    }

    func now(_ ticket: TicketView) async throws -> TicketView { try await tickets.find(.id(ticket.id), as: .automation()) }

    /// How many tickets have this version.
    func count(version: Int) async throws -> Int { try await count("SELECT count(*) FROM tickets WHERE version = \(version)") }

    func count(_ sql: SQL) async throws -> Int { try await database.read { try ($0 as! UnitOfWork).connection.first(sql, as: Int.self) } ?? -1 }

    // MARK: Working

    func claim() async throws -> (job: Job, lease: ID<Job.Lease>) {
        try await database.write { tx in
            let lease = Job.Lease(id: tx.newID(), until: tx.now.adding(seconds: Job.leaseSeconds))
            guard let job = try tx.jobs.claim([.bulkChange, .bulkUndo], lease: lease) else { throw ITSMError.notFound("job") }
            return (job, lease.id)
        }
    }

    /// Takes the job that is due and does it to its end, as a server does.
    func work() async throws {
        let (job, lease) = try await claim()
        _ = try await JobRun(job, lease: lease, handler: Handler(kind: job.kind, tickets: tickets), database: database).perform()
    }

    /// Begins the change and does it.
    func make(_ edit: BulkEdit) async throws -> BulkOperation {
        let begun = try await tickets.beginBulk(edit, as: boss)
        try await work()
        return try await tickets.bulkOperation(begun.id!, as: boss)
    }

    /// Works until something is done of the job, and then dies without a word.
    ///
    /// - Returns: how much was done.
    func workAndDie() async throws -> Int {
        let (job, lease) = try await claim()
        let run = Task { try await tickets.runBulk(job, lease: lease) }
        while try await database.read({ try $0.jobs.first(job.id) })?.progress.done == 0 { await Task.yield() }
        run.cancel()
        _ = await run.result
        people.clock.advance(seconds: Job.leaseSeconds + 1)
        return try await database.read { try $0.jobs.first(job.id) }?.progress.done ?? 0
    }

    private struct Handler: JobHandler {
        let kind: Job.Kind
        let canBeTakenOver = true
        let tickets: TicketService

        func run(_ job: Job, lease: ID<Job.Lease>) async throws -> JSONValue {
            try JSONValue(encoding: kind == .bulkUndo ? await tickets.runBulkUndo(job, lease: lease) : await tickets.runBulk(job, lease: lease))
        }

        func finish(_ job: Job, _ result: JSONValue, in tx: any Transaction) throws {
            if kind == .bulkUndo { try tickets.finishBulkUndo(job, in: tx) }
        }

        func cleanUp(_ job: Job) async {}
    }
}
