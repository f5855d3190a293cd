import ArgumentParser
import Foundation
import ITSMCore
import ITSMStore
import Logging

/// For the administrator's commands that can work without a server.
struct DirectOptions: ParsableArguments {
    @Flag(help: "Work on the desk's database itself, without a server.") var direct = false
    @Option(
        help: ArgumentHelp(
            "The database, as a URL or keywords without a password, which a pgpass or service file gives. Else ITSM_DATABASE_URL.", valueName: "url"))
    var database: String?
    @Option(help: ArgumentHelp("The data folder of a server with a private PostgreSQL.", valueName: "folder"), completion: .directory)
    var dataDir: String?
    @Option(name: .customLong("as"), help: ArgumentHelp("With --direct: whose rights apply, by username or id.", valueName: "user")) var user: String?

    func validate() throws {
        guard direct else {
            guard database == nil, dataDir == nil, user == nil else { throw ValidationError("--database, --data-dir and --as go with --direct.") }
            return
        }
        guard user != nil else { throw ValidationError("Say whose rights apply: --as USER.") }
        guard database == nil || dataDir == nil else { throw ValidationError("Name one desk: --database or --data-dir, not both.") }
        if let database { try Self.requireNoPassword(in: database) }
    }

    static func requireNoPassword(in database: String) throws {
        if try ConnectionString(database).holdsPassword {
            throw ValidationError(
                "A password does not belong in the arguments of a program, which everybody on the machine can read. "
                    + "Put it into a pgpass or service file, or set ITSM_DATABASE_URL instead of --database.")
        }
    }

    /// Opens the desk, does `body` on it and closes it. Ctrl-C and SIGTERM cancel `body`.
    ///
    /// - Throws: `SetupError` when there is no desk, or it is not at this program's version; what `body` throws.
    func withDesk<Value: Sendable>(_ console: Console, _ body: @escaping @Sendable (DirectDesk) async throws -> Value) async throws -> Value {
        let log = Self.makeLogger()
        let user = user ?? ""
        if let dataDir {
            let postgres = try await BorrowedPostgres.open(dataDir, log: log)
            let outcome = await Result(catching: { try await DirectDesk.use(postgres.connectionString, as: user, log: log, body) })
            await postgres.close()
            return try outcome.get()
        }
        guard let url = database ?? console.environment.nonEmpty("ITSM_DATABASE_URL") else {
            throw ValidationError("Say which desk: with --data-dir, --database or ITSM_DATABASE_URL.")
        }
        return try await DirectDesk.use(url, as: user, log: log, body)
    }

    static func makeLogger() -> Logger {
        var log = Logger(label: "itsmctl") { StreamLogHandler.standardError(label: $0) }
        log.logLevel = .warning
        return log
    }
}

extension Result where Failure == any Error {
    init(catching body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
