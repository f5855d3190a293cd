import Foundation
import ITSMCore
import Testing

@testable import itsmctl

@Suite struct SimulateSLATests {
    static func desk() -> LocalServer {
        LocalServer { _ in
            .json(
                """
                {"tickets":3,"metrics":[{"metric":"resolution","then":{"met":1,"breached":1,"percentMet":50,"metAtFirst":1},\
                "now":{"met":0,"breached":2,"percentMet":0,"metAtFirst":0}}],"differing":2,"differences":[{"ticket":{"id":"t","number":"INC0000042",\
                "title":"Printer"},"timer":"resolution","then":"met","now":"breached"}]}
                """)
        }
    }

    /// As `itsmctl sla policy view -o yaml` prints a policy, more or less.
    static let policy = """
        id: 00000000-0000-7000-8000-000000000311
        version: 3
        createdAt: "2026-11-01T00:00:00.000Z"
        name: Standard
        targets:
        - metric: resolution
          goals: {high: {seconds: 14400, calendar: {id: 00000000-0000-7000-8000-000000000302, name: Weekdays}}}
        """

    @Test func aPolicysFileBecomesADraftAndDaysBecomeTimes() async throws {
        let server = Self.desk()
        var machine = TestMachine(url: server.url)
        machine.input = Self.policy
        let run = await machine.run(["sla", "simulate", "-f", "-", "--from", "2026-08-01", "--to", "2026-11-01T12:00:00+01:00", "--replaces", "Old"])
        #expect(run.status == .done, "\(run.notes)")
        let request = try #require(server.requests.first)
        #expect(request.method == "POST" && request.path == "/api/v1/sla/simulate")
        let body = try #require(try request.json)
        #expect(body["from"] == "2026-07-31T22:00:00.000Z" && body["to"] == "2026-11-01T11:00:00.000Z" && body["replaces"] == "Old")
        guard case .object(let policy)? = body["policy"] else {
            Issue.record("there is no policy")
            return
        }
        #expect(policy.keys.sorted() == ["name", "targets"])
    }

    @Test func itTellsTheSumsAndWhoDiffers() async {
        let server = Self.desk()
        var machine = TestMachine(url: server.url)
        machine.input = Self.policy
        let run = await machine.run(["sla", "simulate", "-f", "-", "--from", "2026-08-01"])
        #expect(run.output.contains("INC0000042\tresolution\tmet\tbreached\tPrinter"))
        #expect(run.notes.contains("resolution: then 1 met and 1 breached (50 %), now 0 met and 2 breached (0 %)"), "\(run.notes)")
        #expect(run.notes.contains("3 tickets looked at, 2 clocks differ, 1 shown."))
        let json = await machine.run(["sla", "simulate", "-f", "-", "--from", "2026-08-01", "-o", "json"])
        #expect(json.output.contains("\"differing\" : 2") || json.output.contains("\"differing\": 2"))
        #expect(await machine.run(["sla", "simulate", "-f", "-", "--from", "yesterday"]).status == .usageOrCancelled)
    }
}
