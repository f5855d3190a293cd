/// What can be asked for together with a ticket, so that a page of it takes one request.
public enum TicketExpansion: String, Sendable, Codable, CaseIterable {
    case comments, attachments, links, watchers, timeline
}

/// A ticket with what hangs on it: the ticket's own members, and one list for each expansion that was asked for.
public struct TicketDetail: Sendable, Encodable {
    public var ticket: TicketView
    public var comments: [CommentView]?
    public var attachments: [AttachmentView]?
    public var links: [TicketLinkView]?
    public var watchers: [Watcher]?
    /// Oldest first.
    public var timeline: [ActivityEntry]?

    private enum CodingKeys: String, CodingKey { case comments, attachments, links, watchers, timeline }

    public func encode(to encoder: any Encoder) throws {
        try ticket.encode(to: encoder)
        var lists = encoder.container(keyedBy: CodingKeys.self)
        try lists.encodeIfPresent(comments, forKey: .comments)
        try lists.encodeIfPresent(attachments, forKey: .attachments)
        try lists.encodeIfPresent(links, forKey: .links)
        try lists.encodeIfPresent(watchers, forKey: .watchers)
        try lists.encodeIfPresent(timeline, forKey: .timeline)
    }
}

extension TicketService {
    /// The ticket with the lists that are asked for, each its first `Limits.pageMaximum` entries, all of one moment.
    public func detail(_ key: TicketKey, expanding expansions: Set<TicketExpansion>, as caller: Principal) async throws -> TicketDetail {
        let found =
            expansions.isEmpty
            ? TicketDetail(ticket: try await find(key, as: caller))
            : try await database.read { try detail(key, expanding: expansions, in: $0, as: caller) }
        try await reads.note([found.ticket], .ticket, as: caller)
        return found
    }

    /// Two round trips: the ticket, then all lists at once.
    public func detail(
        _ key: TicketKey, expanding expansions: Set<TicketExpansion>, in tx: any Transaction, as caller: Principal
    ) throws -> TicketDetail {
        let record = try tx.tickets.find(key, visibleTo: caller)
        let (id, reference) = (record.ticket.id, TicketRef(record.ticket))
        let seesNotes = caller.seesNotes(of: record.audience(for: caller))
        let page = PageRequest(limit: Limits.pageMaximum)!
        func queue<Value>(_ expansion: TicketExpansion, _ read: () throws -> Later<Value>) throws -> Later<Value>? {
            expansions.contains(expansion) ? try read() : nil
        }
        let comments = try queue(.comments) { try tx.comments.list(on: id, includesNotes: seesNotes, where: nil, page: page, for: caller) }
        let attachments = try queue(.attachments) { try tx.attachments.list(on: id, includesNotes: seesNotes, where: nil, page: page, for: caller) }
        let links = try queue(.links) { try tx.links.list(on: id, visibleTo: caller) }
        let watchers = try queue(.watchers) { try tx.watchers.list(on: id) }
        let timeline = try queue(.timeline) { try tx.activity.timeline(of: id, includesRestricted: seesNotes, where: nil, page: page, for: caller) }
        try tx.flush()
        return TicketDetail(
            ticket: try view(record, in: tx, as: caller),
            comments: comments?.value.items.map { CommentView($0.comment, on: reference, authorName: $0.authorName) },
            attachments: attachments?.value.items.map { AttachmentView($0.attachment, addedByName: $0.addedByName) },
            links: links?.value, watchers: watchers?.value,
            timeline: try timeline.map { try tx.shown($0.value.items, to: caller).map(\.withoutOrigin) })
    }
}
