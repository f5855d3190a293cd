/// What a clock of a ticket measures (sla.md, 2).
public enum SLAMetric: String, Sendable, Codable, CaseIterable, Hashable, CodingKeyRepresentable {
    /// From creation to the first public reply by an agent.
    case firstResponse
    /// From a requester's message that nobody has answered to such a reply.
    case nextResponse
    /// From creation to resolved.
    case resolution
    /// One stay in a group: the promise between teams.
    case ola
}
