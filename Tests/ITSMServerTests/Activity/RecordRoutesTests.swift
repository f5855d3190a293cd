import HTTPTypes
import ITSMCore
import ITSMStore
import ITSMTestSupport
import Testing

@testable import ITSMServer

/// The record over REST and on its page.
struct RecordRoutesTests {
    /// Seals all that is there. Other tests of the process hold the frontier now and then.
    private func seal(_ server: TestServer) async throws {
        repeat { _ = try await server.app.services.sealer.sealNext() } while try await server.app.services.record.lag().rows > 0
    }

    private func work(_ server: TestServer) async {
        let services = server.app.services
        let runner = JobRunner(
            database: server.app.database, handlers: [RecordCheckJob(record: services.record)], wakeUp: WakeUp(), logger: .quiet)
        #expect(await runner.runNext())
    }

    @Test func auditorsReadItAndOthersDoNot() async throws {
        let server = try await TestServer()
        let (admin, agent) = (try await server.caller("adm", roles: ["admin"]), try await server.caller("agn", roles: ["agent"]))
        _ = try await server.send(.post, "/api/v1/incidents", as: agent, ["title": "Hidden words", "confidential": true, "assignee": "agn"])
        try await seal(server)
        for path in ["seals", "record", "checkpoints"] {
            #expect(try await server.send(.get, "/api/v1/audit/\(path)", as: agent).status == .forbidden)
        }
        let state = try await server.send(.get, "/api/v1/audit/seals", as: admin)
        #expect(state.status == .ok && state["publicKey"]?.string?.count == 64 && state["lag"]?["rows"] == 0)
        #expect(state["lastCheckpoint"]?["key"] == state["publicKey"])

        // An admin may not read this ticket: its payload is withheld, and its row verifies all the same.
        var (lines, path) = ([JSONValue](), String?("/api/v1/audit/record?limit=3"))
        while let page = path {
            let answer = try await server.send(.get, page, as: admin)
            lines += answer.items
            path = answer["next"]?.string.map { "/api/v1/audit/record?limit=3&cursor=\($0)" }
        }
        let created = try #require(lines.first { $0["activity"]?["kind"] == "ticket.created" })
        #expect(created["activity"]?["payload"] == nil && created["activity"]?["redacted"] == false && created["seal"]?["salt"] == nil)
        let checkpoints = try await server.send(.get, "/api/v1/audit/checkpoints", as: admin).items
        var verifier = RecordFileVerifier(keys: [], kept: CheckpointLines([]), SodiumSeals())
        try verifier.read(RecordFile.head(desk: state["desk"]?.string ?? "", key: state["publicKey"]?.string ?? "").utf8)
        for line in checkpoints + lines { try verifier.read(line.utf8) }
        try verifier.read(RecordFile.end(lines: lines.count).utf8)
        let report = try verifier.finish()
        #expect(report.isIntact && report.sealed == Int64(lines.count) && report.withheld > 0 && report.checkpoints == 1, "\(report)")
    }

    @Test func theWholeIsCheckedInTheBackground() async throws {
        let server = try await TestServer()
        let (admin, agent) = (try await server.caller("adm2", roles: ["admin"]), try await server.caller("agn2", roles: ["agent"]))
        try await seal(server)
        #expect(try await server.send(.post, "/api/v1/audit/checks", as: agent).status == .forbidden)
        let begun = try await server.send(.post, "/api/v1/audit/checks", as: admin)
        #expect(begun.status == .accepted)
        // One at a time.
        #expect(try await server.send(.post, "/api/v1/audit/checks", as: admin)["id"] == begun["id"])
        var page = try await server.open("/admin/audit", as: admin)
        #expect(page.text.contains("data-job=\"\(begun["id"]?.string ?? "")\"") && !page.text.contains("Check the record"))
        await work(server)
        let check = try await server.send(.get, "/api/v1/audit/seals", as: admin)["lastCheck"]
        #expect(check?["status"] == "succeeded" && check?["result"]?["findingCount"] == 0, "\(String(describing: check))")
        page = try await server.open("/admin/audit", as: admin)
        #expect(page.text.contains("Intact") && page.text.contains("Check the record"))
        #expect(try await server.submit("/admin/audit/checks", [:], as: admin).status == .seeOther)
        #expect(try await server.submit("/admin/audit/checks", [:], as: agent).status == .forbidden)
    }

    @Test func superAdminsRedactEntriesOnThePage() async throws {
        let server = try await TestServer()
        let (root, admin) = (try await server.caller("root3", roles: ["superAdmin"]), try await server.caller("adm3", roles: ["admin"]))
        _ = try await server.send(.post, "/api/v1/groups", as: admin, ["name": "hunter2 is the password"])
        let entry = try #require(try await server.send(.get, "/api/v1/audit?kind=group.created", as: root).items.first)
        let path = "/admin/audit/entries/\(entry["id"]?.string ?? "")/redact"
        #expect(try await server.open("/admin/audit?kind=group.created", as: root).text.contains(path))
        #expect(!(try await server.open("/admin/audit?kind=group.created", as: admin).text.contains(path)))
        #expect(try await server.open(path, as: admin).status == .forbidden)
        #expect(try await server.open(path, as: root).text.contains("stays on record"))
        #expect(try await server.submit(path, ["reason": " "], as: root).status == .unprocessableContent)
        #expect(try await server.submit(path, ["reason": "a password"], as: admin).status == .forbidden)
        #expect(try await server.submit(path, ["reason": "a password"], as: root).status == .seeOther)
        let after = try await server.open("/admin/audit?kind=group.created", as: root).text
        #expect(after.contains("Taken out") && !after.contains("hunter2"))
        try await seal(server)
        let report = try await server.app.services.record.check { _ in }
        #expect(report.isIntact && report.redacted == 1)
    }
}
