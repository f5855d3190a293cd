import CLibPQ

/// Lets another thread cancel what a connection does at present, and nothing else.
///
/// Unchecked, because all of its state is touched under `monitor` alone. The lock is held while libpq delivers the cancellation, so the connection's
/// thread cannot go on to a COMMIT, or to the next unit, in the meantime.
final class CancelGate: @unchecked Sendable {
    private let monitor = Monitor()
    private var handle: OpaquePointer?
    private var running: Unit?
    private var wasUsed = false

    deinit { PQfreeCancel(handle) }

    /// From here on `unit` can be cancelled; false when it was already.
    func enter(_ unit: Unit, on connection: Connection) -> Bool {
        monitor.locked {
            if unit.isCancelled { return false }
            PQfreeCancel(handle)
            handle = PQgetCancel(connection.handle)
            running = unit
            wasUsed = false
            return true
        }
    }

    /// From here on nothing is cancelled.
    ///
    /// - Returns: whether something was.
    @discardableResult
    func close() -> Bool {
        monitor.locked {
            running = nil
            return wasUsed
        }
    }

    /// Cancels `unit` if it runs here.
    func cancel(_ unit: Unit) {
        monitor.locked {
            guard running === unit else { return }
            wasUsed = true
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { _ = PQcancel(handle, $0.baseAddress, Int32($0.count)) }
        }
    }
}
