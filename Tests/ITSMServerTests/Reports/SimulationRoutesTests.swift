import HTTPTypes
import ITSMCore
import Testing
@testable import ITSMServer

@Suite struct SimulationRoutesTests {
    @Test func aDraftIsTriedOnWhatWasMeasured() async throws {
        let (server, manager) = try await ReportRoutesTests.desk()
        let admin = try await server.caller("ada", roles: ["admin"])
        // As a policy is read, so can it be tried.
        let standard = try await server.send(.get, "/api/v1/sla/policies/Standard", as: admin)
        guard case .object(var policy) = standard.json else {
            Issue.record("there is no policy")
            return
        }
        for field in ["id", "version", "createdAt", "updatedAt"] { policy[field] = nil }
        func simulate(_ more: [String: JSONValue] = [:], as caller: TestCaller) async throws -> TestAnswer {
            let body: [String: JSONValue] = ["policy": .object(policy), "from": "2090-10-01T00:00:00Z", "to": "2090-12-01T00:00:00Z"]
            return try await server.send(.post, "/api/v1/sla/simulate", as: caller, .object(body.merging(more, uniquingKeysWith: { $1 })))
        }
        let same = try await simulate(as: admin)
        #expect(same.status == .ok && same["tickets"] == 2 && same["differing"] == 0, "\(same.text)")

        policy["targets"] = [["metric": "resolution", "goals": ["critical": ["seconds": 60, "calendar": "24x7"]]]]
        let tight = try await simulate(as: admin)
        guard case .array(let differences)? = tight["differences"] else {
            Issue.record("there are no differences")
            return
        }
        #expect(differences.contains { $0["timer"] == "resolution" && $0["then"] == "met" && $0["now"] == "breached" })
        #expect(try await simulate(as: manager).status == .forbidden)
        let wrong = try await simulate(["replaces": "nothing", "more": 1], as: admin)
        #expect(wrong.status == .unprocessableContent && wrong.faults == ["/more unknownField"])
        #expect(try await simulate(["replaces": "nothing"], as: admin).faults == ["/replaces invalidValue"])
        #expect(try await simulate(["to": "2090-09-01T00:00:00Z"], as: admin).faults == ["/to invalidValue"])
    }
}
