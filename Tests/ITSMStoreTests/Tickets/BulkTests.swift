import ITSMCore
import Testing

@testable import ITSMStore

@Suite struct BulkTests {
    private func raise(_ count: Int, on desk: TicketDesk, _ change: (inout TicketDraft) -> Void = { _ in }) async throws -> [TicketView] {
        var made: [TicketView] = []
        for index in 0..<count { made.append(try await desk.raise("Ticket \(index)", as: desk.anna, change)) }
        return made
    }

    private func edit(_ tickets: [TicketView], atomic: Bool = false, dryRun: Bool = false, _ change: (inout BulkEdit.Changes) -> Void) -> BulkEdit {
        var changes = BulkEdit.Changes()
        change(&changes)
        return BulkEdit(tickets.map { .init(.number($0.number)) }, changes, atomic: atomic, dryRun: dryRun)
    }

    private func kinds(of ticket: TicketView, on desk: TicketDesk) async throws -> [Activity.Kind] {
        try await desk.tickets.detail(.id(ticket.id), expanding: [.timeline], as: desk.anna).timeline?.map(\.kind) ?? []
    }

    private func manager(_ desk: TicketDesk, bulk: Scope = .all) -> Principal {
        var caller = desk.anna
        caller.grants = caller.grants.union(Grants([.bulkTickets: bulk, .overridePriority: .all]))
        return caller
    }

    @Test func eachTicketIsChangedAsBySingleChanges() async throws {
        let desk = try await TicketDesk.make()
        let tickets = try await raise(3, on: desk) { $0.tags = ["old"] }
        let done = try await desk.tickets.bulk(
            edit(tickets) {
                $0.assignee = .value(.name("sven"))
                $0.group = .value(.name("boxes"))
                $0.status = .inProgress
                $0.addTags = [" VPN "]
                $0.removeTags = ["old"]
            }, as: desk.anna)
        #expect(done.counts.changed == 3 && done.outcomes.map(\.number) == tickets.map(\.number) && done.outcomes.map(\.version) == [3, 3, 3])
        for ticket in tickets {
            let now = try await desk.tickets.find(.id(ticket.id), as: desk.anna)
            #expect(now.assignee?.name == "Sven" && now.group?.name == "Boxes" && now.status == .inProgress && now.tags == ["vpn"])
            #expect(now.version == 3)
            #expect(
                try await kinds(of: ticket, on: desk)
                    == [.ticketCreated, .ticketUpdated, .ticketAssigned, .ticketStatusChanged, .ticketStatusChanged])
        }
        let again = try await desk.tickets.bulk(
            edit(tickets) {
                $0.assignee = .value(.name("sven")); $0.status = .inProgress
            }, as: desk.anna)
        #expect(again.counts.unchanged == 3 && again.outcomes.map(\.version) == [3, 3, 3])
        let id = try #require(done.id)
        #expect(try await desk.tickets.bulkOperation(id, as: desk.anna) == done, "what was answered is what is stored")
        #expect(await code { try await desk.tickets.bulkOperation(id, as: desk.sven) } == .notFound)
    }

    @Test func oneThatIsRefusedDoesNotSpoilAnother() async throws {
        let desk = try await TicketDesk.make()
        let tickets = try await raise(3, on: desk)
        let hidden = try await desk.raise("Secret", as: desk.sven) {
            $0.confidential = true; $0.group = .id(desk.servers)
        }
        _ = try await desk.tickets.transition(.id(tickets[1].id), .init(to: .cancelled, reason: "x"), as: desk.anna)
        var changes = BulkEdit.Changes()
        changes.status = .resolved
        changes.resolution = .init(code: .fixed, notes: nil)
        var rows = tickets.map { BulkEdit.Row(.id($0.id)) } + [.init(.id(hidden.id)), .init(TicketKey("INC9999999")!)]
        rows[2].version = 7
        let done = try await desk.tickets.bulk(BulkEdit(rows, changes), as: desk.anna)
        #expect(done.outcomes.map(\.problem?.code) == [.required, .illegalTransition, .versionMismatch, .notFound, .notFound])
        #expect(done.outcomes[0].problem?.errors.map(\.pointer) == ["/changes/resolution/notes"])
        #expect(done.outcomes[3].problem == done.outcomes[4].problem, "hidden and absent look the same")
        #expect(done.outcomes[3].id == nil && done.outcomes[3].number == nil)

        changes.resolution = .init(code: .fixed, notes: "Done")
        rows[2].version = 1
        let better = try await desk.tickets.bulk(BulkEdit(rows, changes), as: desk.anna)
        #expect(better.outcomes.map(\.result) == [.changed, .refused, .changed, .refused, .refused])
        #expect(try await desk.tickets.find(.id(tickets[0].id), as: desk.anna).status == .resolved)
    }

    @Test func allOrNothingLeavesNothing() async throws {
        let desk = try await TicketDesk.make()
        let tickets = try await raise(3, on: desk)
        _ = try await desk.tickets.transition(.id(tickets[2].id), .init(to: .cancelled, reason: "x"), as: desk.anna)
        let done = try await desk.tickets.bulk(edit(tickets, atomic: true) { $0.status = .inProgress }, as: desk.anna)
        #expect(done.outcomes.map(\.result) == [.rolledBack, .rolledBack, .refused] && done.counts.rolledBack == 2)
        #expect(try await desk.tickets.find(.id(tickets[0].id), as: desk.anna) == tickets[0])
        #expect(await code { try await desk.tickets.undoBulk(done.id!, as: desk.anna) } == .illegalTransition, "there is nothing to undo")
        let whole = try await desk.tickets.bulk(edit(Array(tickets.prefix(2)), atomic: true) { $0.status = .inProgress }, as: desk.anna)
        #expect(whole.counts.changed == 2)
    }

    @Test(arguments: [false, true])
    func aDryRunTellsAndDoesNothing(atomic: Bool) async throws {
        let desk = try await TicketDesk.make()
        let tickets = try await raise(2, on: desk)
        let told = try await desk.tickets.bulk(edit(tickets, atomic: atomic, dryRun: true) { $0.assignee = .value(.name("sven")) }, as: desk.anna)
        #expect(told.dryRun && told.id == nil && told.undoUntil == nil)
        #expect(told.outcomes.map(\.result) == [.changed, .changed] && told.outcomes.map(\.version) == [2, 2])
        #expect(try await desk.tickets.find(.id(tickets[0].id), as: desk.anna) == tickets[0])
        #expect(try await kinds(of: tickets[0], on: desk) == [.ticketCreated])
        let stored = try await desk.database.read { try ($0 as! UnitOfWork).connection.first("SELECT count(*) FROM bulk_operations", as: Int.self) }
        #expect(stored == 0)
    }

    @Test func manyGoInSeveralTransactionsAndNeedTheRight() async throws {
        let desk = try await TicketDesk.make()
        let tickets = try await raise(60, on: desk) { $0.group = .id(desk.network) }
        let other = try await desk.raise("Of another group", as: desk.sven) { $0.group = .id(desk.servers) }
        #expect(await code { try await desk.tickets.bulk(edit(tickets) { $0.addTags = ["x"] }, as: desk.anna) } == .forbidden)
        let done = try await desk.tickets.bulk(edit(tickets + [other]) { $0.addTags = ["x"] }, as: manager(desk, bulk: .group))
        #expect(done.counts.changed == 60 && done.outcomes.last?.problem?.code == .forbidden)
        #expect(try await desk.tickets.bulkOperation(done.id!, as: desk.anna) == done)
        let undone = try await desk.tickets.undoBulk(done.id!, as: desk.anna)
        #expect(undone.counts.changed == 60 && undone.outcomes.count == 60)
    }

    @Test func anUndoPutsEverythingBackOnce() async throws {
        let desk = try await TicketDesk.make()
        let tickets = try await raise(2, on: desk) { $0.tags = ["a"] }
        let caller = manager(desk)
        let done = try await desk.tickets.bulk(
            edit(tickets) {
                $0.assignee = .value(.id(desk.sven.id))
                $0.priority = .value(.critical)
                $0.priorityReason = "The board meets"
                $0.addTags = ["b"]
                $0.status = .resolved
                $0.resolution = .init(code: .fixed, notes: "Done")
            }, as: caller)
        #expect(done.counts.changed == 2)
        #expect(await code { try await desk.tickets.undoBulk(done.id!, as: desk.sven) } == .notFound, "only its author")
        let undone = try await desk.tickets.undoBulk(done.id!, as: caller)
        #expect(undone.counts.changed == 2 && undone.undoneAt != nil)
        for ticket in tickets {
            var now = try await desk.tickets.find(.id(ticket.id), as: desk.anna)
            #expect(now.version == 4)
            // The resolution has answered, and what was answered stays so.
            (now.version, now.updatedAt, now.dueAt) = (ticket.version, ticket.updatedAt, ticket.dueAt)
            #expect(now == ticket)
        }
        #expect(await code { try await desk.tickets.undoBulk(done.id!, as: caller) } == .illegalTransition)
        #expect(try await desk.tickets.bulkOperation(done.id!, as: caller).undoneAt == undone.undoneAt)
    }

    @Test func whatWasChangedSinceStays() async throws {
        let desk = try await TicketDesk.make()
        let tickets = try await raise(3, on: desk)
        let done = try await desk.tickets.bulk(
            edit(tickets) {
                $0.assignee = .value(.id(desk.anna.id)); $0.addTags = ["x"]
            }, as: desk.anna)
        _ = try await desk.tickets.transition(.id(tickets[0].id), .init(to: .inProgress), as: desk.sven)
        _ = try await desk.tickets.addComment(.init(body: "A reply changes no field"), to: .id(tickets[1].id), as: desk.sven)
        let undone = try await desk.tickets.undoBulk(done.id!, as: desk.anna)
        #expect(undone.outcomes.map(\.result) == [.refused, .changed, .changed])
        #expect(undone.outcomes[0].problem?.code == .versionMismatch)
        #expect(try await desk.tickets.find(.id(tickets[0].id), as: desk.anna).assignee?.id == desk.anna.id)
        let back = try await desk.tickets.find(.id(tickets[2].id), as: desk.anna)
        #expect(back.assignee == nil && back.status == .new && back.tags.isEmpty)
    }

    @Test func whoLostTheRightsCannotUndo() async throws {
        let desk = try await TicketDesk.make()
        let tickets = try await raise(1, on: desk)
        let done = try await desk.tickets.bulk(edit(tickets) { $0.status = .inProgress }, as: desk.anna)
        var reader = desk.anna
        reader.grants = Grants([.readTickets: .all])
        let refused = try await desk.tickets.undoBulk(done.id!, as: reader)
        #expect(refused.outcomes.map(\.problem?.code) == [.forbidden] && refused.undoneAt == nil)
        #expect(try await desk.tickets.undoBulk(done.id!, as: desk.anna).counts.changed == 1, "what undid nothing can be done again")
    }

    @Test func aDayLaterItIsOver() async throws {
        let desk = try await TicketDesk.make()
        let done = try await desk.tickets.bulk(edit(try await raise(1, on: desk)) { $0.addTags = ["x"] }, as: desk.anna)
        try await desk.database.write { (tx: any Transaction) throws in
            let connection = (tx as! UnitOfWork).connection
            #expect(try tx.bulk.removeOver(atMost: 10) == 0)
            let later = PostgresBulk(connection: connection, now: done.createdAt.adding(seconds: BulkOperation.lifetimeSeconds))
            #expect(throws: ITSMError.self) { try later.find(done.id!, of: desk.anna.id, locking: false) }
            #expect(try later.removeOver(atMost: 10) == 1)
            #expect(try connection.first("SELECT count(*) FROM bulk_outcomes", as: Int.self) == 0)
        }
    }
}
