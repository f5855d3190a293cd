import ITSMCore

/// Policies: what is promised to whom.
struct SLAPolicyPages {
    let services: DeskServices
    let desk: CurrentDesk

    private static let list = SLAPages.policies
    private static let records = "/admin/sla/policies"
    private static let parent = RecordList.Link(address: list, words: "Policies")

    func add(to table: inout RouteTable) {
        addReading(to: &table)
        addSaving(to: &table)
        addEnds(to: &table)
    }

    // MARK: Reading

    private func addReading(to table: inout RouteTable) {
        let pages = self
        table.adminPage(Self.list, "Policies", .manageSLA, query: AdminQueries.all(.policies)) { call in try await pages.list(call) }
        table.adminPage("\(Self.records)/new", "Add a policy", .manageSLA) { _ in pages.newPage() }
        table.adminPage("\(Self.records)/{id}", "One policy", .manageSLA, query: SLAPreviewView.queries) { call in try await pages.page(call) }
        table.adminPage("\(Self.records)/{id}/versions/{version}", "An older version of a policy", .manageSLA) { call in try await pages.version(call)
        }
        table.fragment("\(Self.records)/{id}/preview", "When a ticket would be due", query: SLAPreviewView.queries) { call in
            try call.principal.require(.manageSLA)
            let agreement = try await pages.services.agreements.find(try call.key(), as: call.principal).agreement
            let view = SLAPreviewView(agreement, call, desk: pages.desk.snapshot, ScreenTime(for: call.principal, pages.desk))
            return WebPage(title: agreement.name, template: "sla-answers", view: view)
        }
    }

    private func list(_ call: Call) async throws -> WebPage {
        let state = call[AdminQueries.state]
        var filter = NameFilter(query: call[AdminQueries.query].flatMap(\.nonEmpty), isArchived: ArchiveState.isArchived(state))
        var condition = PageFilter(call, .policies)
        let page = try await condition.asked { asked in
            filter.condition = asked
            return try await services.agreements.list(filter, page: call.pageRequest(), as: call.principal)
        }
        let time = ScreenTime(for: call.principal, desk)
        let view = RecordList(
            "Service levels", create: .init(address: "\(Self.records)/new", words: "New policy"),
            filter: .init(
                address: Self.list, query: filter.query ?? "", placeholder: "Name", selects: [ArchiveState.select(state)],
                isActive: filter.query != nil || filter.isArchived != false
            ).adding(condition, help: "Only policies for which it is true, such as policy.condition != null."),
            columns: ["Policy", "Covers", "Promises", "Order", "Changed"],
            rows: page.items.map { view in
                let agreement = view.agreement
                return .init(
                    at: "\(Self.records)/\(agreement.id)", agreement.name, detail: agreement.description?.firstLine,
                    badges: ArchiveState.badges(agreement.archivedAt),
                    [
                        "Covers": CoverageFields.words(agreement.coverage, agreement.condition, view.names),
                        "Promises": agreement.targets.map(\.metric.title).joined(separator: ", "), "Order": "\(agreement.order)",
                        "Changed": time(agreement.updatedAt).short,
                    ])
            },
            none: .init(
                icon: "flag", heading: "Nothing is promised yet", words: "A policy says which tickets it covers, and what each is due when.",
                action: .init(address: "\(Self.records)/new", words: "Add the first")),
            next: call.next(after: page), first: call.first)
        return SLAPages.page(view, at: Self.list, status: condition.status)
    }

    private func newPage(_ fields: FormFields = FormFields(), trial: RecordPage.Belongings? = nil) -> WebPage {
        let form = SLAPolicyForm(desk: desk.snapshot, agreement: nil)
        var view = SLAPolicyView(title: "New policy", parent: Self.parent)
        view.faults = fields.faults
        view.form = FormView(to: Self.records, submit: "Add policy", trial: PastTrial.button, back: Self.list, sections: form.sections(fields))
        view.belongings = [trial].compactMap(\.self)
        return WebPage(title: view.title, template: "sla-policy", view: view, place: SLAPages.place)
    }

    private func page(
        _ call: Call, _ fields: FormFields = FormFields(), actionForm: FormFields = FormFields(), trial: RecordPage.Belongings? = nil
    ) async throws -> WebPage {
        let key: RefInput<ServiceLevelAgreement> = try call.key()
        let agreement = try await services.agreements.find(key, as: call.principal).agreement
        let versions = try await services.agreements.versions(of: .id(agreement.id), page: SLAPages.versionsShown, as: call.principal).items
        let address = "\(Self.records)/\(agreement.id)", time = ScreenTime(for: call.principal, desk)
        var view = SLAPolicyView(title: agreement.name, parent: Self.parent, badges: ArchiveState.badges(agreement.archivedAt))
        view.faults = fields.faults ?? actionForm.faults
        view.preview = SLAPreviewView(agreement, call, desk: desk.snapshot, time)
        view.form = FormView(
            to: address, version: agreement.version, submit: "Save", trial: PastTrial.button, back: Self.list,
            sections: SLAPolicyForm(desk: desk.snapshot, agreement: agreement).sections(fields))
        view.belongings =
            [trial].compactMap(\.self) + [SLAPages.history(versions.map { ($0.agreement.version, $0.agreement.updatedAt) }, at: address, time)]
        view.actions = RecordPage.Action.ends(of: agreement.name, agreement.archivedAt, agreement.version, address, actionForm)
        return WebPage(title: view.title, template: "sla-policy", view: view, place: SLAPages.place)
    }

    private func version(_ call: Call) async throws -> WebPage {
        let view = try await services.agreements.find(try call.key(), version: try call.versionInPath, as: call.principal)
        let (agreement, names) = (view.agreement, view.names)
        let goals = agreement.targets.flatMap { target in
            Priority.allCases.compactMap { priority in
                target.goals[priority].map {
                    (
                        "\(target.metric.title), \(priority.words)",
                        "\(WorkingTime.exactText($0.seconds)) by \(names.calendars[$0.calendar] ?? "a calendar that is gone")"
                    )
                }
            } + [
                (
                    "\(target.metric.title) stops while",
                    TicketStatus.allCases.filter(target.pausedIn.contains).map(\.rawValue.asWords).joined(separator: ", ")
                )
            ]
        }
        return SLAPages.versionPage(
            agreement.name, agreement.version, savedAt: agreement.updatedAt,
            parent: .init(address: "\(Self.records)/\(agreement.id)", words: agreement.name),
            [
                ("Description", agreement.description ?? ""), ("Order", "\(agreement.order)"),
                ("Covers", CoverageFields.words(agreement.coverage, agreement.condition, names)),
                ("Archived", agreement.archivedAt == nil ? "" : "Yes"),
            ] + goals, ScreenTime(for: call.principal, desk))
    }

    // MARK: Saving

    private func addSaving(to table: inout RouteTable) {
        let pages = self
        let (agreements, desk) = (services.agreements, desk)
        table.adminForm(Self.records, "Add a policy", .manageSLA) { call, form in
            let draft = try SLAPolicyForm.draft(form)
            do {
                if form.isTrial { return .page(pages.newPage(FormFields(form), trial: try await pages.tried(draft, nil, call))) }
                let agreement = try await agreements.create(draft, as: call.principal).agreement
                await desk.refresh()
                return .seeOther("\(Self.records)/\(agreement.id)", notice: "The policy \(agreement.name) was added.")
            } catch let error as ITSMError {
                throw error.moved { SLAPolicyForm.place($0, of: draft.targets ?? []) }
            }
        } again: { _, form, error in
            pages.newPage(.init(form, error))
        }
        table.adminForm("\(Self.records)/{id}", "Change a policy", .manageSLA) { call, form in
            let agreement = try await agreements.find(try call.key(), as: call.principal).agreement
            let patch = try SLAPolicyForm(desk: desk.snapshot, agreement: agreement).patch(form)
            do {
                if form.isTrial {
                    let trial = try await pages.tried(SLAPolicyForm.draft(form), agreement.id, call)
                    return .page(try await pages.page(call, FormFields(form), trial: trial))
                }
                let saved = try await agreements.update(.id(agreement.id), patch, expecting: form.version, as: call.principal).record.agreement
                await desk.refresh()
                return .seeOther("\(Self.records)/\(saved.id)", notice: "The policy \(saved.name) was saved.")
            } catch let error as ITSMError {
                throw error.moved { SLAPolicyForm.place($0, of: patch.targets.set ?? []) }
            }
        } again: { call, form, error in
            try await pages.page(call, .init(form, error))
        }
    }

    private func tried(
        _ draft: ServiceLevelAgreement.Draft, _ replaced: ID<ServiceLevelAgreement>?, _ call: Call
    ) async throws -> RecordPage.Belongings {
        let from = SystemClock().now().adding(seconds: -PastTrial.days * 86_400)
        do {
            let simulation = try await services.simulations.simulate(
                .init(policy: draft, replaces: replaced.map(RefInput.id), from: from), as: call.principal)
            return PastTrial.shown(simulation)
        } catch let error as ITSMError {
            throw error.moved(outOf: "policy")
        }
    }

    private func addEnds(to table: inout RouteTable) {
        let pages = self
        let agreements = services.agreements
        RecordEnds(
            summary: "a policy", noun: "policy", list: Self.list, records: Self.records, permission: .manageSLA, archived: "covers no new tickets",
            restored: "covers new tickets again"
        ) {
            try await agreements.find(try $0.key(), as: $0.principal).agreement
        } label: {
            ("\($0.id)", $0.name)
        } archive: { agreement, isArchived, version, caller in
            var patch = ServiceLevelAgreement.Patch()
            patch.archived = .value(isArchived)
            _ = try await agreements.update(.id(agreement.id), patch, expecting: version, as: caller)
        } delete: { agreement, version, caller in
            try await agreements.delete(.id(agreement.id), expecting: version, as: caller)
        } again: { call, faults in
            try await pages.page(call, actionForm: faults)
        }.add(to: &table, refreshing: desk)
    }
}

/// One policy: what it means, its form, its versions and how it ends.
struct SLAPolicyView: Sendable {
    let title: String
    let parent: RecordList.Link
    var badges: [RecordList.Badge] = []
    var faults: FormFaults?
    /// Nil for a new one.
    var preview: SLAPreviewView?
    var form: FormView?
    var belongings: [RecordPage.Belongings] = []
    var actions: [RecordPage.Action] = []
}
