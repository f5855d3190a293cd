import ITSMCore

/// The tree of categories, by path.
struct CategoryPages {
    let categories: CategoryService
    let desk: CurrentDesk

    static let list = "/admin/categories"
    private static let parent = RecordList.Link(address: list, words: "Categories")

    func add(to table: inout RouteTable) {
        addReading(to: &table)
        addSaving(to: &table)
        addEnds(to: &table)
    }

    // MARK: Reading

    private func addReading(to table: inout RouteTable) {
        let (categories, desk) = (categories, desk)
        table.adminPage(Self.list, "Categories", .manageSettings, query: AdminQueries.all(.categories)) { call in
            let state = call[AdminQueries.state]
            var filter = NameFilter(query: call[AdminQueries.query].flatMap(\.nonEmpty), isArchived: ArchiveState.isArchived(state))
            var condition = PageFilter(call, .categories)
            let page = try await condition.asked { asked in
                filter.condition = asked
                return try await categories.list(filter, page: call.pageRequest(), as: call.principal)
            }
            let time = ScreenTime(for: call.principal, desk)
            let view = RecordList(
                "Categories", create: .init(address: "\(Self.list)/new", words: "New category"),
                filter: .init(
                    address: Self.list, query: filter.query ?? "", placeholder: "Path", selects: [ArchiveState.select(state)],
                    isActive: filter.query != nil || filter.isArchived != false
                ).adding(condition, help: "Only categories for which it is true, such as category.path.startsWith(\"network/\")."),
                columns: ["Category", "Path", "Changed"],
                rows: page.items.map { category in
                    var row = RecordList.Row(
                        at: "\(Self.list)/\(category.id)", category.name, badges: ArchiveState.badges(category.archivedAt),
                        ["Path": category.path, "Changed": time(category.updatedAt).short])
                    // A filter may leave the parents out, and then there is nothing to stand under.
                    if filter.query == nil, !condition.isActive { row.depth = "d\(min(6, category.path.split(separator: "/").count))" }
                    return row
                },
                none: .init(
                    icon: "tag", heading: "No categories yet", words: "Categories say what kind of matter a ticket is, such as network/vpn.",
                    action: .init(address: "\(Self.list)/new", words: "Add the first")),
                next: call.next(after: page), first: call.first)
            return WebPage(title: "Categories", template: "records", view: view, place: "admin:categories", status: condition.status)
        }
        table.adminPage("\(Self.list)/new", "Add a category", .manageSettings) { _ in Self.page(nil, desk: desk) }
        table.adminPage("\(Self.list)/{id}", "One category", .manageSettings) { call in
            Self.page(try await Self.find(call, categories), desk: desk)
        }
    }

    private static func find(_ call: Call, _ categories: CategoryService) async throws -> ITSMCore.Category {
        try await categories.find(call.key())
    }

    private static func page(
        _ category: ITSMCore.Category?, _ fields: FormFields = FormFields(), actionForm: FormFields = FormFields(), desk: CurrentDesk
    ) -> WebPage {
        let address = category.map { "\(list)/\($0.id)" } ?? list
        let tree = desk.snapshot.categories
        let below = Set(category.map { tree.subtree(of: $0.id) } ?? [])
        let parents = tree.all.filter { tree.isPickable($0) && !below.contains($0.id) }.sorted { $0.path < $1.path }.map {
            ($0.id.description, $0.path)
        }
        let title = category?.path ?? "New category"
        var view = RecordPage(title: title, parent: parent, badges: ArchiveState.badges(category?.archivedAt))
        view.faults = fields.faults ?? actionForm.faults
        view.form = FormView(
            to: address, version: category?.version, submit: category == nil ? "Add category" : "Save", back: list,
            sections: [
                .init(fields: [
                    fields.text("name", "Name", category?.name, help: "Without a slash."),
                    fields.select("parent", "Under", category?.parent?.description, [("", "Nothing: at the top")] + parents, optional: true),
                ])
            ])
        if let category {
            view.actions = RecordPage.Action.ends(of: category.name, category.archivedAt, category.version, address, actionForm)
            view.intro = "Renaming or moving it renames the paths of what stands under it, and what their tickets show."
        }
        return WebPage(title: title, template: "record", view: view, place: "admin:categories")
    }

    // MARK: Saving

    private func addSaving(to table: inout RouteTable) {
        let (categories, desk) = (categories, desk)
        table.adminForm(Self.list, "Add a category", .manageSettings) { call, form in
            let category = try await categories.create(
                .init(name: form["name"], parent: form.text("parent").map(RefInput.init)), as: call.principal)
            await desk.refresh()
            return .seeOther(Self.list, notice: "The category \(category.path) was added.")
        } again: { _, form, error in
            Self.page(nil, .init(form, error), desk: desk)
        }
        table.adminForm("\(Self.list)/{id}", "Change a category", .manageSettings) { call, form in
            let category = try await Self.find(call, categories)
            var patch = ITSMCore.Category.Patch()
            patch.name = form.change("name", from: category.name)
            patch.parent = form.change("parent", from: category.parent?.description).map(RefInput.init)
            let saved = try await categories.update(.id(category.id), patch, expecting: form.version, as: call.principal)
            await desk.refresh()
            return .seeOther("\(Self.list)/\(saved.id)", notice: "The category \(saved.path) was saved.")
        } again: { call, form, error in
            Self.page(try await Self.find(call, categories), .init(form, error), desk: desk)
        }
    }

    private func addEnds(to table: inout RouteTable) {
        let (categories, desk) = (categories, desk)
        RecordEnds(summary: "a category", noun: "category", list: Self.list, records: Self.list, permission: .manageSettings) {
            try await Self.find($0, categories)
        } label: {
            ("\($0.id)", $0.path)
        } archive: { category, isArchived, version, caller in
            var patch = ITSMCore.Category.Patch()
            patch.archived = .value(isArchived)
            _ = try await categories.update(.id(category.id), patch, expecting: version, as: caller)
        } delete: { category, version, caller in
            try await categories.delete(.id(category.id), expecting: version, as: caller)
        } again: { call, faults in
            Self.page(try await Self.find(call, categories), actionForm: faults, desk: desk)
        }.add(to: &table, refreshing: desk)
    }
}
