import ITSMCore

/// Custom fields: what a desk asks about its tickets beside what every desk asks.
struct CustomFieldPages {
    let services: DeskServices
    let desk: CurrentDesk

    static let list = "/admin/fields"
    private static let place = "admin:fields"
    private static let parent = RecordList.Link(address: list, words: "Fields")

    func add(to table: inout RouteTable) {
        addReading(to: &table)
        addSaving(to: &table)
        addEnds(to: &table)
    }

    // MARK: Reading

    private func addReading(to table: inout RouteTable) {
        let (fields, pages) = (services.customFields, self)
        table.adminPage(Self.list, "Custom fields", .manageSettings, query: AdminQueries.all(.customFields)) { call in
            let state = call[AdminQueries.state]
            var filter = NameFilter(query: call[AdminQueries.query].flatMap(\.nonEmpty), isArchived: ArchiveState.isArchived(state))
            var condition = PageFilter(call, .customFields)
            let found = try await condition.asked { asked in
                filter.condition = asked
                return Page(items: try await fields.list(filter, as: call.principal))
            }
            let view = RecordList(
                "Fields", create: .init(address: "\(Self.list)/new", words: "New field"),
                filter: .init(
                    address: Self.list, query: filter.query ?? "", placeholder: "Label or name", selects: [ArchiveState.select(state)],
                    isActive: filter.query != nil || filter.isArchived != false
                ).adding(condition, help: "Only fields for which it is true, such as field.required."),
                columns: ["Label", "Kind", "On", "Seen by", "Order"], rows: found.items.map(Self.row),
                none: .init(
                    icon: "sliders", heading: "No fields yet",
                    words: "A field asks about a ticket what your desk alone needs to know, such as a cost centre or a site.",
                    action: .init(address: "\(Self.list)/new", words: "Add the first")))
            return WebPage(title: "Fields", template: "records", view: view, place: Self.place, status: condition.status)
        }
        table.adminPage("\(Self.list)/new", "Add a custom field", .manageSettings) { _ in Self.page(CustomFieldForm(field: nil)) }
        table.adminPage("\(Self.list)/{id}", "One custom field", .manageSettings) { call in try await pages.page(call) }
    }

    private static func row(_ field: CustomField) -> RecordList.Row {
        let kinds = field.kinds.map(\.word).joined(separator: ", ")
        let required: [RecordList.Badge] = field.isRequired ? [.init(words: "Required", tone: "")] : []
        return .init(
            at: "\(list)/\(field.id)", field.label, detail: field.name,
            badges: required + ArchiveState.badges(field.archivedAt),
            [
                "Kind": field.kind.words, "On": kinds.nilIfEmpty ?? "All tickets",
                "Seen by": field.visibleToRequesters ? "Everybody" : "Agents", "Order": "\(field.order)",
            ])
    }

    private func find(_ call: Call) async throws -> CustomField { try await services.customFields.find(call.key(), as: call.principal) }

    private func page(_ call: Call, _ typed: FormFields = FormFields(), actionForm: FormFields = FormFields()) async throws -> WebPage {
        let field = try await find(call)
        let named = Set([field.kind == .user ? field.defaultValue?.string.flatMap { ID<User>($0) } : nil].compactMap(\.self))
        let people: [ID<User>: String] = named.isEmpty ? [:] : try await call.environment.database.read { try $0.users.names(of: named) }
        return Self.page(CustomFieldForm(field: field, people: people), typed, actionForm: actionForm)
    }

    private static func page(_ form: CustomFieldForm, _ fields: FormFields = FormFields(), actionForm: FormFields = FormFields()) -> WebPage {
        let field = form.field
        let address = field.map { "\(list)/\($0.id)" } ?? list
        let title = field?.label ?? "New field"
        var view = RecordPage(title: title, parent: parent, badges: ArchiveState.badges(field?.archivedAt))
        view.intro = field.map { "\($0.kind.words). Expressions call it ticket.customFields.\($0.name)." }
        view.faults = fields.faults ?? actionForm.faults
        view.form = FormView(
            to: address, version: field?.version, submit: field == nil ? "Add field" : "Save", back: list, sections: form.sections(fields))
        if let field { view.actions = RecordPage.Action.ends(of: field.label, field.archivedAt, field.version, address, actionForm) }
        return WebPage(title: title, template: "record", view: view, place: place)
    }

    // MARK: Saving

    private func addSaving(to table: inout RouteTable) {
        let (fields, desk, pages) = (services.customFields, desk, self)
        table.adminForm(Self.list, "Add a custom field", .manageSettings) { call, form in
            let field = try await fields.create(CustomFieldForm.draft(form), as: call.principal)
            await desk.refresh()
            return .seeOther("\(Self.list)/\(field.id)", notice: "The field \(field.label) was added.")
        } again: { _, form, error in
            Self.page(CustomFieldForm(field: nil), .init(form, error))
        }
        table.adminForm("\(Self.list)/{id}", "Change a custom field", .manageSettings) { call, form in
            let field = try await pages.find(call)
            let saved = try await fields.update(
                .id(field.id), CustomFieldForm.patch(field, form), expecting: form.version, as: call.principal)
            await desk.refresh()
            return .seeOther("\(Self.list)/\(saved.id)", notice: "The field \(saved.label) was saved.")
        } again: { call, form, error in
            try await pages.page(call, .init(form, error))
        }
    }

    private func addEnds(to table: inout RouteTable) {
        let (fields, desk, pages) = (services.customFields, desk, self)
        RecordEnds(summary: "a custom field", noun: "field", list: Self.list, records: Self.list, permission: .manageSettings) {
            try await pages.find($0)
        } label: {
            ("\($0.id)", $0.label)
        } archive: { field, isArchived, version, caller in
            var patch = CustomField.Patch()
            patch.archived = .value(isArchived)
            _ = try await fields.update(.id(field.id), patch, expecting: version, as: caller)
        } delete: { field, version, caller in
            try await fields.delete(.id(field.id), expecting: version, as: caller)
        } again: { call, faults in
            try await pages.page(call, actionForm: faults)
        }.add(to: &table, refreshing: desk)
    }
}
