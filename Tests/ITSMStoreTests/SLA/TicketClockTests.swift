import Testing

@testable import ITSMCore

@testable import ITSMStore

/// Clocks in the transactions of the ticket's own changes, on a real database.
@Suite struct TicketClockTests {
    private func at(_ text: String) -> Instant { ClockDesk.instant(text) }

    @Test func aTicketHasItsClocksFromBirthAndTheyFollowIt() async throws {
        let desk = try await ClockDesk.make()
        let ticket = try await desk.raise("02 09:00")
        #expect(ticket.dueAt == at("02 13:00"))
        desk.go("02 10:00")
        _ = try await desk.tickets.addComment(.init(body: "On it", visibility: .public), to: .id(ticket.id), as: desk.anna)
        #expect(try await desk.timer("firstResponse", of: ticket)?.met == true)
        #expect(try await desk.tickets.find(.id(ticket.id), as: desk.anna).dueAt == at("02 17:00"))
        try await desk.move(ticket, to: .pendingRequester, "02 11:00")
        let waiting = try #require(try await desk.timer("resolution", of: ticket))
        #expect(waiting.state == .paused && waiting.pausedFor == .pendingRequester && waiting.elapsedSeconds == 7_200 && waiting.dueAt == nil)
        #expect(try await desk.tickets.find(.id(ticket.id), as: desk.anna).dueAt == nil)
        // The requester's answer goes on.
        desk.go("03 10:00")
        _ = try await desk.tickets.addComment(.init(body: "Here", visibility: .public), to: .id(ticket.id), as: desk.rita)
        #expect(try await desk.timer("resolution", of: ticket)?.dueAt == at("03 16:00"))
        try await desk.move(ticket, to: .resolved, "03 12:00")
        let done = try #require(try await desk.timer("resolution", of: ticket))
        #expect(done.met == true && done.elapsedSeconds == 14_400 && done.stoppedAt == at("03 12:00"))
    }

    @Test func aWorkNoteAnswersNothing() async throws {
        let desk = try await ClockDesk.make()
        let ticket = try await desk.raise("02 09:00")
        _ = try await desk.tickets.addComment(.init(body: "Looking", visibility: .workNote), to: .id(ticket.id), as: desk.anna)
        #expect(try await desk.timer("firstResponse", of: ticket)?.state == .running)
    }

    @Test func anAgentWhoTakesACallHasAnswered() async throws {
        let desk = try await ClockDesk.make()
        let ticket = try await desk.raise("02 09:00") { $0.channel = .phone }
        #expect(try await desk.timer("firstResponse", of: ticket)?.met == true)
        #expect(ticket.dueAt == at("02 17:00"))
    }

    @Test func bulkChangesAndTheirUndoMoveClocksLikeSingleOnes() async throws {
        let desk = try await ClockDesk.make()
        let ticket = try await desk.raise("02 09:00")
        var caller = desk.anna
        caller.grants = caller.grants.union(Grants([.overridePriority: .all, .bulkTickets: .all]))
        var changes = BulkEdit.Changes()
        changes.priority = .value(.high)
        changes.priorityReason = "VIP"
        desk.go("02 10:00")
        let done = try await desk.tickets.bulk(BulkEdit([.init(.id(ticket.id))], changes), as: caller)
        #expect(done.counts.changed == 1)
        // One of four hours around the clock is over.
        #expect(try await desk.timer("resolution", of: ticket)?.dueAt == at("02 13:00"))
        _ = try await desk.tickets.undoBulk(try #require(done.id), as: caller)
        #expect(try await desk.timer("resolution", of: ticket)?.dueAt == at("02 17:00"))
    }

    @Test func theFoldOfTheRecordIsWhatIsKept() async throws {
        let desk = try await ClockDesk.make()
        let ticket = try await desk.raise("02 09:00")
        desk.go("02 09:30")
        _ = try await desk.tickets.addComment(.init(body: "On it", visibility: .public), to: .id(ticket.id), as: desk.anna)
        try await desk.move(ticket, to: .pendingRequester, "02 11:00")
        desk.go("02 12:00")
        _ = try await desk.tickets.addComment(.init(body: "Here", visibility: .public), to: .id(ticket.id), as: desk.rita)
        desk.go("02 13:00")
        var patch = TicketPatch()
        patch.urgency = .value(.high)
        _ = try await desk.tickets.update(.id(ticket.id), patch, as: desk.anna)
        try await desk.move(ticket, to: .resolved, "02 15:00")
        desk.go("02 16:00")
        _ = try await desk.tickets.addComment(.init(body: "Again", visibility: .public), to: .id(ticket.id), as: desk.rita)
        let (kept, entries) = try await desk.database.read { tx in
            (try tx.sla.cycles(of: ticket.id), try tx.sla.histories(of: [ticket.id])[ticket.id] ?? [])
        }
        let snapshot = desk.desk.snapshot
        let book = try SLABook(
            agreements: Array(snapshot.agreements.values), calendars: Array(snapshot.calendars.values), rules: snapshot.activeEscalationRules,
            categories: snapshot.categories)
        let folded = try TicketClocks.fold(SLAEvent.events(of: entries), of: ticket.id, under: book)
        #expect(kept.count == 2)
        #expect(Set(folded.cycles) == Set(kept))
        #expect(kept.first { $0.metric == .resolution }?.ledger.spans.count == 6)
    }

    @Test func anExplanationSumsToWhatTheTimerShows() async throws {
        let desk = try await ClockDesk.make()
        let ticket = try await desk.raise("02 16:00")
        desk.go("03 11:00")
        let (timer, explanation) = try await desk.sla.explain("resolution", of: .id(ticket.id), as: desk.anna)
        #expect(timer.elapsedSeconds == 3 * 3_600)
        #expect(explanation.elapsed == 3 * 3_600_000_000)
        #expect(explanation.lines.flatMap(\.intervals).map { "\($0.from.description.dropFirst(8).prefix(8))" } == ["02T16:00", "03T09:00"])
        await #expect(throws: ITSMError.self) { try await desk.sla.explain("ola", of: .id(ticket.id), as: desk.anna) }
        await #expect(throws: ITSMError.self) {
            try await desk.sla.explain("resolution", of: .id(ticket.id), as: try await desk.people.person("otto"))
        }
    }

    @Test(arguments: [false, true]) func listsGoByTheNextTargetAndWhatHasNoneComesLast(_ isDescending: Bool) async throws {
        let desk = try await ClockDesk.make()
        var due: [TicketView] = []
        for minute in ["10", "20", "30", "40"] { due.append(try await desk.raise("02 09:\(minute)")) }
        let waiting = try await desk.raise("02 09:50") { $0.channel = .phone }
        try await desk.move(waiting, to: .pendingRequester, "02 10:00")
        let done = try await desk.raise("02 09:55") { $0.channel = .phone }
        try await desk.move(done, to: .resolved, "02 10:00")
        var query = TicketQuery()
        query.sort = .init(.dueAt, descending: isDescending)
        let expected = (isDescending ? due.reversed() + [done, waiting] : due + [waiting, done]).map(\.id)
        #expect(try await desk.tickets.list(query, as: desk.anna).items.map(\.id) == expected)
        var paged: [ID<Ticket>] = []
        var position: PagePosition?
        repeat {
            let page = try await desk.tickets.list(query, page: PageRequest(limit: 2, after: position)!, as: desk.anna)
            paged += page.items.map(\.id)
            position = page.next
        } while position != nil
        #expect(paged == expected)
        for (place, id) in expected.enumerated() {
            let beside = try await desk.tickets.neighbours(of: .id(id), in: query, as: desk.anna)
            #expect(beside.previous?.id == (place > 0 ? expected[place - 1] : nil))
            #expect(beside.next?.id == (place + 1 < expected.count ? expected[place + 1] : nil))
        }
        // What another may not see is not there.
        #expect(try await desk.tickets.list(query, as: try await desk.people.person("otto")).items.isEmpty)
    }

    @Test func theCheckFindsWhatIsNotAsTheRecordSays() async throws {
        let desk = try await ClockDesk.make()
        let ticket = try await desk.raise("02 09:00")
        try await desk.move(ticket, to: .pendingRequester, "02 11:00")
        _ = try await desk.raise("02 11:30")
        let check = SLACheck(database: desk.database)
        let sound = try await check.run(as: .automation()) { _ in }
        #expect(sound.clocks == 4 && sound.folded == 4 && sound.findings.isEmpty)
        try await desk.database.write { tx in
            var cycles = try tx.sla.cycles(of: ticket.id).filter { $0.metric == .resolution }
            cycles[0].reading.elapsed += 1
            cycles[0].ledger.turn(to: .running(cycles[0].ledger.term), at: ClockDesk.instant("02 11:10"))
            try tx.sla.update(cycles)
        }
        let found = try await check.run(as: .automation()) { _ in }
        #expect(found.findings.map(\.timer) == ["resolution", "resolution", "resolution"])
        await #expect(throws: ITSMError.self) { try await check.run(as: desk.anna) { _ in } }
    }
}
