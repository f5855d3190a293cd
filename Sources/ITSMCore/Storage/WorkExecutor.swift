/// Threads for work that takes longer than a millisecond and is not the database's: reading files, CSV, digests.
public protocol WorkExecutor: Sendable {
    /// Runs `body` on one of the threads.
    ///
    /// - Throws: what `body` throws; `ITSMError` with code `unavailable` when too much work waits.
    func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value
}
