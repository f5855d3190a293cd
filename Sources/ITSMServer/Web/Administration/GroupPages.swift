import ITSMCore

/// Groups: who is in them, which roles come with them, who manages them.
struct GroupPages {
    let services: DeskServices
    let desk: CurrentDesk

    static let list = "/admin/groups"

    func add(to table: inout RouteTable) {
        addReading(to: &table)
        addSaving(to: &table)
        addMembers(to: &table)
        addEnds(to: &table)
    }

    // MARK: Reading

    private func addReading(to table: inout RouteTable) {
        let (services, desk) = (services, desk)
        table.adminPage(Self.list, "Groups", .managePeople, query: AdminQueries.all(.groups)) { call in
            let state = call[AdminQueries.state]
            var filter = SupportGroup.Filter(query: call[AdminQueries.query].flatMap(\.nonEmpty), isArchived: ArchiveState.isArchived(state))
            var condition = PageFilter(call, .groups)
            let page = try await condition.asked { asked in
                filter.condition = asked
                return try await services.groups.list(filter, page: call.pageRequest(), as: call.principal)
            }
            return WebPage(
                title: "Groups", template: "records",
                view: Self.list(page, filter, condition, state, ScreenTime(for: call.principal, desk), call),
                place: "admin:groups", status: condition.status)
        }
        table.adminPage("\(Self.list)/new", "Make a group", .managePeople) { call in
            try await GroupForm(services, call.principal).page()
        }
        table.adminPage("\(Self.list)/{id}", "One group", .managePeople, query: [StandardQueries.cursor]) { call in
            try await Self.page(call, services)
        }
    }

    private static func page(
        _ call: Call, _ services: DeskServices, _ fields: FormFields = FormFields(), actionForm: FormFields = FormFields(),
        memberForm: FormFields = FormFields()
    ) async throws -> WebPage {
        let group = try await find(call, services)
        let members = try await services.groups.members(of: .id(group.id), page: call.pageRequest(), as: call.principal)
        let form = GroupForm(services, call.principal, fields, actionForm: actionForm, memberForm: memberForm)
        return try await form.page(of: group, members, next: call.next(after: members))
    }

    private static func find(_ call: Call, _ services: DeskServices) async throws -> SupportGroup.View {
        try await services.groups.find(call.key(), as: call.principal)
    }

    private static func list(
        _ page: Page<SupportGroup.View>, _ filter: SupportGroup.Filter, _ condition: PageFilter, _ state: String?, _ time: ScreenTime, _ call: Call
    ) -> RecordList {
        RecordList(
            "Groups", create: .init(address: "\(list)/new", words: "New group"),
            filter: .init(
                address: list, query: filter.query ?? "", placeholder: "Name", selects: [ArchiveState.select(state)],
                isActive: filter.query != nil || filter.isArchived != false
            ).adding(condition, help: "Only groups for which it is true, such as group.memberCount == 0."),
            columns: ["Name", "Members", "Manager", "Roles", "Changed"],
            rows: page.items.map { group in
                .init(
                    at: "\(list)/\(group.id)", group.name, detail: group.description?.firstLine, badges: ArchiveState.badges(group.archivedAt),
                    [
                        "Members": "\(group.memberCount)", "Manager": group.manager?.name, "Roles": group.roles.names,
                        "Changed": time(group.updatedAt).short,
                    ])
            },
            none: .init(
                icon: "userplus", heading: "No groups yet",
                words: "Groups are teams that tickets are given to. Their members can hold roles together.",
                action: .init(address: "\(list)/new", words: "Make the first")),
            next: call.next(after: page), first: call.first)
    }

    // MARK: Saving

    private func addSaving(to table: inout RouteTable) {
        let (services, desk) = (services, desk)
        table.adminForm(Self.list, "Make a group", .managePeople) { call, form in
            let group = try await services.groups.create(GroupForm.draft(form, call.principal), as: call.principal)
            await desk.refresh()
            return .seeOther("\(Self.list)/\(group.id)", notice: "The group \(group.name) was made.")
        } again: { call, form, error in
            try await GroupForm(services, call.principal, .init(form, error)).page()
        }
        table.adminForm("\(Self.list)/{id}", "Change a group", .managePeople) { call, form in
            let group = try await Self.find(call, services)
            let patch = GroupForm.patch(form, of: group, call.principal)
            let saved = try await services.groups.update(.id(group.id), with: patch, ifVersion: form.version, as: call.principal)
            await desk.refresh()
            return .seeOther("\(Self.list)/\(group.id)", notice: "The group \(saved.name) was saved.")
        } again: { call, form, error in
            try await Self.page(call, services, .init(form, error))
        }
    }

    private func addMembers(to table: inout RouteTable) {
        let services = services
        table.adminForm("\(Self.list)/{id}/members", "Add a member", .managePeople) { call, form in
            let group = try await Self.find(call, services)
            guard let user = form.text("user") else { throw ITSMError.invalid("/user", .required, "Name the person who is to be a member.") }
            _ = try await services.groups.add(RefInput(user), to: .id(group.id), as: call.principal)
            return .seeOther("\(Self.list)/\(group.id)", notice: "\(user) is a member of \(group.name) now.")
        } again: { call, form, error in
            try await Self.page(call, services, memberForm: .init(form, error))
        }
        table.adminForm("\(Self.list)/{id}/members/remove", "Remove a member", .managePeople) { call, form in
            let group = try await Self.find(call, services)
            let user = try await services.people.find(RefInput(form["user"]), as: call.principal)
            _ = try await services.groups.remove(.id(user.id), from: .id(group.id), as: call.principal)
            return .seeOther("\(Self.list)/\(group.id)", notice: "\(user.name) is no longer a member of \(group.name).")
        } again: { call, form, error in
            try await Self.page(call, services, memberForm: .init(form, error))
        }
    }

    private func addEnds(to table: inout RouteTable) {
        let services = services
        RecordEnds(summary: "a group", noun: "group", list: Self.list, records: Self.list, permission: .managePeople) {
            try await Self.find($0, services)
        } label: {
            ("\($0.id)", $0.name)
        } archive: { group, isArchived, version, caller in
            var patch = SupportGroup.Patch()
            patch.archived = .value(isArchived)
            _ = try await services.groups.update(.id(group.id), with: patch, ifVersion: version, as: caller)
        } delete: { group, version, caller in
            try await services.groups.delete(.id(group.id), ifVersion: version, as: caller)
        } again: { call, faults in
            try await Self.page(call, services, actionForm: faults)
        }.add(to: &table, refreshing: desk)
    }
}

/// What lists of records that can be archived show and ask.
enum ArchiveState {
    static func isArchived(_ state: String?) -> Bool? {
        switch state {
        case "all": nil
        case "archived": true
        default: false
        }
    }

    static func select(_ state: String?) -> RecordList.Filter.Select {
        .init("state", "State", chosen: state, [("active", "In use"), ("archived", "Archived"), ("all", "In use and archived")])
    }

    static func badges(_ archivedAt: Instant?) -> [RecordList.Badge] { archivedAt == nil ? [] : [.init(words: "Archived", tone: "warn")] }
}

extension String {
    var firstLine: String { String(prefix { !$0.isNewline }) }
}
