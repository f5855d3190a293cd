import ITSMStore
import ServiceLifecycle

/// Wakes the feed's reader when another server has committed. (`Notifier` tells the others of ours.)
struct OtherServers: Service {
    let listener: Listener
    let wakeUp: WakeUp

    func run() async throws {
        await withTaskCancellationOrGracefulShutdownHandler {
            for await _ in listener.wakeUps { wakeUp.signal() }
        } onCancelOrGracefulShutdown: {
            listener.stop()
        }
    }
}
