/// Something in a ticket's life that its clocks follow.
public struct SLAEvent: Sendable, Hashable {
    public var at: Instant
    public var what: What
    /// The ticket as it stands after it.
    public var facts: TicketFacts

    /// What happened to the ticket.
    public enum What: Sendable, Hashable {
        /// - Parameter isAnswered: an agent raised it by phone or in person, which is a response.
        case created(isAnswered: Bool)
        /// A field that clocks depend on has another value.
        case changed
        /// A public reply by somebody who is neither automation nor on the requester's side.
        case agentReplied
        /// A message of the requester's side, which waits for an answer.
        case requesterWrote
    }

    public init(at: Instant, _ what: What, _ facts: TicketFacts) {
        self.at = at
        self.what = what
        self.facts = facts
    }
}
