/// To whom a ticket goes when it is raised, or comes to be about something else. Rules are asked in order; the first whose condition a ticket meets
/// decides, and those after it are asked only where it lets them.
public struct AssignmentRule: Sendable, Hashable, Codable {
    public let id: ID<AssignmentRule>
    /// Unique among rules without regard to case.
    public var name: String
    /// Rules are asked from the lowest up; of the same order, the one that was made first.
    public var order: Int
    /// A condition of the scope `change`; nil is met by every ticket.
    public var condition: String?
    /// When it is asked; one or both.
    public var triggers: [Trigger]
    /// The group that the ticket goes to; nil leaves it where it is.
    public var group: Ref<SupportGroup>?
    /// How the person is chosen.
    public var choice: Choice
    /// The person of `choice` `person`, and only of that.
    public var person: Ref<User>?
    /// What `bestSkill` looks for; where there is none, the words of the ticket's category and its tags.
    public var skills: [String]
    /// Whether later rules may set what this one left open.
    public var continues: Bool
    /// Set once it is asked no more.
    public var archivedAt: Instant?
    /// Rises with every change of the fields above.
    public var version: Int
    public let createdAt: Instant
    public var updatedAt: Instant

    /// What makes the rules be asked.
    public enum Trigger: String, Sendable, Codable, CaseIterable {
        /// A ticket is raised.
        case create
        /// A ticket that is open or waits gets another category or service.
        case recategorise
    }

    /// How a person is found. All but the first two choose among the members of the rule's group who can be given tickets and are not absent.
    public enum Choice: String, Sendable, Codable, CaseIterable {
        case nobody, person
        /// Whose turn it is: who was given a ticket by this rule longest ago.
        case roundRobin
        /// Who has the least open work in hand, weighed by priority.
        case leastLoaded
        /// Who has most of the wanted skills; of several, the least loaded.
        case bestSkill

        /// Whether it asks the database who is there.
        public var asksGroup: Bool { self != .nobody && self != .person }
        var asksLoad: Bool { self == .leastLoaded || self == .bestSkill }
    }

    /// The places that a rule may have; the lowest is asked first.
    public static let orderRange = 0...1_000_000
    /// Between one rule and the next, so that another fits.
    static let orderStep = 10
    /// The skills that a rule may name, and that a person may have.
    public static let mostSkills = 50

    public init(
        id: ID<AssignmentRule>, name: String, order: Int, condition: String? = nil, triggers: [Trigger] = Trigger.allCases,
        group: Ref<SupportGroup>? = nil, choice: Choice = .nobody, person: Ref<User>? = nil, skills: [String] = [], continues: Bool = false,
        archivedAt: Instant? = nil, version: Int = 1, createdAt: Instant, updatedAt: Instant
    ) {
        self.id = id
        self.name = name
        self.order = order
        self.condition = condition
        self.triggers = triggers
        self.group = group
        self.choice = choice
        self.person = person
        self.skills = skills
        self.continues = continues
        self.archivedAt = archivedAt
        self.version = version
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    public var ref: Ref<AssignmentRule> { Ref(id: id, name: name) }

    /// The order in which rules are asked.
    static func isAskedBefore(_ a: AssignmentRule, _ b: AssignmentRule) -> Bool { (a.order, a.id) < (b.order, b.id) }

    /// As the cause of what it makes the automation do.
    var cause: String { "\(Self.causePrefix)\(id)" }
    static let causePrefix = "assignmentRule:"
}
