import ITSMCore
import ITSMStore
import Logging

/// A desk's database that a command works on itself, with the rights of one person.
struct DirectDesk: Sendable {
    let database: PostgresDatabase
    /// Whose rights apply.
    let caller: Principal

    /// Opens the database, does `body` on it and closes it. Ctrl-C and SIGTERM cancel `body`.
    static func use<Value: Sendable>(
        _ url: String, as user: String, log: Logger, _ body: @escaping @Sendable (DirectDesk) async throws -> Value
    ) async throws -> Value {
        try await onThread("version") { try Migrator(log: log).requireCurrent(url) }
        var configuration = PostgresConfiguration(connectionString: url)
        (configuration.requestThreads, configuration.longThreads, configuration.logger) = (2, 2, log)
        configuration.checksCluster = true
        // A server that runs on the same database hears of what is written here.
        let notifier = Notifier(url, log: log)
        let database = PostgresDatabase(configuration) { notifier.notify() }
        let work = Task { try await body(DirectDesk(database: database, caller: try await caller(user, in: database))) }
        let outcome = await Interruption.cancels(work)
        await database.shutdown()
        notifier.stop()
        return try outcome.get()
    }

    private static func caller(_ user: String, in database: PostgresDatabase) async throws -> Principal {
        let found = try await database.read { tx -> Principal? in
            guard let id = try ID<User>(user) ?? tx.signIns.credentials(username: user)?.user.id else { return nil }
            return try tx.signIns.principal(for: id, signIn: nil, at: tx.now)
        }
        guard let found else { throw ITSMError(.notFound, "There is no person \(user) who may sign in.") }
        return found.from(Principal.Origin(channel: .cli))
    }
}
