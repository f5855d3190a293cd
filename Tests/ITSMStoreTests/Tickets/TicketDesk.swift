import ITSMCore
import ITSMTestSupport

@testable import ITSMStore

/// A desk in a database of its own: two groups, a requester, an agent of each group, and the service under test.
struct TicketDesk: Sendable {
    let source: TestDatabase
    let database: PostgresDatabase
    let tickets: TicketService
    let snapshot: DeskSnapshot
    let rita: Principal
    let otto: Principal
    /// An agent of Network.
    let anna: Principal
    /// An agent of Servers.
    let sven: Principal
    let network: ID<SupportGroup>
    let servers: ID<SupportGroup>

    static func make() async throws -> TicketDesk {
        let source = try await TestDatabase.make()
        let database = PostgresDatabase(PostgresConfiguration(connectionString: source.url))
        let made = try await database.write { tx in
            func user(_ username: String) throws -> ID<User> {
                let id: ID<User> = tx.newID()
                try tx.users.insert(
                    User(id: id, username: username, name: username.capitalized, createdAt: tx.now, updatedAt: tx.now), passwordHash: nil)
                return id
            }
            func group(_ name: String) throws -> ID<SupportGroup> {
                let id: ID<SupportGroup> = tx.newID()
                try tx.groups.insert(SupportGroup(id: id, name: name, createdAt: tx.now, updatedAt: tx.now))
                return id
            }
            return (
                people: [try user("rita"), try user("otto"), try user("anna"), try user("sven")], groups: [try group("Wires"), try group("Boxes")]
            )
        }
        let snapshot = try await database.read { try $0.desk.load() }
        return TicketDesk(
            source: source, database: database, tickets: TicketService(database: database, desk: { snapshot }), snapshot: snapshot,
            rita: requester(made.people[0], "rita"), otto: requester(made.people[1], "otto"),
            anna: agent(made.people[2], "anna", in: [made.groups[0]]), sven: agent(made.people[3], "sven", in: [made.groups[1]]),
            network: made.groups[0], servers: made.groups[1])
    }

    static func requester(_ id: ID<User>, _ name: String) -> Principal {
        caller(id, name, [.readTickets: .own, .createTickets: .own, .reply: .own])
    }

    static func agent(_ id: ID<User>, _ name: String, in groups: Set<ID<SupportGroup>>) -> Principal {
        caller(
            id, name,
            [
                .readTickets: .all, .createTickets: .all, .createTicketsForOthers: .all, .updateTickets: .all, .assignTickets: .all,
                .transitionTickets: .all, .reply: .all, .note: .all, .editOwnComments: .all, .readPeople: .all,
            ], in: groups)
    }

    static func caller(_ id: ID<User>, _ name: String, _ grants: [Permission: Scope], in groups: Set<ID<SupportGroup>> = []) -> Principal {
        Principal(id: id, username: name, name: name.capitalized, grants: Grants(grants), groups: groups, origin: .init(channel: .api))
    }

    func raise(_ title: String, as caller: Principal, _ change: (inout TicketDraft) -> Void = { _ in }) async throws -> TicketView {
        var draft = TicketDraft(title: title)
        change(&draft)
        return try await tickets.create(draft, kind: .incident, as: caller)
    }

    func index(_ tickets: [TicketView]) async throws {
        try await database.write { try $0.searchIndex.rebuild(tickets.map(\.id)) }
    }
}

func code(_ body: () async throws -> some Any) async -> ErrorCode? {
    do {
        _ = try await body()
        return nil
    } catch let error as ITSMError {
        return error.code
    } catch {
        return .internal
    }
}
