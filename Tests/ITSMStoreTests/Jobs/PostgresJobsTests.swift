import ITSMCore
import ITSMTestSupport
import Testing

@testable import ITSMStore

@Suite("Jobs")
struct PostgresJobsTests {
    let database: PostgresDatabase

    init() async throws {
        database = PostgresDatabase(PostgresConfiguration(connectionString: try await TestDatabase.make().url))
    }

    private func add(key: String? = nil, dueIn seconds: Int64 = 0) async throws -> Job? {
        try await database.write { tx in
            let job = Job(
                id: tx.newID(), kind: .ticketImport, uniqueKey: key, payload: ["a": 1], dueAt: tx.now.adding(seconds: seconds),
                createdBy: User.automationID, createdAt: tx.now)
            return try tx.jobs.insert(job) ? job : nil
        }
    }

    private func claim(for seconds: Int64 = 60) async throws -> (job: Job, lease: ID<Job.Lease>)? {
        try await database.write { tx in
            let lease = Job.Lease(id: tx.newID(), until: tx.now.adding(seconds: seconds))
            return try tx.jobs.claim([.ticketImport], lease: lease).map { ($0, lease.id) }
        }
    }

    private func settle(_ id: ID<Job>, _ change: @escaping @Sendable (inout Job, Instant) -> Void) async throws -> Job? {
        try await database.write { tx in
            guard var job = try tx.jobs.first(id) else { return nil }
            change(&job, tx.now)
            try tx.jobs.settle(job)
            return try tx.jobs.first(id)
        }
    }

    @Test("A job is taken once, in the order of its due time, and not before it")
    func claims() async throws {
        let later = try #require(try await add(dueIn: -1))
        let first = try #require(try await add(dueIn: -10))
        _ = try await add(dueIn: 3_600)
        #expect(try await claim()?.job.id == first.id)
        let second = try #require(try await claim())
        #expect(second.job.id == later.id)
        #expect(second.job.payload == ["a": 1])
        #expect(second.job.status == .running)
        #expect(second.job.attempts == 1)
        #expect(try await claim() == nil)
    }

    @Test("Of many workers that ask at once each gets another job")
    func concurrent() async throws {
        for _ in 0..<20 { _ = try await add() }
        let ids = try await withThrowingTaskGroup(of: ID<Job>?.self) { group in
            for _ in 0..<20 { group.addTask { try await claim()?.job.id } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        // One that finds every due row locked by others gets nothing, and asks again later.
        let taken = ids.compactMap(\.self)
        #expect(Set(taken).count == taken.count)
        #expect(!taken.isEmpty)
    }

    @Test("While a job waits or runs, there is no second of its key")
    func uniqueKeys() async throws {
        let job = try #require(try await add(key: "servicenow"))
        #expect(try await add(key: "servicenow") == nil)
        #expect(try await add(key: "other") != nil)
        _ = try await claim()
        #expect(try await add(key: "servicenow") == nil)
        _ = try await settle(job.id) { job, now in
            job.status = .succeeded
            job.finishedAt = now
            job.result = ["read": 1]
        }
        #expect(try await add(key: "servicenow") != nil)
    }

    @Test("A lease that is over lets another worker take the job, and the first one finds it lost")
    func leases() async throws {
        let id = try #require(try await add()).id
        let first = try #require(try await claim(for: -1))
        let second = try #require(try await claim())
        #expect(second.job.id == id)
        #expect(second.job.attempts == 2)
        #expect(try await database.write { try $0.jobs.hold(id, lease: first.lease) } == .lost)
        #expect(try await database.write { try $0.jobs.hold(id, lease: second.lease) } == .held)
        let renewed = Job.Lease(id: second.lease, until: SystemClock().now().adding(seconds: 100))
        #expect(try await database.write { try $0.jobs.renew(id, lease: renewed) } == .held)
        let lost = Job.Lease(id: first.lease, until: SystemClock().now().adding(seconds: 100))
        #expect(try await database.write { try $0.jobs.renew(id, lease: lost) } == .lost)
    }

    @Test("Progress and cursor are saved with the work, and give it its attempts back")
    func progress() async throws {
        let id = try #require(try await add()).id
        _ = try await claim(for: -1)
        _ = try await claim(for: -1)
        try await database.write { try $0.jobs.save(.init(done: 5, total: 10), cursor: ["at": 5], of: id) }
        let job = try #require(try await claim()?.job)
        #expect(job.progress == .init(done: 5, total: 10))
        #expect(job.cursor == ["at": 5])
        #expect(job.attempts == 2)
    }

    @Test("What may pass is tried again, later each time, and fails for good in the end; a wrong file fails at once")
    func failures() async throws {
        let id = try #require(try await add()).id
        let now = SystemClock().now()
        var job = try #require(try await claim()?.job)
        var pauses: [Int64] = []
        for attempt in 1...Job.mostAttempts {
            job.attempts = attempt
            job.fail(ITSMError(.unavailable, "Later."), at: now)
            pauses.append((job.dueAt.microseconds - now.microseconds) / 1_000_000)
        }
        #expect(pauses == [8, 32, 128, 300, 300])
        #expect(job.status == .failed)
        #expect(job.failure?.detail == "Later.")
        let failed = try await settle(id) { job, now in job.fail(ITSMError.invalid("/file", .malformed, "No CSV."), at: now) }
        #expect(failed?.status == .failed)
        #expect(failed?.failure?.errors.map(\.pointer) == ["/file"])
        #expect(failed?.finishedAt != nil)
        #expect(try await claim() == nil)
    }

    @Test("A waiting job is cancelled at once, a running one is asked to end, one that is over cannot be")
    func cancels() async throws {
        let service = JobService(database: database)
        let caller = Principal.automation()
        let waiting = try #require(try await add()).id
        #expect(try await service.cancel(waiting, as: caller).status == .cancelled)
        let over = await #expect(throws: ITSMError.self) { try await service.cancel(waiting, as: caller) }
        #expect(over?.code == .illegalTransition)
        let running = try #require(try await add()).id
        let lease = try #require(try await claim()).lease
        #expect(try await service.cancel(running, as: caller).status == .running)
        #expect(try await database.write { try $0.jobs.hold(running, lease: lease) } == .cancelled)
    }

    @Test("One sees one's own jobs; who may import sees all")
    func visibility() async throws {
        let service = JobService(database: database)
        let id = try #require(try await add()).id
        let other = Principal(id: User.unknownID, username: "unknown", name: "Unknown", grants: Grants(), origin: .init(channel: .api))
        #expect(try await service.find(id, as: .automation()).id == id)
        let hidden = await #expect(throws: ITSMError.self) { try await service.find(id, as: other) }
        #expect(hidden?.code == .notFound)
        #expect(try await service.list(page: .first, as: other).items.isEmpty)
        for _ in 0..<4 { _ = try await add() }
        var seen: [ID<Job>] = []
        var page: PageRequest? = PageRequest(limit: 2)
        while let request = page {
            let found = try await service.list(page: request, as: .automation())
            seen += found.items.map(\.id)
            page = found.next.flatMap { PageRequest(limit: 2, after: $0) }
        }
        #expect(seen.count == 5 && Set(seen).count == 5)
        #expect(seen == seen.sorted(by: >))
    }
}
