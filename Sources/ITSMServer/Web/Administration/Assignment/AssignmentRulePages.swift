import ITSMCore

/// Assignment rules: to whom tickets go.
struct AssignmentRulePages {
    let services: DeskServices
    let desk: CurrentDesk

    static let list = "/admin/assignment"
    private static let place = "admin:assignment"
    private static let parent = RecordList.Link(address: list, words: "Assignment")
    private static let days = Query<Int>("days", "Tickets raised in so many days up to now.")

    func add(to table: inout RouteTable) {
        addReading(to: &table)
        addSaving(to: &table)
        addEnds(to: &table)
    }

    // MARK: Reading

    private func addReading(to table: inout RouteTable) {
        let pages = self
        table.adminPage(Self.list, "Assignment rules", .manageRules, query: AdminQueries.all(.assignmentRules)) { call in try await pages.list(call) }
        table.adminPage("\(Self.list)/new", "Add an assignment rule", .manageRules) { _ in pages.newPage() }
        table.adminPage("\(Self.list)/{id}", "One assignment rule", .manageRules) { call in try await pages.page(call) }
        table.adminPage("\(Self.list)/{id}/rehearsal", "An assignment rule tried on past tickets", .manageRules, query: [Self.days]) { call in
            try await pages.rehearsal(call)
        }
    }

    private func list(_ call: Call) async throws -> WebPage {
        let state = call[AdminQueries.state]
        var filter = NameFilter(query: call[AdminQueries.query].flatMap(\.nonEmpty), isArchived: ArchiveState.isArchived(state))
        var condition = PageFilter(call, .assignmentRules)
        let page = try await condition.asked { asked in
            filter.condition = asked
            return try await services.assignmentRules.list(filter, page: call.pageRequest(), as: call.principal)
        }
        let isWhole = filter.query == nil && filter.isArchived == false && !condition.isActive
        let records = RecordList(
            "Assignment", create: .init(address: "\(Self.list)/new", words: "New rule"),
            filter: .init(
                address: Self.list, query: filter.query ?? "", placeholder: "Name", selects: [ArchiveState.select(state)], isActive: !isWhole
            ).adding(condition, help: "Only rules for which it is true, such as rule.choice == \"roundRobin\"."),
            columns: ["Rule", "Which tickets", "To whom", "After it"],
            rows: page.items.map { rule in
                .init(
                    at: "\(Self.list)/\(rule.id)", rule.name, badges: ArchiveState.badges(rule.archivedAt),
                    [
                        "Which tickets": rule.condition ?? "Every ticket", "To whom": rule.target,
                        "After it": rule.continues ? "Further rules are asked" : "Ends",
                    ])
            },
            none: .init(
                icon: "flow", heading: "Nothing is assigned by itself yet",
                words: "A rule gives tickets to a group or a person when they are raised, or come to be about something else.",
                action: .init(address: "\(Self.list)/new", words: "Add the first")),
            next: call.next(after: page), first: call.first)
        let view = AssignmentRuleList(records: records, rules: page.items, isMovable: isWhole)
        return WebPage(title: "Assignment", template: "assignment-rules", view: view, place: Self.place, status: condition.status)
    }

    private func newPage(_ fields: FormFields = FormFields(), trial: RecordPage.Belongings? = nil) -> WebPage {
        var view = RecordPage(title: "New assignment rule", parent: Self.parent)
        view.faults = fields.faults
        view.form = FormView(
            to: Self.list, submit: "Add rule", trial: PastTrial.button, back: Self.list,
            sections: AssignmentRuleForm(desk: desk.snapshot, rule: nil).sections(fields))
        view.belongings = [trial].compactMap(\.self)
        return WebPage(title: view.title, template: "record", view: view, place: Self.place)
    }

    private func page(
        _ call: Call, _ fields: FormFields = FormFields(), actionForm: FormFields = FormFields(), trial: RecordPage.Belongings? = nil
    ) async throws -> WebPage {
        let rule = try await services.assignmentRules.find(try call.key(), as: call.principal)
        let faults = try await services.assignmentRules.faults(of: .id(rule.id), as: call.principal)
        let address = "\(Self.list)/\(rule.id)"
        let time = ScreenTime(for: call.principal, desk)
        var view = RecordPage(title: rule.name, parent: Self.parent, badges: ArchiveState.badges(rule.archivedAt))
        view.faults = fields.faults ?? actionForm.faults
        view.form = FormView(
            to: address, version: rule.version, submit: "Save", trial: PastTrial.button, back: Self.list,
            sections: AssignmentRuleForm(desk: desk.snapshot, rule: rule).sections(fields))
        view.belongings = [trial].compactMap(\.self)
        if !faults.isEmpty {
            view.belongings.append(
                .init(
                    heading: "Failed lately",
                    intro: "For these tickets the condition had no answer, so the rule was passed over. The tickets were written all the same.",
                    items: faults.map { fault in
                        .init(
                            name: fault.number?.description ?? "", detail: "\(time(fault.at).short), version \(fault.version): \(fault.message)",
                            address: fault.number.map { "/tickets/\($0)" })
                    }))
        }
        view.actions = [Self.rehearse(address)] + RecordPage.Action.ends(of: rule.name, rule.archivedAt, rule.version, address, actionForm)
        return WebPage(title: view.title, template: "record", view: view, place: Self.place)
    }

    private static func rehearse(_ address: String) -> RecordPage.Action {
        .init(
            heading: "Rehearse", words: "Tries the rule, as it is saved, on the tickets of the last days. Nothing is changed.",
            form: FormView(
                to: "\(address)/rehearsal", submit: "Rehearse",
                sections: [.init(fields: [FormFields().select("days", "Tickets of", "30", spans)])]))
    }

    private static let spans = [("7", "The last 7 days"), ("30", "The last 30 days"), ("90", "The last 90 days")]

    private func rehearsal(_ call: Call) async throws -> WebPage {
        let rule = try await services.assignmentRules.find(try call.key(), as: call.principal)
        let days = call[Self.days] ?? 30
        let request = AssignmentRehearsalService.Request(rule: .init(rule), days: days)
        let address = "\(Self.list)/\(rule.id)"
        do {
            let view = AssignmentRehearsalView(try await services.assignmentRehearsals.rehearse(request, as: call.principal), of: rule, days: days)
            return WebPage(title: "Rehearsal of \(rule.name)", template: "assignment-rehearsal", view: view, place: Self.place)
        } catch let error as ITSMError where error.isForForm || error.code == .tooLarge {
            var view = RecordPage(title: "Rehearsal of \(rule.name)", parent: .init(address: address, words: rule.name))
            view.faults = FormFaults(error)
            view.actions = [Self.rehearse(address)]
            return WebPage(title: view.title, template: "record", view: view, place: Self.place)
        }
    }

    // MARK: Saving

    private func addSaving(to table: inout RouteTable) {
        let pages = self
        let (rules, desk) = (services.assignmentRules, desk)
        table.adminForm(Self.list, "Add an assignment rule", .manageRules) { call, form in
            let draft = AssignmentRuleForm(desk: desk.snapshot, rule: nil).draft(form)
            if form.isTrial { return .page(pages.newPage(FormFields(form), trial: try await pages.tried(draft, call))) }
            let rule = try await rules.create(draft, as: call.principal)
            await desk.refresh()
            return .seeOther("\(Self.list)/\(rule.id)", notice: "The rule \(rule.name) was added.")
        } again: { _, form, error in
            pages.newPage(.init(form, error))
        }
        table.adminForm("\(Self.list)/{id}", "Change an assignment rule", .manageRules) { call, form in
            let rule = try await rules.find(try call.key(), as: call.principal)
            let typed = AssignmentRuleForm(desk: desk.snapshot, rule: rule)
            if form.isTrial { return .page(try await pages.page(call, FormFields(form), trial: try await pages.tried(typed.draft(form), call))) }
            let patch = typed.patch(form, of: rule)
            let saved = try await rules.update(.id(rule.id), patch, expecting: form.version, as: call.principal)
            await desk.refresh()
            return .seeOther("\(Self.list)/\(saved.id)", notice: "The rule \(saved.name) was saved.")
        } again: { call, form, error in
            try await pages.page(call, .init(form, error))
        }
        table.adminForm("\(Self.list)/{id}/move", "Ask an assignment rule earlier or later", .manageRules) { call, form in
            let key: RefInput<AssignmentRule> = try call.key()
            try await rules.move(key, form["direction"] == "up" ? .up : .down, as: call.principal)
            await desk.refresh()
            return .seeOther(Self.list)
        } again: { call, form, error in
            try await pages.page(call, actionForm: .init(form, error))
        }
        table.adminForm("\(Self.list)/{id}/rehearsal", "Try an assignment rule on past tickets", .manageRules) { call, form in
            .seeOther("\(Self.list)/\(try call.parameter("id"))/rehearsal?days=\(Int(form["days"]) ?? 30)")
        } again: { call, form, error in
            try await pages.page(call, actionForm: .init(form, error))
        }
    }

    /// What the rule as it stands in the form, saved or not, would do.
    private func tried(_ draft: AssignmentRule.Draft, _ call: Call) async throws -> RecordPage.Belongings {
        do {
            return PastTrial.shown(try await services.assignmentRehearsals.rehearse(.init(rule: draft), as: call.principal))
        } catch let error as ITSMError {
            throw error.moved(outOf: "rule")
        }
    }

    private func addEnds(to table: inout RouteTable) {
        let pages = self
        let rules = services.assignmentRules
        RecordEnds(
            summary: "an assignment rule", noun: "rule", list: Self.list, records: Self.list, permission: .manageRules, archived: "is asked no more",
            restored: "is asked again"
        ) {
            try await rules.find(try $0.key(), as: $0.principal)
        } label: {
            ("\($0.id)", $0.name)
        } archive: { rule, isArchived, version, caller in
            var patch = AssignmentRule.Patch()
            patch.archived = .value(isArchived)
            _ = try await rules.update(.id(rule.id), patch, expecting: version, as: caller)
        } delete: { rule, version, caller in
            try await rules.delete(.id(rule.id), expecting: version, as: caller)
        } again: { call, faults in
            try await pages.page(call, actionForm: faults)
        }.add(to: &table, refreshing: desk)
    }
}

extension AssignmentRule.Draft {
    /// The rule as somebody would send it.
    init(_ rule: AssignmentRule) {
        self.init(
            name: rule.name, order: rule.order, condition: rule.condition, triggers: rule.triggers, group: rule.group.map { .id($0.id) },
            choice: rule.choice, person: rule.person.map { .id($0.id) }, skills: rule.skills, continues: rule.continues)
    }
}
