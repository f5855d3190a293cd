import ITSMCore
import Logging
import ServiceLifecycle

/// Reads the feed for this server: tells who must forget what they remember, hands what happened to the open streams, and wakes the handlers.
///
/// A commit only wakes it: one of this process at once, one of another server by its notification, any by the poll. So whatever wake-up is lost, nothing
/// is.
struct FeedReader: Service {
    /// The safety net.
    private static let pollInterval = Duration.seconds(1)
    /// Any number of commits within it are read together. What a pass costs grows with the streams that it wakes, so the more there are the less often it is
    /// made: for a thousand ten times a second.
    private var pause: Duration { max(.milliseconds(10), .microseconds(100) * live.streamCount) }

    let database: any Database
    let activity: ActivityService
    let live: LiveFeed
    let wakeUp: WakeUp
    /// Called with the kinds of activity that a pass found, before any stream sees it. Must be quick.
    let observers: [@Sendable (Set<Activity.Kind>) -> Void]
    let logger: Logger

    func run() async throws {
        await withTaskCancellationOrGracefulShutdownHandler {
            await withTaskGroup { group in
                group.addTask {
                    while (try? await Task.sleep(for: Self.pollInterval)) != nil { wakeUp.signal() }
                }
                for await _ in wakeUp.signals {
                    await pass()
                    // Cut short when the server ends.
                    try? await Task.sleep(for: pause)
                }
                group.cancelAll()
            }
        } onCancelOrGracefulShutdown: {
            wakeUp.finish()
            live.end()
        }
    }

    private func pass() async {
        do {
            try await read()
        } catch {
            logger.warning("the feed could not be read; trying again", metadata: ["error": "\(error)"])
        }
    }

    /// Reads up to where the feed is final now.
    func read() async throws {
        let position = live.position
        let (end, kinds) = try await database.read { tx in
            let end = try tx.activity.end()
            return (end, position < end ? try tx.activity.kinds(after: position, through: end) : [])
        }
        guard position < end else { return }
        for observe in observers { observe(kinds) }
        while live.position < end, !live.skip(to: end) {
            live.publish(try await activity.feed(after: live.position, through: end, limit: 500))
        }
    }
}

/// Wakes one waiting loop; any number of signals before it comes round are one.
final class WakeUp: Sendable {
    let signals: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() { (signals, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    func signal() { continuation.yield() }

    /// Ends the loop.
    func finish() { continuation.finish() }
}
