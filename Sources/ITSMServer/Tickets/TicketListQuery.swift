import ITSMCore

/// The query parameters of ticket lists, and the query that they mean.
enum TicketListQuery {
    static let kind = Query<TicketKind>("kind", "Only these kinds.", isRepeatable: true)
    static let status = Query<TicketStatus>("status", "Only these states.", isRepeatable: true)
    static let statusCategory = Query<StatusCategory>("statusCategory", "Only these categories of states.", isRepeatable: true)
    static let priority = Query<Priority>("priority", "Only these priorities.", isRepeatable: true)
    static let impact = Query<Impact>("impact", "Only these.", isRepeatable: true)
    static let urgency = Query<Urgency>("urgency", "Only these.", isRepeatable: true)
    static let assignee = Query<String>("assignee", "`me`, `none`, an id, or a username.")
    static let group = Query<String>("group", "`mine`, `none`, an id, or a name.")
    static let requester = Query<String>("requester", "`me`, an id, or a username.")
    static let openedBy = Query<String>("openedBy", "`me`, an id, or a username.")
    static let watcher = Query<String>("watcher", "`me`, an id, or a username.")
    static let service = Query<String>("service", "An id or a name.")
    static let category = Query<String>("category", "A path such as network; holds what lies below it too.")
    static let tag = Query<String>("tag", "Only tickets that carry all of these.", isRepeatable: true)
    static let major = Query<Bool>("major", "Only major incidents, or only others.")
    static let channel = Query<Channel>("channel", "How it came in.")
    static let parent = Query<String>("parent", "The id or number of the parent.")
    static let externalSource = Query<String>("externalSource", "The system it was imported from.")
    static let externalID = Query<String>("externalId", "Its name there.")
    static let createdFrom = Query<Instant>("createdFrom", "Raised at this time or later.")
    static let createdBefore = Query<Instant>("createdBefore", "Raised before this time.")
    static let updatedFrom = Query<Instant>("updatedFrom", "Changed at this time or later.")
    static let updatedBefore = Query<Instant>("updatedBefore", "Changed before this time.")
    static let resolvedFrom = Query<Instant>("resolvedFrom", "Resolved at this time or later.")
    static let resolvedBefore = Query<Instant>("resolvedBefore", "Resolved before this time.")
    static let filter = FilterQuery.tickets.parameter
    static let view = Query<String>(
        "view", "A view by id or name: its condition, and its order unless `sort` says another; other parameters narrow it.")
    static let text = Query<String>(
        "q", "Words to find in titles, texts and numbers; quoted phrases, -word and OR are understood, and typing errors corrected.",
        maximum: Limits.searchQuery)
    static let sort = Query<TicketSort>(
        "sort",
        "number, createdAt, updatedAt, dueAt, priority, status, title, assignee or a custom field such as customFields.site; `-` in front for the other way. -createdAt when absent."
    )

    /// All of them; a typed view knows its own kind.
    static func parameters(kind isAsked: Bool) -> [any QueryParameter] {
        (isAsked ? [kind] : []) + [
            status, statusCategory, priority, impact, urgency, assignee, group, requester, openedBy, watcher, service, category, tag, major, channel,
            parent, externalSource, externalID, createdFrom, createdBefore, updatedFrom, updatedBefore, resolvedFrom, resolvedBefore, filter, text,
            sort,
        ]
    }

    /// The query of a call. Names of people and parents are looked up among what the caller may see, all in one read, and only where there are any.
    ///
    /// - Throws: 400 with every value that means nothing.
    static func query(_ call: Call, desk: DeskSnapshot) async throws -> TicketQuery {
        var problems: [FieldProblem] = []
        var query = TicketQuery()
        query.statuses = call.all(status)
        query.categories = call.all(statusCategory)
        query.priorities = call.all(priority)
        query.impacts = call.all(impact)
        query.urgencies = call.all(urgency)
        query.tags = call.all(tag).map { $0.lowercased() }
        query.major = call[major]
        query.channel = call[channel]
        query.externalSource = call[externalSource]
        query.externalID = call[externalID]
        query.created = .init(from: call[createdFrom], before: call[createdBefore])
        query.updated = .init(from: call[updatedFrom], before: call[updatedBefore])
        query.resolved = .init(from: call[resolvedFrom], before: call[resolvedBefore])
        if let words = call[text], !words.allSatisfy(\.isWhitespace) { query.text = words }
        if let asked = call[sort] {
            if let found = asked.sort(desk, for: call.principal) { query.sort = found } else { problems.append(sort.unknown(asked.text)) }
        }
        do {
            query.condition = try FilterQuery.tickets.condition(call, desk)
        } catch let error as ITSMError {
            problems += error.problems
        }
        applyDesk(call, desk, &query, &problems)
        try await applyPeople(call, &query, &problems)
        if !problems.isEmpty { throw ITSMError.badRequest(problems) }
        return query
    }

    /// Within the view that the call names, if it does.
    static func narrow(_ query: inout TicketQuery, to views: ViewService, _ call: Call, desk: DeskSnapshot) async throws {
        guard let key = call[view] else { return }
        let found: SavedView
        do {
            found = try await views.find(RefInput(key), as: call.principal)
        } catch let error as ITSMError where error.code == .notFound {
            throw ITSMError.badRequest([unknown(view.name, key)])
        }
        let condition = try views.condition(of: found, at: "?\(view.name)", as: call.principal)
        query.condition = try Condition.all(condition, query.condition)
        if call[sort] == nil, let own = found.sort.sort(desk, for: call.principal) { query.sort = own }
    }

    private static func applyDesk(_ call: Call, _ desk: DeskSnapshot, _ query: inout TicketQuery, _ problems: inout [FieldProblem]) {
        switch call[group] {
        case nil: break
        case "mine": query.group = .anyOf(call.principal.groups.sorted())
        case "none": query.group = TicketQuery.GroupFilter.none
        case let name?:
            if let found = desk.find(group: RefInput(name)) { query.group = .anyOf([found.id]) } else { problems.append(unknown(group.name, name)) }
        }
        if let name = call[service] {
            if let found = desk.find(service: RefInput(name)) { query.service = found.id } else { problems.append(unknown(service.name, name)) }
        }
        if let path = call[category] {
            if let found = desk.categories[path: path] {
                query.ticketCategories = desk.categories.subtree(of: found.id)
            } else {
                problems.append(unknown(category.name, path))
            }
        }
    }

    private static func applyPeople(_ call: Call, _ query: inout TicketQuery, _ problems: inout [FieldProblem]) async throws {
        let caller = call.principal
        let asked = [assignee, requester, openedBy, watcher].compactMap { call[$0] }
        let names = Set(asked.filter { $0 != "me" && $0 != "none" && ID<User>($0) == nil }.map(RefInput<User>.init))
        let parentKey = call[parent].map { ($0, TicketKey($0)) }
        var people = RefLookup<User>()
        if !names.isEmpty || parentKey != nil {
            let key = parentKey?.1
            let found = try await call.environment.database.read { tx in
                (
                    try names.isEmpty ? RefLookup<User>() : tx.users.resolve(names, visibleTo: caller),
                    try key.flatMap { try tx.tickets.references([$0], visibleTo: caller).first }
                )
            }
            people = found.0
            query.parent = found.1?.id
            if let parentKey, query.parent == nil { problems.append(unknown(parent.name, parentKey.0)) }
        }
        func person(_ parameter: Query<String>) -> ID<User>? {
            guard let text = call[parameter] else { return nil }
            if text == "me" { return caller.id }
            if let id = ID<User>(text) ?? people.found[RefInput(text)]?.id { return id }
            problems.append(unknown(parameter.name, text))
            return nil
        }
        query.assignee = call[assignee] == "none" ? .nobody : person(assignee).map(TicketQuery.PersonFilter.person)
        query.requester = person(requester)
        query.openedBy = person(openedBy)
        query.watcher = person(watcher)
    }

    private static func unknown(_ parameter: String, _ value: String) -> FieldProblem {
        FieldProblem("?\(parameter)", .invalidValue, "There is nothing called \(value.quotedForPeople) here.")
    }
}

/// `sort=-createdAt`.
extension TicketSort: QueryValue {
    init?(query text: String) { self.init(text) }

    static var schema: Schema {
        .oneOf([
            .words(nil, TicketQuery.Sort.Key.plain.flatMap { [$0.name, "-\($0.name)"] }),
            .text(1 + CustomField.changeName("").count + Limits.customFieldName),
        ])
    }
}
