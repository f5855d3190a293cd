import Hummingbird
import ITSMCore

/// One thing that must be in order for this server to do its work.
struct ReadinessCheck: Sendable {
    let name: String
    /// Nil when all is well, else what is wrong, without anything of the inside.
    let fault: @Sendable () async -> String?
}

/// For load balancers and supervisors: whether the process is alive, and whether it can serve.
struct HealthRoutes {
    let checks: [ReadinessCheck]
    let database: any Database

    func add(to table: inout RouteTable) {
        let tag = "Operations"
        table.get("/healthz", "Whether the server is alive", tag: tag, needs: .nobody, answer: .ok(Health.self)) { _ in .ok(Health(status: "ok")) }
        let (checks, database) = (checks, database)
        table.get(
            "/readyz", "Whether the server can serve",
            "503 with what is missing, when it cannot. Jobs that wait for long are told, but are no reason to take a server away.", tag: tag,
            needs: .nobody, answer: .ok(Health.self)
        ) { _ in
            var faults: [FieldProblem] = []
            for check in checks { if let fault = await check.fault() { faults.append(.init("/\(check.name)", .unavailable, fault)) } }
            if !faults.isEmpty { throw ITSMError(.unavailable, "This server is not ready.", problems: faults, retryAfterSeconds: 5) }
            let waiting = try await database.read { tx in
                try tx.jobs.oldestDue().map { max(0, (tx.now.microseconds - $0.microseconds) / 1_000_000) }
            }
            return .ok(Health(status: "ready", oldestDueJobSeconds: waiting))
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
