import HTTPTypes
import ITSMCore
import ITSMTestSupport
import Testing
@testable import ITSMServer

@Suite struct ReportRoutesTests {
    /// A desk in November 2090, with one incident resolved in time and one late.
    static func desk() async throws -> (server: TestServer, manager: TestCaller) {
        let clock = ManualClock(Instant("2090-11-01T08:00:00Z")!)
        let server = try await TestServer(clock: clock)
        let manager = try await server.caller("mona", roles: ["manager"], groups: ["Wires <b>"])
        for minutes in [10, 200] as [Int64] {
            let made = try await server.send(
                .post, "/api/v1/incidents", as: manager, ["title": "=1+1", "impact": "high", "urgency": "high", "group": "Wires <b>"])
            clock.advance(seconds: minutes * 60)
            let body: JSONValue = ["to": "resolved", "resolution": ["code": "fixed", "notes": "x"]]
            let done = try await server.send(
                .post, "/api/v1/incidents/\(made["number"]?.string ?? "")/transitions", as: try await server.signedIn(manager.id, "mona"), body)
            #expect(done.status == .ok, "\(done.text)")
        }
        return (server, try await server.signedIn(manager.id, "mona"))
    }

    @Test func theReportAsJSONAndAsCSV() async throws {
        let (server, manager) = try await Self.desk()
        let json = try await server.send(.get, "/api/v1/reports/sla?to=2090-11", as: manager)
        #expect(json.status == .ok && json["from"] == "2090-05" && json["to"] == "2090-11" && json["rules"] == "asMeasured")
        guard case .array(let metrics)? = json["metrics"] else {
            Issue.record("there are no metrics")
            return
        }
        let resolution = try #require(metrics.first { $0["metric"] == "resolution" })
        #expect(resolution["total"]?["met"] == 1 && resolution["total"]?["breached"] == 1 && resolution["total"]?["percentMet"] == 50)

        let accept: HTTPFields = [.accept: "text/csv"]
        for answer in [
            try await server.send(.get, "/api/v1/reports/sla?to=2090-11&format=csv", as: manager),
            try await server.send(.get, "/api/v1/reports/sla?to=2090-11", as: manager, headers: accept),
        ] {
            #expect(answer.headers[.contentType] == "text/csv; charset=utf-8")
            let lines = answer.text.split(separator: "\r\n").map(String.init)
            #expect(lines.first == "metric,by,id,name,met,breached,percentMet,metAtFirst,percentMetAtFirst")
            #expect(lines.contains("resolution,total,,,1,1,50.0,1,50.0") && lines.contains { $0.contains(",group,") && $0.contains("Wires <b>") })
            #expect(lines.filter { $0.hasPrefix("resolution,month") }.count == 7)
        }
        let forced = try await server.send(.get, "/api/v1/reports/sla?to=2090-11&format=json", as: manager, headers: accept)
        #expect(forced.headers[.contentType] == "application/json")
        let today = try await server.send(.get, "/api/v1/reports/sla?rules=today&from=2090-11&to=2090-11", as: manager)
        #expect(today["rules"] == "today" && today["withoutGoal"] == 0)
    }

    @Test(arguments: [
        ("from=2090-13", "?from invalidValue"), ("from=2090-11&to=2090-10", "?to invalidValue"), ("from=2020-01", "?from invalidValue"),
        ("rules=mine", "?rules invalidValue"), ("format=xml", "?format invalidValue"), ("metric=resolution", "?metric unknownParameter"),
    ])
    func whatIsNoQuestionIsRefused(_ query: String, _ fault: String) async throws {
        let server = try await TestServer()
        let manager = try await server.caller("mona", roles: ["manager"])
        let answer = try await server.send(.get, "/api/v1/reports/sla?\(query)", as: manager)
        #expect(answer.status == .badRequest && answer.faults == [fault])
    }

    @Test func thePageShowsTheSameNumbersInBarsAndTables() async throws {
        let (server, manager) = try await Self.desk()
        let page = try await server.open("/reports/sla?from=2026-01&to=2026-03", as: manager)
        #expect(page.status == .ok && page.text.contains("Nothing was measured"))
        let found = try await server.open("/reports/sla?from=2090-10&to=2090-11", as: manager)
        #expect(
            found.text.contains("1 of 2 met") && found.text.contains("Nov 2090: 50 % met, 1 met and 1 breached.")
                && found.text.contains("<rect class=\"breached\""))
        #expect(found.text.contains("Wires &lt;b&gt;") && !found.text.contains("Wires <b>"))
        #expect(found.text.contains("/api/v1/reports/sla?format=csv&amp;from=2090-10&amp;to=2090-11&amp;rules=asMeasured"))
        let responses = try await server.open("/reports/sla?from=2090-10&to=2090-11&metric=firstResponse&rules=today", as: manager)
        #expect(responses.text.contains("1 of 2 met"))
        let wrong = try await server.open("/reports/sla?from=soon", as: manager)
        #expect(wrong.status == .unprocessableContent && wrong.text.contains("id=\"from-fault\"") && wrong.text.contains("value=\"soon\""))
        let agent = try await server.caller("anna", roles: ["agent"])
        #expect(try await server.open("/reports/sla?from=soon", as: agent).status == .forbidden)
        #expect(!(try await server.open("/queue", as: agent).text.contains("/reports/sla")) && page.text.contains("href=\"/reports/sla\""))
    }

    @Test(arguments: [(0, [0]), (1, [0, 1, 2]), (7, [0, 4, 8]), (11, [0, 10, 20]), (1_234, [0, 1_000, 2_000])])
    func theAxisEndsAtARoundNumber(_ most: Int, _ labels: [Int]) {
        let row = ComplianceReport.Row(CivilMonth("2026-11"), ComplianceFigures(met: most))
        #expect(MonthChart([row], of: .resolution).lines.map(\.label) == labels.map(String.init))
    }
}
