import ITSMCore
import ITSMTestSupport
import Testing

@testable import ITSMStore

@Suite("One turn at a job") struct JobRunTests {
    /// What a run of the job ends with.
    enum Fate: Sendable, CaseIterable {
        case success, passingFault, lastingFault, programEnds, isCancelled, isLost

        var error: (any Error)? {
            switch self {
            case .success: nil
            case .passingFault: ITSMError(.unavailable, "The disk is away.")
            case .lastingFault: ITSMError(.invalidValue, "The file is no good.")
            case .programEnds: CancellationError()
            case .isCancelled: JobInterrupted(.cancelled)
            case .isLost: JobInterrupted(.lost)
            }
        }
    }

    struct Handler: JobHandler {
        let kind = Job.Kind.ticketImport
        let canBeTakenOver: Bool
        let fate: Fate

        func run(_ job: Job, lease: ID<Job.Lease>) async throws -> JSONValue {
            if let error = fate.error { throw error }
            return ["read": 3]
        }

        func finish(_ job: Job, _ result: JSONValue, in tx: any Transaction) throws {}

        func cleanUp(_ job: Job) async {}
    }

    let database: PostgresDatabase

    init() async throws {
        database = PostgresDatabase(PostgresConfiguration(connectionString: try await TestDatabase.make().url))
    }

    private func begun() async throws -> (job: Job, lease: ID<Job.Lease>) {
        try await database.write { tx in
            let lease = Job.Lease(id: tx.newID(), until: tx.now.adding(seconds: Job.leaseSeconds))
            let job = Job(
                id: tx.newID(), kind: .ticketImport, status: .running, payload: [:], attempts: 1, dueAt: tx.now, createdBy: User.automationID,
                createdAt: tx.now, startedAt: tx.now)
            _ = try tx.jobs.insert(job, lease: lease)
            return (job, lease.id)
        }
    }

    @Test(
        "It is settled by how it ended, and by whether another could go on",
        arguments: [
            (.success, true, .succeeded), (.success, false, .succeeded), (.passingFault, true, .queued), (.passingFault, false, .failed),
            (.lastingFault, true, .failed), (.lastingFault, false, .failed), (.programEnds, true, .queued), (.programEnds, false, .cancelled),
            (.isCancelled, true, .cancelled), (.isCancelled, false, .cancelled), (.isLost, true, .running), (.isLost, false, .running),
        ] as [(Fate, Bool, Job.Status)])
    func settles(fate: Fate, canBeTakenOver: Bool, status: Job.Status) async throws {
        let (job, lease) = try await begun()
        let run = JobRun(job, lease: lease, handler: Handler(canBeTakenOver: canBeTakenOver, fate: fate), database: database)
        let ending = try await run.perform()
        let after = try #require(try await database.read { try $0.jobs.first(job.id) })
        #expect(after.status == status)
        switch ending {
        case .lost: #expect(fate == .isLost)
        case .settled(let told, because: let error):
            #expect(told == after)
            #expect((error == nil) == (fate == .success))
        }
        #expect(after.result == (fate == .success ? ["read": 3] : nil))
    }

    @Test("What ends after another has taken the job over is not written")
    func isNotWrittenLate() async throws {
        let (job, lease) = try await begun()
        _ = try await database.write { try $0.jobs.renew(job.id, lease: .init(id: lease, until: $0.now.adding(seconds: -1))) }
        let theirs = try await database.write { tx in
            try tx.jobs.claim([.ticketImport], lease: .init(id: tx.newID(), until: tx.now.adding(seconds: 60)))
        }
        #expect(theirs?.attempts == 2)
        let ending = try await JobRun(job, lease: lease, handler: Handler(canBeTakenOver: true, fate: .success), database: database).perform()
        guard case .lost = ending else { throw ITSMError(.internal, "It was written: \(ending)") }
        #expect(try await database.read { try $0.jobs.first(job.id) }?.status == .running)
    }
}
