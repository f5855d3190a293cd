import ITSMCore
import ITSMTestSupport
import Testing

@testable import ITSMStore

/// Undoing changes by filter; those that name their tickets are in `BulkTests`.
@Suite struct BulkUndoTests {
    private func touch(_ ticket: TicketView, on desk: BulkDesk) async throws {
        var patch = TicketPatch()
        patch.title = .value("Changed since")
        _ = try await desk.tickets.update(.id(ticket.id), patch, as: .automation())
    }

    @Test func aFewArePutBackAtOnceAndConflictsAreListed() async throws {
        let desk = try await BulkDesk()
        let pile = try await desk.raise(60)
        let done = try await desk.make(desk.tagging(60))
        try await touch(pile[4], on: desk)
        let undone = try await desk.tickets.undoBulk(done.id!, as: desk.boss)
        #expect(undone.counts.changed == 59 && undone.counts.refused == 1 && undone.undoneAt != nil)
        #expect(try await desk.now(pile[3]).tags == ["pile"])
        #expect(try await desk.now(pile[4]).tags == ["done", "pile"])
        let after = try await desk.tickets.bulkOperation(done.id!, as: desk.boss)
        #expect(after.undo?.counts.changed == 59 && after.undo?.counts.refused == 1 && after.counts.changed == 60)
        let kept = try await desk.tickets.bulkOutcomes(of: done.id!, .undone(.refused), as: desk.boss).items
        #expect(kept.map(\.number) == [pile[4].number] && kept[0].undone?.problem?.code == .versionMismatch)
        #expect(await code { try await desk.tickets.undoBulk(done.id!, as: desk.boss) } == .illegalTransition)
    }

    @Test func manyArePutBackByAJob() async throws {
        let desk = try await BulkDesk()
        let count = Limits.bulkTickets + 20
        let pile = try await desk.raise(count)
        let done = try await desk.make(desk.tagging(count))
        #expect(done.counts.changed == count)
        try await touch(pile[10], on: desk)
        let begun = try await desk.tickets.undoBulk(done.id!, as: desk.boss)
        #expect(begun.undo?.status == .queued && begun.undo?.total == count && begun.undoneAt == nil && begun.isBeingUndone)
        #expect(await code { try await desk.tickets.undoBulk(done.id!, as: desk.boss) } == .inProgress)
        try await desk.work()
        let after = try await desk.tickets.bulkOperation(done.id!, as: desk.boss)
        #expect(after.undo?.status == .succeeded && after.undo?.counts.changed == count - 1 && after.undo?.counts.refused == 1)
        #expect(after.undoneAt != nil)
        // Those that were put back, and the one that somebody changed.
        #expect(try await desk.count(version: 3) == count)
        #expect(try await desk.now(pile[count - 1]).tags == ["pile"])
        #expect(try await desk.tickets.bulkOutcomes(of: done.id!, .undone(.refused), as: desk.boss).items.map(\.number) == [pile[10].number])
        #expect(await code { try await desk.tickets.undoBulk(done.id!, as: desk.boss) } == .illegalTransition)
    }

    @Test func onlyWithinADay() async throws {
        let desk = try await BulkDesk()
        try await desk.raise(1)
        let done = try await desk.make(desk.tagging(1))
        desk.people.clock.advance(seconds: BulkOperation.lifetimeSeconds)
        #expect(await code { try await desk.tickets.undoBulk(done.id!, as: desk.boss) } == .notFound)
        #expect(try await desk.database.write { try $0.bulk.removeOver(atMost: 10) } == 1)
        #expect(try await desk.count("SELECT (SELECT count(*) FROM bulk_targets) + (SELECT count(*) FROM bulk_outcomes)") == 0)
    }
}
