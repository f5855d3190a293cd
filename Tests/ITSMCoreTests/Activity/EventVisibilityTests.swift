import Testing

@testable import ITSMCore

/// Who receives which event: the rule that streams and `GET /events` share.
struct EventVisibilityTests {
    static let rita = Self.id(1), anna = Self.id(2), otto = Self.id(3)
    static let ticket = ID<Ticket>("00000000-0000-7000-8000-0000000000aa")!

    static func id(_ number: Int) -> ID<User> { ID("00000000-0000-7000-8000-00000000000\(number)")! }

    static func caller(_ id: ID<User>, _ grants: [Permission: Scope]) -> Principal {
        Principal(id: id, username: "x", name: "X", grants: Grants(grants), origin: .init(channel: .api))
    }

    static let requester = caller(rita, [.readTickets: .own, .reply: .own])
    static let stranger = caller(otto, [.readTickets: .own, .reply: .own])
    static let agent = caller(anna, [.readTickets: .all, .note: .all, .readPeople: .all])
    static let viewer = caller(otto, [.readTickets: .all])
    static let auditor = caller(otto, [.readEvents: .all, .readPeople: .all])
    static let listener = caller(otto, [.readEvents: .all])
    static let halfListener = caller(otto, [.readEvents: .group, .readPeople: .all])

    static func event(_ type: Activity.RecordType, restricted: Bool = false, confidential: Bool = false, audience: Bool = true) -> FeedEvent {
        let isTicket = type == .ticket
        let entry = ActivityEntry(
            id: FeedCursor(epoch: 1, transaction: 1, id: 1), kind: .ticketUpdated, record: .init(type, ticket), ticket: isTicket ? ticket : nil,
            restricted: restricted, occurredAt: Instant(seconds: 0), recordedAt: Instant(seconds: 0), principal: Ref(id: anna, name: "Anna"),
            onBehalfOf: nil, channel: .api, changes: StoredJSON(["a": 1]), redacted: false, cause: nil, depth: 0, requestId: nil, address: nil)
        let seenBy = TicketAudience(requester: rita, openedBy: rita, assignee: nil, group: nil, confidential: confidential, watchers: [])
        return FeedEvent(entry, audience: isTicket && audience ? seenBy : nil)
    }

    @Test(arguments: [
        (requester, event(.ticket), true), (requester, event(.ticket, restricted: true), false),
        (requester, event(.ticket, confidential: true), true),
        (stranger, event(.ticket), false), (agent, event(.ticket), true), (agent, event(.ticket, restricted: true), true),
        (agent, event(.ticket, confidential: true), false), (viewer, event(.ticket), true), (viewer, event(.ticket, restricted: true), false),
        (agent, event(.ticket, audience: false), false), (agent, event(.user), false), (auditor, event(.user), true),
        (auditor, event(.ticket), false),
        (auditor, event(.signIn), false), (listener, event(.user), false), (listener, event(.service), true), (halfListener, event(.user), false),
        (requester, event(.settings), false),
    ])
    func whoSeesWhat(caller: Principal, event: FeedEvent, sees: Bool) { #expect(caller.sees(event) == sees) }

    @Test func valuesOfARecordNeedNoEventsPermission() {
        #expect(Self.agent.seesValues(of: Self.event(.user).entry, audience: nil))
        #expect(!Self.stranger.seesValues(of: Self.event(.user).entry, audience: nil))
        #expect(Self.stranger.seesValues(of: Self.event(.category).entry, audience: nil))
    }

    static func event(_ kind: Activity.Kind, _ changes: JSONValue, otherIsHidden: Bool) -> FeedEvent {
        var event = event(.ticket)
        event.entry.kind = kind
        event.entry.changes = StoredJSON(changes)
        let other = TicketAudience(requester: rita, openedBy: rita, assignee: nil, group: nil, confidential: otherIsHidden, watchers: [])
        event.others = Dictionary(uniqueKeysWithValues: event.entry.otherTickets.map { ($0, other) })
        return event
    }

    static let other: JSONValue = "00000000-0000-7000-8000-0000000000bb"

    /// What happened, and what is left of it for who may not see the other ticket.
    static let mentions: [(Activity.Kind, JSONValue, JSONValue?)] = [
        (.linkAdded, ["ticket": other, "type": "relates"], nil), (.linkRemoved, ["ticket": other], nil),
        (.ticketUpdated, ["parent": ["old": .null, "new": other]], nil),
        (.ticketUpdated, ["parent": ["old": other, "new": .null], "title": ["old": "a", "new": "b"]], ["title": ["old": "a", "new": "b"]]),
        (.ticketUpdated, ["title": ["old": "a", "new": "parent"]], ["title": ["old": "a", "new": "parent"]]),
    ]

    @Test(arguments: mentions)
    func otherTicketsThatAreHiddenAreNotNamed(kind: Activity.Kind, changes: JSONValue, left: JSONValue?) {
        #expect(Self.viewer.shown(Self.event(kind, changes, otherIsHidden: false))?.changes?.value == changes)
        #expect(Self.viewer.shown(Self.event(kind, changes, otherIsHidden: true))?.changes?.value == left)
        #expect(Self.requester.shown(Self.event(kind, changes, otherIsHidden: true))?.changes?.value == changes)
    }
}
