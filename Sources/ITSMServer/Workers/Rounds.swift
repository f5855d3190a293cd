import ITSMCore
import Logging
import ServiceLifecycle

/// Does the same over and over: at the start, at the beginning of every period, and whenever it is woken. What fails is done again soon, then less soon.
struct Rounds: Sendable {
    /// For the log.
    let name: String
    let periodSeconds: Int64
    var wakeUp = WakeUp()
    var clock: any WallClock = SystemClock()
    /// After a failure; doubled each time up to the longest.
    var firstPause = Duration.seconds(1)
    var longestPause = Duration.seconds(60)
    let logger: Logger

    /// Until the server ends, or the task is cancelled; a round that is under way is cancelled too.
    func run(_ round: @escaping @Sendable () async throws -> Void) async {
        await cancelWhenGracefulShutdown {
            await withTaskGroup { group in
                group.addTask {
                    repeat { wakeUp.signal() } while (try? await Task.sleep(for: untilNextPeriod)) != nil
                }
                var pause = firstPause
                for await _ in wakeUp.signals {
                    do {
                        try await round()
                        pause = firstPause
                    } catch {
                        if Task.isCancelled { break }
                        logger.error("\(name) failed; trying again", metadata: ["error": "\(error)"])
                        try? await Task.sleep(for: pause)
                        pause = min(pause * 2, longestPause)
                        wakeUp.signal()
                    }
                }
                group.cancelAll()
            }
        }
    }

    private var untilNextPeriod: Duration {
        let period = periodSeconds * 1_000_000
        return .microseconds(period - clock.now().microseconds % period)
    }
}
