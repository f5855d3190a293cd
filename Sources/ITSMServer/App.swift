import Logging
import ServiceLifecycle

/// The only place that wires the server together.
enum App {
    /// Serves until the process is asked to end (SIGTERM, SIGINT).
    static func run(_ configuration: ServerConfiguration, on store: RunningStore, log: Logger) async throws {
        let group = ServiceGroup(services: [UntilShutdown()], gracefulShutdownSignals: [.sigterm, .sigint], logger: log)
        log.notice("the desk's database is ready", metadata: ["dataFolder": "\(store.dataFolder.path)"])
        try await group.run()
    }
}

private struct UntilShutdown: Service {
    func run() async throws { try await gracefulShutdown() }
}
