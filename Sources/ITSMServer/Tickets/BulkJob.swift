import ITSMCore

/// Makes bulk changes by a filter, and undoes large ones.
struct BulkJob: JobHandler {
    let kind: Job.Kind
    let canBeTakenOver = true
    let tickets: TicketService

    static func handlers(_ tickets: TicketService) -> [any JobHandler] {
        [BulkJob(kind: .bulkChange, tickets: tickets), BulkJob(kind: .bulkUndo, tickets: tickets)]
    }

    func run(_ job: Job, lease: ID<Job.Lease>) async throws -> JSONValue {
        let run = kind == .bulkUndo ? tickets.runBulkUndo : tickets.runBulk
        return try JSONValue(encoding: try await run(job, lease))
    }

    func finish(_ job: Job, _ result: JSONValue, in tx: any Transaction) throws {
        if kind == .bulkUndo { try tickets.finishBulkUndo(job, in: tx) }
    }

    func cleanUp(_ job: Job) async {}
}
