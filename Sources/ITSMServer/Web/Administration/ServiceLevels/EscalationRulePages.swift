import ITSMCore

/// Escalation rules: what happens when a clock comes to a certain point.
struct EscalationRulePages {
    let services: DeskServices
    let desk: CurrentDesk

    private static let list = SLAPages.rules
    private static let parent = RecordList.Link(address: list, words: "Escalation rules")

    func add(to table: inout RouteTable) {
        addReading(to: &table)
        addSaving(to: &table)
        addEnds(to: &table)
    }

    // MARK: Reading

    private func addReading(to table: inout RouteTable) {
        let pages = self
        table.adminPage(Self.list, "Escalation rules", .manageSLA, query: AdminQueries.all(.escalationRules)) { call in try await pages.list(call) }
        table.adminPage("\(Self.list)/new", "Add an escalation rule", .manageSLA) { _ in pages.newPage() }
        table.adminPage("\(Self.list)/{id}", "One escalation rule", .manageSLA) { call in try await pages.page(call) }
        table.adminPage("\(Self.list)/{id}/versions/{version}", "An older version of an escalation rule", .manageSLA) { call in
            try await pages.version(call)
        }
    }

    private func list(_ call: Call) async throws -> WebPage {
        let state = call[AdminQueries.state]
        var filter = NameFilter(query: call[AdminQueries.query].flatMap(\.nonEmpty), isArchived: ArchiveState.isArchived(state))
        var condition = PageFilter(call, .escalationRules)
        let page = try await condition.asked { asked in
            filter.condition = asked
            return try await services.escalationRules.list(filter, page: call.pageRequest(), as: call.principal)
        }
        let view = RecordList(
            "Service levels", create: .init(address: "\(Self.list)/new", words: "New rule"),
            filter: .init(
                address: Self.list, query: filter.query ?? "", placeholder: "Name", selects: [ArchiveState.select(state)],
                isActive: filter.query != nil || filter.isArchived != false
            ).adding(condition, help: "Only rules for which it is true, such as escalation.policy == null."),
            columns: ["Rule", "Fires", "Of policy", "Does"],
            rows: page.items.map { view in
                .init(
                    at: "\(Self.list)/\(view.rule.id)", view.rule.name, badges: ArchiveState.badges(view.rule.archivedAt),
                    [
                        "Fires": Self.words(view.rule.threshold),
                        "Of policy": view.rule.agreement.map { view.names.agreements[$0] ?? "" } ?? "Every policy",
                        "Does": view.rule.actions.map { Self.words($0, view.names) }.joined(separator: "; "),
                    ])
            },
            none: .init(
                icon: "alert", heading: "Nothing escalates yet", words: "A rule tells people, or acts, when a clock comes to a certain point.",
                action: .init(address: "\(Self.list)/new", words: "Add the first")),
            next: call.next(after: page), first: call.first)
        return SLAPages.page(view, at: Self.list, status: condition.status)
    }

    private func newPage(_ fields: FormFields = FormFields(), trial: RecordPage.Belongings? = nil) -> WebPage {
        let form = EscalationRuleForm(desk: desk.snapshot, rule: nil, names: SLANames())
        var view = RecordPage(title: "New escalation rule", parent: Self.parent)
        view.faults = fields.faults
        view.form = FormView(to: Self.list, submit: "Add rule", trial: PastTrial.button, back: Self.list, sections: form.sections(fields))
        view.belongings = [trial].compactMap(\.self)
        return WebPage(title: view.title, template: "record", view: view, place: SLAPages.place)
    }

    private func page(
        _ call: Call, _ fields: FormFields = FormFields(), actionForm: FormFields = FormFields(), trial: RecordPage.Belongings? = nil
    ) async throws -> WebPage {
        let shown = try await services.escalationRules.find(try call.key(), as: call.principal)
        let rule = shown.rule
        let versions = try await services.escalationRules.versions(of: .id(rule.id), page: SLAPages.versionsShown, as: call.principal).items
        let address = "\(Self.list)/\(rule.id)"
        var view = RecordPage(title: rule.name, parent: Self.parent, badges: ArchiveState.badges(rule.archivedAt))
        view.faults = fields.faults ?? actionForm.faults
        view.form = FormView(
            to: address, version: rule.version, submit: "Save", trial: PastTrial.button, back: Self.list,
            sections: EscalationRuleForm(desk: desk.snapshot, rule: rule, names: shown.names).sections(fields))
        view.belongings =
            [trial].compactMap(\.self) + [
                SLAPages.history(versions.map { ($0.rule.version, $0.rule.updatedAt) }, at: address, ScreenTime(for: call.principal, desk))
            ]
        view.actions = RecordPage.Action.ends(of: rule.name, rule.archivedAt, rule.version, address, actionForm)
        return WebPage(title: view.title, template: "record", view: view, place: SLAPages.place)
    }

    private func version(_ call: Call) async throws -> WebPage {
        let shown = try await services.escalationRules.find(try call.key(), version: try call.versionInPath, as: call.principal)
        let (rule, names) = (shown.rule, shown.names)
        return SLAPages.versionPage(
            rule.name, rule.version, savedAt: rule.updatedAt, parent: .init(address: "\(Self.list)/\(rule.id)", words: rule.name),
            [
                ("Fires", Self.words(rule.threshold)),
                ("Of policy", rule.agreement.map { names.agreements[$0] ?? "One that is gone" } ?? "Every policy"),
                ("Of clocks", rule.metrics.isEmpty ? "All" : SLAMetric.allCases.filter(rule.metrics.contains).map(\.title).joined(separator: ", ")),
                ("Tickets", CoverageFields.words(rule.coverage, rule.condition, names)), ("Archived", rule.archivedAt == nil ? "" : "Yes"),
            ] + rule.actions.map { ("Does", Self.words($0, names)) }, ScreenTime(for: call.principal, desk))
    }

    private static func words(_ threshold: EscalationRule.Threshold) -> String {
        switch threshold {
        case .percent(let percent): "At \(percent) %"
        case .beforeDue(let seconds): "\(WorkingTime.exactText(seconds)) before"
        case .afterDue(let seconds): "\(WorkingTime.exactText(seconds)) after"
        }
    }

    private static func words(_ action: EscalationAction, _ names: SLANames) -> String {
        func name(_ id: ID<User>) -> String { names.people[id] ?? "somebody" }
        switch action {
        case .notify(let recipients):
            let told = recipients.map { recipient in
                switch recipient {
                case .assignee: "the assignee"
                case .group: "the group"
                case .groupManager: "the group's manager"
                case .person(let id): name(id)
                }
            }
            return "Tells \(told.sorted().joined(separator: ", "))"
        case .escalate: return "Escalates to the manager"
        case .assign(let group, let assignee):
            return "Gives it to \([group.map { names.groups[$0] ?? "a group" }, assignee.map(name)].compactMap(\.self).joined(separator: ", "))"
        case .raisePriority: return "Raises the priority"
        case .addWatcher(let person): return "Lets \(name(person)) watch"
        case .comment(let visibility, _): return visibility == .public ? "Replies" : "Writes a note"
        }
    }

    // MARK: Saving

    private func addSaving(to table: inout RouteTable) {
        let pages = self
        let (rules, desk) = (services.escalationRules, desk)
        table.adminForm(Self.list, "Add an escalation rule", .manageSLA) { call, form in
            let draft = try EscalationRuleForm(desk: desk.snapshot, rule: nil, names: SLANames()).draft(form)
            do {
                if form.isTrial { return .page(pages.newPage(FormFields(form), trial: try await pages.tried(draft, call))) }
                let rule = try await rules.create(draft, as: call.principal).rule
                await desk.refresh()
                return .seeOther("\(Self.list)/\(rule.id)", notice: "The rule \(rule.name) was added.")
            } catch let error as ITSMError {
                throw error.moved { EscalationRuleForm.place($0, of: draft.actions ?? []) }
            }
        } again: { _, form, error in
            pages.newPage(.init(form, error))
        }
        table.adminForm("\(Self.list)/{id}", "Change an escalation rule", .manageSLA) { call, form in
            let shown = try await rules.find(try call.key(), as: call.principal)
            let typed = EscalationRuleForm(desk: desk.snapshot, rule: shown.rule, names: shown.names)
            let patch = try typed.patch(form)
            do {
                if form.isTrial { return .page(try await pages.page(call, FormFields(form), trial: try await pages.tried(typed.draft(form), call))) }
                let saved = try await rules.update(.id(shown.rule.id), patch, expecting: form.version, as: call.principal).rule
                await desk.refresh()
                return .seeOther("\(Self.list)/\(saved.id)", notice: "The rule \(saved.name) was saved.")
            } catch let error as ITSMError {
                throw error.moved { EscalationRuleForm.place($0, of: patch.actions.set ?? []) }
            }
        } again: { call, form, error in
            try await pages.page(call, .init(form, error))
        }
    }

    private func tried(_ draft: EscalationRule.Draft, _ call: Call) async throws -> RecordPage.Belongings {
        do {
            let rehearsal = try await services.escalationRehearsals.rehearse(.init(rule: draft), as: call.principal)
            return PastTrial.shown(rehearsal, ScreenTime(for: call.principal, desk))
        } catch let error as ITSMError {
            throw error.moved(outOf: "rule")
        }
    }

    private func addEnds(to table: inout RouteTable) {
        let pages = self
        let rules = services.escalationRules
        RecordEnds(
            summary: "an escalation rule", noun: "rule", list: Self.list, records: Self.list, permission: .manageSLA, archived: "fires no more",
            restored: "fires again"
        ) {
            try await rules.find(try $0.key(), as: $0.principal).rule
        } label: {
            ("\($0.id)", $0.name)
        } archive: { rule, isArchived, version, caller in
            var patch = EscalationRule.Patch()
            patch.archived = .value(isArchived)
            _ = try await rules.update(.id(rule.id), patch, expecting: version, as: caller)
        } delete: { rule, version, caller in
            try await rules.delete(.id(rule.id), expecting: version, as: caller)
        } again: { call, faults in
            try await pages.page(call, actionForm: faults)
        }.add(to: &table, refreshing: desk)
    }
}
