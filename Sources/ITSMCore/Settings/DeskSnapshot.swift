/// What every request needs to know about the desk: its groups, services, categories, matrix, settings and what it promises, all as of one moment.
///
/// Immutable, and shared by whoever reads it, so that raising a ticket asks the database nothing. The feed keeps the current one at most 5 s old
/// (store.md, 3); the constraints of the tables guard what a stale one let through.
public final class DeskSnapshot: Sendable {
    public let settings: DeskSettings
    public let matrix: PriorityMatrix
    public let groups: [ID<SupportGroup>: SupportGroup]
    public let services: [ID<BusinessService>: BusinessService]
    public let categories: CategoryTree
    /// Every custom field, archived ones included.
    public let customFields: CustomFieldList
    /// Every business calendar in its current version, archived ones included.
    public let calendars: [ID<SLACalendar>: SLACalendar]
    /// Every agreement in its current version, archived ones included.
    public let agreements: [ID<ServiceLevelAgreement>: ServiceLevelAgreement]
    /// The agreements that cover new tickets, in the order in which they are asked.
    public let agreementsInOrder: [ServiceLevelAgreement]
    /// Whether any of them has a condition, which may read details of tickets.
    let asksDetails: Bool
    /// Every escalation rule in its current version, archived ones included.
    public let escalationRules: [ID<EscalationRule>: EscalationRule]
    /// The rules that fire, in the order in which they were made.
    public let activeEscalationRules: [EscalationRule]

    /// The assignment rules that are asked, in order.
    public let assignmentRules: [AssignmentRule]
    /// The people whom they name.
    public let assignmentPeople: [ID<User>: AssignmentPerson]

    /// The conditions of the desk's own definitions, compiled once.
    public let conditions: ConditionLibrary

    /// What was met of versions that are in force no more.
    let oldEditions = OldEditions()

    private let clocks: [ID<SLACalendar>: SLAClock]
    private let groupsByName: [String: ID<SupportGroup>]
    private let servicesByName: [String: ID<BusinessService>]

    public init(
        settings: DeskSettings, matrix: PriorityMatrix, groups: [SupportGroup], services: [BusinessService], categories: [Category],
        calendars: [SLACalendar] = [], agreements: [ServiceLevelAgreement] = [], escalationRules: [EscalationRule] = [],
        customFields: [CustomField] = [],
        assignmentRules: [AssignmentRule] = [], assignmentPeople: [AssignmentPerson] = []
    ) {
        self.settings = settings
        self.matrix = matrix
        self.groups = Dictionary(uniqueKeysWithValues: groups.map { ($0.id, $0) })
        self.services = Dictionary(uniqueKeysWithValues: services.map { ($0.id, $0) })
        self.categories = CategoryTree(categories)
        self.customFields = CustomFieldList(customFields)
        conditions = ConditionLibrary(customFields: customFields.map(\.conditionField))
        self.calendars = Dictionary(uniqueKeysWithValues: calendars.map { ($0.id, $0) })
        self.agreements = Dictionary(uniqueKeysWithValues: agreements.map { ($0.id, $0) })
        agreementsInOrder = agreements.filter { $0.archivedAt == nil }.sorted { ($0.order, $0.id) < ($1.order, $1.id) }
        asksDetails = agreements.contains { $0.condition != nil && $0.archivedAt == nil }
        self.escalationRules = Dictionary(uniqueKeysWithValues: escalationRules.map { ($0.id, $0) })
        activeEscalationRules = escalationRules.filter { $0.archivedAt == nil }.sorted { $0.id < $1.id }
        self.assignmentRules = assignmentRules.filter { $0.archivedAt == nil }.sorted(by: AssignmentRule.isAskedBefore)
        self.assignmentPeople = Dictionary(uniqueKeysWithValues: assignmentPeople.map { ($0.id, $0) })
        clocks = self.calendars.compactMapValues { try? SLAClocks.shared.clock(of: $0) }
        groupsByName = Dictionary(groups.map { ($0.name.lowercased(), $0.id) }, uniquingKeysWith: { first, _ in first })
        servicesByName = Dictionary(services.map { ($0.name.lowercased(), $0.id) }, uniquingKeysWith: { first, _ in first })
    }

    // MARK: - What a caller may pick: archived ones are not among it

    /// The group that `input` names by id, or by name without regard to case.
    public func resolve(group input: RefInput<SupportGroup>) -> ID<SupportGroup>? {
        find(group: input).flatMap { $0.archivedAt == nil ? $0.id : nil }
    }

    /// The service that `input` names by id, or by name without regard to case.
    public func resolve(service input: RefInput<BusinessService>) -> ID<BusinessService>? {
        find(service: input).flatMap { $0.archivedAt == nil ? $0.id : nil }
    }

    /// The category with this path, without regard to case.
    public func category(path: String) -> ID<Category>? { categories[path: path].flatMap { categories.isPickable($0) ? $0.id : nil } }

    // MARK: - What a caller may ask about: archived ones too

    /// By id, or by name without regard to case.
    public func find(group input: RefInput<SupportGroup>) -> SupportGroup? {
        switch input {
        case .id(let id): groups[id]
        case .name(let name): groupsByName[name.lowercased()].flatMap { groups[$0] }
        }
    }

    /// By id, or by name without regard to case.
    public func find(service input: RefInput<BusinessService>) -> BusinessService? {
        switch input {
        case .id(let id): services[id]
        case .name(let name): servicesByName[name.lowercased()].flatMap { services[$0] }
        }
    }

    /// By id, or by name without regard to case.
    public func find(calendar input: RefInput<SLACalendar>) -> SLACalendar? { Self.find(input, in: calendars, \.name) }
    /// By id, or by name without regard to case.
    public func find(agreement input: RefInput<ServiceLevelAgreement>) -> ServiceLevelAgreement? { Self.find(input, in: agreements, \.name) }

    /// There are few of them.
    private static func find<Record>(_ input: RefInput<Record>, in records: [ID<Record>: Record], _ name: KeyPath<Record, String>) -> Record? {
        switch input {
        case .id(let id): records[id]
        case .name(let text): records.values.first { $0[keyPath: name].lowercased() == text.lowercased() }
        }
    }

    // MARK: - What is promised

    /// The clock of a calendar as it is now; nil only for one whose zone this machine does not know any more.
    public func clock(of calendar: ID<SLACalendar>) -> SLAClock? { clocks[calendar] }

    // MARK: - Names

    /// The group with its name; nil where the snapshot does not know it.
    public func ref(of id: ID<SupportGroup>) -> Ref<SupportGroup>? { groups[id].map { Ref(id: id, name: $0.name) } }
    /// The service with its name; nil where the snapshot does not know it.
    public func ref(of id: ID<BusinessService>) -> Ref<BusinessService>? { services[id]?.ref }
    /// Such as `network/vpn`; nil where the snapshot does not know the category.
    public func path(of id: ID<Category>) -> String? { categories[id]?.path }
}
