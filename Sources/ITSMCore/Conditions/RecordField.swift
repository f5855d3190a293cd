/// A field of a record other than a ticket, as conditions name it: `person.department`. The names are those of the JSON; what is not set is null.
public enum RecordField: Sendable, Hashable {
    case person(PersonField)
    case group(GroupField)
    case service(ServiceField)
    case category(CategoryField)
    case role(RoleField)
    case activity(ActivityField)

    /// Such as `person.department`.
    public var name: String { "\(subject).\(word)" }

    /// What a condition may do with it.
    public var type: CELDeclaredType { meaning.type }

    /// What it means, for the help of whoever writes a condition.
    public var help: String { meaning.help }

    /// The words that it takes; empty where these are no closed list.
    public var choices: [String] { meaning.choices }

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
        static func word<Words: CaseIterable & RawRepresentable<String>>(_ words: Words.Type, _ help: String) -> Meaning {
            Meaning(.string, help, choices: words.allCases.map(\.rawValue))
        }
    }

    private var subject: String {
        switch self {
        case .person: "person"
        case .group: "group"
        case .service: "service"
        case .category: "category"
        case .role: "role"
        case .activity: "activity"
        }
    }

    private var word: String {
        switch self {
        case .person(let field): field.rawValue
        case .group(let field): field.rawValue
        case .service(let field): field.rawValue
        case .category(let field): field.rawValue
        case .role(let field): field.rawValue
        case .activity(let field): field.rawValue
        }
    }

    private var meaning: Meaning {
        switch self {
        case .person(let field): field.meaning
        case .group(let field): field.meaning
        case .service(let field): field.meaning
        case .category(let field): field.meaning
        case .role(let field): field.meaning
        case .activity(let field): field.meaning
        }
    }
}
