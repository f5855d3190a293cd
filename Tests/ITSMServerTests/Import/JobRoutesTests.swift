import ITSMCore
import ITSMStore
import Testing

@testable import ITSMServer

@Suite struct JobRoutesTests {
    @Test func aJobOfAKindThatOnlyNewerServersKnowIsShownAsItIs() async throws {
        let server = try await TestServer()
        let kim = try await server.caller("kim")
        let id = try await server.app.database.write { tx in
            let job = Job(
                id: tx.newID(), kind: Job.Kind(rawValue: "fromTomorrow"), payload: ["new": true], dueAt: tx.now, createdBy: kim.id, createdAt: tx.now)
            _ = try tx.jobs.insert(job)
            return job.id
        }
        let url = server.databaseURL
        try await onThread("a newer server") {
            try AdminSession(url).run(
                """
                UPDATE jobs SET failure = '{"code": "madeTomorrow", "detail": "The moon is away.", "errors": [{"pointer": "/moon", "code": "gone", "message": "x"}]}'
                """)
        }
        let list = try await server.send(.get, "/api/v1/jobs", as: kim)
        #expect(list.status == .ok)
        #expect(list.items.first?["kind"] == "fromTomorrow")
        let one = try await server.send(.get, "/api/v1/jobs/\(id)", as: kim)
        #expect(one["error"]?["code"] == "internal" && one["error"]?["detail"] == "The moon is away.")
        let ended = try await server.send(.post, "/api/v1/jobs/\(id)/cancel", as: kim)
        #expect(ended["status"] == "cancelled")
    }
}
