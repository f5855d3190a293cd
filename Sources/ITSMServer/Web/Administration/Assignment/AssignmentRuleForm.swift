import ITSMCore

/// The form of one assignment rule.
struct AssignmentRuleForm {
    let desk: DeskSnapshot
    /// Nil for a new one.
    let rule: AssignmentRule?

    func sections(_ fields: FormFields) -> [FormView.Section] {
        let groups = desk.groups.values.filter { $0.archivedAt == nil || $0.id == rule?.group?.id }.sorted {
            $0.name.lowercased() < $1.name.lowercased()
        }
        var person = fields.text("person", "Person", rule?.person?.name, help: "For “One person”: a name, username or email address.", optional: true)
        person.input?.isPerson = true
        return [
            .init(fields: [fields.text("name", "Name", rule?.name)]),
            .init(
                heading: "Which tickets",
                fields: [
                    Self.condition(fields, rule?.condition),
                    fields.checkboxes(
                        "triggers", "Ask it when", Set((rule?.triggers ?? AssignmentRule.Trigger.allCases).map(\.rawValue)),
                        AssignmentRule.Trigger.allCases.map { .init(value: $0.rawValue, words: $0.words) }),
                ]),
            .init(
                heading: "To whom",
                fields: [
                    fields.select(
                        "group", "Group", rule?.group?.id.description, [("", "Leave it where it is")] + groups.map { ($0.id.description, $0.name) },
                        optional: true),
                    fields.radios(
                        "choice", "Person", (rule?.choice ?? .nobody).rawValue,
                        AssignmentRule.Choice.allCases.map { .init(value: $0.rawValue, words: $0.words) },
                        help: "The last three choose among the group's members who can be given tickets and are not absent."),
                    person,
                    fields.text(
                        "skills", "Skills", rule?.skills.joined(separator: ", "),
                        help: "For “Who has the best skills”, parted by commas. Empty: the words of the ticket's category, and its tags.",
                        optional: true),
                ]),
            .init(
                heading: "After it",
                fields: [
                    fields.checkbox(
                        "continues", "Further rules", rule?.continues ?? false, words: "Ask further rules for what this one left open",
                        help: "Otherwise the first rule that matches ends it.")
                ]),
        ]
    }

    private static func condition(_ fields: FormFields, _ stored: String?) -> FormField {
        fields.condition(
            "condition", "Condition", stored, scope: .change,
            help: #"Such as ticket.priority <= 2 && ticket.category == "network/vpn". Empty: every ticket."#)
    }

    // MARK: What was sent

    func draft(_ form: Form) -> AssignmentRule.Draft {
        let choice = AssignmentRule.Choice(rawValue: form["choice"])
        return AssignmentRule.Draft(
            name: form["name"], condition: form.text("condition"), triggers: triggers(form), group: form.text("group").map(RefInput.init),
            choice: choice, person: choice == .person ? form.text("person").map(RefInput.init) : nil,
            skills: choice == .bestSkill ? Self.words(form["skills"]) : nil, continues: form.isChecked("continues"))
    }

    func patch(_ form: Form, of rule: AssignmentRule) -> AssignmentRule.Patch {
        var patch = AssignmentRule.Patch()
        patch.name = form.change("name", from: rule.name)
        patch.condition = form.change("condition", from: rule.condition)
        if triggers(form) != rule.triggers { patch.triggers = .value(triggers(form)) }
        patch.group = form.change("group", from: rule.group?.id.description).map(RefInput.init)
        patch.choice = form.change("choice", from: rule.choice)
        let choice = patch.choice.set ?? rule.choice
        if choice == .person { patch.person = form.change("person", from: rule.person?.name).map(RefInput.init) }
        if choice == .bestSkill, Self.words(form["skills"]) != rule.skills { patch.skills = .value(Self.words(form["skills"])) }
        patch.continues = form.change("continues", from: rule.continues)
        return patch
    }

    private func triggers(_ form: Form) -> [AssignmentRule.Trigger] { form.all("triggers").compactMap(AssignmentRule.Trigger.init(rawValue:)) }

    /// `sap, Network` becomes `sap` and `Network`.
    static func words(_ text: String) -> [String] { text.split(separator: ",").map { String($0).trimmed }.filter { !$0.isEmpty } }
}
