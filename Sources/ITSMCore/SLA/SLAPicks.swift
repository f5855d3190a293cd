/// What the ids and names in a draft mean among the records that its author may pick. What the record names already stays, archived or not.
public struct SLAPicks: Sendable {
    public var desk: DeskSnapshot
    public var groups: RefLookup<SupportGroup>
    public var people: RefLookup<User>
    public var current: SLAReferences

    public init(
        desk: DeskSnapshot, groups: RefLookup<SupportGroup> = RefLookup(), people: RefLookup<User> = RefLookup(),
        current: SLAReferences = SLAReferences()
    ) {
        self.desk = desk
        self.groups = groups
        self.people = people
        self.current = current
    }

    init(
        groups: Set<RefInput<SupportGroup>>, people: Set<RefInput<User>> = [], current: SLAReferences = SLAReferences(), in tx: any Transaction,
        as caller: Principal
    ) throws {
        self.init(
            desk: try tx.desk.load(), groups: try tx.groups.resolve(groups, visibleTo: caller),
            people: try tx.users.resolve(people, visibleTo: caller), current: current)
    }

    func calendar(_ input: RefInput<SLACalendar>, at pointer: String, _ problems: inout ProblemList) -> ID<SLACalendar>? {
        pick(desk.find(calendar: input), current.calendars, \.id, \.archivedAt, at: pointer, as: "calendar", &problems)
    }

    func agreement(_ input: RefInput<ServiceLevelAgreement>, at pointer: String, _ problems: inout ProblemList) -> ID<ServiceLevelAgreement>? {
        pick(desk.find(agreement: input), current.agreements, \.id, \.archivedAt, at: pointer, as: "policy", &problems)
    }

    func service(_ input: RefInput<BusinessService>, at pointer: String, _ problems: inout ProblemList) -> ID<BusinessService>? {
        pick(desk.find(service: input), current.services, \.id, \.archivedAt, at: pointer, as: "service", &problems)
    }

    func category(_ input: RefInput<Category>, at pointer: String, _ problems: inout ProblemList) -> ID<Category>? {
        guard let found = desk.categories.find(input), desk.categories.isPickable(found) || current.categories.contains(found.id) else {
            problems.add(pointer, "There is no such category, or it is archived.")
            return nil
        }
        return found.id
    }

    func group(_ input: RefInput<SupportGroup>, at pointer: String, _ problems: inout ProblemList) -> ID<SupportGroup>? {
        if let id = input.id, current.groups.contains(id) { return id }
        return groups.resolve(input, at: pointer, as: "group", &problems)?.id
    }

    func person(_ input: RefInput<User>, at pointer: String, _ problems: inout ProblemList) -> ID<User>? {
        if let id = input.id, current.people.contains(id) { return id }
        return people.resolve(input, at: pointer, as: "person", &problems)?.id
    }

    private func pick<Record>(
        _ found: Record?, _ current: Set<ID<Record>>, _ id: KeyPath<Record, ID<Record>>, _ archivedAt: KeyPath<Record, Instant?>, at pointer: String,
        as what: String, _ problems: inout ProblemList
    ) -> ID<Record>? {
        guard let found, found[keyPath: archivedAt] == nil || current.contains(found[keyPath: id]) else {
            problems.add(pointer, "There is no such \(what), or it is archived.")
            return nil
        }
        return found[keyPath: id]
    }
}
