import ITSMCore

/// The form of one escalation rule: when it fires, and what it does, each kind of action once.
struct EscalationRuleForm {
    let desk: DeskSnapshot
    /// Nil for a new one.
    let rule: EscalationRule?
    let names: SLANames

    private static let thresholds = [
        ("percent", "Percent of the goal"), ("beforeDue", "Time before the target"), ("afterDue", "Time after the target"),
    ]

    func sections(_ fields: FormFields) -> [FormView.Section] {
        let threshold = Self.words(rule?.threshold ?? .percent(75))
        let policies = desk.agreements.values.filter { $0.archivedAt == nil || $0.id == rule?.agreement }.sorted {
            $0.name.lowercased() < $1.name.lowercased()
        }
        return [
            .init(fields: [fields.text("name", "Name", rule?.name)]),
            .init(
                heading: "When it fires",
                fields: [
                    fields.select("thresholdKind", "When", threshold.kind, Self.thresholds),
                    fields.text(
                        "threshold", "How much", threshold.amount,
                        help: "Percent such as 75, of which 100 is the target itself; or working time such as 1 h."),
                    fields.select(
                        "policy", "Of policy", rule?.agreement?.description, [("", "Every policy")] + policies.map { ($0.id.description, $0.name) }),
                    fields.checkboxes(
                        "metrics", "Of these clocks", Set((rule?.metrics ?? []).map(\.rawValue)),
                        SLAMetric.allCases.map { .init(value: $0.rawValue, words: $0.title) },
                        help: "Where none is ticked, of all."),
                ]),
            actions(fields),
            CoverageFields(desk: desk, coverage: rule?.coverage ?? Coverage(), condition: rule?.condition).section(fields, .escalation),
        ]
    }

    private func actions(_ fields: FormFields) -> FormView.Section {
        let shown = Shown(rule?.actions ?? [], names)
        let groups = desk.groups.values.filter { $0.archivedAt == nil || $0.id.description == shown.group }.sorted {
            $0.name.lowercased() < $1.name.lowercased()
        }
        return .init(
            heading: "What it does",
            intro: shown.isWhole
                ? nil : "This rule does more than this form shows, as it was made over the API. Saving other actions here replaces them all.",
            fields: [
                fields.checkboxes(
                    "tell", "Tell", shown.tell,
                    [
                        .init(value: "assignee", words: "The assignee"), .init(value: "group", words: "The group"),
                        .init(value: "groupManager", words: "The group's manager"),
                    ]),
                fields.text("people", "Tell these people too", shown.people, help: "Usernames, parted by commas.", optional: true),
                fields.checkboxes(
                    "deeds", "And", shown.deeds,
                    [
                        .init(value: "escalate", words: "Escalate to the manager", note: "raises the level; the group's manager is told and watches"),
                        .init(value: "raisePriority", words: "Raise the priority by one step"),
                    ]),
                fields.select(
                    "group", "Give it to the group", shown.group, [("", "Leave it where it is")] + groups.map { ($0.id.description, $0.name) },
                    optional: true),
                fields.text("assignee", "Give it to", shown.assignee, help: "A username.", optional: true),
                fields.text("watchers", "Let these people watch it", shown.watchers, help: "Usernames, parted by commas.", optional: true),
                fields.area("body", "Write", shown.body, optional: true, rows: 3),
                fields.radios(
                    "visibility", "As a", shown.visibility,
                    [.init(value: "workNote", words: "Work note"), .init(value: "public", words: "Public reply")]),
            ])
    }

    /// A rule's actions as the fields of the form show them.
    private struct Shown {
        var tell: Set<String> = []
        var people = ""
        var deeds: Set<String> = []
        var group = ""
        var assignee = ""
        var watchers = ""
        var body = ""
        var visibility = "workNote"
        /// False where an action stands twice that the form has once.
        var isWhole = true

        init(_ actions: [EscalationAction], _ names: SLANames) {
            var seen: Set<EscalationAction.Kind> = []
            func name(_ id: ID<User>) -> String { names.people[id] ?? id.description }
            for action in actions {
                if !seen.insert(action.kind).inserted, action.kind != .addWatcher { isWhole = false }
                switch action {
                case .notify(let recipients):
                    for recipient in recipients {
                        switch recipient {
                        case .assignee: tell.insert("assignee")
                        case .group: tell.insert("group")
                        case .groupManager: tell.insert("groupManager")
                        case .person: break
                        }
                    }
                    people = recipients.compactMap { if case .person(let id) = $0 { name(id) } else { nil } }.sorted().joined(separator: ", ")
                case .escalate, .raisePriority: deeds.insert(action.kind.rawValue)
                case .assign(let group, let assignee):
                    self.group = group?.description ?? ""
                    self.assignee = assignee.map(name) ?? ""
                case .addWatcher(let person): watchers += (watchers.isEmpty ? "" : ", ") + name(person)
                case .comment(let visibility, let body): (self.visibility, self.body) = (visibility.rawValue, body)
                }
            }
        }
    }

    /// What of the rule stands in the fields for when it fires.
    private static func words(_ threshold: EscalationRule.Threshold) -> (kind: String, amount: String) {
        switch threshold {
        case .percent(let percent): ("percent", "\(percent)")
        case .beforeDue(let seconds): ("beforeDue", WorkingTime.exactText(seconds))
        case .afterDue(let seconds): ("afterDue", WorkingTime.exactText(seconds))
        }
    }

    // MARK: What was typed

    func draft(_ form: Form) throws -> EscalationRule.Draft {
        var problems = ProblemList()
        let draft = EscalationRule.Draft(
            name: form["name"], policy: form.text("policy").map(RefInput.init), metrics: form.all("metrics").compactMap(SLAMetric.init(rawValue:)),
            threshold: Self.threshold(form, &problems), coverage: CoverageFields.input(form), condition: form.text("condition"),
            actions: actions(form))
        try problems.throwIfAny()
        return draft
    }

    func patch(_ form: Form) throws -> EscalationRule.Patch {
        let draft = try draft(form)
        var patch = EscalationRule.Patch()
        patch.name = form.change("name", from: rule?.name)
        patch.policy = draft.policy.map(Patch.value) ?? .null
        patch.metrics = .value(draft.metrics ?? [])
        if let threshold = draft.threshold { patch.threshold = .value(threshold) }
        if let coverage = draft.coverage { patch.coverage = .value(coverage) }
        patch.condition = form.change("condition", from: rule?.condition)
        // What the form shows in part stays whole until somebody changes what it shows.
        let shown = Self(desk: desk, rule: rule, names: names).shownActions
        let typed = actions(form)
        if typed != shown { patch.actions = .value(typed) }
        return patch
    }

    /// The actions as the form would send them when nothing was changed in it.
    private var shownActions: [EscalationAction.Input] {
        let shown = Shown(rule?.actions ?? [], names)
        return actions(
            Form([
                "tell": Array(shown.tell), "people": [shown.people], "deeds": Array(shown.deeds), "group": [shown.group],
                "assignee": [shown.assignee],
                "watchers": [shown.watchers], "body": [shown.body], "visibility": [shown.visibility],
            ]))
    }

    private static func threshold(_ form: Form, _ problems: inout ProblemList) -> EscalationRule.Threshold? {
        if form["thresholdKind"] == "percent" {
            if let percent = Int(form["threshold"].replacing("%", with: "").trimmed) { return .percent(percent) }
            problems.add("/threshold", .invalidValue, "Give percent as a whole number, such as 75.")
        } else if let seconds = WorkingTime.seconds(form["threshold"]) {
            return form["thresholdKind"] == "beforeDue" ? .beforeDue(seconds: seconds) : .afterDue(seconds: seconds)
        } else {
            problems.add("/threshold", .invalidValue, "Give a length of working time, such as 1 h or 30 min.")
        }
        return nil
    }

    private func actions(_ form: Form) -> [EscalationAction.Input] {
        var actions: [EscalationAction.Input] = []
        let told =
            ["assignee", "group", "groupManager"].filter(form.all("tell").contains)
            .compactMap { EscalationAction.RecipientInput($0) } + people(form, "people").map(EscalationAction.RecipientInput.someone)
        if !told.isEmpty { actions.append(.init(.notify, to: told)) }
        if form.all("deeds").contains("escalate") { actions.append(.init(.escalate)) }
        if form.text("group") != nil || form.text("assignee") != nil {
            actions.append(.init(.assign, group: form.text("group").map(RefInput.init), assignee: person(form["assignee"])))
        }
        if form.all("deeds").contains("raisePriority") { actions.append(.init(.raisePriority)) }
        actions += people(form, "watchers").map { .init(.addWatcher, user: $0) }
        if let body = form.text("body") {
            actions.append(.init(.comment, visibility: Comment.Visibility(rawValue: form["visibility"]), body: body))
        }
        return actions
    }

    private func people(_ form: Form, _ name: String) -> [RefInput<User>] {
        form[name].split(separator: ",").compactMap { person(String($0).trimmed) }
    }

    /// A username, or the name of somebody whom the rule has already.
    private func person(_ text: String) -> RefInput<User>? {
        guard !text.isEmpty else { return nil }
        return names.people.first { $0.value == text }.map { .id($0.key) } ?? RefInput(text)
    }

    /// `/actions/2/to/0` stands at the field for it.
    static func place(_ pointer: String, of actions: [EscalationAction.Input]) -> String {
        let parts = pointer.split(separator: "/").map(String.init)
        guard parts.first == "actions" else { return CoverageFields.place(pointer) }
        guard parts.count > 1, let index = Int(parts[1]), actions.indices.contains(index) else { return "/tell" }
        switch actions[index].type {
        case .notify: return "/people"
        case .assign: return parts.count > 2 && parts[2] == "assignee" ? "/assignee" : "/group"
        case .addWatcher: return "/watchers"
        case .comment: return "/body"
        case .escalate, .raisePriority: return "/deeds"
        }
    }
}

extension EscalationAction.RecipientInput {
    /// One of the parts that people have in a ticket.
    fileprivate init?(_ part: String) {
        switch part {
        case "assignee": self = .part(.assignee)
        case "group": self = .part(.group)
        case "groupManager": self = .part(.groupManager)
        default: return nil
        }
    }
}
