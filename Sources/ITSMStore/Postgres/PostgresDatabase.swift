import Foundation
import ITSMCore

/// The desk's records in PostgreSQL: two bounded queues of units of work, each served by threads that own one connection each.
///
/// libpq blocks, so it never runs on Swift's own threads; a caller suspends once, until its unit is done.
public final class PostgresDatabase: Database {
    private let request: WorkQueue
    private let long: WorkQueue
    private let requestThreads: ThreadGroup
    private let longThreads: ThreadGroup
    private let gates: [CancelGate]
    private let watch: StallWatch
    private let clock: any WallClock
    private let ids: any IDSource

    /// Starts the threads, which connect by themselves, and again when a connection is lost.
    ///
    /// - Parameter onCommit: called on a connection's thread after every commit, before the callers are told; must be quick.
    public init(
        _ configuration: PostgresConfiguration, clock: any WallClock = SystemClock(), ids: any IDSource = SystemIDSource(),
        onCommit: @escaping @Sendable () -> Void = {}
    ) {
        self.clock = clock
        self.ids = ids
        let request = WorkQueue(
            number: 1, capacity: configuration.requestCapacity, threads: configuration.requestThreads, groupLimit: configuration.groupLimit,
            readLimit: configuration.readLimit)
        let long = WorkQueue(
            number: 2, capacity: configuration.longCapacity, threads: configuration.longThreads, groupLimit: configuration.groupLimit, readLimit: 1)
        let gates = (0..<configuration.longThreads).map { _ in CancelGate() }
        self.request = request
        self.long = long
        self.gates = gates
        watch = StallWatch(request, limit: configuration.answerLimit, log: configuration.logger)
        requestThreads = ThreadGroup(count: configuration.requestThreads, name: "itsm-db-request") { index in
            ConnectionThread(
                number: index, queue: request, overflow: long, gate: nil, settings: configuration.requestSession, patience: configuration.patience,
                onCommit: onCommit
            ).run()
        }
        longThreads = ThreadGroup(count: configuration.longThreads, name: "itsm-db-long") { index in
            ConnectionThread(
                number: index, queue: long, overflow: nil, gate: gates[index], settings: configuration.longSession, patience: configuration.patience,
                onCommit: onCommit
            ).run()
        }
    }

    deinit {
        watch.stop()
        request.close()
        long.close()
    }

    public func read<Value: Sendable>(
        on lane: WorkLane, _ body: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        try await run(.read, on: lane, body)
    }

    public func write<Value: Sendable>(
        _ mode: WriteMode, on lane: WorkLane, _ body: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        try await run(mode == .grouped ? .grouped : .alone, on: lane, body)
    }

    /// Makes one trip to the database on the request threads.
    public func ping() async throws {
        try await read { tx in
            guard let work = tx as? UnitOfWork else { return }
            try work.connection.execute("SELECT 1")
        }
    }

    /// Makes sure that a change could be saved now, without changing anything.
    ///
    /// - Throws: `unavailable` with the reason: the database is away, can only be read (a standby), or its disk is full.
    public func checkWritable() async throws {
        try await read { tx in
            guard let work = tx as? UnitOfWork else { return }
            if try work.connection.first("SELECT pg_is_in_recovery()", as: Bool.self) == true { throw ITSMError.databaseReadOnly }
            // A sort beyond its memory writes half a megabyte to a temporary file beside the tables, and removes it: room that is not there shows.
            try work.connection.execute("SELECT set_config('work_mem', '64kB', true)")
            try work.connection.execute(
                "SELECT max(length(t)) FROM (SELECT repeat(md5(n::text), 8) AS t FROM generate_series(1, 2000) AS n ORDER BY md5(n::text) OFFSET 1) AS s"
            )
        }
    }

    /// Takes no more units in, finishes those it has, and closes all connections.
    public func shutdown() async {
        await withCheckedContinuation { continuation in
            startThread("itsm-db-shutdown") { [self] in
                request.close()
                requestThreads.wait()
                // Only now: what the request threads could not finish went there.
                long.close()
                longThreads.wait()
                continuation.resume()
            }
        }
    }

    /// What both queues have done since the start.
    public var statistics: DatabaseStatistics { DatabaseStatistics(request: request.statistics, long: long.statistics) }

    private func run<Value: Sendable>(
        _ kind: Unit.Kind, on lane: WorkLane, _ body: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        let unit = UnitOf(kind, now: clock.now(), ids: ids, body: body)
        let queue = lane == .request ? request : long
        return try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { caller in
                unit.setCaller(caller)
                queue.submit(unit)
            }
        } onCancel: {
            cancel(unit)
        }
    }

    /// A waiting unit leaves its queue. A running one on the long threads is cancelled on the server, unless its COMMIT was sent.
    private func cancel(_ unit: Unit) {
        unit.cancel()
        if request.cancel(unit) || long.cancel(unit) { return }
        // libpq waits until the server has taken the cancellation, which is nothing for the thread that we are called on.
        startThread("itsm-db-cancel") { [gates] in gates.forEach { $0.cancel(unit) } }
    }
}

/// Threads that do the same.
///
/// Unchecked, because its state is touched under `monitor` alone.
private final class ThreadGroup: @unchecked Sendable {
    private let monitor = Monitor()
    private var running: Int

    init(count: Int, name: String, _ body: @escaping @Sendable (Int) -> Void) {
        running = count
        for index in 0..<count {
            startThread("\(name)-\(index)") { [self] in
                body(index)
                monitor.locked {
                    running -= 1
                    monitor.broadcast()
                }
            }
        }
    }

    /// Until all have ended.
    func wait() {
        monitor.locked {
            while running > 0 { monitor.wait() }
        }
    }
}
