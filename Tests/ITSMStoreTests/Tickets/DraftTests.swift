import ITSMCore
import Testing

@testable import ITSMStore

@Suite struct DraftTests {
    @Test func aDraftIsItsWritersAloneUntilItIsSent() async throws {
        let desk = try await TicketDesk.make()
        let ticket = try await desk.raise("Printer", as: desk.rita)
        let key = TicketKey.id(ticket.id)
        let kept = try await desk.tickets.saveDraft(.init(body: "Look"), .public, on: key, as: desk.anna)
        _ = try await desk.tickets.saveDraft(.init(body: "Looking"), .public, on: key, as: desk.anna)
        _ = try await desk.tickets.saveDraft(.init(body: "A note"), .workNote, on: key, as: desk.anna)
        _ = try await desk.tickets.saveDraft(.init(body: "Hurry"), .public, on: key, as: desk.rita)
        #expect(kept.body == "Look" && kept.visibility == .public)
        #expect(try await desk.tickets.draft(.public, on: key, as: desk.anna).body == "Looking")
        #expect(try await desk.tickets.drafts(on: key, as: desk.anna).map(\.body) == ["Looking", "A note"])
        #expect(try await desk.tickets.drafts(on: key, as: desk.rita).map(\.body) == ["Hurry"])
        #expect(try await desk.tickets.drafts(on: key, as: desk.sven).isEmpty)
        #expect(try await desk.tickets.find(key, as: desk.anna) == ticket, "the ticket is not touched")
        #expect(try await desk.tickets.detail(key, expanding: [.timeline], as: desk.anna).timeline?.count == 1)

        _ = try await desk.tickets.addComment(.init(body: "Looked"), to: key, as: desk.anna)
        #expect(try await desk.tickets.drafts(on: key, as: desk.anna).map(\.body) == ["A note"])
        #expect(try await desk.tickets.drafts(on: key, as: desk.rita).map(\.body) == ["Hurry"])
        _ = try await desk.tickets.addComment(.init(body: "Noted", visibility: .workNote), to: key, as: desk.anna)
        #expect(try await desk.tickets.drafts(on: key, as: desk.anna).isEmpty)
    }

    @Test func anEmptyTextRemoves() async throws {
        let desk = try await TicketDesk.make()
        let key = TicketKey.id(try await desk.raise("x", as: desk.rita).id)
        for text in ["Some", "", ""] { _ = try await desk.tickets.saveDraft(.init(body: text), .public, on: key, as: desk.rita) }
        #expect(await code { try await desk.tickets.draft(.public, on: key, as: desk.rita) } == .notFound)
        _ = try await desk.tickets.saveDraft(.init(body: "Again"), .public, on: key, as: desk.rita)
        try await desk.tickets.deleteDraft(.public, on: key, as: desk.rita)
        try await desk.tickets.deleteDraft(.public, on: key, as: desk.rita)
        #expect(try await desk.tickets.drafts(on: key, as: desk.rita).isEmpty)
    }

    @Test func onlyWhatOneMayWrite() async throws {
        let desk = try await TicketDesk.make()
        let key = TicketKey.id(try await desk.raise("x", as: desk.rita).id)
        func save(_ body: String, _ visibility: Comment.Visibility, as caller: Principal) async -> ErrorCode? {
            await code { try await desk.tickets.saveDraft(.init(body: body), visibility, on: key, as: caller) }
        }
        #expect(await save("x", .workNote, as: desk.rita) == .forbidden)
        #expect(await save("x", .public, as: desk.otto) == .notFound)
        #expect(await save("x", .public, as: TicketDesk.caller(desk.sven.id, "sven", [.readTickets: .all])) == .forbidden)
        #expect(await save(String(repeating: "x", count: Limits.longText + 1), .public, as: desk.rita) == .tooLong)
        #expect(await save("a\u{7}", .public, as: desk.rita) == .invalidValue)
        #expect(await code { try await desk.tickets.drafts(on: key, as: desk.otto) } == .notFound)
        // Who may no longer write notes does not get at what they had begun.
        #expect(await save("A note", .workNote, as: desk.anna) == nil)
        let reader = TicketDesk.caller(desk.anna.id, "anna", [.readTickets: .all, .reply: .all])
        #expect(try await desk.tickets.drafts(on: key, as: reader).isEmpty)
        #expect(await code { try await desk.tickets.draft(.workNote, on: key, as: reader) } == .forbidden)
    }

    @Test func thirtyDaysLaterItIsOver() async throws {
        let desk = try await TicketDesk.make()
        let ticket = try await desk.raise("x", as: desk.rita)
        let draft = try await desk.tickets.saveDraft(.init(body: "x"), .public, on: .id(ticket.id), as: desk.rita)
        try await desk.database.write { (tx: any Transaction) throws in
            let later = PostgresDrafts(
                connection: (tx as! UnitOfWork).connection, now: draft.updatedAt.adding(seconds: SavedDraft.lifetimeSeconds))
            #expect(try tx.drafts.removeOver(atMost: 10) == 0)
            #expect(try later.list(of: desk.rita.id, on: ticket.id).isEmpty)
            #expect(try later.removeOver(atMost: 10) == 1)
        }
    }
}
