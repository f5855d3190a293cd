import Synchronization

/// Puts on record who read a confidential ticket, before the answer goes out.
///
/// One entry for each person, ticket, front and part within `seconds`: a page that keeps itself current would otherwise fill the record. Ordinary tickets
/// cost nothing.
public struct ConfidentialReads: Sendable {
    /// For how long one entry speaks for all.
    public static let seconds: Int64 = 900

    private let database: any Database
    private let recent = RecentReads()

    public init(database: any Database) { self.database = database }

    /// What of a ticket was read.
    public enum Part: Sendable, Hashable {
        case ticket, export
        case attachment(ID<Attachment>)
    }

    /// - Throws: where it cannot be written; the caller is then told nothing.
    public func note(_ ticket: ID<Ticket>, isConfidential: Bool, _ part: Part = .ticket, as caller: Principal) async throws {
        if isConfidential { try await note([ticket], part, as: caller) }
    }

    /// Notes those of a list that are confidential.
    public func note(_ tickets: [TicketView], _ part: Part, as caller: Principal) async throws {
        try await note(tickets.filter(\.confidential).map(\.id), part, as: caller)
    }

    private func note(_ tickets: [ID<Ticket>], _ part: Part, as caller: Principal) async throws {
        guard caller.kind != .automation else { return }
        let unknown = tickets.filter { !recent.covers(.init(caller, $0, part)) }
        guard !unknown.isEmpty else { return }
        try await database.write { tx in
            let due = try tx.reads.due(unknown, by: caller.id, caller.origin.channel, part, after: tx.now.adding(seconds: -Self.seconds))
            try tx.activity.append(due.map { part.activity(on: $0, at: tx.now) }, by: caller)
        }
        for ticket in unknown { recent.add(.init(caller, ticket, part)) }
    }
}

/// Which reads were put on record last.
public protocol ConfidentialReadStore {
    /// Notes the reads, and says of which no note was made since `start`.
    func due(_ tickets: [ID<Ticket>], by reader: ID<User>, _ channel: Channel, _ part: ConfidentialReads.Part, after start: Instant) throws -> [ID<
        Ticket
    >]
    /// Removes notes that speak for nothing any more.
    func removeOver() throws
}

extension ConfidentialReads.Part {
    /// A name that no other part of a ticket has.
    public var key: String {
        switch self {
        case .ticket: "ticket"
        case .export: "export"
        case .attachment(let id): id.description
        }
    }

    /// It stands beside the ticket, not in its timeline: nothing happened to it.
    fileprivate func activity(on ticket: ID<Ticket>, at now: Instant) -> Activity {
        let payload: JSONValue =
            switch self {
            case .ticket: ["part": "ticket"]
            case .export: ["part": "export"]
            case .attachment(let id): ["part": "attachment", "attachment": .string(id.description)]
            }
        return Activity(.ticketRead, on: .init(.ticket, ticket), payload: payload, occurredAt: now)
    }
}

/// What this process knows to be on record, so that a page that refreshes itself does not ask the database each time.
private final class RecentReads: Sendable {
    struct Read: Hashable {
        let reader: ID<User>
        let ticket: ID<Ticket>
        let channel: Channel
        let part: ConfidentialReads.Part

        init(_ caller: Principal, _ ticket: ID<Ticket>, _ part: ConfidentialReads.Part) {
            (reader, self.ticket, channel, self.part) = (caller.id, ticket, caller.origin.channel, part)
        }
    }

    private static let most = 10_000
    /// Half of what an entry speaks for: another process may have written it earlier.
    private static let lifetime = Duration.seconds(ConfidentialReads.seconds / 2)
    private let known = Mutex<[Read: ContinuousClock.Instant]>([:])

    func covers(_ read: Read) -> Bool { known.withLock { $0[read].map { ContinuousClock.now < $0 } ?? false } }

    func add(_ read: Read) {
        known.withLock { known in
            if known.count >= Self.most { known.removeAll() }
            known[read] = ContinuousClock.now + Self.lifetime
        }
    }
}
