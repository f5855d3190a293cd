/// Any of the five kinds of work that the desk tracks.
public struct Ticket: Sendable, Hashable {
    public let id: ID<Ticket>
}
