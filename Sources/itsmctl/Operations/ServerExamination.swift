import Foundation
import ITSMCore
import ITSMTransport

/// Looks at a running desk from where this person sits: whether it can be reached, is ready, is the same version, and keeps up.
struct ServerExamination {
    let connection: Connection
    let clock: any WallClock
    private let http = HTTPClient(userAgent: "itsmctl/\(Itsmctl.configuration.version)")

    init(_ connection: Connection, clock: any WallClock) {
        self.connection = connection
        self.clock = clock
    }

    func findings() async throws -> [Finding] {
        let reached: HTTPResponse
        let before = clock.now()
        do {
            reached = try await get("/healthz")
        } catch let error as TransportError {
            return [.fault("server", "\(error)", "Start the server, or name another address with --url.")]
        }
        let took = Double(clock.now().microseconds - before.microseconds) / 1e6
        guard reached.status == 200 else {
            return [
                .fault("server", "\(connection.base) answered \(reached.status).", "Is it an Archer ITSM server? Name another address with --url.")
            ]
        }
        var findings: [Finding] = [
            .number(
                "server", took, warnAbove: 1, faultAbove: 10, connection.base + String(format: " answers in %.0f ms.", took * 1_000),
                remedy: "Look at the load of the server and the network: runbook, \"Lists and pages are slow\".")
        ]
        findings.append(transport)
        if let finding = clockFinding(reached, before: before, took: took) { findings.append(finding) }
        findings.append(try await version())
        findings += try await readiness()
        findings.append(try await signIn())
        return findings + (try await figures())
    }

    private func get(_ path: String) async throws -> HTTPResponse {
        try await http.send(HTTPRequest("GET", connection.base + path, timeout: .seconds(20)))
    }

    private var transport: Finding {
        guard connection.base.hasPrefix("http://"), let host = URLComponents(string: connection.base)?.host else { return .ok("transport", "TLS.") }
        return ["localhost", "[::1]", "::1"].contains(host) || host.hasPrefix("127.")
            ? .ok("transport", "Plain HTTP, on this machine.")
            : .warning(
                "transport", "Plain HTTP: passwords and tokens travel readable.",
                "Let the server or a proxy speak TLS (admin guide, \"TLS\"), and use https://.")
    }

    private func clockFinding(_ response: HTTPResponse, before: Instant, took: Double) -> Finding? {
        guard let date = response.madeAtSeconds else { return nil }
        // The header has whole seconds; the answer was made some time between sending and receiving.
        let ours = Double(before.microseconds) / 1e6 + took / 2
        let apart = max(0, abs(Double(date) + 0.5 - ours) - 0.5 - took / 2)
        return .number(
            "clocks", apart, warnAbove: 5, faultAbove: 300, String(format: "The server's clock is %.0f s away from this machine's.", apart),
            remedy: "Let both machines take their time from NTP (chronyc tracking).")
    }

    private func version() async throws -> Finding {
        let response = try await get("/api/v1/openapi.json")
        let theirs = (try? JSONDecoder().decode(JSONValue.self, from: response.body))?["info"]?["version"]?.string
        guard let theirs else { return .warning("version", "The server does not tell its version.", "Is something between it and this machine?") }
        let ours = Itsmctl.configuration.version
        return theirs == ours
            ? .ok("version", "Server and itsmctl are \(ours).")
            : .warning("version", "The server is \(theirs), this itsmctl \(ours).", "Use the itsmctl that came with the server.")
    }

    private func readiness() async throws -> [Finding] {
        let response = try await get("/readyz")
        let json = (try? JSONDecoder().decode(JSONValue.self, from: response.body)) ?? .null
        guard response.status == 200 else {
            guard case .array(let errors)? = json["errors"], !errors.isEmpty else {
                return [.fault("readiness", "/readyz answered \(response.status).", "Look into the server's log.")]
            }
            return errors.map {
                let what = String(($0["pointer"]?.string ?? "/readiness").dropFirst())
                return .fault(
                    what, $0["message"]?.string ?? "It is not ready.", "On the server's machine: itsm-server doctor. Runbook: \"Where to look\".")
            }
        }
        let age: Int64 = if case .integer(let seconds)? = json["oldestDueJobSeconds"] { seconds } else { 0 }
        return [
            .ok("readiness", "It can write to its database and use its files."),
            .number(
                "jobs", Double(age), warnAbove: 60, faultAbove: 600, age > 0 ? "A job has been due for \(age) s." : "No job waits.",
                remedy: "Start a server with the role all or worker: runbook, \"Jobs wait\"."),
        ]
    }

    private func signIn() async throws -> Finding {
        do {
            guard try await connection.token() != nil else { return .warning("sign-in", "Nobody is signed in here.", "itsmctl auth login") }
            let me = try await connection.get(["auth", "me"]).json
            return .ok("sign-in", "Signed in as \(me["user"]?["username"]?.string ?? me["username"]?.string ?? "somebody").")
        } catch let problem as Problem where problem.error.code == .unauthenticated || problem.error.code == .tokenExpired {
            return .fault("sign-in", problem.error.detail, "itsmctl auth login, or another token.")
        }
    }

    /// What the server's figures tell, where they may be read from here.
    private func figures() async throws -> [Finding] {
        let response = try await get("/metrics")
        guard response.status == 200 else {
            return [.ok("figures", "Not told to this machine (metrics-from), so the feed and the certificate were not looked at.")]
        }
        let samples = String(decoding: response.body, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }
        func values(_ name: String) -> [Double] {
            samples.filter { $0.hasPrefix(name + " ") || $0.hasPrefix(name + "{") }.compactMap {
                $0.split(separator: " ").last.flatMap { Double($0) }
            }
        }
        var findings: [Finding] = []
        if let lag = values("itsm_feed_lag_seconds").max() {
            findings.append(
                .number(
                    "feed", lag, warnAbove: 60, faultAbove: 600,
                    lag > 1 ? "Live updates or search are \(Int(lag)) s behind." : "Live updates and search keep up.",
                    remedy: "Runbook, \"Live updates and search are behind\"."))
        }
        if let end = values("itsm_certificate_end_timestamp_seconds").first {
            let days = (end - Double(clock.now().microseconds) / 1e6) / 86_400
            findings.append(
                .number(
                    "certificate", -days, warnAbove: -14, faultAbove: 0, "The server's certificate ends in \(Int(days)) days.",
                    remedy: "Renew it; the server takes the new files by itself."))
        }
        if let open = values("process_open_fds").first, let most = values("process_max_fds").first {
            findings.append(
                .number(
                    "open files", open / max(most, 1), warnAbove: 0.8, faultAbove: 0.95, "\(Int(open)) of \(Int(most)).",
                    remedy: "Raise LimitNOFILE of the unit."))
        }
        return findings
    }
}
