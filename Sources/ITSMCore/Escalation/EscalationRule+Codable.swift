extension EscalationRule.Threshold: Codable {
    private enum CodingKeys: String, CodingKey, CaseIterable { case percent, beforeDue, afterDue }

    /// `{"percent": 75}`, `{"beforeDue": 3600}` or `{"afterDue": 3600}`.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        guard fields.allKeys.count == 1, let key = fields.allKeys.first else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "is one of percent, beforeDue and afterDue, and not more"))
        }
        switch key {
        case .percent: self = .percent(try fields.decode(Int.self, forKey: key))
        case .beforeDue: self = .beforeDue(seconds: try fields.decode(Int64.self, forKey: key))
        case .afterDue: self = .afterDue(seconds: try fields.decode(Int64.self, forKey: key))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .percent(let percent): try fields.encode(percent, forKey: .percent)
        case .beforeDue(let seconds): try fields.encode(seconds, forKey: .beforeDue)
        case .afterDue(let seconds): try fields.encode(seconds, forKey: .afterDue)
        }
    }
}

extension EscalationAction {
    /// What an action is called on the wire.
    public enum Kind: String, Sendable, Codable, CaseIterable { case notify, escalate, assign, raisePriority, addWatcher, comment }

    public var kind: Kind {
        switch self {
        case .notify: .notify
        case .escalate: .escalate
        case .assign: .assign
        case .raisePriority: .raisePriority
        case .addWatcher: .addWatcher
        case .comment: .comment
        }
    }

    fileprivate enum CodingKeys: String, CodingKey { case type, to, group, assignee, user, visibility, body }
}

extension EscalationAction: Codable {
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        switch try fields.decode(Kind.self, forKey: .type) {
        case .notify: self = .notify(Set(try fields.decode([Recipient].self, forKey: .to)))
        case .escalate: self = .escalate
        case .assign:
            self = .assign(
                group: try fields.decodeIfPresent(ID<SupportGroup>.self, forKey: .group),
                assignee: try fields.decodeIfPresent(ID<User>.self, forKey: .assignee))
        case .raisePriority: self = .raisePriority
        case .addWatcher: self = .addWatcher(try fields.decode(ID<User>.self, forKey: .user))
        case .comment:
            self = .comment(try fields.decode(Comment.Visibility.self, forKey: .visibility), body: try fields.decode(String.self, forKey: .body))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(kind, forKey: .type)
        switch self {
        case .notify(let recipients): try fields.encode(recipients.sorted(by: Recipient.inOrder), forKey: .to)
        case .escalate, .raisePriority: break
        case .assign(let group, let assignee):
            try fields.encodeIfPresent(group, forKey: .group)
            try fields.encodeIfPresent(assignee, forKey: .assignee)
        case .addWatcher(let person): try fields.encode(person, forKey: .user)
        case .comment(let visibility, let body):
            try fields.encode(visibility, forKey: .visibility)
            try fields.encode(body, forKey: .body)
        }
    }
}

extension EscalationAction.Recipient: Codable {
    /// `assignee`, `group`, `groupManager`, or a person's id.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        if let part = Self.parts[text] { self = part } else { self = .person(try ID<User>(from: decoder)) }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(word ?? personID?.description)
    }

    /// Those who are meant by the part that they have in the ticket.
    static let parts: [String: Self] = ["assignee": .assignee, "group": .group, "groupManager": .groupManager]

    var word: String? { Self.parts.first { $0.value == self }?.key }
    var personID: ID<User>? { if case .person(let id) = self { id } else { nil } }

    static func inOrder(_ a: Self, _ b: Self) -> Bool { a.rank < b.rank }

    private var rank: String {
        switch self {
        case .assignee: "1"
        case .group: "2"
        case .groupManager: "3"
        case .person(let id): "4 \(id)"
        }
    }
}

/// An action as it is shown: people and groups by name.
struct ShownAction: Encodable {
    let action: EscalationAction
    let names: SLANames

    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: EscalationAction.CodingKeys.self)
        switch action {
        case .notify(let recipients):
            try fields.encode(action.kind, forKey: .type)
            try fields.encode(
                recipients.sorted(by: EscalationAction.Recipient.inOrder).map { ShownRecipient(recipient: $0, names: names) }, forKey: .to)
        case .assign(let group, let assignee):
            try fields.encode(action.kind, forKey: .type)
            try fields.encodeIfPresent(group.map { names.ref($0, names.groups) }, forKey: .group)
            try fields.encodeIfPresent(assignee.map { names.ref($0, names.people) }, forKey: .assignee)
        case .addWatcher(let person):
            try fields.encode(action.kind, forKey: .type)
            try fields.encode(names.ref(person, names.people), forKey: .user)
        case .escalate, .raisePriority, .comment: try action.encode(to: encoder)
        }
    }

    private struct ShownRecipient: Encodable {
        let recipient: EscalationAction.Recipient
        let names: SLANames

        func encode(to encoder: any Encoder) throws {
            if let person = recipient.personID { return try names.ref(person, names.people).encode(to: encoder) }
            try recipient.encode(to: encoder)
        }
    }
}
