import ITSMCore

/// Business services: what tickets are about.
struct ServicePages {
    let services: DeskServices
    let desk: CurrentDesk

    static let list = "/admin/services"
    private static let parent = RecordList.Link(address: list, words: "Services")

    func add(to table: inout RouteTable) {
        addReading(to: &table)
        addSaving(to: &table)
        addEnds(to: &table)
    }

    // MARK: Reading

    private func addReading(to table: inout RouteTable) {
        let (portfolio, desk) = (services.portfolio, desk)
        table.adminPage(Self.list, "Services", .manageSettings, query: AdminQueries.all(.services)) { call in
            let state = call[AdminQueries.state]
            var filter = NameFilter(query: call[AdminQueries.query].flatMap(\.nonEmpty), isArchived: ArchiveState.isArchived(state))
            var condition = PageFilter(call, .services)
            let page = try await condition.asked { asked in
                filter.condition = asked
                return try await portfolio.list(filter, page: call.pageRequest(), as: call.principal)
            }
            let time = ScreenTime(for: call.principal, desk)
            let view = RecordList(
                "Services", create: .init(address: "\(Self.list)/new", words: "New service"),
                filter: .init(
                    address: Self.list, query: filter.query ?? "", placeholder: "Name", selects: [ArchiveState.select(state)],
                    isActive: filter.query != nil || filter.isArchived != false
                ).adding(condition, help: "Only services for which it is true, such as service.owner == null."),
                columns: ["Name", "Criticality", "Owner", "Changed"],
                rows: page.items.map { service in
                    .init(
                        at: "\(Self.list)/\(service.id)", service.name, detail: service.description?.firstLine,
                        badges: ArchiveState.badges(service.archivedAt),
                        ["Criticality": service.criticality.words, "Owner": service.owner?.name, "Changed": time(service.updatedAt).short])
                },
                none: .init(
                    icon: "server", heading: "No services yet", words: "A service is something people use and would miss, such as email or payroll.",
                    action: .init(address: "\(Self.list)/new", words: "Add the first")),
                next: call.next(after: page), first: call.first)
            return WebPage(title: "Services", template: "records", view: view, place: "admin:services", status: condition.status)
        }
        table.adminPage("\(Self.list)/new", "Add a service", .manageSettings) { _ in Self.page(nil, desk: desk) }
        table.adminPage("\(Self.list)/{id}", "One service", .manageSettings) { call in Self.page(try await Self.find(call, portfolio), desk: desk) }
    }

    private static func find(_ call: Call, _ portfolio: ServicePortfolio) async throws -> BusinessService {
        try await portfolio.find(call.key())
    }

    private static func page(
        _ service: BusinessService?, _ fields: FormFields = FormFields(), actionForm: FormFields = FormFields(), desk: CurrentDesk
    ) -> WebPage {
        let address = service.map { "\(list)/\($0.id)" } ?? list
        let groups = desk.snapshot.groups.values.filter { $0.archivedAt == nil }.sorted { $0.name < $1.name }
        var owners = groups.map { ($0.id.description, $0.name) }
        if let owner = service?.owner, !owners.contains(where: { $0.0 == owner.id.description }) { owners.append((owner.id.description, owner.name)) }
        let title = service?.name ?? "New service"
        var view = RecordPage(title: title, parent: parent, badges: ArchiveState.badges(service?.archivedAt))
        view.faults = fields.faults ?? actionForm.faults
        view.form = FormView(
            to: address, version: service?.version, submit: service == nil ? "Add service" : "Save", back: list,
            sections: [
                .init(fields: [
                    fields.text("name", "Name", service?.name), fields.area("description", "Description", service?.description, optional: true),
                    fields.select(
                        "owner", "Owner", service?.owner?.id.description, [("", "Nobody")] + owners, help: "The group that answers for it.",
                        optional: true),
                    fields.select(
                        "criticality", "Criticality", (service?.criticality ?? .medium).rawValue,
                        BusinessService.Criticality.allCases.map { ($0.rawValue, $0.words) }, help: "What an outage means to the business."),
                ])
            ])
        if let service { view.actions = RecordPage.Action.ends(of: service.name, service.archivedAt, service.version, address, actionForm) }
        return WebPage(title: title, template: "record", view: view, place: "admin:services")
    }

    // MARK: Saving

    private func addSaving(to table: inout RouteTable) {
        let (portfolio, desk) = (services.portfolio, desk)
        table.adminForm(Self.list, "Add a service", .manageSettings) { call, form in
            let draft = BusinessService.Draft(
                name: form["name"], description: form.text("description"), owner: form.text("owner").map(RefInput.init),
                criticality: .init(rawValue: form["criticality"]))
            let service = try await portfolio.create(draft, as: call.principal)
            await desk.refresh()
            return .seeOther("\(Self.list)/\(service.id)", notice: "The service \(service.name) was added.")
        } again: { _, form, error in
            Self.page(nil, .init(form, error), desk: desk)
        }
        table.adminForm("\(Self.list)/{id}", "Change a service", .manageSettings) { call, form in
            let service = try await Self.find(call, portfolio)
            var patch = BusinessService.Patch()
            patch.name = form.change("name", from: service.name)
            patch.description = form.change("description", from: service.description)
            patch.owner = form.change("owner", from: service.owner?.id.description).map(RefInput.init)
            patch.criticality = form.change("criticality", from: service.criticality)
            let saved = try await portfolio.update(.id(service.id), patch, expecting: form.version, as: call.principal)
            await desk.refresh()
            return .seeOther("\(Self.list)/\(saved.id)", notice: "The service \(saved.name) was saved.")
        } again: { call, form, error in
            Self.page(try await Self.find(call, portfolio), .init(form, error), desk: desk)
        }
    }

    private func addEnds(to table: inout RouteTable) {
        let (portfolio, desk) = (services.portfolio, desk)
        RecordEnds(summary: "a service", noun: "service", list: Self.list, records: Self.list, permission: .manageSettings) {
            try await Self.find($0, portfolio)
        } label: {
            ("\($0.id)", $0.name)
        } archive: { service, isArchived, version, caller in
            var patch = BusinessService.Patch()
            patch.archived = .value(isArchived)
            _ = try await portfolio.update(.id(service.id), patch, expecting: version, as: caller)
        } delete: { service, version, caller in
            try await portfolio.delete(.id(service.id), expecting: version, as: caller)
        } again: { call, faults in
            Self.page(try await Self.find(call, portfolio), actionForm: faults, desk: desk)
        }.add(to: &table, refreshing: desk)
    }
}

extension BusinessService.Criticality {
    var words: String { rawValue.asWords }
}
