import ITSMCore
import Testing

@testable import ITSMStore

@Suite struct TicketNeighbourTests {
    /// Few titles, states and priorities, so that most keys are shared by several.
    private func fill(_ desk: TicketDesk) async throws {
        for index in 0..<18 {
            let ticket = try await desk.raise("Title \(index % 3)", as: desk.anna) {
                $0.impact = Impact.allCases[index % 3]
                $0.urgency = Urgency.allCases[index / 3 % 3]
                if index % 3 > 0 { $0.assignee = .name(index % 3 == 1 ? "anna" : "sven") }
            }
            if index % 4 == 0 { _ = try await desk.tickets.transition(.id(ticket.id), .init(to: .inProgress), as: desk.anna) }
        }
    }

    @Test(arguments: TicketQuery.Sort.Key.plain.filter { $0 != .relevance }, [false, true])
    func everyTicketHasTheNeighboursThatTheListShows(key: TicketQuery.Sort.Key, descending: Bool) async throws {
        let desk = try await TicketDesk.make()
        try await fill(desk)
        var query = TicketQuery()
        query.sort = .init(key, descending: descending)
        let list = try await desk.tickets.list(query, page: PageRequest(limit: 100)!, as: desk.anna).items
        for (place, ticket) in list.enumerated() {
            let found = try await desk.tickets.neighbours(of: .id(ticket.id), in: query, as: desk.anna)
            #expect(found.previous?.id == (place == 0 ? nil : list[place - 1].id))
            #expect(found.next?.id == (place == list.count - 1 ? nil : list[place + 1].id))
        }
    }

    @Test func searchesHaveNeighboursToo() async throws {
        let desk = try await TicketDesk.make()
        var all: [TicketView] = []
        for index in 0..<4 { all.append(try await desk.raise(index == 1 ? "Router" : "Printer \(index)", as: desk.anna)) }
        try await desk.index(all)
        var query = TicketQuery()
        query.text = "printer"
        query.sort = .init(.relevance)
        // Raised within one millisecond they stand in the order of their ids.
        let list = try await desk.tickets.list(query, page: PageRequest(limit: 10)!, as: desk.anna).items
        #expect(Set(list.map(\.id)) == [all[0].id, all[2].id, all[3].id])
        let found = try await desk.tickets.neighbours(of: .id(list[1].id), in: query, as: desk.anna)
        #expect(found.previous?.id == list[0].id && found.next?.id == list[2].id)
    }

    @Test func onlyAmongWhatTheCallerSeesAndTheQueryFinds() async throws {
        let desk = try await TicketDesk.make()
        let mine = try await desk.raise("Mine", as: desk.rita)
        let others = try await desk.raise("Of another", as: desk.otto)
        let last = try await desk.raise("Mine too", as: desk.rita)
        var query = TicketQuery()
        query.sort = .init(.createdAt)
        #expect(
            try await desk.tickets.neighbours(of: .number(mine.number), in: query, as: desk.rita).next
                == TicketRef(id: last.id, number: last.number, title: last.title))
        #expect(await code { try await desk.tickets.neighbours(of: .id(others.id), in: query, as: desk.rita) } == .notFound)

        query.statuses = [.new]
        _ = try await desk.tickets.transition(.id(others.id), .init(to: .inProgress), as: desk.anna)
        let beside = try await desk.tickets.neighbours(of: .id(others.id), in: query, as: desk.anna)
        #expect(beside.previous?.id == mine.id && beside.next?.id == last.id, "it no longer matches, and has its place still")
    }

    @Test func countsOfSeveralQueriesAtOnce() async throws {
        let desk = try await TicketDesk.make()
        try await fill(desk)
        _ = try await desk.raise("Of another", as: desk.otto)
        var open = TicketQuery()
        open.categories = [.open, .pending]
        var begun = open
        begun.statuses = [.inProgress]
        var nobody = open
        nobody.assignee = .nobody
        var text = TicketQuery()
        text.text = "nothing"
        let queries = [open, begun, nobody, text]
        #expect(try await desk.tickets.counts(of: queries, cappedAt: 100, as: desk.anna).map(\.value) == [19, 5, 7, 0])
        let capped = try await desk.tickets.counts(of: queries, cappedAt: 5, as: desk.anna)
        #expect(capped.map(\.value) == [5, 5, 5, 0] && capped.map(\.isExact) == [false, true, false, true])
        #expect(try await desk.tickets.counts(of: queries, cappedAt: 100, as: desk.otto).map(\.value) == [1, 0, 1, 0], "hidden ones do not count")
        #expect(try await desk.tickets.counts(of: [], cappedAt: 1, as: desk.anna).isEmpty)
    }
}
