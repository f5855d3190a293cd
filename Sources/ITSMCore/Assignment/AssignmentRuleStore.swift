/// Where assignment rules are kept, whose turn it is with each, and where they failed.
public protocol AssignmentRuleStore {
    /// In the order in which they are asked.
    func list(_ filter: NameFilter, page: PageRequest, for reader: Principal) throws -> Page<AssignmentRule>
    /// By id or name, archived ones included.
    func first(_ key: RefInput<AssignmentRule>) throws -> AssignmentRule?
    /// The same under a lock, held to the end of the transaction.
    func lock(_ key: RefInput<AssignmentRule>) throws -> AssignmentRule?
    /// Those that are asked, in order, locked as a whole.
    func lockActive() throws -> [AssignmentRule]
    /// The highest order of all rules; nil where there are none.
    func lastOrder() throws -> Int?
    /// Queues the insert.
    func insert(_ rule: AssignmentRule) throws
    /// Queues the update. The caller holds the lock.
    func update(_ rule: AssignmentRule) throws
    /// Queues the deletion, with its turn and its faults. The caller holds the lock.
    func delete(_ id: ID<AssignmentRule>) throws

    /// Who can be given tickets in `group`, and whom the rule chose before. Locks the rule's turn first, so that choices by one rule come one
    /// after the other, each seeing what the one before it did.
    ///
    /// - Parameter weights: what an open ticket weighs, from priority 1 on; nil where nobody asks for the load.
    func lockPool(_ rule: ID<AssignmentRule>, of group: ID<SupportGroup>, weights: [Int]?) throws -> AssignmentPool
    /// The same without a lock, for looking ahead; the rule may be one that is not kept.
    func pool(_ rule: ID<AssignmentRule>, of group: ID<SupportGroup>, weights: [Int]?) throws -> AssignmentPool
    /// Queues the move of a person to the end of the rule's line. The caller holds the lock of its turn.
    func takeTurn(_ person: ID<User>, of rule: ID<AssignmentRule>) throws

    /// Queues what is told to those who keep the rules.
    func insert(_ fault: AssignmentFault) throws
    /// The newest first.
    func faults(of rule: ID<AssignmentRule>, limit: Int) throws -> [AssignmentFault]

    /// What set the ticket's group and assignee last, as it stands on record.
    func origins(of ticket: ID<Ticket>) throws -> AssignmentOrigins
}

/// A condition that had no answer for a ticket, so that its rule was passed over.
public struct AssignmentFault: Sendable, Hashable, Codable {
    public let rule: ID<AssignmentRule>
    /// The rule's version that failed.
    public let version: Int
    public let ticket: ID<Ticket>
    /// Its number; nil on the way to the store.
    public let number: TicketNumber?
    public let message: String
    public let at: Instant

    public init(rule: ID<AssignmentRule>, version: Int, ticket: ID<Ticket>, number: TicketNumber? = nil, message: String, at: Instant) {
        self.rule = rule
        self.version = version
        self.ticket = ticket
        self.number = number
        self.message = message
        self.at = at
    }
}

/// What set a ticket's group and assignee last.
public struct AssignmentOrigins: Sendable, Hashable, Codable {
    public var group: Origin?
    public var assignee: Origin?

    /// By whose hand, and when.
    public struct Origin: Sendable, Hashable, Codable {
        public var by: Ref<User>
        public var at: Instant
        /// What made the automation act, such as `assignmentRule:<id>`; nil for people.
        public var cause: String?

        public init(by: Ref<User>, at: Instant, cause: String? = nil) {
            self.by = by
            self.at = at
            self.cause = cause
        }

        var isRule: Bool { cause?.hasPrefix(AssignmentRule.causePrefix) ?? false }
    }

    public init(group: Origin? = nil, assignee: Origin? = nil) {
        self.group = group
        self.assignee = assignee
    }
}
