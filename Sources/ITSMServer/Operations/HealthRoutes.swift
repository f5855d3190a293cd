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

    func add(to table: inout RouteTable) {
        let tag = "Operations"
        table.get("/healthz", "Whether the server is alive", tag: tag, needs: .nobody, answer: .ok(Health.self)) { _ in .ok(Health(status: "ok")) }
        let checks = checks
        table.get(
            "/readyz", "Whether the server can serve", "503 with what is missing, when it cannot.", tag: tag, needs: .nobody, answer: .ok(Health.self)
        ) { _ in
            var faults: [FieldProblem] = []
            for check in checks { if let fault = await check.fault() { faults.append(.init("/\(check.name)", .unavailable, fault)) } }
            if !faults.isEmpty { throw ITSMError(.unavailable, "This server is not ready.", problems: faults, retryAfterSeconds: 5) }
            return .ok(Health(status: "ready"))
        }
    }

    struct Health: WireOutput {
        var status: String

        static var schema: Schema { .object("Health", "How the server is.", [.required("status", String.self)]) }
    }
}
