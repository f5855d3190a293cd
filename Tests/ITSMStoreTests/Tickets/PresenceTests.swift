import ITSMCore
import Testing

@testable import ITSMStore

@Suite struct PresenceTests {
    @Test func agentsSeeEachOtherAndNobodyElse() async throws {
        let desk = try await TicketDesk.make()
        let ticket = try await desk.raise("Printer", as: desk.rita)
        let key = TicketKey.number(ticket.number)
        func report(_ state: Presence.Report.State, as caller: Principal) async throws -> [String] {
            try await desk.tickets.report(.init(state), on: key, as: caller).map { "\($0.user.name) \($0.state)" }
        }
        #expect(try await report(.viewing, as: desk.rita).isEmpty)
        #expect(try await report(.viewing, as: desk.anna).isEmpty, "not even the requester, who is there")
        #expect(try await report(.viewing, as: desk.sven) == ["Anna viewing"])
        #expect(try await report(.writing, as: desk.anna) == ["Sven viewing"])
        #expect(try await report(.viewing, as: desk.sven) == ["Anna writing"])
        #expect(try await report(.writing, as: desk.rita).isEmpty)
        #expect(try await report(.gone, as: desk.anna) == ["Sven viewing"])
        #expect(try await report(.viewing, as: desk.sven).isEmpty)
        #expect(await code { try await desk.tickets.report(.init(.viewing), on: key, as: desk.otto) } == .notFound)
        #expect(try await desk.tickets.find(key, as: desk.anna) == ticket)
    }

    @Test func aReportCountsForHalfAMinute() async throws {
        let desk = try await TicketDesk.make()
        let ticket = try await desk.raise("Printer", as: desk.rita).id
        try await desk.database.write { (tx: any Transaction) throws in
            func store(after seconds: Int64) -> PostgresPresence {
                PostgresPresence(connection: (tx as! UnitOfWork).connection, now: tx.now.adding(seconds: seconds))
            }
            func seen(after seconds: Int64) throws -> [Presence] { try store(after: seconds).others(than: desk.sven.id, on: ticket) }
            try store(after: 0).put(.viewing, of: desk.anna.id, on: ticket)
            try store(after: 10).put(.viewing, of: desk.anna.id, on: ticket)
            #expect(try seen(after: 39) == [Presence(user: Ref(id: desk.anna.id, name: "Anna"), state: .viewing, since: tx.now)])
            #expect(try seen(after: 40).isEmpty)
            try store(after: 20).put(.writing, of: desk.anna.id, on: ticket)
            #expect(try seen(after: 20).map(\.since) == [tx.now.adding(seconds: 20)], "a new state begins now")
            try store(after: 60).put(.writing, of: desk.anna.id, on: ticket)
            #expect(try seen(after: 60).map(\.since) == [tx.now.adding(seconds: 60)], "so does one that was away")
            #expect(try store(after: 89).removeOver() == 0)
            #expect(try store(after: 90).removeOver() == 1)
        }
    }
}
