import Foundation
import ITSMCore
import ITSMTestSupport
import Testing

@testable import ITSMStore

@Suite struct LaneTests {
    private static let tables = """
        CREATE TABLE notes (id bigint CONSTRAINT notes_pkey PRIMARY KEY, text text);
        INSERT INTO notes VALUES (1, ''), (2, '');
        """

    /// A session from outside that holds a lock until it is told to let go.
    private func holdLock(_ scratch: Scratch, on id: Int, held: Signal, until released: Signal) async throws {
        let url = scratch.database.superuserURL
        try await onThread("lock") {
            let session = try AdminSession(url)
            try session.runScript("BEGIN; SELECT * FROM notes WHERE id = \(id) FOR UPDATE")
            held.fire()
            released.block()
            try session.runScript("COMMIT")
        }
    }

    @Test func aLockedTicketStopsNobodysReads() async throws {
        let scratch = try await Scratch(Self.tables)
        let (held, released) = (Signal(), Signal())
        async let lock: Void = holdLock(scratch, on: 1, held: held, until: released)
        try await held.wait()
        async let patches: Void = withThrowingTaskGroup(of: Void.self) { tasks in
            for number in 0..<8 {
                tasks.addTask {
                    try await scratch.desk.write { tx in
                        _ = try tx.connection.first("SELECT id FROM notes WHERE id = \(1) FOR NO KEY UPDATE", as: Int.self)
                        try tx.connection.execute("UPDATE notes SET text = text || \("\(number)") WHERE id = \(1)", expecting: 1)
                    }
                }
            }
            try await tasks.waitForAll()
        }
        // All eight have left the request threads, and the lock is still held.
        try await onThread("moved") { while scratch.desk.statistics.request.moved < 8 {} }
        for _ in 0..<100 {
            #expect(try await scratch.desk.read { try $0.connection.integer("SELECT count(*) FROM notes") } == 2)
        }
        try await scratch.desk.write { try $0.connection.execute("UPDATE notes SET text = 'x' WHERE id = \(2)", expecting: 1) }
        released.fire()
        try await lock
        try await patches
        #expect(try await scratch.value("SELECT length(text) FROM notes WHERE id = 1") == "8")
    }

    @Test func aLockThatStaysIsUnavailable() async throws {
        let scratch = try await Scratch(Self.tables) { $0.longLockTimeout = .milliseconds(60) }
        let (held, released) = (Signal(), Signal())
        async let lock: Void = holdLock(scratch, on: 1, held: held, until: released)
        try await held.wait()
        await #expect(throws: ITSMError.databaseBusy) {
            try await scratch.desk.write { try $0.connection.execute("UPDATE notes SET text = 'x' WHERE id = \(1)") }
        }
        released.fire()
        try await lock
        #expect(scratch.desk.statistics.request.moved == 1)
        #expect(scratch.desk.statistics.long.repeated == 0)
    }

    @Test(arguments: [false, true]) func aSlowStatementGoesOnWhereThereIsTime(isGrouped: Bool) async throws {
        let scratch = try await Scratch(Self.tables) { $0.requestStatementTimeout = .milliseconds(20) }
        if isGrouped {
            try await scratch.desk.write(.grouped) { try $0.connection.execute("SELECT pg_sleep(0.1)") }
        } else {
            try await scratch.desk.read { try $0.connection.execute("SELECT pg_sleep(0.1)") }
        }
        #expect(scratch.desk.statistics.request.moved == 1)
        #expect(scratch.desk.statistics.long.units == 1)
    }

    /// The statement timeout does not hold for COMMIT, which may have to wait for a disk or a standby.
    @Test func commitIsNotTimed() async throws {
        let scratch = try await Scratch(
            Self.tables + """
                CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(1.5); RETURN NULL; END $$;
                CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON notes DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slow();
                """
        ) { $0.requestStatementTimeout = .seconds(1) }
        try await scratch.desk.write { try $0.connection.execute("INSERT INTO notes VALUES (\(3))") }
        #expect(scratch.desk.statistics.request.moved == 0)
    }

    @Test(arguments: [WorkLane.request, .long]) func everySessionHasItsLimits(lane: WorkLane) async throws {
        let scratch = try await Scratch { $0.requestStatementTimeout = PostgresConfiguration(connectionString: "").requestStatementTimeout }
        let names = ["lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout", "plan_cache_mode", "default_transaction_isolation"]
        let values = try await scratch.desk.read(on: lane) { tx in
            try names.map { try tx.connection.first("SELECT current_setting(\($0))", as: String.self) }
        }
        switch lane {
        case .request: #expect(values == ["50ms", "250ms", "30s", "force_generic_plan", "repeatable read"])
        case .long: #expect(values == ["5s", "2min", "30s", "force_custom_plan", "repeatable read"])
        }
        await #expect(throws: ITSMError.unexpected) {
            try await scratch.desk.read(on: lane) { try $0.connection.execute("CREATE TABLE x ()") }
        }
    }

    @Test func aFullQueueIsUnavailable() async throws {
        let scratch = try await Scratch(Self.tables) {
            $0.requestThreads = 1
            $0.requestCapacity = 2
        }
        let error = try await whileBusy(scratch.desk) {
            async let one = scratch.desk.read { _ in 1 }
            async let two = scratch.desk.write { _ in 2 }
            try await onThread("full") { while scratch.desk.statistics.request.waiting < 2 {} }
            let error = await #expect(throws: ITSMError.self) { _ = try await scratch.desk.read { _ in 3 } }
            // The other queue has room.
            #expect(try await scratch.desk.read(on: .long) { _ in 4 } == 4)
            #expect(try await [one, two] == [1, 2])
            return error
        } once: {
            $0.refused == 1
        }
        #expect(error == .queueFull)
        #expect(error?.retryAfterSeconds == 1)
    }

    @Test func aWaitingUnitLeavesWithItsTask() async throws {
        let scratch = try await Scratch(Self.tables) { $0.requestThreads = 1 }
        try await whileBusy(scratch.desk) {
            let task = Task { try await scratch.desk.write { _ in _ = Issue.record("was run") } }
            try await onThread("waiting") { while scratch.desk.statistics.request.waiting < 1 {} }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        } once: {
            $0.cancelled == 1
        }
        #expect(scratch.desk.statistics.request.waiting == 0)
    }

    @Test(arguments: [WriteMode.alone, .grouped]) func aRunningRequestIsNotCancelled(mode: WriteMode) async throws {
        let scratch = try await Scratch(Self.tables)
        let (started, cancelled) = (Signal(), Signal())
        let task = Task {
            try await scratch.desk.write(mode) { tx in
                started.fire()
                cancelled.block()
                try tx.connection.execute("INSERT INTO notes VALUES (\(3))")
            }
        }
        try await started.wait()
        task.cancel()
        cancelled.fire()
        try await task.value
        #expect(try await scratch.value("SELECT count(*) FROM notes") == "3")
    }

    @Test func aCancelledTaskDoesNotBegin() async throws {
        let scratch = try await Scratch(Self.tables)
        let begin = Signal()
        let task = Task {
            try? await begin.wait()
            try await scratch.desk.read { _ in _ = Issue.record("was run") }
        }
        task.cancel()
        begin.fire()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    /// A long statement whose caller has gone is ended on the server, and its connection is as good as new.
    @Test func aRunningLongUnitIsCancelledOnTheServer() async throws {
        let scratch = try await Scratch(Self.tables) { $0.longThreads = 1 }
        for isRead in [true, false] {
            let task = Task {
                if isRead {
                    try await scratch.desk.read(on: .long) { try $0.connection.execute("SELECT pg_sleep(600)") }
                } else {
                    try await scratch.desk.write(.alone, on: .long) { tx in
                        try tx.connection.execute("UPDATE notes SET text = 'lost'")
                        try tx.connection.execute("SELECT pg_sleep(600)", expecting: 1)
                    }
                }
            }
            try await scratch.until("SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'")
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(try await scratch.desk.read(on: .long) { try $0.connection.integer("SELECT count(*) FROM notes WHERE text = 'lost'") } == 0)
        }
        #expect(scratch.desk.statistics.long.connections == 1)
    }

    @Test func readsThatGoTogetherFailOneByOne() async throws {
        let scratch = try await Scratch(Self.tables) { $0.requestThreads = 1 }
        let outcomes = try await whileBusy(scratch.desk) {
            await withTaskGroup(of: (Int, Result<Int, ITSMError>).self) { tasks in
                for number in 0..<8 {
                    tasks.addTask {
                        do {
                            let value = try await scratch.desk.read { tx in
                                let later = try tx.connection.later("SELECT \(number) / \(number % 3)", as: Int.self)
                                // Every other one makes a trip of its own on the way.
                                if number % 2 == 0 { try tx.flush() }
                                return later
                            }.value
                            return (number, .success(value))
                        } catch { return (number, .failure(error as? ITSMError ?? .notFound("?"))) }
                    }
                }
                return await tasks.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
        } once: {
            $0.waiting == 8
        }
        for number in 0..<8 {
            #expect(outcomes[number] == (number % 3 == 0 ? .failure(.unexpected) : .success(number / (number % 3))))
        }
    }
}
