/// Where the desk's records are kept. Fronts and services see only this; `ITSMStore` implements it on PostgreSQL.
///
/// Both forms run a synchronous closure, which cannot await: no network call happens under a lock and the transaction cannot escape.
/// A closure may run more than once, so it has no effect but on its transaction.
public protocol Database: Sendable {
    /// One read-only snapshot.
    func read<Value: Sendable>(on lane: WorkLane, _ body: @escaping @Sendable (any Transaction) throws -> Value) async throws -> Value

    /// One transaction: commits when `body` returns, rolls back when it throws.
    ///
    /// - Throws: what `body` throws; `ITSMError` with code `unavailable` when the queue is full or a lock could not be had in time, `outcomeUnknown` when
    ///   the connection was lost after the commit was sent.
    func write<Value: Sendable>(
        _ mode: WriteMode, on lane: WorkLane, _ body: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value
}

extension Database {
    /// One read-only snapshot in the lane of requests.
    public func read<Value: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> Value) async throws -> Value {
        try await read(on: .request, body)
    }

    /// One transaction of its own in the lane of requests.
    public func write<Value: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> Value) async throws -> Value {
        try await write(.alone, on: .request, body)
    }

    /// One transaction in the lane of requests.
    public func write<Value: Sendable>(_ mode: WriteMode, _ body: @escaping @Sendable (any Transaction) throws -> Value) async throws -> Value {
        try await write(mode, on: .request, body)
    }
}

/// Which of the two queues a unit of work waits in (store.md, 1).
public enum WorkLane: Sendable {
    /// Short work that a person waits for.
    case request
    /// Search, exact counts, composed filters, bulk, import, reports, workers.
    case long
}

/// Whether a write may share its commit with others.
public enum WriteMode: Sendable {
    /// Has a transaction of its own.
    case alone
    /// Shares one transaction and one fsync with other waiting grouped units. Only `execute`-like and `later`-like steps are allowed in it:
    /// it may neither read, nor lock, nor set savepoints.
    case grouped
}

/// A value that the database will have told by the next flush, or by the commit at the latest.
///
/// Reading it before that is a programming error and traps.
public final class Later<Value: Sendable>: @unchecked Sendable {
    // Written once, on the connection's thread, before the unit's result is handed over; read after that.
    private var stored: Value?
    private var dependants: [(Value) -> Void] = []

    public init() {}
    public init(_ value: Value) { stored = value }

    /// - Precondition: The unit of work was flushed.
    public var value: Value {
        guard let stored else { preconditionFailure("a Later was read before its unit of work was flushed") }
        return stored
    }

    /// For the store: fills the value.
    public func fulfil(_ value: Value) {
        stored = value
        for pass in dependants { pass(value) }
        dependants = []
    }

    /// The value made into another as soon as it is there.
    public func map<Other: Sendable>(_ transform: @escaping @Sendable (Value) -> Other) -> Later<Other> {
        if let stored { return Later<Other>(transform(stored)) }
        let other = Later<Other>()
        dependants.append { other.fulfil(transform($0)) }
        return other
    }
}
