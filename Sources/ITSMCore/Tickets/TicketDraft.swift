/// What a caller sends to raise a ticket. Only the title is needed.
public struct TicketDraft: Sendable, Hashable, Codable {
    public var kind: TicketKind?
    public var title: String?
    public var description: String?
    public var impact: Impact?
    public var urgency: Urgency?
    /// Overrides the matrix; needs `priorityReason` and the right to.
    public var priority: Priority?
    public var priorityReason: String?
    public var major: Bool?
    /// A path such as `network/vpn`.
    public var category: String?
    public var requester: RefInput<User>?
    public var assignee: RefInput<User>?
    public var group: RefInput<SupportGroup>?
    public var service: RefInput<BusinessService>?
    public var channel: Channel?
    public var tags: [String]?
    /// By name; what is not named has its default.
    public var customFields: [String: JSONValue]?
    public var parent: TicketReference?
    public var confidential: Bool?
    public var externalRef: Ticket.ExternalRef?

    public init(kind: TicketKind? = nil, title: String? = nil, description: String? = nil, impact: Impact? = nil, urgency: Urgency? = nil) {
        self.kind = kind
        self.title = title
        self.description = description
        self.impact = impact
        self.urgency = urgency
    }
}

/// What a caller sends to change a ticket: a JSON Merge Patch (RFC 7396) of the fields that may be edited.
public struct TicketPatch: Sendable, Hashable, Codable {
    public var title: Patch<String> = .absent
    public var description: Patch<String> = .absent
    public var impact: Patch<Impact> = .absent
    public var urgency: Patch<Urgency> = .absent
    /// Null lets the matrix rule again.
    public var priority: Patch<Priority> = .absent
    public var priorityReason: Patch<String> = .absent
    public var major: Patch<Bool> = .absent
    public var category: Patch<String> = .absent
    public var requester: Patch<RefInput<User>> = .absent
    public var assignee: Patch<RefInput<User>> = .absent
    public var group: Patch<RefInput<SupportGroup>> = .absent
    public var service: Patch<RefInput<BusinessService>> = .absent
    public var tags: Patch<[String]> = .absent
    /// By name: what is not named stays, null takes a value away.
    public var customFields: [String: JSONValue] = [:]
    public var parent: Patch<TicketReference> = .absent
    public var confidential: Patch<Bool> = .absent
    public var pendingUntil: Patch<Instant> = .absent

    public init() {}

    private enum CodingKeys: String, CodingKey {
        case title, description, impact, urgency, priority, priorityReason, major, category, requester, assignee, group, service, tags, parent
        case customFields, confidential, pendingUntil
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        title = try fields.decodePatch(forKey: .title)
        description = try fields.decodePatch(forKey: .description)
        impact = try fields.decodePatch(forKey: .impact)
        urgency = try fields.decodePatch(forKey: .urgency)
        priority = try fields.decodePatch(forKey: .priority)
        priorityReason = try fields.decodePatch(forKey: .priorityReason)
        major = try fields.decodePatch(forKey: .major)
        category = try fields.decodePatch(forKey: .category)
        requester = try fields.decodePatch(forKey: .requester)
        assignee = try fields.decodePatch(forKey: .assignee)
        group = try fields.decodePatch(forKey: .group)
        service = try fields.decodePatch(forKey: .service)
        tags = try fields.decodePatch(forKey: .tags)
        customFields = try fields.decodeIfPresent([String: JSONValue].self, forKey: .customFields) ?? [:]
        parent = try fields.decodePatch(forKey: .parent)
        confidential = try fields.decodePatch(forKey: .confidential)
        pendingUntil = try fields.decodePatch(forKey: .pendingUntil)
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encodePatch(title, forKey: .title)
        try fields.encodePatch(description, forKey: .description)
        try fields.encodePatch(impact, forKey: .impact)
        try fields.encodePatch(urgency, forKey: .urgency)
        try fields.encodePatch(priority, forKey: .priority)
        try fields.encodePatch(priorityReason, forKey: .priorityReason)
        try fields.encodePatch(major, forKey: .major)
        try fields.encodePatch(category, forKey: .category)
        try fields.encodePatch(requester, forKey: .requester)
        try fields.encodePatch(assignee, forKey: .assignee)
        try fields.encodePatch(group, forKey: .group)
        try fields.encodePatch(service, forKey: .service)
        try fields.encodePatch(tags, forKey: .tags)
        if !customFields.isEmpty { try fields.encode(customFields, forKey: .customFields) }
        try fields.encodePatch(parent, forKey: .parent)
        try fields.encodePatch(confidential, forKey: .confidential)
        try fields.encodePatch(pendingUntil, forKey: .pendingUntil)
    }
}

/// How a caller names another ticket in what it sends: an id, a number, or the `{"id"}` object that an answer held.
public struct TicketReference: Sendable, Hashable, Codable {
    public var key: TicketKey

    public init(_ key: TicketKey) { self.key = key }

    private enum CodingKeys: String, CodingKey { case id }

    public init(from decoder: any Decoder) throws {
        if let text = try? decoder.singleValueContainer().decode(String.self), let key = TicketKey(text) {
            self.key = key
        } else if let object = try? decoder.container(keyedBy: CodingKeys.self), let id = try? object.decode(ID<Ticket>.self, forKey: .id) {
            key = .id(id)
        } else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "must be a ticket's id or number, such as INC0000042"))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(key.description)
    }
}
