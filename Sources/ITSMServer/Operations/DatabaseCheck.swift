import ITSMCore
import ITSMStore

/// How the database is, asked anew at most once a second: anybody may call `/readyz`, and the questions cost some milliseconds.
actor DatabaseCheck {
    private static let maximumAge = Duration.seconds(1)

    struct State: Sendable {
        /// Why it cannot be written; nil when all is well.
        var fault: String?
        /// How long the job has waited that should have begun first; nil when none waits.
        var oldestDueSeconds: Int64?
    }

    private let database: PostgresDatabase
    private var last: (state: State, at: ContinuousClock.Instant)?
    private var asking: Task<State, Never>?

    init(_ database: PostgresDatabase) { self.database = database }

    func state() async -> State {
        if let last, .now - last.at < Self.maximumAge { return last.state }
        if let asking { return await asking.value }
        let question = Task { [database] in await Self.state(of: database) }
        asking = question
        let state = await question.value
        asking = nil
        last = (state, .now)
        return state
    }

    private static func state(of database: PostgresDatabase) async -> State {
        do {
            try await database.checkWritable()
            return State(
                oldestDueSeconds: try await database.read { tx in
                    try tx.jobs.oldestDue().map { max(0, (tx.now.microseconds - $0.microseconds) / 1_000_000) }
                })
        } catch let error as ITSMError {
            return State(fault: error.detail)
        } catch {
            return State(fault: "The database does not answer.")
        }
    }
}
