@testable import ITSMCore

/// The fixed cast of the core's tests: a small desk and the people around it.
enum Desk {
    static let monday = Instant("2026-03-02T09:00:00Z")!
    static let network = SupportGroup(id: id(1), name: "Network", createdAt: monday, updatedAt: monday)
    static let servers = SupportGroup(id: id(2), name: "Servers", createdAt: monday, updatedAt: monday)
    static let settings = DeskSettings(updatedAt: monday)

    static let rita: ID<User> = id(11)
    static let otto: ID<User> = id(12)
    static let anna: ID<User> = id(13)

    static let snapshot = DeskSnapshot(
        settings: settings, matrix: .standard, groups: [network, servers], services: [],
        categories: [Category(id: id(21), name: "network", path: "network", createdAt: monday, updatedAt: monday)])

    static func id<Record>(_ number: UInt8) -> ID<Record> {
        ID("00000000-0000-7000-8000-0000000000\(number < 16 ? "0" : "")\(String(number, radix: 16))")!
    }

    static func requester(_ person: ID<User> = rita) -> Principal {
        caller(person, [.readTickets: .own, .createTickets: .own, .reply: .own])
    }

    static func agent(_ person: ID<User> = anna, in groups: Set<ID<SupportGroup>> = [network.id], adding extra: [Permission: Scope] = [:])
        -> Principal
    {
        let grants: [Permission: Scope] = [
            .readTickets: .all, .createTickets: .all, .createTicketsForOthers: .all, .updateTickets: .all, .assignTickets: .all,
            .transitionTickets: .all, .reply: .all, .note: .all, .editOwnComments: .all,
        ]
        return caller(person, grants.merging(extra) { $1 }, groups: groups)
    }

    static func caller(_ person: ID<User>, _ grants: [Permission: Scope], groups: Set<ID<SupportGroup>> = []) -> Principal {
        Principal(id: person, username: "u", name: "U", grants: Grants(grants), groups: groups, origin: .init(channel: .api))
    }

    static func ticket(_ kind: TicketKind = .incident, _ change: (inout Ticket) -> Void = { _ in }) -> Ticket {
        var ticket = Ticket(
            id: id(31), number: TicketNumber(kind: kind, value: 42), title: "Printer on fire", status: kind.lifecycle.initial, impact: .medium,
            urgency: .medium, priority: .medium, requester: rita, openedBy: rita, channel: .api, createdAt: monday, updatedAt: monday)
        change(&ticket)
        return ticket
    }
}

extension ITSMError {
    var pointers: [String] { problems.map(\.pointer) }
}
