import ITSMCore

/// The fields of a view, from what is kept or from the list that becomes one.
struct ViewForm {
    let sections: [FormView.Section]

    /// What a new view begins with.
    struct Start {
        var condition = ""
        var sort = TicketSort(.init(.priority))
        var grouping: QueueGrouping?
        var columns: [String] = []
        /// What of the list a view cannot keep.
        var note: String?
        var back = ViewPages.list

        init() {}

        init(_ request: QueueRequest, at now: Instant, desk: DeskSnapshot, layout: QueueLayout) throws {
            let fields = desk.conditions.listEnvironment(for: request.caller).rowFields
            condition = try request.conditionRows(at: now, desk: desk).text(with: fields)
            sort = request.address.effectiveSort
            grouping = request.address.grouping
            let shown = layout.showing(request.address.view)
            columns = shown.hidden.isEmpty ? [] : TicketColumn.allCases.filter { !shown.hidden.contains($0) }.map(\.rawValue)
            if request.address.text != nil {
                note = "The words that you searched for are not part of the view; search in it again when you need them."
            }
            back = request.address.address
        }
    }

    init(_ view: SavedView?, start: Start, fields: FormFields, desk: DeskSnapshot, caller: Principal) {
        let custom = desk.customFields.offered(seesHidden: caller.holds(.note))
        let sorts = Self.sorts + custom.map { (CustomField.changeName($0.name), $0.label) }
        let sort = view?.sort ?? start.sort
        let what = FormView.Section(fields: [
            fields.text("name", "Name", view?.name),
            fields.condition(
                "condition", "Condition", view?.condition ?? start.condition, scope: .list,
                help: "Which tickets it holds; all of them without one. Whoever uses the view sees only what they may see anyway."),
        ])
        let how = FormView.Section(
            heading: "How it looks",
            fields: [
                fields.select("sort", "Sorted by", sort.name, sorts),
                fields.select("direction", "Direction", sort.isDescending ? "down" : "up", [("up", "Ascending"), ("down", "Descending")]),
                fields.select(
                    "grouping", "Grouped by", (view.map(\.grouping) ?? start.grouping)?.rawValue ?? "",
                    [("", "Nothing")] + QueueGrouping.allCases.map { ($0.rawValue, $0.rawValue.asWords) }),
                fields.checkboxes(
                    "columns", "Columns", Set(view?.columns ?? start.columns),
                    TicketColumn.allCases.map { .init(value: $0.rawValue, words: $0.rawValue.asWords) }
                        + custom.map { .init(value: CustomField.changeName($0.name), words: $0.label) },
                    help: "Number and subject always stand. Without a choice each reader sees their own columns."),
                fields.checkbox("pinned", "Tabs", view?.isPinned ?? true, words: "Show it among the tabs of the queue"),
                fields.text(
                    "order", "Place", String(view?.order ?? 0), help: "Lower numbers come first; views of one place go by name.", type: "number"),
            ])
        sections = [what, how, Self.sharing(view, fields, desk, caller)]
    }

    private static func sharing(_ view: SavedView?, _ fields: FormFields, _ desk: DeskSnapshot, _ caller: Principal) -> FormView.Section {
        let sharesWithAll = caller.holds(.manageSettings, atLeast: .all)
        let groups = desk.groups.values.filter { group in
            group.archivedAt == nil && (sharesWithAll || caller.groups.contains(group.id)) || view?.groups.contains { $0.id == group.id } == true
        }.sorted { $0.name < $1.name }
        var ways: [FormField.Option] = [
            .init(value: SavedView.Sharing.onlyMe.rawValue, words: "Only me"),
            .init(value: SavedView.Sharing.groups.rawValue, words: "Groups", note: "whose members may use it"),
        ]
        if sharesWithAll || view?.sharing == .everyone { ways.append(.init(value: SavedView.Sharing.everyone.rawValue, words: "Everyone")) }
        return .init(
            heading: "Sharing",
            fields: [
                fields.radios("sharing", "Who may use it", (view?.sharing ?? .onlyMe).rawValue, ways),
                fields.checkboxes(
                    "groups", "Groups", Set(view?.groups.map(\.id.description) ?? []), groups.map { .init(value: $0.id.description, words: $0.name) },
                    help: "Where it is shared with groups.", nothing: "You are in no support group."),
            ])
    }

    private static let sorts: [(String, String)] = [
        ("priority", "Priority"), ("dueAt", "Time left"), ("createdAt", "When it was raised"), ("updatedAt", "When it changed last"),
        ("number", "Number"), ("title", "Subject"), ("status", "Status"), ("assignee", "Assignee"),
    ]

    // MARK: Reading

    static func draft(_ form: Form) -> SavedView.Draft {
        var draft = SavedView.Draft(name: form["name"], condition: form["condition"])
        draft.sharing = sharing(form)
        if draft.sharing == .groups { draft.groups = form.all("groups").map(RefInput.init) }
        draft.columns = form.all("columns")
        draft.sort = sort(form)
        draft.grouping = TicketGrouping(rawValue: form["grouping"])
        draft.pinned = form.isChecked("pinned")
        draft.order = Int(form["order"]) ?? 0
        return draft
    }

    /// Only what the form changed, so that a manager who mends one thing needs no right to the rest.
    ///
    /// - Parameter custom: the custom fields that the form offered.
    static func patch(_ form: Form, of view: SavedView, custom: [CustomField]) -> SavedView.Patch {
        let draft = draft(form)
        var patch = SavedView.Patch()
        if draft.name != view.name { patch.name = .value(draft.name ?? "") }
        if draft.condition != view.condition { patch.condition = .value(draft.condition ?? "") }
        if let sharing = draft.sharing, sharing != view.sharing { patch.sharing = .value(sharing) }
        let groups = draft.groups ?? []
        if Set(groups.compactMap(\.id)) != Set(view.groups.map(\.id)) { patch.groups = .value(groups) }
        // What the form does not offer to this reader stays.
        let offered = Set(TicketColumn.allCases.map(\.rawValue) + custom.map { CustomField.changeName($0.name) })
        if Set(draft.columns ?? []) != Set(view.columns.filter(offered.contains)) {
            patch.columns = .value((draft.columns ?? []) + view.columns.filter { !offered.contains($0) })
        }
        if let sort = draft.sort, sort != view.sort { patch.sort = .value(sort) }
        if draft.grouping != view.grouping { patch.grouping = draft.grouping.map(Patch.value) ?? .null }
        if draft.pinned != view.isPinned { patch.pinned = .value(draft.pinned ?? true) }
        if draft.order != view.order { patch.order = .value(draft.order ?? 0) }
        return patch
    }

    private static func sharing(_ form: Form) -> SavedView.Sharing? { SavedView.Sharing(rawValue: form["sharing"]) }

    private static func sort(_ form: Form) -> TicketSort? { TicketSort((form["direction"] == "down" ? "-" : "") + form["sort"]) }
}
