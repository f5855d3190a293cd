import ITSMCore

/// The part of a form that says which tickets a policy or a rule is about.
struct CoverageFields {
    let desk: DeskSnapshot
    let coverage: Coverage
    /// What must hold besides.
    let condition: String?

    /// - Parameter scope: where the condition stands, which says what it may name.
    func section(_ fields: FormFields, _ scope: ConditionScope) -> FormView.Section {
        .init(
            heading: "Which tickets", intro: "Where nothing is ticked, any will do.",
            fields: [
                fields.checkboxes(
                    "kinds", "Kinds", Set(coverage.kinds.map(\.rawValue)),
                    TicketKind.allCases.map { .init(value: $0.rawValue, words: $0.rawValue.asWords) }),
                fields.checkboxes(
                    "priorities", "Priorities", Set(coverage.priorities.map(\.rawValue)),
                    Priority.allCases.map { .init(value: $0.rawValue, words: $0.words) }),
                fields.checkboxes(
                    "categories", "Categories", ids(coverage.categories),
                    options(desk.categories.all.filter { desk.categories.isPickable($0) || coverage.categories.contains($0.id) }, \.id, \.path),
                    help: "Each with all below it."),
                fields.checkboxes(
                    "groups", "Groups", ids(coverage.groups),
                    options(desk.groups.values.filter { $0.archivedAt == nil || coverage.groups.contains($0.id) }, \.id, \.name)),
                fields.checkboxes(
                    "services", "Services", ids(coverage.services),
                    options(desk.services.values.filter { $0.archivedAt == nil || coverage.services.contains($0.id) }, \.id, \.name)),
                fields.condition("condition", "And only where", condition, scope: scope, help: "Without a condition: nothing besides."),
            ])
    }

    private func ids<Record>(_ ids: Set<ID<Record>>) -> Set<String> { Set(ids.map(\.description)) }

    private func options<Record, Key>(
        _ records: some Sequence<Record>, _ id: KeyPath<Record, ID<Key>>, _ name: KeyPath<Record, String>
    ) -> [FormField.Option] {
        records.map { .init(value: $0[keyPath: id].description, words: $0[keyPath: name]) }.sorted { $0.words.lowercased() < $1.words.lowercased() }
    }

    /// What the form says of it, whole.
    static func input(_ form: Form) -> Coverage.Input {
        var input = Coverage.Input()
        input.kinds = .value(form.all("kinds").compactMap(TicketKind.init(rawValue:)))
        input.priorities = .value(form.all("priorities").compactMap(Priority.init(rawValue:)))
        input.categories = .value(form.all("categories").map(RefInput.init))
        input.groups = .value(form.all("groups").map(RefInput.init))
        input.services = .value(form.all("services").map(RefInput.init))
        return input
    }

    /// `/coverage/groups/0` stands at the field `groups`.
    static func place(_ pointer: String) -> String { pointer.hasPrefix("/coverage/") ? String(pointer.dropFirst("/coverage".count)) : pointer }

    /// In one line, such as `Incidents, P1 and P2, Network`.
    static func words(_ coverage: Coverage, _ condition: String?, _ names: SLANames) -> String {
        let parts: [[String]] = [
            TicketKind.allCases.filter(coverage.kinds.contains).map(\.rawValue.asWords),
            Priority.allCases.filter(coverage.priorities.contains).map(\.label),
            coverage.categories.compactMap { names.categories[$0] }.sorted(), coverage.groups.compactMap { names.groups[$0] }.sorted(),
            coverage.services.compactMap { names.services[$0] }.sorted(),
        ]
        let words = parts.filter { !$0.isEmpty }.map { $0.joined(separator: " or ") }
        let lists = words.isEmpty ? "All tickets" : words.joined(separator: "; ")
        return condition.map { "\(lists), only where \($0)" } ?? lists
    }
}
