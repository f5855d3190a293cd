import ITSMCore
import Logging
import ServiceLifecycle

/// Runs one handler of the feed: whenever something has happened, until it has done all of it. Several servers may run the same; one of them works at
/// a time.
struct FeedHandlerWorker: Service {
    /// After a failure; doubled each time up to the longest.
    private static let firstPause = Duration.seconds(1)
    private static let longestPause = Duration.seconds(60)
    /// Any number of commits within it are handled together.
    private static let pause = Duration.milliseconds(100)

    let handler: any FeedHandler
    let activity: ActivityService
    let wakeUp: WakeUp
    let logger: Logger

    func run() async throws {
        await withTaskCancellationOrGracefulShutdownHandler {
            wakeUp.signal()
            var retryAfter = Self.firstPause
            for await _ in wakeUp.signals {
                do {
                    while try await activity.advance(handler) {}
                    retryAfter = Self.firstPause
                    try await Task.sleep(for: Self.pause)
                } catch is CancellationError {
                    return
                } catch {
                    logger.error("work that follows the feed failed; trying again", metadata: ["handler": "\(handler.name)", "error": "\(error)"])
                    try? await Task.sleep(for: retryAfter)
                    retryAfter = min(retryAfter * 2, Self.longestPause)
                    wakeUp.signal()
                }
            }
        } onCancelOrGracefulShutdown: {
            wakeUp.finish()
        }
    }
}
