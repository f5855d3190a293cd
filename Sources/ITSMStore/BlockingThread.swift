import Foundation
import Synchronization

/// Runs work that blocks for an unknown time on a thread made for it, and gives its result; for set-up and shut-down, not for requests.
@discardableResult
public func onThread<Value: Sendable>(_ name: String, _ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        startThread(name) { continuation.resume(with: Result { try body() }) }
    }
}

/// As `onThread`, for work that is long and asks `check` now and then: it throws `CancellationError` once the task is cancelled.
func onCancellableThread<Value: Sendable>(
    _ name: String, _ body: @escaping @Sendable (_ check: @escaping @Sendable () throws -> Void) throws -> Value
) async throws -> Value {
    let isCancelled = Mutex(false)
    return try await withTaskCancellationHandler {
        try await onThread(name) { try body { if isCancelled.withLock({ $0 }) { throw CancellationError() } } }
    } onCancel: {
        isCancelled.withLock { $0 = true }
    }
}

/// Starts a thread. The name shows in `top -H` and in crash reports.
func startThread(_ name: String, _ body: @escaping @Sendable () -> Void) {
    let thread = Thread(block: body)
    thread.name = name
    thread.start()
}
