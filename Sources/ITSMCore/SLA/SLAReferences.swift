/// The records that an agreement or an escalation rule names.
public struct SLAReferences: Sendable, Hashable {
    public var calendars: Set<ID<SLACalendar>> = []
    public var agreements: Set<ID<ServiceLevelAgreement>> = []
    public var categories: Set<ID<Category>> = []
    public var groups: Set<ID<SupportGroup>> = []
    public var services: Set<ID<BusinessService>> = []
    public var people: Set<ID<User>> = []

    public init() {}

    init(_ coverage: Coverage) {
        categories = coverage.categories
        groups = coverage.groups
        services = coverage.services
    }

    /// What either names.
    public func union(_ other: SLAReferences?) -> SLAReferences {
        guard let other else { return self }
        var all = self
        all.calendars.formUnion(other.calendars)
        all.agreements.formUnion(other.agreements)
        all.categories.formUnion(other.categories)
        all.groups.formUnion(other.groups)
        all.services.formUnion(other.services)
        all.people.formUnion(other.people)
        return all
    }
}

extension ServiceLevelAgreement {
    public var references: SLAReferences {
        var references = SLAReferences(coverage)
        references.calendars = Set(targets.flatMap(\.goals.values).map(\.calendar))
        return references
    }
}

extension EscalationRule {
    public var references: SLAReferences {
        var references = SLAReferences(coverage)
        if let agreement { references.agreements = [agreement] }
        for action in actions {
            switch action {
            case .notify(let recipients):
                for case .person(let person) in recipients { references.people.insert(person) }
            case .assign(let group, let assignee):
                if let group { references.groups.insert(group) }
                if let assignee { references.people.insert(assignee) }
            case .addWatcher(let person): references.people.insert(person)
            case .escalate, .raisePriority, .comment: break
            }
        }
        return references
    }
}

/// What those records are called, as agreements and rules are shown.
public struct SLANames: Sendable, Hashable {
    public var calendars: [ID<SLACalendar>: String]
    public var agreements: [ID<ServiceLevelAgreement>: String]
    /// Paths.
    public var categories: [ID<Category>: String]
    public var groups: [ID<SupportGroup>: String]
    public var services: [ID<BusinessService>: String]
    public var people: [ID<User>: String]

    public init(
        calendars: [ID<SLACalendar>: String] = [:], agreements: [ID<ServiceLevelAgreement>: String] = [:], categories: [ID<Category>: String] = [:],
        groups: [ID<SupportGroup>: String] = [:], services: [ID<BusinessService>: String] = [:], people: [ID<User>: String] = [:]
    ) {
        self.calendars = calendars
        self.agreements = agreements
        self.categories = categories
        self.groups = groups
        self.services = services
        self.people = people
    }

    /// The records in order of name. One that was deleted since, which only an old version can name, is called by its id.
    func refs<Record>(_ ids: Set<ID<Record>>, _ names: [ID<Record>: String]) -> [Ref<Record>] {
        ids.map { ref($0, names) }.sorted { ($0.name.lowercased(), $0.id) < ($1.name.lowercased(), $1.id) }
    }

    func ref<Record>(_ id: ID<Record>, _ names: [ID<Record>: String]) -> Ref<Record> { Ref(id: id, name: names[id] ?? id.description) }
}
