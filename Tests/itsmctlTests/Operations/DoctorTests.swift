import Foundation
import ITSMCore
import Testing

@testable import itsmctl

/// `itsmctl doctor` against servers that are well and unwell.
@Suite struct DoctorTests {
    private static func server(
        ready: LocalServer.Reply = .json("{\"status\":\"ready\"}"), version: String = Itsmctl.configuration.version,
        metrics: LocalServer.Reply = .problem(403, "forbidden"),
        date: String? = nil
    ) -> LocalServer {
        LocalServer { request in
            switch request.path {
            case "/healthz": .json("{\"status\":\"ok\"}", headers: date.map { ["Date": $0] } ?? [:])
            case "/readyz": ready
            case "/metrics": metrics
            case "/api/v1/openapi.json": .json("{\"info\":{\"version\":\"\(version)\"}}")
            case "/api/v1/auth/me": .json("{\"user\":{\"username\":\"kim\"}}")
            default: .problem(404, "notFound")
            }
        }
    }

    /// Status by check.
    private func doctor(_ server: LocalServer) async throws -> (statuses: [String: String], run: Run) {
        let run = await TestMachine(url: server.url).itsmctl("doctor", "-o", "json")
        let findings = try JSONDecoder().decode([Finding].self, from: Data(run.output.utf8))
        for finding in findings where finding.status != .ok { #expect(finding.remedy?.isEmpty == false, "\(finding)") }
        return (Dictionary(findings.map { ($0.check, $0.status.rawValue) }, uniquingKeysWith: { first, _ in first }), run)
    }

    @Test func aDeskThatIsWellEndsWithZero() async throws {
        let (statuses, run) = try await doctor(Self.server())
        #expect(run.status == .done)
        #expect(Set(statuses.values) == ["ok"])
        #expect(Set(statuses.keys).isSuperset(of: ["server", "transport", "version", "readiness", "jobs", "sign-in"]))
    }

    @Test func whatIsMissingIsAFaultWithItsRemedy() async throws {
        let ready = LocalServer.Reply.json(
            "{\"code\":\"unavailable\",\"errors\":[{\"pointer\":\"/database\",\"code\":\"unavailable\",\"message\":\"The disk of the database is full.\"}]}",
            status: 503)
        let (statuses, run) = try await doctor(Self.server(ready: ready))
        #expect(run.status == .error)
        #expect(statuses["database"] == "fault")
        #expect(run.output.contains("The disk of the database is full.") && run.notes.contains("One thing does not work."))
    }

    @Test func whatWillNotGoOnForLongIsAWarning() async throws {
        let metrics = LocalServer.Reply(
            body: Data(
                "# TYPE x gauge\nitsm_feed_lag_seconds{reader=\"search\"} 90\nitsm_feed_lag_seconds{reader=\"live\"} 0\nprocess_open_fds 90\nprocess_max_fds 100\n"
                    .utf8))
        let (statuses, run) = try await doctor(
            Self.server(ready: .json("{\"status\":\"ready\",\"oldestDueJobSeconds\":90}"), version: "0.0.1", metrics: metrics))
        #expect(run.status == .done)
        for check in ["version", "jobs", "feed", "open files"] { #expect(statuses[check] == "warning", "\(check)") }
    }

    @Test func aClockThatIsFarOffIsTold() async throws {
        #expect(try await doctor(Self.server(date: "Sat, 21 Nov 2020 08:00:00 GMT")).statuses["clocks"] == "fault")
    }

    @Test func aServerThatIsNotThereIsAFault() async throws {
        let run = await TestMachine(url: "http://127.0.0.1:1").itsmctl("doctor", "-o", "json")
        #expect(run.status == .error)
        #expect(run.output.contains("Start the server"))
    }
}
