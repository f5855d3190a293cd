extension EscalationAction {
    /// The most actions of a rule, and the most recipients of a notice.
    public static let most = 20

    /// An action as a caller sends it: people and groups by id or name.
    public struct Input: Sendable, Hashable, Codable {
        public var type: Kind
        /// For `notify`.
        public var to: [RecipientInput]?
        /// For `assign`.
        public var group: RefInput<SupportGroup>?
        public var assignee: RefInput<User>?
        /// For `addWatcher`.
        public var user: RefInput<User>?
        /// For `comment`; a work note when absent.
        public var visibility: Comment.Visibility?
        public var body: String?

        public init(
            _ type: Kind, to: [RecipientInput]? = nil, group: RefInput<SupportGroup>? = nil, assignee: RefInput<User>? = nil,
            user: RefInput<User>? = nil, visibility: Comment.Visibility? = nil, body: String? = nil
        ) {
            self.type = type
            self.to = to
            self.group = group
            self.assignee = assignee
            self.user = user
            self.visibility = visibility
            self.body = body
        }

        var people: [RefInput<User>] { [assignee, user].compactMap(\.self) + (to ?? []).compactMap(\.person) }
    }

    /// `"assignee"`, `"group"`, `"groupManager"`, or a person as elsewhere.
    public enum RecipientInput: Sendable, Hashable, Codable {
        case part(Recipient)
        case someone(RefInput<User>)

        var person: RefInput<User>? { if case .someone(let person) = self { person } else { nil } }

        public init(from decoder: any Decoder) throws {
            if let text = try? decoder.singleValueContainer().decode(String.self), let part = Recipient.parts[text] {
                self = .part(part)
            } else {
                self = .someone(try RefInput(from: decoder))
            }
        }

        public func encode(to encoder: any Encoder) throws {
            switch self {
            case .part(let part): try part.encode(to: encoder)
            case .someone(let person): try person.encode(to: encoder)
            }
        }
    }

    /// Nil where anything is at fault, which is then told.
    init?(_ input: Input, _ picks: SLAPicks, at pointer: String, _ problems: inout ProblemList) {
        input.refuseStrangers(at: pointer, &problems)
        switch input.type {
        case .notify:
            guard let to = input.to, !to.isEmpty else {
                problems.add("\(pointer)/to", .required, "Say whom to tell: assignee, group, groupManager or a person.")
                return nil
            }
            if to.count > Self.most { problems.add("\(pointer)/to", .tooLong, "At most \(Self.most) can be told by one action.") }
            self = .notify(
                Set(
                    to.enumerated().compactMap { index, recipient in
                        switch recipient {
                        case .part(let part): part
                        case .someone(let person): picks.person(person, at: "\(pointer)/to/\(index)", &problems).map(Recipient.person)
                        }
                    }))
        case .escalate: self = .escalate
        case .assign:
            if input.group == nil, input.assignee == nil {
                problems.add("\(pointer)/group", .required, "Say to which group or person the ticket goes.")
            }
            self = .assign(
                group: input.group.flatMap { picks.group($0, at: "\(pointer)/group", &problems) },
                assignee: input.assignee.flatMap { picks.person($0, at: "\(pointer)/assignee", &problems) })
        case .raisePriority: self = .raisePriority
        case .addWatcher:
            guard let user = input.user else {
                problems.add("\(pointer)/user", .required, "Say who shall watch the ticket.")
                return nil
            }
            guard let person = picks.person(user, at: "\(pointer)/user", &problems) else { return nil }
            self = .addWatcher(person)
        case .comment:
            problems.check(text: input.body, "\(pointer)/body", limit: Limits.longText, multiline: true)
            self = .comment(input.visibility ?? .workNote, body: input.body ?? "")
        }
    }
}

extension EscalationAction.Input {
    /// Adds a fault for each field that this kind of action does not know.
    fileprivate func refuseStrangers(at pointer: String, _ problems: inout ProblemList) {
        let given: [(name: String, isThere: Bool, kind: EscalationAction.Kind)] = [
            ("to", to != nil, .notify), ("group", group != nil, .assign), ("assignee", assignee != nil, .assign), ("user", user != nil, .addWatcher),
            ("visibility", visibility != nil, .comment), ("body", body != nil, .comment),
        ]
        for field in given where field.isThere && field.kind != type {
            problems.add("\(pointer)/\(field.name)", .unknownField, "The action \(type.rawValue) has no \(field.name).")
        }
    }
}
