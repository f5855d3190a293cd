import CLibPQ
import Dispatch
import Foundation
import Logging
import Synchronization

/// The desk's private PostgreSQL: a cluster in the data folder, reached through a Unix socket that only its owner can open, never over TCP.
///
/// One thread starts it, waits for it, and starts it again when it dies. The kernel ends it when that thread, or this process, ends in any way.
/// The machine's own clusters are neither needed nor touched.
public final class EmbeddedPostgres: Sendable {
    /// Who connects.
    public enum Role: String, Sendable, CaseIterable {
        /// Made by initdb; sets up the other two.
        case superuser = "itsm_superuser"
        /// Owns the desk's tables, and migrates.
        case owner = "itsm_owner"
        /// What the server runs as.
        case app = "itsm_app"
    }

    /// The database that the desk uses in its private cluster.
    public static let databaseName = "itsm"

    private struct State {
        var process: ChildProcess?
        var isStopping = false
    }

    private let lock: FolderLock
    private let folder: ClusterFolder
    private let installation: PostgresInstallation
    private let arguments: [String]
    private let log: Logger
    private let state = Mutex(State())
    /// Left when the supervising thread is done.
    private let running = DispatchGroup()

    /// Makes the cluster if there is none, ends what an earlier run left of it, starts it, and makes its roles and its database.
    ///
    /// - Parameters:
    ///   - durable: false gives up safety against power failure for speed; for tests alone.
    ///   - settings: further `name=value` settings of PostgreSQL.
    /// - Throws: `SetupError`: another server uses the folder, PostgreSQL is not installed or does not start.
    public static func start(in dataFolder: DataFolder, durable: Bool = true, settings: [String] = [], log: Logger) async throws -> EmbeddedPostgres {
        try await withCheckedThrowingContinuation { continuation in
            startThread("postgres") {
                let started = Result { try EmbeddedPostgres(in: dataFolder, durable: durable, settings: settings, log: log) }
                continuation.resume(with: started)
                if case .success(let postgres) = started { postgres.supervise() }
            }
        }
    }

    private init(in dataFolder: DataFolder, durable: Bool, settings: [String], log: Logger) throws {
        self.log = log
        lock = try FolderLock(on: dataFolder)
        folder = try ClusterFolder(in: dataFolder)
        installation = try PostgresInstallation.find(version: folder.version)
        // What must hold whatever postgresql.conf says.
        let fixed = [
            "listen_addresses=", "port=5432", "unix_socket_directories=\(folder.socketFolder)", "unix_socket_permissions=0700",
            "logging_collector=off", "log_destination=stderr", "fsync=\(durable ? "on" : "off")", "full_page_writes=\(durable ? "on" : "off")",
            "synchronous_commit=\(durable ? "on" : "off")",
        ]
        arguments = ["-D", folder.path] + (fixed + settings).flatMap { ["-c", $0] }

        folder.rotateLog()
        if folder.version == nil { try folder.initialise(with: installation, durable: durable) }
        running.enter()
        do {
            try launch()
            try prepareDatabase()
        } catch {
            signal(SIGQUIT)
            endedProcess()?.wait()
            running.leave()
            throw error
        }
    }

    /// How to connect, for libpq.
    public func connectionString(as role: Role, database: String = databaseName) -> String {
        folder.connectionString(as: role, database: database)
    }

    /// The postmaster's process id; nil while there is none.
    public var processID: pid_t? { state.withLock { $0.process?.id } }

    /// Shuts PostgreSQL down and waits for it: connections are ended, transactions under way are rolled back, everything is written.
    public func stop() async {
        _ = try? await onThread("postgres stop") { self.stopAndWait() }
    }

    private func stopAndWait() {
        state.withLock { $0.isStopping = true }
        signal(SIGINT)
        if running.wait(timeout: .now() + 60) == .timedOut {
            log.error("PostgreSQL did not shut down within 60 s; ending it at once, its next start will recover")
            signal(SIGQUIT)
            running.wait()
        }
    }

    /// The supervising thread: waits for the end of PostgreSQL and starts it again, until it is to stop.
    private func supervise() {
        defer {
            lock.release()
            running.leave()
        }
        while let process = state.withLock({ $0.process }) {
            process.awaitEnd()
            let end = endedProcess()?.reap()
            if state.withLock({ $0.isStopping }) { return }
            log.error("PostgreSQL ended unexpectedly; starting it again", metadata: ["end": "\(end.map(\.description) ?? "unknown")"])
            relaunch()
        }
    }

    private func relaunch() {
        var pause = 0.05
        while !state.withLock({ $0.isStopping }) {
            do {
                try launch()
                log.notice("PostgreSQL runs again")
                return
            } catch {
                log.error("PostgreSQL did not start; trying again", metadata: ["error": "\(error)", "seconds": "\(pause)"])
                Thread.sleep(forTimeInterval: pause)
                pause = min(pause * 2, 5)
            }
        }
    }

    /// Starts PostgreSQL and waits until it accepts connections, which after a crash takes as long as its recovery does.
    private func launch() throws {
        folder.stopLeftovers(log: log)
        let process = try ChildProcess(
            installation.postgres, arguments, in: folder.path, output: folder.log, as: folder.dataFolder.userToDropTo, deathSignal: SIGINT)
        let isStopping = state.withLock {
            $0.process = process
            return $0.isStopping
        }
        if isStopping { signal(SIGINT) }

        let started = ContinuousClock.now
        var reportAt = Duration.seconds(10)
        while PQping(connectionString(as: .superuser, database: "postgres")) != PQPING_OK {
            if process.hasEnded {
                let end = endedProcess()?.reap()
                throw SetupError("PostgreSQL did not start (\(end.map(\.description) ?? "unknown")). The end of \(folder.log):\n\(folder.logEnd())")
            }
            if ContinuousClock.now - started > reportAt {
                log.notice("PostgreSQL is still starting", metadata: ["seconds": "\(reportAt.components.seconds)", "log": "\(folder.log)"])
                reportAt += .seconds(10)
            }
            usleep(10_000)
        }
    }

    /// The roles and the database; every statement may have run before.
    private func prepareDatabase() throws {
        do {
            let session = try AdminSession(connectionString(as: .superuser, database: "postgres"))
            for role in [Role.owner, .app] where try session.run("SELECT FROM pg_roles WHERE rolname = $1", [role.rawValue]).isEmpty {
                try session.run("CREATE ROLE \(role.rawValue) LOGIN")
            }
            if try session.run("SELECT FROM pg_database WHERE datname = $1", [Self.databaseName]).isEmpty {
                try session.run("CREATE DATABASE \(Self.databaseName) OWNER \(Role.owner.rawValue)")
            }
        } catch let failure as AdminSession.Failure {
            throw SetupError("The private PostgreSQL could not be set up: \(failure)")
        }
    }

    /// The signal goes out under the lock, and a process is reaped outside of `state` only: the number cannot have become another's.
    private func signal(_ number: Int32) {
        state.withLock { if let process = $0.process { kill(process.id, number) } }
    }

    private func endedProcess() -> ChildProcess? {
        state.withLock { state in
            defer { state.process = nil }
            return state.process
        }
    }
}
