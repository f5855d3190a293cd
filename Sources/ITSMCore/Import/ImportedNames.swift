/// The source's people, groups, categories and services as ours, as far as an import has met them.
struct ImportedNames: Sendable {
    private(set) var people: [String: ID<User>] = [:]
    private(set) var groups: [String: ID<SupportGroup>] = [:]
    private(set) var categories: [String: ID<Category>] = [:]
    private(set) var services: [String: ID<BusinessService>] = [:]

    /// Finds or makes all that `tickets` name and that is not known yet.
    mutating func add(
        of tickets: [ImportedTicket], with makers: ImportMakers, naming fields: CustomFieldList, in tx: any Transaction, as caller: Principal
    )
        throws
    {
        var people: [String: String] = [:]
        var groups = Set<String>()
        var paths = Set<String>()
        var services = Set<String>()
        for ticket in tickets {
            let source = ticket.externalRef.source
            for event in ticket.history {
                for person in [event.by, event.state.requester, event.state.assignee].compactMap(\.self) + event.state.people(naming: fields)
                where self.people[person] == nil {
                    people[Self.username(of: person, source: source)] = person
                }
                if let group = event.state.group, self.groups[group] == nil { groups.insert(group) }
                if let path = event.state.path, categories[path] == nil { paths.insert(path) }
                if let service = event.state.service, self.services[service] == nil { services.insert(service) }
            }
        }
        // In one order everywhere, so that two imports never wait for each other.
        if !people.isEmpty {
            let wanted = people.sorted { $0.key < $1.key }
            let found = try makers.people.findOrCreate(wanted.map { (username: $0.key, name: $0.value) }, in: tx, as: caller)
            for (username, person) in wanted { self.people[person] = found[username] }
        }
        if !groups.isEmpty { self.groups.merge(try makers.groups.findOrCreate(groups.sorted(), in: tx, as: caller)) { $1 } }
        if !paths.isEmpty { categories.merge(try makers.categories.findOrCreate(paths.sorted(), in: tx, as: caller)) { $1 } }
        if !services.isEmpty { self.services.merge(try makers.services.findOrCreate(services.sorted(), in: tx, as: caller)) { $1 } }
    }

    /// Ours for their id of a person; the placeholder where they have none.
    func person(_ id: String?) -> ID<User> { id.flatMap { people[$0] } ?? User.unknownID }

    static func username(of person: String, source: String) -> String { "\(source):\(person)" }
}

/// The services through which an import makes what its tickets name.
struct ImportMakers: Sendable {
    let people: PeopleService
    let groups: GroupService
    let categories: CategoryService
    let services: ServicePortfolio
}

extension ImportedTicket.State {
    /// Their ids of the people in custom fields.
    func people(naming fields: CustomFieldList) -> [String] {
        customFields.compactMap { name, value in fields[name]?.kind == .user ? value.string : nil }
    }

    /// The category's path; nil without one.
    var path: String? { category.isEmpty ? nil : category.joined(separator: "/") }
}
