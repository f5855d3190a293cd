import Foundation
import ITSMCore
import Synchronization

/// A unit of work while it waits and runs.
///
/// Unchecked, because it has one holder at a time: first its maker, then the queue (under the queue's lock), then one connection thread, which
/// resumes the caller. Whether it is cancelled and where it waits is asked from elsewhere too, and so atomic.
class Unit: @unchecked Sendable {
    enum Kind {
        case read, alone, grouped
    }

    let kind: Kind
    let identities: IdentityRecord
    private let cancelled = Atomic<Bool>(false)
    private let place = Atomic<Int>(0)
    /// How many times it was run: at most four.
    var runs = 0
    /// When it was put into its present queue.
    var enqueued = ContinuousClock.now
    /// Its place in its queue's order, and its neighbours there.
    var ticket = 0
    var next: Unit?
    unowned(unsafe) var previous: Unit?

    static let mostRuns = 4

    init(_ kind: Kind, now: Instant, ids: any IDSource) {
        self.kind = kind
        identities = IdentityRecord(now: now, source: ids)
    }

    final var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

    final func cancel() { cancelled.store(true, ordering: .releasing) }

    /// The number of the queue it waits in, 0 for none. Set under that queue's lock.
    final var queueNumber: Int {
        get { place.load(ordering: .acquiring) }
        set { place.store(newValue, ordering: .releasing) }
    }

    /// Runs the closure once.
    final func run(on connection: Connection) throws {
        identities.rewind()
        connection.isGrouped = kind == .grouped
        try perform(UnitOfWork(connection: connection, identities: identities))
    }

    func perform(_ work: UnitOfWork) throws { preconditionFailure("abstract") }
    /// Hands the value of the last run to the caller.
    func succeed() { preconditionFailure("abstract") }
    func fail(_ error: any Error) { preconditionFailure("abstract") }
}

final class UnitOf<Value: Sendable>: Unit, @unchecked Sendable {
    private let body: @Sendable (any Transaction) throws -> Value
    private var value: Value?
    /// Whoever answers first takes it: the connection thread, or the watch over those that wait too long.
    private let caller = Mutex<UnsafeContinuation<Value, any Error>?>(nil)

    init(_ kind: Kind, now: Instant, ids: any IDSource, body: @escaping @Sendable (any Transaction) throws -> Value) {
        self.body = body
        super.init(kind, now: now, ids: ids)
    }

    func setCaller(_ caller: UnsafeContinuation<Value, any Error>) { self.caller.withLock { $0 = caller } }

    override func perform(_ work: UnitOfWork) throws { value = try body(work) }

    override func succeed() {
        guard let value, let caller = takeCaller() else { return }
        caller.resume(returning: value)
    }

    override func fail(_ error: any Error) { takeCaller()?.resume(throwing: error) }

    private func takeCaller() -> UnsafeContinuation<Value, any Error>? {
        caller.withLock { caller in
            defer { caller = nil }
            return caller
        }
    }
}

/// Waiting units of one kind, first come first served; any of them can leave.
final class UnitLine {
    private(set) var first: Unit?
    private unowned(unsafe) var last: Unit?
    private(set) var count = 0

    func append(_ unit: Unit) {
        unit.previous = last
        if let last { last.next = unit } else { first = unit }
        last = unit
        count += 1
    }

    func remove(_ unit: Unit) {
        if let previous = unit.previous { previous.next = unit.next } else { first = unit.next }
        if let next = unit.next { next.previous = unit.previous } else { last = unit.previous }
        unit.next = nil
        unit.previous = nil
        count -= 1
    }
}
