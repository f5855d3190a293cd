import Dispatch
import Foundation
import HTTPTypes
import Hummingbird
import ITSMCore
import ITSMStore
import struct ITSMTransport.TraceContext
import Logging
import ServiceLifecycle
import Synchronization

/// One line of JSON a request on standard error, written by a thread of its own: a request only leaves a note.
///
/// Server faults and slow requests are always noted, refusals (401, 403, 429) at the level `notice` or below, the others at `debug`.
final class RequestLog: Service {
    static let slow = Duration.seconds(1)
    /// Notes that may wait; beyond that they are counted and dropped.
    private static let capacity = 20_000

    private struct Note: Sendable {
        var at: Instant
        var method: String
        var path: String
        var status: Int
        var duration: Duration
        var requestID: String
        var address: String?
        var principal: ID<User>?
        var code: ErrorCode?
        var trace: TraceContext?
    }

    private struct State {
        var notes: [Note] = []
        var dropped = 0
        var isOver = false
    }

    private let level: Logger.Level
    private let clock: any WallClock
    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)

    /// - Parameter level: `debug` to note every request, above `error` to note none.
    init(level: Logger.Level, clock: any WallClock) {
        self.level = level
        self.clock = clock
    }

    func note(
        _ request: Request, _ response: Response, took duration: Duration, origin: Principal.Origin, _ notes: RequestNotes.Content,
        _ trace: TraceContext?
    ) {
        let status = response.status.code
        guard
            level <= .debug || (level <= .error && (status >= 500 || duration >= Self.slow))
                || (level <= .notice && Self.isRefusal(status, notes.code))
        else { return }
        let note = Note(
            at: clock.now(), method: request.method.rawValue, path: request.uri.path, status: status, duration: duration,
            requestID: origin.requestID ?? "", address: origin.address, principal: notes.principal, code: notes.code, trace: trace)
        let wasEmpty = state.withLock { state in
            guard state.notes.count < Self.capacity else {
                state.dropped += 1
                return false
            }
            state.notes.append(note)
            return state.notes.count == 1
        }
        if wasEmpty { wake.signal() }
    }

    /// Whether somebody was turned away. That a token is renewed in time is no refusal: every client meets it each quarter of an hour.
    private static func isRefusal(_ status: Int, _ code: ErrorCode?) -> Bool {
        [401, 403, 429].contains(status) && code != .tokenExpired
    }

    func run() async throws {
        // Another service that fails cancels this one; nobody asks it to shut down then.
        await withTaskCancellationOrGracefulShutdownHandler {
            try? await onThread("request log") { [self] in write() }
        } onCancelOrGracefulShutdown: { [self] in
            state.withLock { $0.isOver = true }
            wake.signal()
        }
    }

    /// Until the server shuts down and all is written.
    private func write() {
        while true {
            wake.wait()
            // Several requests share a write.
            usleep(50_000)
            let (notes, dropped, isOver) = state.withLock { state in
                defer {
                    state.notes.removeAll(keepingCapacity: true)
                    state.dropped = 0
                }
                return (state.notes, state.dropped, state.isOver)
            }
            var text = notes.map(Self.line).joined()
            if dropped > 0 { text += "{\"level\":\"warning\",\"message\":\"\(dropped) requests were not logged\"}\n" }
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Foundation.write(STDERR_FILENO, $0.baseAddress, $0.count) }
                if count <= 0 { break }
                rest = rest.dropFirst(count)
            }
            if isOver { return }
        }
    }

    private static func line(_ note: Note) -> String {
        var json = JSONWriter(capacity: 512)
        json.object {
            $0.field("time", note.at)
            $0.field("level", note.status >= 500 ? "error" : isRefusal(note.status, note.code) ? "notice" : "info")
            $0.field("logger", "itsm.request")
            $0.field("message", "\(note.method) \(note.path)")
            $0.field("status", note.status)
            $0.field("microseconds", Int(note.duration.components.seconds * 1_000_000 + note.duration.components.attoseconds / 1_000_000_000_000))
            $0.field("requestId", note.requestID)
            $0.field("address", note.address)
            $0.field("principal", note.principal)
            $0.field("code", note.code)
            $0.field("traceId", note.trace?.traceID)
            $0.field("spanId", note.trace?.spanID)
        }
        return String(buffer: json.buffer) + "\n"
    }
}
