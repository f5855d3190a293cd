import ITSMCore
import Testing

@testable import ITSMStore

@Suite struct TicketListTests {
    @Test(arguments: TicketQuery.Sort.Key.plain.filter { $0 != .relevance }, [false, true])
    func pagesHoldEveryTicketOnceInOrder(key: TicketQuery.Sort.Key, descending: Bool) async throws {
        let desk = try await TicketDesk.make()
        for index in 0..<25 {
            _ = try await desk.raise("Title \(index % 5)", as: desk.anna) {
                $0.impact = Impact.allCases[index % 3]
                $0.urgency = Urgency.allCases[index / 3 % 3]
                if index % 3 > 0 { $0.assignee = .name(index % 3 == 1 ? "anna" : "sven") }
            }
        }
        try await expectPagesInOrder(TicketQuery.Sort(key, descending: descending), of: desk, as: desk.anna, count: 25)
    }

    /// Requested, raised for others, watched: each is read from an index of its own.
    @Test(arguments: TicketQuery.Sort.Key.plain.filter { $0 != .relevance }, [false, true])
    func whatIsOnesOwnComesInOneOrder(key: TicketQuery.Sort.Key, descending: Bool) async throws {
        let desk = try await TicketDesk.make()
        for index in 0..<24 {
            let ticket = try await desk.raise("Title \(index % 5)", as: index % 4 == 1 ? desk.otto.opening : desk.anna) {
                $0.requester = .name(index % 4 == 0 ? "otto" : "rita")
                $0.urgency = Urgency.allCases[index / 3 % 3]
            }
            if index % 4 == 2 || index % 8 == 0 {
                _ = try await desk.tickets.addWatcher(.init(user: .name("otto")), to: .id(ticket.id), as: desk.anna)
            }
        }
        try await expectPagesInOrder(TicketQuery.Sort(key, descending: descending), of: desk, as: desk.otto, count: 18)
    }

    private func expectPagesInOrder(_ sort: TicketQuery.Sort, of desk: TicketDesk, as caller: Principal, count: Int) async throws {
        var query = TicketQuery()
        query.sort = sort
        let whole = try await desk.tickets.list(query, page: PageRequest(limit: 100)!, as: caller).items
        #expect(whole.count == count)
        var paged: [TicketView] = []
        var position: PagePosition?
        repeat {
            let page = try await desk.tickets.list(query, page: PageRequest(limit: 7, after: position)!, as: caller)
            paged += page.items
            position = page.next
        } while position != nil
        #expect(paged.map(\.id) == whole.map(\.id))
        #expect(Set(paged.map(\.id)).count == count)
    }

    @Test func filtersHoldWhatTheySay() async throws {
        let desk = try await TicketDesk.make()
        let a = try await desk.raise("A", as: desk.anna) {
            $0.tags = ["vpn", "vip"]; $0.group = .id(desk.network); $0.impact = .high; $0.urgency = .high
        }
        let b = try await desk.raise("B", as: desk.anna) {
            $0.tags = ["vpn"]; $0.assignee = .name("sven")
        }
        let c = try await desk.raise("C", as: desk.rita)
        _ = try await desk.tickets.addWatcher(.init(user: .name("sven")), to: .id(c.id), as: desk.anna)
        func found(_ change: (inout TicketQuery) -> Void) async throws -> Set<ID<Ticket>> {
            var query = TicketQuery()
            change(&query)
            return Set(try await desk.tickets.list(query, as: desk.anna).items.map(\.id))
        }
        #expect(try await found { $0.ids = [a.id, c.id] } == [a.id, c.id])
        #expect(try await found { $0.tags = ["vpn"] } == [a.id, b.id])
        #expect(try await found { $0.tags = ["vpn", "vip"] } == [a.id])
        #expect(try await found { $0.priorities = [.critical] } == [a.id])
        #expect(try await found { $0.group = .anyOf([desk.network, desk.servers]) } == [a.id])
        #expect(try await found { $0.group = .some(.none) } == [b.id, c.id])
        #expect(try await found { $0.assignee = .nobody } == [a.id, c.id])
        #expect(try await found { $0.assignee = .person(desk.sven.id) } == [b.id])
        #expect(try await found { $0.requester = desk.rita.id } == [c.id])
        #expect(try await found { $0.watcher = desk.sven.id } == [c.id])
        #expect(try await found { $0.statuses = [.assigned] } == [b.id])
        #expect(
            try await found {
                $0.statuses = [.assigned]; $0.categories = [.closed]
            } == [])
        #expect(try await found { $0.categories = [.open, .pending] } == [a.id, b.id, c.id])
        #expect(try await found { $0.kinds = [.problem] } == [])
        #expect(try await found { $0.created = .init(from: c.createdAt.adding(seconds: 60)) } == [])
        let counted = try await desk.tickets.list(TicketQuery(), page: PageRequest(limit: 1)!, count: .exact, as: desk.rita)
        #expect(counted.count == .init(value: 1, isExact: true), "a count tells nothing of what is hidden")
    }

    @Test func searchFindsWordsPhrasesNumbersAndMistypedOnes() async throws {
        let desk = try await TicketDesk.make()
        var all: [TicketView] = []
        for person in ["rita", "otto", "sven"] {
            all.append(try await desk.raise("Printer in \(person)'s office jams", as: desk.anna) { $0.requester = .name(person) })
        }
        let cafe = try await desk.raise("Café terminal refuses cards", as: desk.anna) {
            $0.description = "Running out of patience"
            $0.requester = .name("otto")
            $0.group = .id(desk.network)
        }
        _ = try await desk.tickets.addComment(.init(body: "Tried the backdoor", visibility: .workNote), to: .id(cafe.id), as: desk.anna)
        all.append(cafe)
        try await desk.index(all)
        func found(_ text: String, as caller: Principal) async throws -> Page<TicketView> {
            var query = TicketQuery()
            query.text = text
            return try await desk.tickets.list(query, as: caller)
        }
        #expect(try await found("printers", as: desk.anna).items.count == 3)
        #expect(try await found("cafe", as: desk.anna).items.map(\.id) == [cafe.id])
        #expect(try await found("run patience", as: desk.anna).items.map(\.id) == [cafe.id])
        #expect(try await found("\"out of patience\"", as: desk.anna).items.map(\.id) == [cafe.id])
        #expect(try await found(cafe.number.description, as: desk.anna).items.map(\.id) == [cafe.id])
        #expect(try await found("printer", as: desk.rita).items.count == 1)
        #expect(try await found("office", as: desk.anna).items.map(\.id) == all.prefix(3).reversed().map(\.id), "the newest first")
        #expect(try await found("backdoor", as: desk.anna).items.map(\.id) == [cafe.id])
        #expect(try await found("backdoor", as: TicketDesk.caller(desk.sven.id, "sven", [.readTickets: .all])).items.isEmpty)
        let corrected = try await found("prinetr", as: desk.anna)
        #expect(corrected.correctedQuery == "printer")
        #expect(corrected.items.count == 3)
        for hostile in ["'", "\\", "a & | !", "((((", "\"", "-", "%", String(repeating: "x ", count: 200)] {
            _ = try await found(hostile, as: desk.anna)
        }
    }

    @Test func theWhereClauseAndThePolicyAgreeOnEveryone() async throws {
        let desk = try await TicketDesk.make()
        var random = SplitMix(state: 42)
        let people = [desk.rita, desk.otto, desk.anna, desk.sven]
        var watched: [ID<Ticket>: Set<ID<User>>] = [:]
        for index in 0..<120 {
            let ticket = try await desk.raise("T\(index)", as: people.randomElement(using: &random)!.opening) {
                $0.requester = .id(people.randomElement(using: &random)!.id)
                $0.assignee = Bool.random(using: &random) ? .id(people.randomElement(using: &random)!.id) : nil
                $0.group = [nil, .id(desk.network), .id(desk.servers)].randomElement(using: &random)!
                $0.confidential = Bool.random(using: &random)
            }
            if Int.random(in: 0..<3, using: &random) == 0 {
                let watcher = people.randomElement(using: &random)!.id
                _ = try await desk.database.write { try $0.watchers.insert(watcher, on: ticket.id, by: watcher, at: $0.now) }
                watched[ticket.id] = [watcher]
            }
        }
        let everyone = TicketDesk.caller(User.automationID, "all", [.readTickets: .all, .readConfidentialTickets: .all])
        let all = try await desk.tickets.list(TicketQuery(), page: PageRequest(limit: 500)!, as: everyone).items
        let audiences = try await desk.database.read { try $0.tickets.audiences(of: all.map(\.id)) }
        #expect(all.count == 120 && audiences.count == 120)
        #expect(all.allSatisfy { audiences[$0.id]!.watchers == watched[$0.id] ?? [] })
        for person in people {
            for read in [nil, Scope.own, .group, .all] {
                for note in [nil, Scope.own, .group, .all] {
                    for confidential in [nil, Scope.all] {
                        for groups: Set<ID<SupportGroup>> in [[], [desk.network], [desk.network, desk.servers]] {
                            var grants: [Permission: Scope] = [:]
                            grants[.readTickets] = read
                            grants[.note] = note
                            grants[.readConfidentialTickets] = confidential
                            let caller = TicketDesk.caller(person.id, "x", grants, in: groups)
                            let listed = try await desk.tickets.list(TicketQuery(), page: PageRequest(limit: 500)!, as: caller).items.map(\.id)
                            let allowed = all.map(\.id).filter { caller.sees(audiences[$0]!) }
                            #expect(listed == allowed, "read \(String(describing: read)) confidential \(String(describing: confidential))")
                            let noted = try await desk.database.read { tx in
                                try (tx as! UnitOfWork).connection.all(
                                    """
                                    SELECT t.id FROM tickets t
                                    WHERE \(fragment: TicketVisibility.condition(for: caller)) AND \(fragment: TicketVisibility.notesCondition(for: caller))
                                    """, as: ID<Ticket>.self)
                            }
                            #expect(
                                Set(noted) == Set(all.map(\.id).filter { caller.seesNotes(of: audiences[$0]!) }), "notes \(String(describing: note))")
                        }
                    }
                }
            }
        }
    }
}

/// A small generator with a seed, so that a failure can be seen again.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

extension Principal {
    /// The same person with the right to raise tickets for others.
    fileprivate var opening: Principal {
        TicketDesk.agent(id, username, in: [])
    }
}
