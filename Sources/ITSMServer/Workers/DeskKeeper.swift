import ITSMCore
import Logging
import ServiceLifecycle

/// Keeps the desk's snapshot: read anew when the feed tells of a change, and every few seconds, should the feed be held up.
struct DeskKeeper: Service {
    /// With the time that a load takes, a snapshot is at most 5 s old.
    private static let interval = Duration.seconds(4)

    let desk: CurrentDesk
    let wakeUp: WakeUp
    let logger: Logger

    func run() async throws {
        await withTaskCancellationOrGracefulShutdownHandler {
            await withTaskGroup { group in
                group.addTask {
                    while (try? await Task.sleep(for: Self.interval)) != nil { wakeUp.signal() }
                }
                for await _ in wakeUp.signals {
                    do {
                        try await desk.reload()
                    } catch {
                        logger.warning("the desk's configuration could not be read; trying again", metadata: ["error": "\(error)"])
                    }
                }
                group.cancelAll()
            }
        } onCancelOrGracefulShutdown: {
            wakeUp.finish()
        }
    }
}
