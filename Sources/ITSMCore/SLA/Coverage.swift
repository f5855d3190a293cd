/// Which tickets an agreement or an escalation rule is about. Every list that is not empty must hold the ticket's value; an empty coverage covers all.
///
/// This is the seam for conditions of other kinds: a caller asks `covers` and `reads`, and nothing else of it.
public struct Coverage: Sendable, Hashable, Codable {
    public var kinds: Set<TicketKind>
    public var priorities: Set<Priority>
    /// Each with all below it.
    public var categories: Set<ID<Category>>
    public var groups: Set<ID<SupportGroup>>
    public var services: Set<ID<BusinessService>>

    public init(
        kinds: Set<TicketKind> = [], priorities: Set<Priority> = [], categories: Set<ID<Category>> = [], groups: Set<ID<SupportGroup>> = [],
        services: Set<ID<BusinessService>> = []
    ) {
        self.kinds = kinds
        self.priorities = priorities
        self.categories = categories
        self.groups = groups
        self.services = services
    }

    /// - Parameter tree: which category stands under which.
    public func covers(_ facts: TicketFacts, in tree: CategoryTree) -> Bool {
        holds(facts.kind, kinds) && holds(facts.priority, priorities) && holds(facts.group, groups) && holds(facts.service, services)
            && (categories.isEmpty || facts.category.map { tree.stands($0, in: categories) } ?? false)
    }

    private func holds<Value: Hashable>(_ value: Value?, _ set: Set<Value>) -> Bool { set.isEmpty || value.map(set.contains) ?? false }

    /// True when the two differ in a field that it reads, so that it must be asked again.
    public func reads(aChangeFrom old: TicketFacts, to new: TicketFacts) -> Bool {
        !kinds.isEmpty && old.kind != new.kind || !priorities.isEmpty && old.priority != new.priority
            || !categories.isEmpty && old.category != new.category || !groups.isEmpty && old.group != new.group
            || !services.isEmpty && old.service != new.service
    }
}
