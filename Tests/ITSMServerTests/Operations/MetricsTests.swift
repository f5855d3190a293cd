import HTTPTypes
import HummingbirdTesting
import ITSMCore
import NIOCore
import Testing

@testable import ITSMServer

@Suite struct MetricsTests {
    /// Reads the figures over a connection of this machine.
    private func figures(of server: TestServer, headers: HTTPFields = [:]) async throws -> (status: HTTPResponse.Status, text: String) {
        try await server.app.server(on: .hostname("127.0.0.1", port: 0)).test(.live) { client in
            try await client.execute(uri: "/metrics", method: .get, headers: headers) { ($0.status, String(buffer: $0.body)) }
        }
    }

    private func value(_ sample: String, in text: String) -> Double? {
        text.split(separator: "\n").first { $0.hasPrefix(sample + " ") }.flatMap { Double($0.dropFirst(sample.count + 1)) }
    }

    @Test func theyCountWhatHappenedByRouteAndOutcome() async throws {
        let server = try await TestServer()
        let kim = try await server.caller("kim")
        for _ in 0..<3 { _ = try await server.send(.get, "/api/v1/auth/me", as: kim) }
        _ = try await server.send(.get, "/api/auth/me", as: kim)
        for path in ["/api/v1/nothing/a", "/api/v1/nothing/b"] { _ = try await server.send(.get, path, as: kim) }
        let login: JSONValue = ["username": "kim", "password": "certainly wrong"]
        #expect(try await server.send(.post, "/api/v1/auth/login", login).status == .unauthorized)

        let (status, text) = try await figures(of: server)
        #expect(status == .ok)
        let me = "method=\"GET\",route=\"/api/v1/auth/me\",status=\"2xx\""
        #expect(value("itsm_http_request_duration_seconds_count{\(me)}", in: text) == 4)
        #expect(value("itsm_http_request_duration_seconds_bucket{\(me),le=\"+Inf\"}", in: text) == 4)
        #expect(value("itsm_http_request_duration_seconds_count{method=\"GET\",route=\"none\",status=\"4xx\"}", in: text) == 2)
        #expect(value("itsm_http_responses_total{status=\"401\"}", in: text) == 1)
        #expect(value("itsm_sign_ins_total{outcome=\"failed\"}", in: text) == 1)
        #expect(value("itsm_database_up", in: text) == 1)
        #expect(value("itsm_http_requests_in_flight", in: text) == 1)
        #expect(value("itsm_build_info{version=\"\(App.version)\"}", in: text) == 1)
        for name in ["process_resident_memory_bytes", "process_open_fds", "process_cpu_seconds_total", "process_start_time_seconds"] {
            #expect((value(name, in: text) ?? 0) > 0, "\(name)")
        }
    }

    @Test func everyLineIsOneThatPrometheusReads() async throws {
        let (_, text) = try await figures(of: try await TestServer())
        let sample = try Regex(#"[a-z_]+(\{([a-z]+="[^"\n]*"(,[a-z]+="[^"\n]*")*)?\})? -?[0-9.e+-]+"#)
        var described: Set<Substring> = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix("# ") {
                described.insert(line.split(separator: " ")[2])
                continue
            }
            #expect(line.wholeMatch(of: sample) != nil, "\(line)")
            let name = line.prefix { $0 != "{" && $0 != " " }
            let family = ["_bucket", "_sum", "_count"].first(where: name.hasSuffix).map { name.dropLast($0.count) } ?? name
            #expect(described.contains(name) || described.contains(family), "\(name) has no type")
        }
    }

    @Test func waitingWorkAndAReaderThatIsBehindShow() async throws {
        let server = try await TestServer()
        let kim = try await server.caller("kim")
        try await server.app.database.write { tx in
            let long = tx.now.adding(seconds: -90)
            _ = try tx.jobs.insert(Job(id: tx.newID(), kind: .ticketImport, payload: [:], dueAt: long, createdBy: kim.id, createdAt: long))
        }
        // The search's handler does not run here.
        let cursor = try await server.app.database.write { try $0.activity.lockCursor(of: "search") }
        #expect(cursor != nil)
        let (_, text) = try await figures(of: server)
        #expect(value("itsm_jobs{status=\"queued\"}", in: text) == 1)
        #expect((value("itsm_job_oldest_due_seconds", in: text) ?? 0) >= 90)
        #expect((value("itsm_feed_lag_events{reader=\"search\"}", in: text) ?? 0) > 0)
        #expect((value("itsm_feed_lag_seconds{reader=\"search\"}", in: text) ?? 0) > 0)
        #expect(value("itsm_feed_lag_events{reader=\"live\"}", in: text) != nil)
    }

    @Test(arguments: [HTTPField.Name.forwardedFor, .forwarded, .via])
    func throughAProxyNobodyReadsThem(header: HTTPField.Name) async throws {
        let (status, text) = try await figures(of: try await TestServer(), headers: [header: "127.0.0.1"])
        #expect(status == .forbidden)
        #expect(text.contains("metrics-from"))
    }

    @Test func theirOwnAddressServesNothingElse() async throws {
        let server = try await TestServer(edge: { $0.metricsFrom = .none })
        #expect(try await figures(of: server).status == .forbidden)
        try await server.app.operationsServer(on: .hostname("127.0.0.1", port: 0)).test(.live) { client in
            for (path, status) in [
                ("/metrics", HTTPResponse.Status.ok), ("/readyz", .ok), ("/healthz", .ok), ("/sign-in", .notFound), ("/api/v1/tickets", .notFound),
            ] {
                let answer = try await client.execute(uri: path, method: .get)
                #expect(answer.status == status, "\(path)")
            }
        }
    }
}
