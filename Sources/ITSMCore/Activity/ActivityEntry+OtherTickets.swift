/// What happened to one ticket may name another: the far end of a link, a parent. Who may not see that one is not told of it.
extension ActivityEntry {
    /// The other tickets that the values name.
    var otherTickets: [ID<Ticket>] { changes?.otherTickets(in: kind) ?? [] }

    /// For who may see none of `hidden`: nil where it tells of nothing else, and without a parent that is among them.
    func without(_ hidden: Set<ID<Ticket>>) -> ActivityEntry? {
        if hidden.isEmpty || hidden.isDisjoint(with: otherTickets) { return self }
        guard kind == .ticketUpdated, case .object(var members)? = changes?.value else { return nil }
        members["parent"] = nil
        if members.isEmpty { return nil }
        var entry = self
        entry.changes = StoredJSON(.object(members))
        return entry
    }
}

extension StoredJSON {
    /// The other tickets that the values of such an activity name.
    func otherTickets(in kind: Activity.Kind) -> [ID<Ticket>] {
        switch kind {
        case .linkAdded, .linkRemoved: return [value["ticket"]].compactMap(Self.ticket)
        // Most changes are of other fields: their values are not even read.
        case .ticketUpdated where holds("\"parent\""):
            let parent = value["parent"]
            return [parent?["old"], parent?["new"]].compactMap(Self.ticket)
        default: return []
        }
    }

    private static func ticket(_ value: JSONValue?) -> ID<Ticket>? { value?.string.flatMap(ID.init) }

    /// Whether these bytes stand anywhere in it.
    fileprivate func holds(_ text: String) -> Bool {
        let text = Array(text.utf8)
        return bytes.indices.dropLast(text.count - 1).contains { bytes[$0] == text[0] && bytes[$0..<$0 + text.count].elementsEqual(text) }
    }
}

extension Transaction {
    /// `entries` of one ticket's timeline as `caller` may read them, who may see that ticket.
    func shown(_ entries: [ActivityEntry], to caller: Principal) throws -> [ActivityEntry] {
        let others = Set(entries.flatMap(\.otherTickets))
        if others.isEmpty { return entries }
        let hidden = caller.hidden(among: try tickets.audiences(of: Array(others)))
        return hidden.isEmpty ? entries : entries.compactMap { $0.without(hidden) }
    }
}

extension Principal {
    /// Of these tickets the ones that the caller may not see.
    func hidden(among tickets: [ID<Ticket>: TicketAudience]) -> Set<ID<Ticket>> { Set(tickets.filter { !sees($0.value) }.keys) }

    /// What of this may reach the caller as an event; nil for nothing.
    public func shown(_ event: FeedEvent) -> ActivityEntry? {
        guard sees(event) else { return nil }
        return event.others.isEmpty ? event.entry : event.entry.without(hidden(among: event.others))
    }
}
