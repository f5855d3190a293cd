/// Keeps the words by which tickets are found in step with what happens to them, behind the commit.
public struct SearchIndexer: FeedHandler {
    public init() {}

    public var name: String { "search" }

    public func handle(_ events: [FeedEvent], in tx: any Transaction) throws {
        let tickets = Set(events.filter { $0.entry.kind.changesWords }.compactMap(\.entry.ticket))
        try tx.searchIndex.rebuild(tickets.sorted())
    }
}

extension Activity.Kind {
    /// True for what may change a ticket's searchable words.
    fileprivate var changesWords: Bool {
        switch self {
        case .ticketCreated, .ticketUpdated, .ticketStatusChanged, .ticketCommented, .commentEdited, .commentDeleted, .commentRedacted: true
        default: false
        }
    }
}
