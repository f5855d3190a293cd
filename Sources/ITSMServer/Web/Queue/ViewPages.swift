import ITSMCore

/// The views of the queue: all that the reader may use, and the form that keeps one.
struct ViewPages {
    let database: any Database
    let views: ViewService
    let desk: CurrentDesk

    static let list = "/queue/views"
    private static let from = Query<String>("from", "The queue that is kept, as its address has it.", maximum: QueueAddress.longest)
    private static let name = Query<String>("q", "Text that the name must contain.")
    private static let place = "queue:views"

    func add(to table: inout RouteTable) {
        let pages = self
        table.page(Self.list, "Views of the queue", query: [Self.name, FilterQuery.views.parameter, StandardQueries.cursor]) { call in
            try await pages.list(call)
        }
        table.page("\(Self.list)/new", "Keep a view", query: [Self.from]) { call in try await pages.new(call) }
        table.page("\(Self.list)/{id}", "One view") { call in
            pages.page(of: try await pages.find(call), for: call.principal)
        }
        table.form(Self.list, "Keep a view") { call, form in
            try await pages.again(call) {
                let draft = ViewForm.draft(form)
                let view = try await pages.views.create(draft, as: call.principal)
                return .seeOther(QueueAddress(view).address, notice: "The view \(view.name) was kept.")
            } page: {
                pages.page(of: nil, FormFields(form, $0), for: call.principal)
            }
        }
        table.form("\(Self.list)/{id}", "Change a view") { call, form in
            let view = try await pages.find(call)
            return try await pages.again(call) {
                let saved = try await pages.views.update(
                    .id(view.id),
                    ViewForm.patch(
                        form, of: view, custom: pages.desk.snapshot.customFields.offered(seesHidden: call.principal.holds(.note))),
                    expecting: form.version, as: call.principal)
                return .seeOther(QueueAddress(saved).address, notice: "The view \(saved.name) was saved.")
            } page: {
                pages.page(of: view, FormFields(form, $0), for: call.principal)
            }
        }
        table.form("\(Self.list)/{id}/delete", "Delete a view") { call, form in
            let view = try await pages.find(call)
            return try await pages.again(call) {
                try await pages.views.delete(.id(view.id), expecting: form.version, as: call.principal)
                return .seeOther(Self.list, notice: "The view \(view.name) was deleted.")
            } page: {
                pages.page(of: view, actions: FormFields(form, $0), for: call.principal)
            }
        }
    }

    /// What a form does, or its page again with what is wrong.
    private func again(
        _ call: Call, _ work: () async throws -> FormAnswer, page: (ITSMError) throws -> WebPage
    ) async throws -> FormAnswer {
        try QueueRequest.authorise(call.principal)
        do {
            return try await work()
        } catch let error as ITSMError where error.isForForm {
            var page = try page(error)
            page.status = error.status
            return .page(page)
        }
    }

    private func find(_ call: Call) async throws -> SavedView {
        try QueueRequest.authorise(call.principal)
        return try await views.find(call.key(), as: call.principal)
    }

    // MARK: The list

    private func list(_ call: Call) async throws -> WebPage {
        try QueueRequest.authorise(call.principal)
        let query = call[Self.name].flatMap(\.nonEmpty)
        var condition = PageFilter(call, .views)
        let page = try await condition.asked {
            try await views.list(.init(query: query, condition: $0), page: call.pageRequest(), as: call.principal)
        }
        let time = ScreenTime(for: call.principal, desk)
        let view = RecordList(
            "Views", create: .init(address: "\(Self.list)/new", words: "New view"),
            filter: .init(address: Self.list, query: query ?? "", placeholder: "Name", isActive: query != nil)
                .adding(condition, help: "Only views for which it is true, such as view.owner.id == principal.id."),
            columns: ["Name", "Owner", "Shared with", "Changed"],
            rows: page.items.map { view in
                .init(
                    at: QueueAddress(view).address, view.name, detail: view.condition?.firstLine,
                    badges: view.isPinned ? [.init(words: "Tab")] : [],
                    ["Owner": view.owner.name, "Shared with": view.sharedWith, "Changed": time(view.updatedAt).short])
            },
            none: .init(
                icon: "star", heading: "No views yet", words: "A view is a list of tickets that you keep: filter the queue, then save it as a view.",
                action: .init(address: "/queue", words: "Open the queue")),
            next: call.next(after: page), first: call.first)
        return WebPage(title: "Views", template: "records", view: view, place: Self.place, status: condition.status)
    }

    // MARK: The form

    /// A form that begins as the queue that the reader came from.
    private func new(_ call: Call) async throws -> WebPage {
        try QueueRequest.authorise(call.principal)
        var start = ViewForm.Start()
        if let from = call[Self.from], let values = try? QueryValues(from[...], parameters: QueueAddress.parameters),
            let request = try? await QueueRequest(call.asking(values), desk: desk.snapshot)
        {
            start = try ViewForm.Start(request, at: try await database.read { $0.now }, desk: desk.snapshot, layout: QueueLayout(of: call.request))
        }
        return page(of: nil, start: start, for: call.principal)
    }

    private func page(
        of view: SavedView?, start: ViewForm.Start = .init(), _ fields: FormFields = FormFields(), actions: FormFields = FormFields(),
        for caller: Principal
    ) -> WebPage {
        let form = ViewForm(view, start: start, fields: fields, desk: desk.snapshot, caller: caller)
        let title = view?.name ?? "New view"
        let address = view.map { "\(Self.list)/\($0.id)" } ?? Self.list
        var page = RecordPage(title: title, parent: .init(address: Self.list, words: "Views"))
        page.faults = fields.faults ?? actions.faults
        if let view, !view.isEditable(by: caller) {
            page.intro = "\(view.owner.name) shares this view with you. To have one of your own, open it in the queue and save it as a view."
            return WebPage(title: title, template: "record", view: page, place: Self.place)
        }
        page.intro = view == nil ? start.note : nil
        page.form = FormView(
            to: address, version: view?.version, submit: view == nil ? "Keep view" : "Save",
            back: view.map { QueueAddress($0).address } ?? start.back, sections: form.sections)
        if let view {
            page.actions = [
                .init(
                    heading: "Delete", words: "The tickets stay. Whoever uses the view loses it.",
                    form: .button(to: "\(address)/delete", "Delete \(view.name)", version: view.version, isDangerous: true))
            ]
        }
        return WebPage(title: title, template: "record", view: page, place: Self.place)
    }
}

extension SavedView {
    /// Who else uses it, in words.
    var sharedWith: String {
        switch sharing {
        case .onlyMe: "Nobody"
        case .groups: groups.map(\.name).joined(separator: ", ")
        case .everyone: "Everyone"
        }
    }
}
