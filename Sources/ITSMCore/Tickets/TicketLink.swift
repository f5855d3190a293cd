/// A typed link from one ticket to another.
public struct TicketLink: Sendable, Hashable {
    public let id: ID<TicketLink>
    public let type: Kind
    /// The subject of the sentence.
    public let from: ID<Ticket>
    /// Its object.
    public let to: ID<Ticket>
    public let createdBy: ID<User>
    public let createdAt: Instant

    /// Read as a sentence: the first ticket … the second.
    public enum Kind: String, Codable, Sendable, CaseIterable {
        case relates, duplicates, causes, resolvedBy, blocks
    }

    /// Which end of the link the reader stands at.
    public enum Direction: String, Codable, Sendable, CaseIterable { case outward, inward }

    public init(id: ID<TicketLink>, type: Kind, from: ID<Ticket>, to: ID<Ticket>, createdBy: ID<User>, createdAt: Instant) {
        self.id = id
        self.type = type
        self.from = from
        self.to = to
        self.createdBy = createdBy
        self.createdAt = createdAt
    }

    /// What a caller sends to link a ticket to another.
    public struct Draft: Sendable, Hashable, Codable {
        public var type: Kind?
        public var ticket: TicketReference?

        public init(type: Kind, ticket: TicketKey) {
            self.type = type
            self.ticket = TicketReference(ticket)
        }
    }
}

/// A ticket as others show it: `{"id", "number", "title"}`.
public struct TicketRef: Sendable, Hashable, Codable {
    public var id: ID<Ticket>
    public var number: TicketNumber
    public var title: String

    public init(id: ID<Ticket>, number: TicketNumber, title: String) {
        self.id = id
        self.number = number
        self.title = title
    }

    public init(_ ticket: Ticket) { self.init(id: ticket.id, number: ticket.number, title: ticket.title) }
}

/// A link as read from one of its ends; the other end stands in `ticket`.
public struct TicketLinkView: Sendable, Hashable, Codable {
    public var id: ID<TicketLink>
    public var type: TicketLink.Kind
    public var direction: TicketLink.Direction
    public var ticket: TicketRef
    public var createdAt: Instant

    public init(id: ID<TicketLink>, type: TicketLink.Kind, direction: TicketLink.Direction, ticket: TicketRef, createdAt: Instant) {
        self.id = id
        self.type = type
        self.direction = direction
        self.ticket = ticket
        self.createdAt = createdAt
    }
}

/// Somebody who follows a ticket.
public struct Watcher: Sendable, Hashable, Codable {
    public var id: ID<User>
    public var name: String
    public var addedAt: Instant

    public init(id: ID<User>, name: String, addedAt: Instant) {
        self.id = id
        self.name = name
        self.addedAt = addedAt
    }

    /// What a caller sends to add a watcher.
    public struct Draft: Sendable, Hashable, Codable {
        public var user: RefInput<User>?
        public init(user: RefInput<User>) { self.user = user }
    }
}
