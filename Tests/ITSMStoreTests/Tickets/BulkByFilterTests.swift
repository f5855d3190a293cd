import ITSMCore
import ITSMTestSupport
import Testing

@testable import ITSMStore

@Suite struct BulkByFilterTests {
    @Test func allThatMatchAreChangedAndNoOther() async throws {
        let desk = try await BulkDesk()
        let pile = try await desk.raise(120), others = try await desk.raise(3) { $0.tags = ["other"] }
        let begun = try await desk.tickets.beginBulk(desk.tagging(120), as: desk.boss)
        #expect(begun.status == .queued && begun.total == 120 && begun.filter == "\"pile\" in ticket.tags")
        // Begun is begun: what comes to match later is not changed.
        let late = try await desk.raise(1)
        try await desk.work()
        let done = try await desk.tickets.bulkOperation(begun.id!, as: desk.boss)
        #expect(done.status == .succeeded && done.counts.changed == 120 && done.counts.all == 120 && done.outcomes.isEmpty)
        for ticket in [pile[0], pile[119]] { #expect(try await desk.now(ticket).tags == ["done", "pile"]) }
        for ticket in others + late { #expect(try await desk.now(ticket).version == 1) }
        let rows = try await desk.tickets.bulkOutcomes(of: begun.id!, page: PageRequest(limit: 50)!, as: desk.boss)
        #expect(rows.items.count == 50 && rows.items.allSatisfy { $0.version == 2 && $0.result == .changed })
        let more = try await desk.tickets.bulkOutcomes(of: begun.id!, page: PageRequest(limit: 100, after: rows.next)!, as: desk.boss)
        #expect(more.items.count == 70 && more.next == nil && Set((rows.items + more.items).map(\.number)) == Set(pile.map(\.number)))
        let cause = "bulk:\(begun.id!)"
        #expect(try await desk.count("SELECT count(*) FROM activity WHERE cause = \(cause) AND principal_id = \(desk.boss.id)") == 120)
        let other = try await desk.people.person("other", roles: [.name("admin")])
        #expect(await code { try await desk.tickets.bulkOperation(begun.id!, as: other) } == .notFound)
        #expect(await code { try await desk.tickets.bulkOutcomes(of: begun.id!, as: other) } == .notFound)
    }

    @Test(arguments: [119, 121])
    func anotherNumberThanExpectedDoesNothing(expected: Int) async throws {
        let desk = try await BulkDesk()
        try await desk.raise(expected - 119)
        try await desk.raise(120 - (expected - 119))
        let error = await failure { try await desk.tickets.beginBulk(desk.tagging(expected), as: desk.boss) }
        #expect(error?.code == .countMismatch && error?.detail.contains("finds 120 tickets, not \(expected)") == true)
        #expect(await code { try await desk.tickets.rehearseBulk(desk.tagging(expected, dryRun: true), as: desk.boss) } == .countMismatch)
        #expect(try await desk.count("SELECT (SELECT count(*) FROM bulk_operations) + (SELECT count(*) FROM jobs)") == 0)
        #expect(try await desk.count(version: 2) == 0)
    }

    @Test func aTicketThatComesWhileSomebodyCountsIsMet() async throws {
        let desk = try await BulkDesk()
        try await desk.raise(3)
        let counted = try await desk.tickets.list(TicketQuery(), count: .exact, as: desk.boss).count?.value
        async let new = desk.raise(1)
        _ = try await new
        let error = await failure { try await desk.tickets.beginBulk(desk.tagging(counted ?? 0), as: desk.boss) }
        #expect(error?.detail.contains("finds 4 tickets, not 3") == true)
    }

    @Test func hiddenTicketsAreNeitherCountedNorNamed() async throws {
        let desk = try await BulkDesk()
        let vault = try await desk.people.groups.create(.init(name: "Vault"), as: .automation())
        let keeper = try await desk.people.person("keeper", roles: [.name("agent")], groups: [.id(vault.id)])
        let fresh = try await desk.database.read { try $0.desk.load() }
        let tickets = TicketService(database: desk.database, desk: { fresh })
        var draft = TicketDraft(title: "Secret")
        (draft.group, draft.tags, draft.confidential) = (.id(vault.id), ["pile"], true)
        let secret = try await tickets.create(draft, kind: .incident, as: keeper)
        try await desk.raise(2)
        let error = await failure { try await desk.tickets.beginBulk(desk.tagging(3), as: desk.boss) }
        #expect(error?.detail.contains("finds 2 tickets") == true)
        let done = try await desk.make(desk.tagging(2))
        #expect(done.counts.changed == 2)
        #expect(try await tickets.find(.id(secret.id), as: keeper).version == 1)
    }

    @Test func whatSomebodyChangesBeforeItsTurnIsRefused() async throws {
        let desk = try await BulkDesk()
        let pile = try await desk.raise(3)
        let begun = try await desk.tickets.beginBulk(desk.tagging(3), as: desk.boss)
        var patch = TicketPatch()
        patch.title = .value("Somebody works on it")
        _ = try await desk.tickets.update(.id(pile[1].id), patch, as: .automation())
        try await desk.work()
        let done = try await desk.tickets.bulkOperation(begun.id!, as: desk.boss)
        #expect(done.counts.changed == 2 && done.counts.refused == 1)
        #expect(done.outcomes.map(\.key) == [pile[1].number.description] && done.outcomes[0].problem?.code == .versionMismatch)
        #expect(try await desk.now(pile[1]).tags == ["pile"])
    }

    @Test func anotherServerGoesOnAndNoTicketIsChangedTwice() async throws {
        let desk = try await BulkDesk()
        try await desk.raise(400)
        let begun = try await desk.tickets.beginBulk(desk.tagging(400), as: desk.boss)
        let done = try await desk.workAndDie()
        #expect(done >= Limits.bulkChunk && done % Limits.bulkChunk == 0)
        #expect(try await desk.count(version: 2) == done, "work and place move together")
        try await desk.work()
        let operation = try await desk.tickets.bulkOperation(begun.id!, as: desk.boss)
        #expect(operation.status == .succeeded && operation.counts.changed == 400)
        #expect(try await desk.count(version: 2) == 400)
        #expect(try await desk.count("SELECT count(*) FROM bulk_outcomes") == 400)
        #expect(try await desk.count("SELECT count(*) FROM activity WHERE cause LIKE 'bulk:%'") == 400)
    }

    @Test func cancelLeavesWhatIsChangedAndBeginsNoMore() async throws {
        let desk = try await BulkDesk()
        try await desk.raise(400)
        let begun = try await desk.tickets.beginBulk(desk.tagging(400), as: desk.boss)
        let done = try await desk.workAndDie()
        _ = try await desk.jobs.cancel(begun.id!.retyped(), as: desk.boss)
        try await desk.work()
        let operation = try await desk.tickets.bulkOperation(begun.id!, as: desk.boss)
        #expect(operation.status == .cancelled && operation.counts.changed == done && operation.total == 400)
        #expect(try await desk.count(version: 2) == done)
        let undone = try await desk.tickets.undoBulk(begun.id!, as: desk.boss)
        #expect(undone.counts.changed == done)
    }

    @Test func whatWaitsIsCancelledAtOnce() async throws {
        let desk = try await BulkDesk()
        try await desk.raise(2)
        let begun = try await desk.tickets.beginBulk(desk.tagging(2), as: desk.boss)
        #expect(await code { try await desk.tickets.undoBulk(begun.id!, as: desk.boss) } == .inProgress)
        _ = try await desk.jobs.cancel(begun.id!.retyped(), as: desk.boss)
        let operation = try await desk.tickets.bulkOperation(begun.id!, as: desk.boss)
        #expect(operation.status == .cancelled && operation.counts.all == 0)
        #expect(await code { try await desk.tickets.undoBulk(begun.id!, as: desk.boss) } == .illegalTransition)
    }

    enum Loss: Sendable, CaseIterable { case disabled, demoted }

    @Test(arguments: Loss.allCases)
    func whoLosesTheirRightsChangesNoMore(_ loss: Loss) async throws {
        let desk = try await BulkDesk()
        try await desk.raise(400)
        let begun = try await desk.tickets.beginBulk(desk.tagging(400), as: desk.boss)
        let done = try await desk.workAndDie()
        switch loss {
        case .disabled: try await desk.people.people.disable(.id(desk.boss.id), ifVersion: nil, as: .automation())
        case .demoted:
            var patch = User.Patch()
            patch.roles = .value([.name("requester")])
            _ = try await desk.people.people.update(.id(desk.boss.id), with: patch, ifVersion: nil, as: .automation())
        }
        try await desk.work()
        let operation = try await desk.tickets.bulkOperation(begun.id!, as: desk.boss)
        #expect(operation.status == .succeeded && operation.counts.changed == done && operation.counts.refused == 400 - done)
        #expect(operation.outcomes.count == Limits.bulkRefusalsShown && operation.outcomes.allSatisfy { $0.problem?.code == .forbidden })
        #expect(try await desk.count(version: 2) == done)
    }

    @Test func anAPITokenDoesNoMoreThanItAllows() async throws {
        let desk = try await BulkDesk()
        try await desk.raise(2)
        var token = desk.boss
        token.kind = .apiToken
        token.grants = token.grants.intersection([.readTickets, .transitionTickets])
        _ = try await desk.tickets.beginBulk(desk.tagging(2), as: token)
        try await desk.work()
        #expect(try await desk.count("SELECT count(*) FROM bulk_outcomes WHERE result = 'refused'") == 2)
    }

    @Test func aTrialTellsAndChangesNothing() async throws {
        let desk = try await BulkDesk()
        let pile = try await desk.raise(60)
        _ = try await desk.tickets.transition(.id(pile[7].id), .init(to: .cancelled, reason: "x"), as: .automation())
        var edit = desk.tagging(60, dryRun: true)
        edit.changes?.status = .inProgress
        edit.changes?.addTags = nil
        let told = try await desk.tickets.rehearseBulk(edit, as: desk.boss)
        #expect(told.dryRun && told.id == nil && told.counts.changed == 59 && told.outcomes.map(\.key) == [pile[7].number.description])
        let done = try await desk.make(edit)
        #expect(done.dryRun && done.status == .succeeded && done.counts == told.counts)
        #expect(done.outcomes.map(\.problem?.code) == [.illegalTransition] && done.undoUntil == nil)
        #expect(try await desk.now(pile[0]) == pile[0])
        #expect(try await desk.count("SELECT count(*) FROM activity WHERE cause LIKE 'bulk:%'") == 0)
        #expect(await code { try await desk.tickets.undoBulk(done.id!, as: desk.boss) } == .illegalTransition)
    }

    @Test func faultsAreToldAtOnce() async throws {
        let desk = try await BulkDesk()
        func faults(_ edit: BulkEdit) async -> [String] {
            await failure { try await desk.tickets.beginBulk(edit, as: desk.boss) }?.problems.map { "\($0.pointer) \($0.code.rawValue)" } ?? []
        }
        var edit = desk.tagging(0)
        edit.tickets = [.init(TicketKey("INC1")!)]
        edit.atomic = true
        #expect(await faults(edit) == ["/tickets invalidValue", "/atomic invalidValue", "/expectedCount invalidValue"])
        edit = desk.tagging(Limits.bulkTicketsByFilter + 1)
        edit.filter = nil
        #expect(await faults(edit) == ["/filter required", "/expectedCount invalidValue"])
        #expect(await faults(desk.tagging(1, filter: "ticket.colour == 1")) == ["/filter invalidValue"])
        let agent = try await desk.people.person("agent", roles: [.name("agent")])
        #expect(await code { try await desk.tickets.beginBulk(desk.tagging(51), as: agent) } == .forbidden)
    }
}
