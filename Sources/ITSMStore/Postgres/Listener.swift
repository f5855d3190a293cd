import Foundation
import Logging

/// Hears that another server has committed, on a connection of its own, so that the feed is read at once. It is only a wake-up: what is missed
/// while the connection is away is found by the reader's own poll.
public final class Listener: Sendable {
    /// The channel of the feed.
    public static let feed = "itsm_feed"

    /// One element for any number of notifications since the last was taken. Also after a reconnection, as some may have been missed.
    public let wakeUps: AsyncStream<Void>

    private let continuation: AsyncStream<Void>.Continuation
    private let connection: String
    private let channel: String
    private let log: Logger
    /// Readable once it is to stop.
    private let interrupt: Pipe

    /// Starts the thread, which connects by itself and again when the connection is lost.
    ///
    /// - Parameter connection: a libpq URL or list of keywords.
    public init(_ connection: String, channel: String = Listener.feed, log: Logger) {
        (wakeUps, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        self.connection = connection
        self.channel = channel
        self.log = log
        interrupt = Pipe()
        startThread("listener") { self.listen() }
    }

    /// Ends the connection and finishes `wakeUps`.
    public func stop() { try? interrupt.fileHandleForWriting.close() }

    private func listen() {
        defer { continuation.finish() }
        var pause: Int32 = 100
        while true {
            do {
                let session = try AdminSession(connection)
                try session.run("LISTEN \(session.quoted(channel))")
                pause = 100
                continuation.yield()
                if try !hear(session) { return }
            } catch {
                log.warning("the connection that listens for other servers is lost; connecting again", metadata: ["error": "\(error)"])
            }
            var waiting = pollfd(fd: interrupt.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
            if poll(&waiting, 1, pause) != 0 { return }
            pause = min(pause * 2, 5_000)
        }
    }

    /// Returns false when it is to stop.
    private func hear(_ session: AdminSession) throws -> Bool {
        while true {
            switch try session.awaitNotification(orInputOn: interrupt.fileHandleForReading.fileDescriptor, milliseconds: 30_000) {
            case .notified: continuation.yield()
            case .interrupted: return false
            // A connection whose other end vanished without a word is found out here.
            case .quiet: try session.run("SELECT 1")
            }
        }
    }
}
