import ITSMCore

extension Call {
    /// Runs a service's step in one transaction and makes the answer of what it gives. This is how every route writes.
    ///
    /// With an `Idempotency-Key` the step and the record of its answer commit together, and a repetition is answered from that record.
    func write<Value: Sendable, Output: WireOutput>(
        _ mode: WriteMode = .alone, _ step: @escaping @Sendable (any Transaction) throws -> Value,
        answer: @escaping @Sendable (Value) throws -> Answer<Output>
    ) async throws -> Answer<Output> {
        try await write(mode, { Later(try step($0)) }, answer: answer)
    }

    /// The same for a step whose result holds what only the database knows, such as a number.
    func write<Value: Sendable, Output: WireOutput>(
        _ mode: WriteMode = .alone, _ step: @escaping @Sendable (any Transaction) throws -> Later<Value>,
        answer: @escaping @Sendable (Value) throws -> Answer<Output>
    ) async throws -> Answer<Output> {
        let result = try await environment.database.write(mode, step)
        return try answer(result.value)
    }
}
