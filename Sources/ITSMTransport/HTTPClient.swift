import Foundation
import Synchronization

/// An HTTP client on libcurl. Each exchange runs on a thread of its own, never on Swift's shared pool; connections are kept and used again.
///
/// As many exchanges run at once as there are callers: they bound their own concurrency. Redirects are not followed, so that credentials do
/// not travel. Cancelling the task ends the exchange within a second.
public final class HTTPClient: Sendable {
    /// A body that is not streamed may have this many bytes.
    public static let maximumBodyBytes = 64 * 1024 * 1024

    private static let keptSessions = 8

    private let userAgent: String
    private let connectTimeout: Duration
    private let idle = Mutex<[CurlSession]>([])

    public init(userAgent: String, connectTimeout: Duration = .seconds(10)) {
        self.userAgent = userAgent
        self.connectTimeout = connectTimeout
    }

    /// Sends a request and gives the whole answer, whatever its status.
    /// - Throws: `TransportError`, or `CancellationError`.
    public func send(_ request: HTTPRequest, onProgress: (@Sendable (TransferProgress) -> Void)? = nil) async throws -> HTTPResponse {
        try await exchange(request, Callbacks(onProgress: onProgress))
    }

    /// Sends a request and hands the body of a 2xx answer over as it comes; the body of any other answer is in the answer.
    /// - Parameter onBody: called on the exchange's thread, which waits for it; what it throws ends the exchange.
    /// - Throws: `TransportError`, `CancellationError`, or what `onBody` threw.
    public func stream(
        _ request: HTTPRequest, onProgress: (@Sendable (TransferProgress) -> Void)? = nil,
        onBody: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void
    ) async throws -> HTTPResponse {
        try await exchange(request, Callbacks(onProgress: onProgress, onBody: onBody))
    }

    /// Follows a stream of server-sent events until it ends.
    /// - Parameter onEvent: called on the exchange's thread for each event; what it throws ends the stream.
    public func events(_ request: HTTPRequest, onEvent: @escaping @Sendable (ServerSentEvent) throws -> Void) async throws -> HTTPResponse {
        var request = request
        request.headers["Accept"] = "text/event-stream"
        request.timeout = nil
        let parser = Mutex(ServerSentEventParser())
        return try await stream(request) { bytes in
            for event in parser.withLock({ $0.feed(bytes) }) { try onEvent(event) }
        }
    }

    private func exchange(_ request: HTTPRequest, _ callbacks: Callbacks) async throws -> HTTPResponse {
        var request = request
        if let trace = TraceContext.current, request.headers["traceparent"] == nil {
            request.headers["traceparent"] = trace.traceParent
            request.headers["tracestate"] = trace.state
        }
        let session = idle.withLock { $0.popLast() } ?? CurlSession(userAgent: userAgent, connectTimeout: connectTimeout)
        defer { idle.withLock { if $0.count < Self.keptSessions { $0.append(session) } } }
        return try await withTaskCancellationHandler {
            try await session.perform(request, callbacks)
        } onCancel: {
            callbacks.cancellation.request()
        }
    }
}
