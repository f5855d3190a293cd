import ITSMCore

/// One role with its grid: permissions by area, and for each one the scope.
struct RoleView: Sendable {
    let title: String
    let parent = RecordList.Link(address: RolePages.list, words: "Roles")
    let badges: [RecordList.Badge]
    let intro: String?
    let faults: FormFaults?
    let action: String
    let version: String?
    let fields: [FormField]
    let columns: [String]
    let areas: [Area]
    let submit: String
    let isFixed: Bool
    let actions: [RecordPage.Action]

    struct Area: Sendable {
        let heading: String
        let rows: [Row]
    }

    struct Row: Sendable {
        let id: String
        let permission: String
        let words: String
        let fault: String?
        /// What somebody else saved here meanwhile.
        let theirs: String?
        let cells: [Cell]
    }

    struct Cell: Sendable {
        let value: String
        let words: String
        let isChosen: Bool
        let isDisabled: Bool
    }

    /// - Parameter actionForm: of the deletion, where that came back.
    static func page(
        _ role: Role?, _ caller: Principal, _ fields: FormFields = FormFields(), actionForm: FormFields = FormFields(), _ error: ITSMError? = nil
    ) -> WebPage {
        let view = RoleView(role, caller, fields, actionForm, error)
        return WebPage(title: view.title, template: "role", view: view, place: "admin:roles")
    }

    private init(_ role: Role?, _ caller: Principal, _ form: FormFields, _ actionForm: FormFields, _ error: ITSMError?) {
        let mayChange = role.map { !$0.isSuperAdmin || caller.isSuperAdmin } ?? true
        title = role?.name ?? "New role"
        badges = role?.builtIn == true ? [.init(words: "Built in", tone: "")] : []
        intro =
            role?.isSuperAdmin == true
            ? "superAdmin holds everything, also what later releases add. Its permissions are fixed." : nil
        faults = error.map { Self.faults($0, form: form, actionForm: actionForm) }
        action = role.map { "\(RolePages.list)/\($0.id)" } ?? RolePages.list
        version = role.map { "\($0.version)" }
        fields = [
            form.text("name", "Name", role?.name), form.area("description", "Description", role?.description, optional: true, rows: 2),
            form.checkbox(
                "requiresSecondFactor", "Sign-in", role?.requiresSecondFactor ?? false, words: "Needs a second factor",
                help: "Who holds the role, and signs in with a password, can do nothing before they have set one up. API tokens go on."),
        ]
        columns = ["None"] + Scope.allCases.map(\.words)
        isFixed = !mayChange
        let gridIsFixed = !mayChange || role?.isSuperAdmin == true
        areas = Self.areas(role, form, isFixed: gridIsFixed, error)
        submit = role == nil ? "Make role" : "Save"
        guard let role, !role.builtIn, mayChange else {
            actions = []
            return
        }
        actions = [
            .init(
                heading: "Delete", words: "Only a role that nobody holds can be deleted. This cannot be undone.",
                form: .confirmed(
                    to: "\(RolePages.list)/\(role.id)/delete", "Delete \(role.name)", of: role.name, version: role.version, actionForm))
        ]
    }

    private static func areas(_ role: Role?, _ form: FormFields, isFixed: Bool, _ error: ITSMError?) -> [Area] {
        var order: [String] = []
        var rows: [String: [Row]] = [:]
        for permission in Permission.allCases {
            if rows[permission.area] == nil { order.append(permission.area) }
            rows[permission.area, default: []].append(row(permission, role, form, isFixed: isFixed, error))
        }
        return order.map { Area(heading: $0, rows: rows[$0] ?? []) }
    }

    private static func row(_ permission: Permission, _ role: Role?, _ form: FormFields, isFixed: Bool, _ error: ITSMError?) -> Row {
        let stored = role?.permissions[permission]
        let typed = form.typed.flatMap { $0.has(permission.rawValue) ? $0[permission.rawValue] : nil }
        let chosen = isFixed ? stored : typed.map { Scope(rawValue: $0) } ?? stored
        let problem = error?.problems.first { $0.pointer == "/permissions/\(permission.rawValue)" }
        let cells =
            [Cell(value: "none", words: "None", isChosen: chosen == nil, isDisabled: isFixed)]
            + Scope.allCases.map { Cell(value: $0.rawValue, words: $0.words, isChosen: chosen == $0, isDisabled: isFixed) }
        return Row(
            id: id(of: permission.rawValue), permission: permission.rawValue, words: permission.words, fault: problem?.message,
            theirs: form.isConflict && chosen != stored ? stored?.words ?? "None" : nil, cells: cells)
    }

    /// Faults of permissions lead to their rows.
    private static func faults(_ error: ITSMError, form: FormFields, actionForm: FormFields) -> FormFaults {
        var faults = form.faults ?? actionForm.faults ?? FormFaults(error)
        for (index, problem) in error.problems.enumerated() where faults.faults.indices.contains(index) {
            guard problem.pointer.hasPrefix("/permissions/") else { continue }
            let name = String(problem.pointer.dropFirst("/permissions/".count))
            faults.faults[index] = .init(
                field: id(of: name), message: "\(Permission(rawValue: name)?.words ?? name): \(problem.message)")
        }
        return faults
    }

    /// A colon would be hard to address.
    private static func id(of permission: String) -> String { "may-" + permission.replacing(":", with: "-") }
}
