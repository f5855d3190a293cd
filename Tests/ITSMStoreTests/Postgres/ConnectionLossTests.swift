import Foundation
import ITSMCore
import ITSMTestSupport
import Testing

@testable import ITSMStore

@Suite struct ConnectionLossTests {
    /// An insert waits in its trigger, or its commit does, for as long as somebody holds the advisory lock 7.
    private static let tables = """
        CREATE TABLE notes (id bigint CONSTRAINT notes_pkey PRIMARY KEY);
        CREATE TABLE slow_notes (id bigint PRIMARY KEY);
        CREATE TABLE slow_commits (id bigint PRIMARY KEY);
        CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(7); RETURN NULL; END $$;
        CREATE TRIGGER wait AFTER INSERT ON slow_notes FOR EACH ROW EXECUTE FUNCTION wait();
        CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON slow_commits DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait();
        """
    private static let waiting = "pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'"

    private func scratch(commits: Ledger<Int>? = nil) async throws -> Scratch {
        try await Scratch(Self.tables, commits: commits) {
            $0.requestThreads = 1
            $0.requestLockTimeout = .seconds(60)
            $0.requestStatementTimeout = .seconds(60)
        }
    }

    /// Holds the lock while `body` runs, ends the session that waits for it, and lets go.
    private func endWaitingSession<Value: Sendable>(_ scratch: Scratch, _ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let (held, released) = (Signal(), Signal())
        let url = scratch.database.superuserURL
        async let lock: Void = onThread("lock") {
            let session = try AdminSession(url)
            try session.run("SELECT pg_advisory_lock(7)")
            held.fire()
            released.block()
        }
        try await held.wait()
        async let value = body()
        try await scratch.until("SELECT count(*) = 1 FROM \(Self.waiting)")
        _ = try await scratch.query("SELECT pg_terminate_backend(pid) FROM \(Self.waiting)")
        released.fire()
        try await lock
        return try await value
    }

    @Test func aSessionThatEndedWhileIdleIsReplacedUnnoticed() async throws {
        let scratch = try await scratch()
        for id in 0..<5 {
            try await scratch.desk.write { try $0.connection.execute("INSERT INTO notes VALUES (\(id))") }
            _ = try await scratch.query(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
        }
        #expect(try await scratch.desk.read { try $0.connection.integer("SELECT count(*) FROM notes") } == 5)
        #expect(scratch.desk.statistics.request.repeated == 0)
    }

    @Test func lostBeforeItsCommitAUnitIsRunAgain() async throws {
        let runs = Ledger<Int>()
        let scratch = try await scratch()
        try await scratch.desk.write { tx in
            try tx.connection.execute("INSERT INTO notes VALUES (\(1))")
            let pid = try tx.connection.integer("SELECT pg_backend_pid()")
            guard runs.add(pid) == 1 else { return }
            let other = try AdminSession(scratch.database.superuserURL)
            try other.run("SELECT pg_terminate_backend(\(pid), 5000)")
            try tx.flush()
            try tx.connection.execute("INSERT INTO notes VALUES (\(2))")
            try tx.flush()
        }
        #expect(Set(runs.entries).count == 2)
        #expect(try await scratch.query("SELECT id FROM notes").map(\.[0]) == ["1"])
    }

    @Test func aUnitThatAlwaysLosesItsConnectionIsUnavailable() async throws {
        let runs = Ledger<Int>()
        let scratch = try await Scratch(Self.tables, as: \.superuserURL)
        await #expect(throws: ITSMError.databaseUnavailable) {
            try await scratch.desk.write { tx in
                runs.add(1)
                try tx.connection.execute("SELECT pg_terminate_backend(pg_backend_pid())", expecting: 1)
            }
        }
        #expect(runs.count == 4)
        try await scratch.desk.ping()
    }

    /// COMMIT was sent in the same pipeline, but the server says that it did not get that far.
    @Test func endedBeforeItCameToTheCommitAUnitIsRunAgain() async throws {
        let runs = Ledger<Int>()
        let scratch = try await scratch()
        try await endWaitingSession(scratch) {
            try await scratch.desk.write { tx in
                runs.add(1)
                try tx.connection.execute("INSERT INTO slow_notes VALUES (\(1))")
            }
        }
        #expect(runs.count == 2)
        #expect(try await scratch.value("SELECT count(*) FROM slow_notes") == "1")
    }

    @Test func lostDuringItsCommitAUnitIsNotRunAgain() async throws {
        let (runs, commits) = (Ledger<Int>(), Ledger<Int>())
        let scratch = try await scratch(commits: commits)
        let error = try await endWaitingSession(scratch) {
            await #expect(throws: ITSMError.self) {
                try await scratch.desk.write { tx in
                    runs.add(1)
                    try tx.connection.execute("INSERT INTO slow_commits VALUES (\(1))")
                }
            }
        }
        #expect(error?.code == .outcomeUnknown)
        #expect(runs.count == 1)
        #expect(commits.count == 0)
        try await scratch.desk.ping()
    }

    /// Sessions that end at any moment, also between the answer to COMMIT and what follows it: a unit is never run again once it is saved.
    @Test func endedAtAnyMomentAUnitIsSavedOnceOrUnknown() async throws {
        let scratch = try await scratch()
        let url = scratch.database.superuserURL
        let (ends, isOver) = (Ledger<Int>(), Signal())
        async let ending: Void = onThread("ends") {
            defer { isOver.fire() }
            let session = try AdminSession(url)
            while !isOver.hasFired {
                let ended = try session.run(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND application_name LIKE 'archer-itsm%' AND state <> 'idle' AND pid <> pg_backend_pid()
                    """
                ).count
                if ended > 0 { ends.add(ended) }
            }
        }
        var outcomes: [Int64: ErrorCode] = [:]
        var count: Int64 = 0
        // Until it has been tried: how often a session is met at work, is chance.
        while count < 400 || ends.count < 5 && !isOver.hasFired {
            do {
                try await scratch.desk.write { [count] in try $0.connection.execute("INSERT INTO notes VALUES (\(count))") }
            } catch {
                outcomes[count] = (error as? ITSMError)?.code
            }
            count += 1
        }
        isOver.fire()
        try await ending
        #expect(outcomes.values.allSatisfy { $0 == .outcomeUnknown || $0 == .unavailable })
        let saved = Set(try await scratch.query("SELECT id FROM notes").compactMap { $0[0].flatMap { Int64($0) } })
        for id in 0..<count where outcomes[id] != .outcomeUnknown { #expect(saved.contains(id) == (outcomes[id] == nil)) }
    }

    @Test func lostDuringTheirCommitAllOfAGroupAreUnknown() async throws {
        let runs = Ledger<Int>()
        let scratch = try await scratch()
        let codes = try await endWaitingSession(scratch) {
            try await whileBusy(scratch.desk) {
                await withTaskGroup(of: ErrorCode?.self) { tasks in
                    for id in 0..<5 {
                        tasks.addTask {
                            do {
                                try await scratch.desk.write(.grouped) { tx in
                                    runs.add(id)
                                    try tx.connection.execute("INSERT INTO slow_commits VALUES (\(id))")
                                }
                                return nil
                            } catch { return (error as? ITSMError)?.code }
                        }
                    }
                    return await tasks.reduce(into: []) { $0.append($1) }
                }
            } once: {
                $0.waiting == 5
            }
        }
        #expect(codes == Array(repeating: .outcomeUnknown, count: 5))
        #expect(runs.count == 5)
    }

    /// As when the synchronous standby is away: nobody waits for ever, and nothing is broken off.
    @Test func whileTheDatabaseIsSilentCallersAreTold() async throws {
        let scratch = try await Scratch(Self.tables) {
            $0.requestThreads = 1
            $0.requestLockTimeout = .seconds(60)
            $0.requestStatementTimeout = .seconds(60)
            $0.answerLimit = .milliseconds(200)
        }
        let (held, released) = (Signal(), Signal())
        let url = scratch.database.superuserURL
        async let lock: Void = onThread("lock") {
            let session = try AdminSession(url)
            try session.run("SELECT pg_advisory_lock(7)")
            held.fire()
            released.block()
        }
        try await held.wait()
        async let write = #expect(throws: ITSMError.self) {
            try await scratch.desk.write { try $0.connection.execute("INSERT INTO slow_commits VALUES (\(1))") }
        }
        try await scratch.until("SELECT count(*) = 1 FROM \(Self.waiting)")
        let read = await #expect(throws: ITSMError.self) { try await scratch.desk.ping() }
        #expect(read?.code == .unavailable)
        #expect(await write?.code == .outcomeUnknown)
        released.fire()
        try await lock
        try await scratch.until("SELECT count(*) = 1 FROM slow_commits")
        try await scratch.desk.ping()
    }

    /// The transaction is committed here, but nobody can say whether the standby has it.
    @Test func aCommitThatNoStandbyConfirmedIsUnknown() async throws {
        let folder = try DataFolder(preparing: try TemporaryFolder.make())
        let postgres = try await EmbeddedPostgres.start(
            in: folder, durable: false, settings: ["synchronous_commit=off", "synchronous_standby_names=nobody"], log: .quiet)
        let superuser = postgres.connectionString(as: .superuser, database: "postgres")
        try await onThread("table") { try AdminSession(superuser).run("CREATE TABLE notes (id bigint)") }
        var configuration = PostgresConfiguration(connectionString: superuser)
        configuration.logger = .quiet
        let desk = PostgresDatabase(configuration)
        async let outcome = #expect(throws: ITSMError.self) {
            try await desk.write { tx in
                try tx.connection.execute("SET LOCAL synchronous_commit = on")
                try tx.connection.execute("INSERT INTO notes VALUES (\(1))")
            }
        }
        try await onThread("cancel") {
            let session = try AdminSession(superuser)
            while try session.run("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'").isEmpty {}
        }
        #expect(await outcome?.code == .outcomeUnknown)
        #expect(try await desk.read { try $0.connection.integer("SELECT count(*) FROM notes") } == 1)
        await desk.shutdown()
        try await postgres.stop()
    }

    @Test func unitsWaitForADatabaseThatIsAwayButNotForEver() async throws {
        var configuration = PostgresConfiguration(connectionString: "host=/nonexistent")
        configuration.logger = .quiet
        configuration.patience = .milliseconds(100)
        let desk = PostgresDatabase(configuration)
        await #expect(throws: ITSMError.databaseUnavailable) { try await desk.ping() }
        #expect(desk.statistics.request.connections == 0)
        await desk.shutdown()
        await #expect(throws: ITSMError.self) { try await desk.ping() }
    }

    @Test func shutDownFinishesWhatWaits() async throws {
        let scratch = try await scratch()
        let (started, released) = (Signal(), Signal())
        async let busy: Void = scratch.desk.read { _ in
            started.fire()
            released.block()
        }
        try await started.wait()
        async let note: Void = scratch.desk.write { try $0.connection.execute("INSERT INTO notes VALUES (\(1))") }
        try await onThread("waiting") { while scratch.desk.statistics.request.waiting < 1 {} }
        async let closed: Void = scratch.desk.shutdown()
        released.fire()
        try await busy
        try await note
        await closed
        #expect(try await scratch.value("SELECT count(*) FROM notes") == "1")
        // Said farewell to, a session's process takes a moment to end.
        try await scratch.until("SELECT count(*) = 0 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
    }
}
