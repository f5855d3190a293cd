import ITSMCore
import ITSMTestSupport
import Testing

@testable import ITSMStore

@Suite struct FailoverTests {
    /// The epochs under which one more activity of each desk is written, of which each connects anew.
    private func epochs(_ database: TestDatabase, desks: Int) async throws -> [Int] {
        var found: [Int] = []
        for _ in 0..<desks {
            var configuration = PostgresConfiguration(connectionString: database.url)
            configuration.logger = .quiet
            configuration.checksCluster = true
            let desk = PostgresDatabase(configuration)
            found.append(
                try await desk.write { tx in
                    try tx.connection.integer(
                        """
                        INSERT INTO activity (occurred_at, recorded_at, principal_id, record_type, record_id, kind, payload, channel)
                        VALUES (now(), now(), gen_random_uuid(), 'user', gen_random_uuid(), 'user.updated', '{}', 'system')
                        RETURNING epoch::integer
                        """)
                })
            await desk.shutdown()
        }
        return found
    }

    private func asOwner(_ database: TestDatabase, _ sql: String) async throws {
        let url = database.ownerURL
        try await onThread("owner") { try AdminSession(url).runScript(sql) }
    }

    @Test func onTheSameClusterTheFeedStaysInItsEpoch() async throws {
        #expect(try await epochs(try await TestDatabase.make(), desks: 2) == [1, 1])
    }

    @Test(arguments: ["timeline = timeline - 1", "system_identifier = system_identifier + 1"])
    func whoConnectsFirstAfterAFailoverBeginsTheNextEpoch(change: String) async throws {
        let database = try await TestDatabase.make()
        try await asOwner(database, "UPDATE feed_epochs SET \(change)")
        #expect(try await epochs(database, desks: 2) == [2, 2])
        try await asOwner(database, "UPDATE feed_epochs SET \(change) WHERE epoch = 2")
        #expect(try await epochs(database, desks: 1) == [3])
    }

    /// A dump, for instance, that reads the activity for minutes.
    @Test func whereTheActivityIsBeingReadTheDeskGoesOnInTheOldEpoch() async throws {
        let database = try await TestDatabase.make()
        try await asOwner(database, "UPDATE feed_epochs SET timeline = timeline - 1")
        let (reading, over) = (Signal(), Signal())
        async let reader: Void = onThread("reader") {
            let session = try AdminSession(database.ownerURL)
            try session.run("BEGIN")
            try session.run("SELECT count(*) FROM activity")
            reading.fire()
            over.block()
        }
        try await reading.wait()
        #expect(try await epochs(database, desks: 1) == [1])
        over.fire()
        try await reader
        #expect(try await epochs(database, desks: 1) == [2])
    }
}
