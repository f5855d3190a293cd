/// Where it is kept what imports know of their tickets.
public protocol ImportStore {
    /// What is known of those of these tickets that are here, by the source's number.
    func known(_ numbers: [String], of source: String) throws -> [String: KnownImport]

    /// Queues what the source said of these tickets, in the place of what it said before.
    func put(_ sources: [TicketSource]) throws

    /// What the source said of a ticket; nil for one that was not imported.
    func first(of ticket: ID<Ticket>) throws -> TicketSource?
}

/// A ticket that stands here under the source's number.
public struct KnownImport: Sendable, Hashable {
    public var ticket: ID<Ticket>
    /// Nil when it came here in another way than by an import.
    public var digest: [UInt8]?
    /// How many steps of its history are on record.
    public var events: Int

    public init(ticket: ID<Ticket>, digest: [UInt8]?, events: Int) {
        self.ticket = ticket
        self.digest = digest
        self.events = events
    }
}

/// What a source said of one ticket when it was read last.
public struct TicketSource: Sendable, Hashable {
    public var ticket: ID<Ticket>
    /// The job that read it.
    public var importID: ID<Job>
    public var digest: [UInt8]
    public var events: Int
    /// What the map has no field for, by the column's name.
    public var data: [String: String]

    public init(ticket: ID<Ticket>, importID: ID<Job>, digest: [UInt8], events: Int, data: [String: String]) {
        self.ticket = ticket
        self.importID = importID
        self.digest = digest
        self.events = events
        self.data = data
    }
}
