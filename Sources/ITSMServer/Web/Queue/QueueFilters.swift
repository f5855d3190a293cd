import ITSMCore

/// The filters of a queue as its page shows them: a chip for each, and the form that adds more.
struct QueueFilters: Sendable {
    let chips: [Chip]
    /// Nil where nothing is filtered.
    let clear: Clear?
    /// What the form starts from: the address as it is.
    let query: String
    let fields: [Field]

    struct Chip: Sendable {
        let name: String
        let relation: String
        let value: String
        /// The same list without it.
        let removal: String
    }

    struct Clear: Sendable {
        let address: String
    }

    /// A filter that can be added.
    struct Field: Sendable {
        let name: String
        let label: String
        let isChoice: Bool
        let options: [Option]
        let hint: String

        struct Option: Sendable {
            let value: String
            let label: String
        }
    }

    /// - Parameter people: the names of those whom the address speaks of by id or username.
    init(_ address: QueueAddress, desk: DeskSnapshot, people: RefLookup<User>, time: ScreenTime) {
        var shown: Set<String> = []
        chips = address.filters.filter { shown.insert($0.name).inserted }.map { filter in
            let values = address.values(of: filter.name)
            let words = values.map { Self.words(of: $0, in: filter.name, desk: desk, people: people, time: time) }
            return Chip(
                name: Self.label(of: filter.name), relation: Self.relation(filter.name, several: values.count > 1),
                value: words.joined(separator: ", "),
                removal: address.without(filter.name).address)
        }
        clear = address.isFiltered ? Clear(address: address.withoutFilters.address) : nil
        query = address.query
        fields = Self.fields(desk).filter { $0.name != address.tab.fixedFilter }
    }

    /// Whom the filters of an address name.
    static func people(in address: QueueAddress) -> Set<RefInput<User>> {
        Set(address.filters.filter { peopleNames.contains($0.name) && !["me", "none"].contains($0.value) }.map { RefInput($0.value) })
    }

    private static let peopleNames = Set([
        TicketListQuery.assignee.name, TicketListQuery.requester.name, TicketListQuery.openedBy.name, TicketListQuery.watcher.name,
    ])

    /// Characters of a condition that its chip shows.
    private static let conditionShown = 60

    // MARK: Words

    private static func label(of name: String) -> String {
        switch name {
        case TicketListQuery.statusCategory.name: "State"
        case TicketListQuery.major.name: "Major incident"
        case TicketListQuery.filter.name: "Condition"
        case TicketListQuery.externalID.name: "Id there"
        case TicketListQuery.externalSource.name: "Imported from"
        case TicketListQuery.createdFrom.name, TicketListQuery.createdBefore.name: "Raised"
        case TicketListQuery.updatedFrom.name, TicketListQuery.updatedBefore.name: "Updated"
        case TicketListQuery.resolvedFrom.name, TicketListQuery.resolvedBefore.name: "Resolved"
        default: name.asWords
        }
    }

    private static func relation(_ name: String, several: Bool) -> String {
        switch name {
        case TicketListQuery.tag.name: several ? "holds all of" : "holds"
        case TicketListQuery.category.name: "is within"
        case TicketListQuery.filter.name: "holds"
        case TicketListQuery.createdFrom.name, TicketListQuery.updatedFrom.name, TicketListQuery.resolvedFrom.name: "since"
        case TicketListQuery.createdBefore.name, TicketListQuery.updatedBefore.name, TicketListQuery.resolvedBefore.name: "before"
        default: several ? "is any of" : "is"
        }
    }

    private static func words(of value: String, in name: String, desk: DeskSnapshot, people: RefLookup<User>, time: ScreenTime) -> String {
        switch name {
        case TicketListQuery.kind.name: TicketKind(rawValue: value)?.word ?? value
        case TicketListQuery.status.name, TicketListQuery.statusCategory.name, TicketListQuery.priority.name, TicketListQuery.impact.name,
            TicketListQuery.urgency.name, TicketListQuery.channel.name:
            value.asWords
        case TicketListQuery.major.name: value == "true" ? "yes" : "no"
        case TicketListQuery.filter.name: value.count > conditionShown ? "\(value.prefix(conditionShown))…" : value
        case TicketListQuery.group.name where value == "mine": "one of mine"
        case TicketListQuery.group.name where value == "none": "none"
        case TicketListQuery.group.name: desk.find(group: RefInput(value))?.name ?? value
        case TicketListQuery.service.name: desk.find(service: RefInput(value))?.name ?? value
        case _ where peopleNames.contains(name):
            switch value {
            case "me": "me"
            case "none": "nobody"
            default: people.found[RefInput(value)]?.name ?? value
            }
        default: Instant(value).map { time($0).full } ?? value
        }
    }

    // MARK: The form

    private static func fields(_ desk: DeskSnapshot) -> [Field] {
        typealias Option = Field.Option
        func choice(_ name: String, _ options: [Option]) -> Field {
            Field(name: name, label: label(of: name), isChoice: true, options: [Option(value: "", label: "Any")] + options, hint: "")
        }
        func text(_ name: String, _ hint: String) -> Field { Field(name: name, label: label(of: name), isChoice: false, options: [], hint: hint) }
        func byName(_ options: [Option]) -> [Option] { options.sorted { $0.label.lowercased() < $1.label.lowercased() } }
        let groups = desk.groups.values.filter { $0.archivedAt == nil }.map { Option(value: $0.id.description, label: $0.name) }
        let services = desk.services.values.filter { $0.archivedAt == nil }.map { Option(value: $0.id.description, label: $0.name) }
        return [
            choice(TicketListQuery.kind.name, TicketKind.allCases.map { Option(value: $0.rawValue, label: $0.word) }),
            choice(TicketListQuery.status.name, TicketStatus.allCases.map { Option(value: $0.rawValue, label: $0.word) }),
            choice(TicketListQuery.priority.name, Priority.allCases.map { Option(value: $0.rawValue, label: $0.word) }),
            text(TicketListQuery.assignee.name, "me, none, or a username"),
            choice(
                TicketListQuery.group.name, [Option(value: "mine", label: "One of mine"), Option(value: "none", label: "None")] + byName(groups)),
            text(TicketListQuery.requester.name, "me, or a username"),
            choice(TicketListQuery.service.name, byName(services)),
            choice(
                TicketListQuery.category.name,
                desk.categories.all.filter(desk.categories.isPickable).map(\.path).sorted().map { Option(value: $0, label: $0) }),
            text(TicketListQuery.tag.name, "one tag"),
            choice(
                TicketListQuery.major.name,
                [Option(value: "true", label: "Only major incidents"), Option(value: "false", label: "No major incidents")]),
        ]
    }
}
