/// A field of a record other than a ticket, as conditions name it: `person.department`. The names are those of the JSON; what is not set is null.
public enum RecordField: Sendable, Hashable {
    case person(PersonField)
    case group(GroupField)
    case service(ServiceField)
    case category(CategoryField)
    case role(RoleField)
    case activity(ActivityField)
    case comment(CommentField)
    case attachment(AttachmentField)
    case outcome(OutcomeField)
    case notice(NoticeField)
    case job(JobField)
    case view(ViewField)
    case assignmentRule(AssignmentRuleField)
    case policy(PolicyField)
    case escalationRule(EscalationRuleField)
    case calendar(CalendarField)
    case customField(CustomFieldField)
    case identityProvider(IdentityProviderField)
    case link(LinkField)
    case watcher(WatcherField)
    case clock(ClockField)

    /// Such as `person.department`.
    public var name: String { "\(Swift.type(of: field).root).\(field.rawValue)" }

    /// What a condition may do with it.
    public var type: CELDeclaredType { field.meaning.type }

    /// What it means, for the help of whoever writes a condition.
    public var help: String { field.meaning.help }

    /// The words that it takes; empty where these are no closed list.
    public var choices: [String] { field.meaning.choices }

    /// What is known of a field.
    struct Meaning {
        let type: CELDeclaredType
        let help: String
        let choices: [String]

        init(_ type: CELDeclaredType, _ help: String, choices: [String] = []) {
            self.type = type
            self.help = help
            self.choices = choices
        }

        /// One of a closed list of words.
        static func word<Words: CaseIterable & RawRepresentable<String>>(_ words: Words.Type, isOptional: Bool = false, _ help: String) -> Meaning {
            Meaning(isOptional ? .nullable(.string) : .string, help, choices: words.allCases.map(\.rawValue))
        }
    }

    private var field: any FieldOfRecord {
        switch self {
        case .person(let field): field
        case .group(let field): field
        case .service(let field): field
        case .category(let field): field
        case .role(let field): field
        case .activity(let field): field
        case .comment(let field): field
        case .attachment(let field): field
        case .outcome(let field): field
        case .notice(let field): field
        case .job(let field): field
        case .view(let field): field
        case .assignmentRule(let field): field
        case .policy(let field): field
        case .escalationRule(let field): field
        case .calendar(let field): field
        case .customField(let field): field
        case .identityProvider(let field): field
        case .link(let field): field
        case .watcher(let field): field
        case .clock(let field): field
        }
    }
}

/// The fields of one kind of record; their raw values are their paths in the JSON.
protocol FieldOfRecord: RawRepresentable<String>, CaseIterable, Sendable {
    /// Such as `person`.
    static var root: String { get }
    var meaning: RecordField.Meaning { get }
}
