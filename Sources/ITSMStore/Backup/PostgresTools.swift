import Foundation

/// `pg_dump` and `pg_restore` of one PostgreSQL version.
struct PostgresTools: Sendable {
    private let programs: String
    let majorVersion: Int

    /// The oldest ones on this machine that know a server of `version`.
    ///
    /// - Throws: `SetupError` that names the package to install.
    static func find(for version: Int) throws -> PostgresTools {
        guard let found = PostgresInstallation.folders(with: ["pg_dump", "pg_restore"]).last(where: { $0.majorVersion >= version }) else {
            throw SetupError(
                "pg_dump and pg_restore of PostgreSQL \(version) or newer are not installed. Install them with: apt-get install postgresql-client-\(version)"
            )
        }
        return PostgresTools(programs: found.path, majorVersion: found.majorVersion)
    }

    /// Writes the database as `snapshot` sees it to the new file `file`.
    ///
    /// - Parameter step: called again and again until it is done; what it throws ends the program.
    func dump(_ database: DeskDatabase, snapshot: String, to file: String, log: String, step: () throws -> Void) throws {
        try run(
            "pg_dump", on: database, ["--format=custom", "--no-owner", "--no-acl", "--snapshot=\(snapshot)", "--file=\(file)"], log: log, step: step)
    }

    /// Brings a dump into an empty database, all of it or nothing.
    func restore(_ file: String, into database: DeskDatabase, log: String, step: () throws -> Void) throws {
        try run(
            "pg_restore", on: database, ["--single-transaction", "--exit-on-error", "--no-owner", "--no-acl"], [file], log: log, step: step)
    }

    private func run(
        _ program: String, on database: DeskDatabase, _ options: [String], _ operands: [String] = [], log: String, step: () throws -> Void
    ) throws {
        let (settings, keywords) = try ConnectionString(database.owner).forProgram()
        var environment = database.isPrivate ? [:] : Self.callersOwn
        environment.merge(settings) { $1 }
        // pg_restore connects only when it is told a database, be it by a name that the environment gives as well.
        let name = ConnectionString.keyword("dbname", environment["PGDATABASE"] ?? "") + " " + keywords
        defer { unlink(log) }
        // It ends with this thread, so with this program, however that ends.
        let process = try ChildProcess(
            programs + "/" + program, options + ["--dbname=\(name)"] + operands, output: log, environment: environment, deathSignal: SIGTERM)
        var interruption: (any Error)?
        while !process.hasEnded {
            usleep(50_000)
            do { try step() } catch {
                interruption = error
                kill(process.id, SIGTERM)
                break
            }
        }
        let end = process.wait()
        if let interruption { throw interruption }
        guard end.code == 0 else {
            let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            throw SetupError("\(program) failed (\(end)): \(text.split(separator: "\n").suffix(6).joined(separator: "\n"))")
        }
    }

    /// Where libpq finds the caller's passwords, certificates and defaults.
    private static var callersOwn: [String: String] {
        ProcessInfo.processInfo.environment.filter { $0.key.hasPrefix("PG") || $0.key == "HOME" }
    }
}
