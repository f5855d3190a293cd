import Foundation

/// Runs work that blocks for an unknown time on a thread made for it, and gives its result; for set-up and shut-down, not for requests.
@discardableResult
public func onThread<Value: Sendable>(_ name: String, _ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        startThread(name) { continuation.resume(with: Result { try body() }) }
    }
}

/// Starts a thread. The name shows in `top -H` and in crash reports.
func startThread(_ name: String, _ body: @escaping @Sendable () -> Void) {
    let thread = Thread(block: body)
    thread.name = name
    thread.start()
}
