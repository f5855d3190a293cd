import ITSMCore
import ITSMTestSupport
import Testing

@testable import ITSMStore

@Suite struct NoticeTests {
    @Test func aNoticeIsItsRecipientsAloneUntilItIsRead() async throws {
        let desk = try await NoticeDesk.make()
        #expect(try await desk.send(to: [desk.rita, desk.anna], "First", cause: "a") == [desk.rita.id, desk.anna.id])
        desk.people.clock.advance(seconds: 60)
        #expect(try await desk.send(to: [desk.rita], "Second", cause: "b", body: "More") == [desk.rita.id])

        let all = try await desk.notices.list(as: desk.rita).items
        #expect(all.map(\.subject) == ["Second", "First"] && all.map(\.body) == ["More", nil])
        #expect(all[0].recipient == desk.rita.id && all[0].kind == .escalated && all[0].readAt == nil)
        #expect(all[0].ticket == TicketRef(id: desk.ticket.id, number: desk.ticket.number, title: "Printer"))
        #expect(try await desk.notices.list(as: desk.anna).items.map(\.subject) == ["First"])
        #expect(try await desk.notices.list(as: desk.otto).items.isEmpty)

        let first = all[1].id
        #expect(await code { try await desk.notices.markRead(first, as: desk.anna) } == .notFound, "another's is as if it were not there")
        let read = try await desk.notices.markRead(first, as: desk.rita)
        desk.people.clock.advance(seconds: 60)
        #expect(try await desk.notices.markRead(first, as: desk.rita) == read, "the first reading counts")
        #expect(try await desk.notices.list(unreadOnly: true, as: desk.rita).items.map(\.subject) == ["Second"])
        #expect(try await desk.notices.list(as: desk.rita).items == [all[0], read])
        #expect(try await desk.notices.unreadCount(cap: 9, as: desk.rita).value == 1)
    }

    @Test func aCauseTellsAPersonOnce() async throws {
        let desk = try await NoticeDesk.make()
        #expect(try await desk.send(to: [desk.rita, desk.rita, desk.anna], "Late", cause: "late") == [desk.rita.id, desk.anna.id])
        #expect(try await desk.send(to: [desk.rita, desk.anna], "Late", cause: "late").isEmpty)
        #expect(try await desk.send(to: [desk.rita], "Later", cause: "later") == [desk.rita.id])
        #expect(try await desk.notices.list(as: desk.rita).items.map(\.subject).sorted() == ["Late", "Later"])
    }

    @Test func whoMayNotSeeTheTicketOrSignInIsToldNothing() async throws {
        let desk = try await NoticeDesk.make()
        let gone = try await desk.people.person("gone", roles: [.name("agent")])
        _ = try await desk.people.people.disable(.id(gone.id), ifVersion: nil, as: .automation())
        let mute = try await desk.people.person("mute", roles: [])
        #expect(try await desk.send(to: [gone, desk.otto, mute, desk.anna], "x", cause: "a") == [desk.anna.id])
        // A watcher is one who may see it.
        _ = try await desk.tickets.addWatcher(.init(user: .id(desk.otto.id)), to: .id(desk.ticket.id), as: desk.anna)
        #expect(try await desk.send(to: [gone, desk.otto, mute, desk.anna], "x", cause: "a") == [desk.otto.id])
        #expect(await code { try await desk.database.write { try desk.notices.send([], in: $0, as: desk.anna) } } == .forbidden)
    }

    @Test func whatOneMayNoLongerSeeIsNeitherListedNorCountedNorMarked() async throws {
        let desk = try await NoticeDesk.make()
        let other = try await desk.tickets.create(TicketDraft(title: "Open to all"), kind: .incident, as: desk.rita)
        _ = try await desk.send(to: [desk.sven], "Secret", cause: "a")
        _ = try await desk.send(to: [desk.sven], "Open", cause: "b", on: other.id)
        var patch = TicketPatch()
        patch.confidential = .value(true)
        _ = try await desk.tickets.update(.id(desk.ticket.id), patch, as: desk.anna)

        let page = try await desk.notices.list(count: .exact, as: desk.sven)
        #expect(page.items.map(\.subject) == ["Open"] && page.count == .init(value: 1, isExact: true))
        #expect(try await desk.notices.unreadCount(cap: 9, as: desk.sven).value == 1)
        #expect(try await desk.notices.markAllRead(as: desk.sven) == 1)
        patch.confidential = .value(false)
        _ = try await desk.tickets.update(.id(desk.ticket.id), patch, as: desk.anna)
        let hidden = try #require(try await desk.notices.list(unreadOnly: true, as: desk.sven).items.first)
        #expect(hidden.subject == "Secret", "what was hidden was not marked")

        // The same for a token that may not read tickets.
        var narrow = desk.sven
        narrow.grants = narrow.grants.intersection([.reply])
        #expect(try await desk.notices.list(as: narrow).items.isEmpty)
        #expect(await code { try await desk.notices.markRead(hidden.id, as: narrow) } == .notFound)
    }

    @Test func aListGoesOnWhereThePageEndedAndCountsNoFurtherThanAsked() async throws {
        let desk = try await NoticeDesk.make()
        for number in 1...7 {
            // Two of each time, so that the id must decide.
            if number % 2 == 1 { desk.people.clock.advance(seconds: 1) }
            _ = try await desk.send(to: [desk.rita], "\(number)", cause: "\(number)")
        }
        var found: [String] = []
        var place: PagePosition?
        repeat {
            let page = try await desk.notices.list(page: PageRequest(limit: 3, after: place)!, count: .capped, as: desk.rita)
            #expect(page.count == .init(value: 7, isExact: true))
            found += page.items.map(\.subject)
            place = page.next
        } while place != nil
        #expect(found.sorted() == ["1", "2", "3", "4", "5", "6", "7"] && found.first == "7")
        let (three, seven) = (try await desk.notices.unreadCount(cap: 3, as: desk.rita), try await desk.notices.unreadCount(cap: 7, as: desk.rita))
        #expect(three == .init(value: 3, isExact: false) && seven == .init(value: 7, isExact: true))
        let foreign = PageRequest(limit: 3, after: PagePosition(key: "x", id: "y"))!
        #expect(await code { try await desk.notices.list(page: foreign, as: desk.rita) } == .malformed)
    }

    @Test func allUpToATimeAreMarkedAndNotWhatCameMeanwhile() async throws {
        let desk = try await NoticeDesk.make()
        _ = try await desk.send(to: [desk.rita, desk.anna], "Old", cause: "a")
        let seen = desk.people.clock.now()
        desk.people.clock.advance(seconds: 1)
        _ = try await desk.send(to: [desk.rita], "New", cause: "b")
        #expect(try await desk.notices.markAllRead(upTo: seen, as: desk.rita) == 1)
        #expect(try await desk.notices.list(unreadOnly: true, as: desk.rita).items.map(\.subject) == ["New"])
        #expect(try await desk.notices.markAllRead(as: desk.rita) == 1)
        #expect(try await desk.notices.markAllRead(as: desk.rita) == 0)
        #expect(try await desk.notices.unreadCount(cap: 9, as: desk.anna).value == 1)
    }

    @Test func readOnesGoAfter90DaysAndAllAfterAYear() async throws {
        let desk = try await NoticeDesk.make()
        for cause in ["read", "unread"] { _ = try await desk.send(to: [desk.rita], cause, cause: cause) }
        let read = try #require(try await desk.notices.list(as: desk.rita).items.first { $0.subject == "read" })
        _ = try await desk.notices.markRead(read.id, as: desk.rita)
        func remove() async throws -> Int { try await desk.database.write { try $0.notices.removeOver(atMost: 10) } }
        desk.people.clock.advance(seconds: Notice.readLifetimeSeconds - 1)
        #expect(try await remove() == 0)
        desk.people.clock.advance(seconds: 1)
        #expect(try await remove() == 1)
        #expect(try await desk.notices.list(as: desk.rita).items.map(\.subject) == ["unread"])
        desk.people.clock.advance(seconds: Notice.lifetimeSeconds - Notice.readLifetimeSeconds)
        #expect(try await remove() == 1)
    }
}

/// A ticket of Rita's in Wires; Anna is of Wires, Sven is not, Otto is another requester. Their rights stand in the database.
private struct NoticeDesk: Sendable {
    let people: PeopleDesk
    let notices: NoticeService
    let tickets: TicketService
    let ticket: TicketView
    let rita: Principal
    let otto: Principal
    let anna: Principal
    let sven: Principal

    var database: PostgresDatabase { people.database }

    static func make() async throws -> NoticeDesk {
        let people = try await PeopleDesk.make()
        let wires = try await people.groups.create(SupportGroup.Draft(name: "Wires"), as: .automation())
        let rita = try await people.person("rita")
        let otto = try await people.person("otto")
        let anna = try await people.person("anna", roles: [.name("agent")], groups: [.id(wires.id)])
        let sven = try await people.person("sven", roles: [.name("agent")])
        let snapshot = try await people.database.read { try $0.desk.load() }
        let tickets = TicketService(database: people.database, desk: { snapshot })
        let ticket = try await tickets.create(TicketDraft(title: "Printer"), kind: .incident, as: rita)
        var patch = TicketPatch()
        patch.group = .value(.id(wires.id))
        let assigned = try await tickets.update(.id(ticket.id), patch, as: anna)
        return NoticeDesk(
            people: people, notices: NoticeService(database: people.database), tickets: tickets, ticket: assigned, rita: rita, otto: otto, anna: anna,
            sven: sven)
    }

    /// Gives those who were told.
    func send(to recipients: [Principal], _ subject: String, cause: String, body: String? = nil, on ticket: ID<Ticket>? = nil) async throws -> [ID<
        User
    >] {
        let drafts = recipients.map {
            NoticeDraft(to: $0.id, .escalated, on: ticket ?? self.ticket.id, subject: subject, body: body, cause: cause)
        }
        return try await database.write { try notices.send(drafts, in: $0, as: .automation()).map(\.recipient) }
    }
}
