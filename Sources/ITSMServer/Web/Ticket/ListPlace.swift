import ITSMCore

/// The list that the reader came from, and the tickets beside this one in it.
struct ListPlace: Sendable {
    var label = "Queue"
    var address = "/queue"
    /// As links hand it on, with its question mark; empty where the reader came from no list.
    var from = ""
    var previous: String?
    var next: String?

    /// Whether there is any beside it.
    var isAny = false

    init() {}

    /// - Parameter query: what stood behind the queue's question mark. What means nothing there, or nothing any more, leads to the queue as it is.
    init(_ story: TicketStory, from query: String?, _ call: Call, tickets: TicketService) async throws {
        guard let query, let values = try? QueryValues(query[...], parameters: QueueAddress.parameters),
            let request = try? await QueueRequest(call.asking(values), desk: story.desk), request.fault == nil
        else { return }
        label = request.address.title
        address = request.address.address
        from = "?from=\(request.address.query.percentEncoded)"
        let beside = try await tickets.neighbours(of: .id(story.ticket.id), in: request.query(at: story.time.now), as: call.principal)
        previous = beside.previous.map { "/tickets/\($0.number)\(from)" }
        next = beside.next.map { "/tickets/\($0.number)\(from)" }
        isAny = previous != nil || next != nil
    }
}
