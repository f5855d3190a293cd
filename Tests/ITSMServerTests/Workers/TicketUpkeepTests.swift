import ITSMCore
import ITSMTestSupport
import Testing
@testable import ITSMServer

@Suite struct TicketUpkeepTests {
    @Test func whatIsOverIsRemovedAndNothingElse() async throws {
        let clock = ManualClock()
        let server = try await TestServer(clock: clock)
        let tickets = server.app.services.tickets
        let agent = Principal.automation()
        let anna = try await server.caller("anna", roles: ["agent"])
        let ticket = try await tickets.create(TicketDraft(title: "Printer"), kind: .incident, as: agent).id
        var changes = BulkEdit.Changes()
        changes.addTags = ["x"]
        func work() async throws -> ID<BulkOperation> {
            _ = try await tickets.saveDraft(.init(body: "x"), .public, on: .id(ticket), as: agent)
            _ = try await tickets.report(.init(.viewing), on: .id(ticket), as: agent)
            let notice = NoticeDraft(to: anna.id, .slaWarning, on: ticket, subject: "x", cause: "x")
            _ = try await server.app.database.write { try server.app.services.notices.send([notice], in: $0, as: agent) }
            return try #require(try await tickets.bulk(BulkEdit([.init(.id(ticket))], changes), as: agent).id)
        }
        func remove() async throws {
            let log = LogMessages()
            let worker = TicketUpkeep(
                database: server.app.database, rounds: Rounds(name: "upkeep", periodSeconds: 600, clock: clock, logger: log.logger))
            let task = Task { try await worker.run() }
            await log.wait(for: "removed what was over")
            task.cancel()
            try await task.value
        }
        let operation = try await work()
        try await remove()
        #expect(try await tickets.drafts(on: .id(ticket), as: agent).count == 1)
        #expect(try await tickets.bulkOperation(operation, as: agent).counts.changed == 1)

        #expect(try await server.send(.get, "/api/v1/notifications", as: anna).items.count == 1)

        clock.advance(seconds: max(SavedDraft.lifetimeSeconds, Notice.lifetimeSeconds))
        try await remove()
        let left = try await server.app.database.write { tx in
            (try tx.bulk.removeOver(atMost: 10), try tx.drafts.removeOver(atMost: 10), try tx.presence.removeOver())
        }
        #expect(left == (0, 0, 0), "nothing is left to remove")
        #expect(try await tickets.drafts(on: .id(ticket), as: agent).isEmpty)
        #expect(try await server.app.database.write { try $0.notices.removeOver(atMost: 10) } == 0, "notices went too")
    }
}
