import Dispatch
import Foundation
import Logging
import Synchronization

/// Tells the other servers that something was committed, from a connection of its own: a NOTIFY inside a writing transaction would make all
/// commits of the cluster run one after another.
public final class Notifier: Sendable {
    private struct State {
        var isPending = false
        var isStopping = false
    }

    private let connection: String
    private let channel: String
    private let log: Logger
    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)

    /// Any number of commits within it are one notification.
    private static let interval = 0.01

    /// Starts the thread, which connects at the first notification.
    ///
    /// - Parameter connection: a libpq URL or list of keywords.
    public init(_ connection: String, channel: String = Listener.feed, log: Logger) {
        self.connection = connection
        self.channel = channel
        self.log = log
        startThread("notifier") { self.work() }
    }

    /// Asks for a notification, and returns at once.
    public func notify() {
        let wasPending = state.withLock { state in
            defer { state.isPending = true }
            return state.isPending
        }
        if !wasPending { wake.signal() }
    }

    /// Ends the thread and its connection. A notification that was asked for just before may be lost: others find the commit by their poll.
    public func stop() {
        state.withLock { $0.isStopping = true }
        wake.signal()
    }

    private func work() {
        var session: AdminSession?
        while true {
            wake.wait()
            let isStopping = state.withLock { state in
                state.isPending = false
                return state.isStopping
            }
            if isStopping { return }
            do {
                if session == nil {
                    session = try AdminSession(connection)
                    try session?.run("SET synchronous_commit = off")
                }
                try session?.run("SELECT pg_notify($1, '')", [channel])
            } catch {
                // The other servers find the commit by their poll, and the next one tries again.
                log.warning("could not notify the other servers", metadata: ["error": "\(error)"])
                session = nil
            }
            Thread.sleep(forTimeInterval: Self.interval)
        }
    }
}
