import Hummingbird
import ITSMCore
import ITSMStore

/// For load balancers and supervisors: whether the process is alive, and whether it can serve.
struct HealthRoutes {
    let database: DatabaseCheck
    let files: AttachmentFolder

    func add(to table: inout RouteTable) {
        let tag = "Operations"
        table.get("/healthz", "Whether the server is alive", tag: tag, needs: .nobody, answer: .ok(Health.self)) { _ in .ok(Health(status: "ok")) }
        let (database, files) = (database, files)
        table.get(
            "/readyz", "Whether the server can serve",
            "503 with what is missing, when it cannot. Jobs that wait for long are told, but are no reason to take a server away.", tag: tag,
            needs: .nobody, answer: .ok(Health.self)
        ) { _ in
            let state = await database.state()
            var faults: [FieldProblem] = []
            if let fault = state.fault { faults.append(.init("/database", .unavailable, fault)) }
            if await !files.isReady { faults.append(.init("/attachments", .unavailable, "The folder of attachments is not there.")) }
            if !faults.isEmpty { throw ITSMError(.unavailable, "This server is not ready.", problems: faults, retryAfterSeconds: 5) }
            return .ok(Health(status: "ready", oldestDueJobSeconds: state.oldestDueSeconds))
        }
    }

    struct Health: WireOutput {
        var status: String
        var oldestDueJobSeconds: Int64?

        static var schema: Schema {
            .object(
                "Health", "How the server is.",
                [
                    .required("status", String.self),
                    .optional("oldestDueJobSeconds", Int64.self, "How long the job has waited that should have begun first; absent when none waits."),
                ])
        }
    }
}
