import Dispatch
import ITSMCore
import Synchronization

/// Two threads for all work over a millisecond that is not the database's: password hashing, digests of files, compression, CSV, Markdown.
///
/// Swift's cooperative pool has one thread per core and must never be kept busy; more than two hashes at a time would starve the requests too.
public final class BlockingWork: Sendable {
    /// What the threads share; they do not keep the executor itself alive.
    private final class Queue: Sendable {
        let waiting = Mutex<[@Sendable () -> Void]>([])
        let items = DispatchSemaphore(value: 0)

        func work() {
            while true {
                items.wait()
                guard let job = waiting.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { return }
                job()
            }
        }
    }

    private let queue = Queue()
    private let capacity: Int
    private let threads: Int

    /// - Parameter capacity: how many pieces of work may wait.
    public init(threads: Int = 2, capacity: Int = 200) {
        self.threads = threads
        self.capacity = capacity
        for number in 1...threads { startThread("blocking \(number)") { [queue] in queue.work() } }
    }

    /// Work that waits is still done.
    deinit {
        for _ in 0..<threads { queue.items.signal() }
    }

    /// Runs `body` on one of the threads.
    ///
    /// - Throws: what `body` throws; `ITSMError` with code `unavailable` when too much work waits.
    public func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let isTaken = queue.waiting.withLock { waiting in
                guard waiting.count < capacity else { return false }
                waiting.append { continuation.resume(with: Result { try body() }) }
                return true
            }
            if isTaken {
                queue.items.signal()
            } else {
                continuation.resume(
                    throwing: ITSMError(.unavailable, "The server has too much to do at the moment. Try again shortly.", retryAfterSeconds: 1))
            }
        }
    }
}
