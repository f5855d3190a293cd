/// The same change to many tickets: what a caller sends.
public struct BulkEdit: Sendable, Hashable, Codable {
    /// 1 to `Limits.bulkTickets`; nil where a filter says which.
    public var tickets: [Row]?
    /// A condition on tickets: all that meet it and that the caller sees.
    public var filter: String?
    /// The same, as the query of a list: `status=new&group=mine&q=vpn`.
    public var query: String?
    /// How many tickets filter and query must find, or nothing is done: 1 to `Limits.bulkTicketsByFilter`.
    public var expectedCount: Int?
    public var changes: Changes?
    /// True where all is undone if one ticket is refused; false when absent.
    public var atomic: Bool?
    /// True where nothing is changed, only told; false when absent.
    public var dryRun: Bool?

    public init(_ tickets: [Row], _ changes: Changes, atomic: Bool = false, dryRun: Bool = false) {
        self.tickets = tickets
        self.changes = changes
        self.atomic = atomic
        self.dryRun = dryRun
    }

    /// - Parameter expected: how many tickets `filter` must find.
    public init(filter: String, expecting expected: Int, _ changes: Changes, dryRun: Bool = false) {
        self.filter = filter
        expectedCount = expected
        self.changes = changes
        self.dryRun = dryRun
    }

    /// Whether a filter says which tickets, and not their names.
    public var isByFilter: Bool { filter != nil || query != nil || expectedCount != nil }

    /// What says which tickets, as its author wrote it.
    var source: String? { filter ?? query }

    /// One ticket, and the version that it must have, if that matters.
    public struct Row: Sendable, Hashable, Codable {
        public var ticket: TicketKey
        public var version: Int?

        public init(_ ticket: TicketKey, version: Int? = nil) {
            self.ticket = ticket
            self.version = version
        }

        private enum CodingKeys: String, CodingKey { case ticket, version }

        public init(from decoder: any Decoder) throws {
            if (try? decoder.singleValueContainer().decode(String.self)) != nil {
                self.init(try TicketReference(from: decoder).key)
            } else {
                let object = try decoder.container(keyedBy: CodingKeys.self)
                let reference = try object.decode(TicketReference.self, forKey: .ticket)
                self.init(reference.key, version: try object.decodeIfPresent(Int.self, forKey: .version))
            }
        }

        public func encode(to encoder: any Encoder) throws {
            var object = encoder.container(keyedBy: CodingKeys.self)
            try object.encode(TicketReference(ticket), forKey: .ticket)
            try object.encodeIfPresent(version, forKey: .version)
        }
    }

    /// What changes on each of them; what is absent stays.
    public struct Changes: Sendable, Hashable, Codable {
        public var assignee: Patch<RefInput<User>> = .absent
        public var group: Patch<RefInput<SupportGroup>> = .absent
        /// Needs `priorityReason`; null lets the matrix rule again.
        public var priority: Patch<Priority> = .absent
        public var priorityReason: String?
        public var status: TicketStatus?
        /// Why the status changes; needed where the transition needs it.
        public var reason: String?
        /// When a wait ends by itself; only with a status that waits.
        public var pendingUntil: Instant?
        /// How work ended; needed where the transition needs it.
        public var resolution: Ticket.Resolution?
        /// Beside those that the ticket has.
        public var addTags: [String]?
        public var removeTags: [String]?
        /// By the names of their fields; null takes a value away.
        public var customFields: [String: JSONValue] = [:]

        public init() {}

        private enum CodingKeys: String, CodingKey {
            case assignee, group, priority, priorityReason, status, reason, pendingUntil, resolution, addTags, removeTags, customFields
        }

        public init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            assignee = try fields.decodePatch(forKey: .assignee)
            group = try fields.decodePatch(forKey: .group)
            priority = try fields.decodePatch(forKey: .priority)
            priorityReason = try fields.decodeIfPresent(String.self, forKey: .priorityReason)
            status = try fields.decodeIfPresent(TicketStatus.self, forKey: .status)
            reason = try fields.decodeIfPresent(String.self, forKey: .reason)
            pendingUntil = try fields.decodeIfPresent(Instant.self, forKey: .pendingUntil)
            resolution = try fields.decodeIfPresent(Ticket.Resolution.self, forKey: .resolution)
            addTags = try fields.decodeIfPresent([String].self, forKey: .addTags)
            removeTags = try fields.decodeIfPresent([String].self, forKey: .removeTags)
            customFields = try fields.decodeIfPresent([String: JSONValue].self, forKey: .customFields) ?? [:]
        }

        public func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encodePatch(assignee, forKey: .assignee)
            try fields.encodePatch(group, forKey: .group)
            try fields.encodePatch(priority, forKey: .priority)
            try fields.encodeIfPresent(priorityReason, forKey: .priorityReason)
            try fields.encodeIfPresent(status, forKey: .status)
            try fields.encodeIfPresent(reason, forKey: .reason)
            try fields.encodeIfPresent(pendingUntil, forKey: .pendingUntil)
            try fields.encodeIfPresent(resolution, forKey: .resolution)
            try fields.encodeIfPresent(addTags, forKey: .addTags)
            try fields.encodeIfPresent(removeTags, forKey: .removeTags)
            if !customFields.isEmpty { try fields.encode(customFields, forKey: .customFields) }
        }
    }
}
