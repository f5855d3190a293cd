import CShims
import Foundation
import Logging

/// The private PostgreSQL's files: its cluster, the folder of its socket, its log.
struct ClusterFolder: Sendable {
    let dataFolder: DataFolder
    /// PostgreSQL's data directory.
    var path: String { dataFolder.path + "/postgres" }
    let socketFolder: String
    var log: String { dataFolder.path + "/postgres.log" }

    init(in dataFolder: DataFolder) throws {
        self.dataFolder = dataFolder
        socketFolder = try Self.socketFolder(of: dataFolder)
    }

    /// The version that made the cluster; nil when there is none yet.
    var version: Int? {
        (try? String(contentsOfFile: path + "/PG_VERSION", encoding: .utf8)).flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }

    /// How to connect while it runs, for libpq.
    func connectionString(as role: EmbeddedPostgres.Role, database: String) -> String {
        "host='\(socketFolder)' port=5432 dbname='\(database)' user=\(role.rawValue) application_name=archer-itsm"
    }

    /// Makes the cluster, next to its place and then in it, so that an interrupted attempt leaves nothing that looks like one.
    func initialise(with installation: PostgresInstallation, durable: Bool) throws {
        let draft = path + ".new"
        try? FileManager.default.removeItem(atPath: draft)
        let arguments = [
            "--pgdata=\(draft)", "--username=\(EmbeddedPostgres.Role.superuser.rawValue)", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums",
            "--auth-local=trust", "--auth-host=reject", "--no-instructions",
        ]
        let initdb = try ChildProcess(
            installation.initdb, arguments + (durable ? [] : ["--no-sync"]), in: "/", output: log, as: dataFolder.userToDropTo, deathSignal: SIGKILL)
        let end = initdb.wait()
        guard end.code == 0 else {
            throw SetupError("initdb could not make the database in \(path) (\(end)). The end of \(log):\n\(logEnd())")
        }
        try addSettings(to: draft + "/postgresql.conf")
        guard rename(draft, path) == 0 else { throw SetupError("Could not move the new database to \(path)", errno: errno) }
        if durable { try synchronise(dataFolder.path) }
    }

    /// Settings for a small footprint on the machine as it is at the first start. They stand in postgresql.conf, where an administrator may change them.
    private func addSettings(to file: String) throws {
        let memory = Int(ProcessInfo.processInfo.physicalMemory / 1_048_576)
        let settings = """

            # Chosen by Archer ITSM at its first start, and yours to change.
            max_connections = \(ProcessInfo.processInfo.processorCount + 50)
            shared_buffers = \(min(max(memory / 8, 64), 2_048))MB
            effective_cache_size = \(max(memory / 2, 256))MB
            random_page_cost = 1.1
            jit = off
            max_wal_size = 1GB
            timezone = 'UTC'
            log_timezone = 'UTC'
            log_line_prefix = '%m [%p] '

            """
        guard let handle = FileHandle(forWritingAtPath: file) else { throw SetupError("Could not write \(file).") }
        defer { try? handle.close() }
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(settings.utf8))
        try handle.synchronize()
    }

    /// Keeps the log of earlier runs from growing without end: the last one of over 10 MB is kept beside it.
    func rotateLog() {
        let size = (try? FileManager.default.attributesOfItem(atPath: log))?[.size] as? Int ?? 0
        if size > 10_000_000 { rename(log, log + ".1") }
    }

    func logEnd(lines: Int = 8) -> String {
        guard let handle = FileHandle(forReadingAtPath: log), let size = try? handle.seekToEnd() else { return "(no log)" }
        try? handle.seek(toOffset: size > 8_192 ? size - 8_192 : 0)
        let text = String(decoding: (try? handle.readToEnd()) ?? Data(), as: UTF8.self)
        return text.split(separator: "\n").suffix(lines).joined(separator: "\n")
    }

    /// Ends whatever an earlier run left working in this cluster, and removes a lock file that would keep a new one from starting.
    ///
    /// The caller holds the data folder's lock, so anything found here has lost its server. A postmaster is asked to shut down, and what does
    /// not obey, or is a backend without its postmaster, is ended at once: the write-ahead log makes that safe.
    func stopLeftovers(log logger: Logger) {
        let file = path + "/postmaster.pid"
        let recorded = (try? String(contentsOfFile: file, encoding: .utf8))?.split(separator: "\n").first.flatMap { pid_t($0) }
        var remaining = processes()
        if let postmaster = recorded, remaining.contains(postmaster) {
            logger.warning("stopping the PostgreSQL that an earlier run left behind", metadata: ["pid": "\(postmaster)"])
            kill(postmaster, SIGINT)
            _ = itsm_await_process(postmaster, 30_000)
            remaining = processes()
        }
        for process in remaining { kill(process, SIGQUIT) }
        for process in remaining where itsm_await_process(process, 5_000) != 1 {
            kill(process, SIGKILL)
            _ = itsm_await_process(process, 5_000)
        }
        // Its number may by now be a zombie's or another program's, and PostgreSQL would believe it alive.
        unlink(file)
    }

    /// The processes that run `postgres` in this cluster. Every one of them has the data directory as its working folder.
    private func processes() -> [pid_t] {
        let all = ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { pid_t($0) }
        return all.filter { id in
            link("/proc/\(id)/cwd") == path
                && link("/proc/\(id)/exe").map { URL(fileURLWithPath: $0).lastPathComponent.hasPrefix("postgres") } == true
        }
    }

    private func link(_ path: String) -> String? { try? FileManager.default.destinationOfSymbolicLink(atPath: path) }

    /// A private folder whose path is short enough for a Unix socket (108 bytes with the socket's name, unix(7)).
    private static func socketFolder(of dataFolder: DataFolder) throws -> String {
        let inside = dataFolder.path + "/run"
        let fits = inside.utf8.count + "/.s.PGSQL.5432.lock".utf8.count < 104
        let folder = fits ? inside : "/tmp/archer-itsm-" + Digest.sha256(dataFolder.path).prefix(16)
        try dataFolder.makePrivate(folder)
        return folder
    }

    private func synchronise(_ folder: String) throws {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SetupError("Could not open \(folder)", errno: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw SetupError("Could not write \(folder) to disk", errno: errno) }
    }
}
