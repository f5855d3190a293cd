/// A row of activity as clocks read it.
public struct SLAHistoryEntry: Sendable, Hashable {
    public var kind: Activity.Kind
    public var payload: JSONValue
    public var occurredAt: Instant

    public init(_ kind: Activity.Kind, _ payload: JSONValue, at occurredAt: Instant) {
        self.kind = kind
        self.payload = payload
        self.occurredAt = occurredAt
    }

    /// The kinds that move clocks.
    public static let kinds: [Activity.Kind] = [.ticketCreated, .ticketUpdated, .ticketAssigned, .ticketStatusChanged, .ticketCommented]
}

extension SLAEvent {
    /// A ticket's past as its clocks follow it. What one change wrote are up to four rows of one instant, in the order of `place`; they are one event.
    public static func events(of entries: [SLAHistoryEntry]) -> [SLAEvent] {
        var events: [SLAEvent] = []
        var place = 0
        for entry in entries {
            let isSameChange = events.last?.at == entry.occurredAt && entry.place > place
            place = entry.place
            guard var facts = events.last?.facts else {
                if let birth = born(entry) { events.append(birth) }
                continue
            }
            let what = entry.what
            facts.adopt { entry.payload[$0]?["new"] }
            if isSameChange {
                events[events.count - 1].facts = facts
            } else if what != .changed || facts != events.last?.facts {
                events.append(SLAEvent(at: entry.occurredAt, what, facts))
            }
        }
        return events
    }

    private static func born(_ entry: SLAHistoryEntry) -> SLAEvent? {
        guard entry.kind == .ticketCreated, let kind = entry.payload["kind"]?.string.flatMap(TicketKind.init),
            let status = entry.payload["status"]?.string.flatMap(TicketStatus.init),
            let priority = entry.payload["priority"]?.string.flatMap(Priority.init)
        else { return nil }
        var facts = TicketFacts(kind: kind, status: status, priority: priority)
        facts.adopt { entry.payload[$0] }
        return SLAEvent(at: entry.occurredAt, .created(isAnswered: entry.payload["answered"] == .bool(true)), facts)
    }
}

extension SLAHistoryEntry {
    /// Where its row stands among those of one change: what was written, then fields, then hands, then the state.
    fileprivate var place: Int {
        switch kind {
        case .ticketUpdated: 1
        case .ticketAssigned: 2
        case .ticketStatusChanged: 3
        default: 0
        }
    }

    fileprivate var what: SLAEvent.What {
        guard kind == .ticketCommented, payload["visibility"]?.string == Comment.Visibility.public.rawValue else { return .changed }
        return payload["side"]?.string.flatMap(Comment.Side.init)?.event ?? .changed
    }
}

extension TicketFacts {
    /// Takes over what a row says of fields.
    ///
    /// - Parameter new: the value of a field; nil where the row does not speak of it.
    fileprivate mutating func adopt(_ new: (String) -> JSONValue?) {
        if let value = new("status")?.string.flatMap(TicketStatus.init) { status = value }
        if let value = new("priority")?.string.flatMap(Priority.init) { priority = value }
        if let value = new("category") { category = value.string.flatMap(ID.init) }
        if let value = new("group") { group = value.string.flatMap(ID.init) }
        if let value = new("service") { service = value.string.flatMap(ID.init) }
        if let value = new("impact")?.string.flatMap(Impact.init) { details.impact = value }
        if let value = new("urgency")?.string.flatMap(Urgency.init) { details.urgency = value }
        if case .bool(let value)? = new("major") { details.major = value }
        if case .bool(let value)? = new("confidential") { details.confidential = value }
        if let value = new("channel")?.string.flatMap(Channel.init) { details.channel = value }
        if let value = new("requester")?.string.flatMap(ID<User>.init) { details.requester = value }
        if case .array(let tags)? = new("tags") { details.tags = tags.compactMap(\.string) }
    }
}
