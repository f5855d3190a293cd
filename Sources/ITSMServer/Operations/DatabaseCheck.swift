import ITSMCore
import ITSMStore

/// Whether the database can be written, asked anew at most once a second: anybody may call `/readyz`, and the question costs some milliseconds.
actor DatabaseCheck {
    private static let maximumAge = Duration.seconds(1)

    private let database: PostgresDatabase
    private var last: (fault: String?, at: ContinuousClock.Instant)?
    private var asking: Task<String?, Never>?

    init(_ database: PostgresDatabase) { self.database = database }

    /// Nil when all is well.
    func fault() async -> String? {
        if let last, .now - last.at < Self.maximumAge { return last.fault }
        if let asking { return await asking.value }
        let question =
            Task { [database] in
                do {
                    try await database.checkWritable()
                    return nil
                } catch let error as ITSMError {
                    return error.detail
                } catch {
                    return "The database does not answer."
                }
            } as Task<String?, Never>
        asking = question
        let fault = await question.value
        asking = nil
        last = (fault, .now)
        return fault
    }
}
