import ITSMCore

/// The form of one policy: what it covers, and a goal for each metric and priority.
struct SLAPolicyForm {
    let desk: DeskSnapshot
    /// Nil for a new one.
    let agreement: ServiceLevelAgreement?

    private static let waits = TicketStatus.allCases.filter { $0.category == .pending }

    func sections(_ fields: FormFields) -> [FormView.Section] {
        var sections: [FormView.Section] = [
            .init(fields: [
                fields.text("name", "Name", agreement?.name),
                fields.area("description", "Description", agreement?.description, optional: true, rows: 2),
                fields.text(
                    "order", "Order", "\(agreement?.order ?? ServiceLevelAgreement.standardOrder)",
                    help: "Lower ones are asked first. The first policy that covers a ticket and has a goal gives its clock.", type: "number"),
            ])
        ]
        sections += SLAMetric.allCases.map { section(for: $0, fields) }
        sections.append(
            CoverageFields(desk: desk, coverage: agreement?.coverage ?? Coverage(), condition: agreement?.condition).section(fields, .agreement))
        if agreement != nil { sections.append(.init(fields: [SLAPages.running(fields, .keep)])) }
        return sections
    }

    private func section(for metric: SLAMetric, _ fields: FormFields) -> FormView.Section {
        let target = agreement?.target(for: metric)
        let goals = Priority.allCases.flatMap { priority -> [FormField] in
            let goal = target?.goals[priority]
            return [
                fields.text(
                    Self.goal(metric, priority), "\(priority.words)", goal.map { WorkingTime.exactText($0.seconds) }, optional: true),
                fields.select(
                    Self.calendar(metric, priority), "\(priority.label) by", goal?.calendar.description ?? calendars.first?.0, calendars),
            ]
        }
        let pauses = fields.checkboxes(
            Self.paused(metric), "Stops while",
            Set((target?.pausedIn ?? (metric == .resolution ? ServiceLevelAgreement.Target.standardPauses : [])).map(\.rawValue)),
            Self.waits.map { .init(value: $0.rawValue, words: $0.rawValue.asWords) })
        return .init(heading: metric.title, intro: Self.intro(metric), fields: goals + [pauses], style: "goals")
    }

    private static func intro(_ metric: SLAMetric) -> String {
        switch metric {
        case .firstResponse: "From raising a ticket to the first public reply. Such as 30 min, 8 h; empty where nothing is promised."
        case .nextResponse: "From each message of the requester to the reply."
        case .resolution: "From raising a ticket to its solution."
        case .ola: "How long a ticket may stay in one group: a promise between teams."
        }
    }

    /// Those that can be picked, and those that the policy has.
    private var calendars: [(String, String)] {
        let used = agreement?.references.calendars ?? []
        return desk.calendars.values.filter { $0.archivedAt == nil || used.contains($0.id) }
            .sorted { $0.name.lowercased() < $1.name.lowercased() }.map { ($0.id.description, $0.name) }
    }

    // MARK: What was typed

    static func goal(_ metric: SLAMetric, _ priority: Priority) -> String { "goal-\(metric.rawValue)-\(priority.rawValue)" }
    private static func calendar(_ metric: SLAMetric, _ priority: Priority) -> String { "calendar-\(metric.rawValue)-\(priority.rawValue)" }
    private static func paused(_ metric: SLAMetric) -> String { "paused-\(metric.rawValue)" }

    static func draft(_ form: Form) throws -> ServiceLevelAgreement.Draft {
        var problems = ProblemList()
        let draft = ServiceLevelAgreement.Draft(
            name: form["name"], description: form.text("description"), order: order(form, &problems), coverage: CoverageFields.input(form),
            condition: form.text("condition"), targets: targets(form, &problems))
        try problems.throwIfAny()
        return draft
    }

    func patch(_ form: Form) throws -> ServiceLevelAgreement.Patch {
        var (patch, problems) = (ServiceLevelAgreement.Patch(), ProblemList())
        patch.name = form.change("name", from: agreement?.name)
        patch.description = form.change("description", from: agreement?.description)
        if let order = Self.order(form, &problems) { patch.order = .value(order) }
        patch.coverage = .value(CoverageFields.input(form))
        patch.condition = form.change("condition", from: agreement?.condition)
        patch.targets = .value(Self.targets(form, &problems))
        patch.runningCycles = RunningCycles(rawValue: form["runningCycles"])
        try problems.throwIfAny()
        return patch
    }

    private static func order(_ form: Form, _ problems: inout ProblemList) -> Int? {
        guard let order = Int(form["order"]) else {
            problems.add("/order", .invalidValue, "Order must be a whole number, such as 100.")
            return nil
        }
        return order
    }

    private static func targets(_ form: Form, _ problems: inout ProblemList) -> [ServiceLevelAgreement.TargetInput] {
        let targets = SLAMetric.allCases.compactMap { metric -> ServiceLevelAgreement.TargetInput? in
            var goals: [Priority: ServiceLevelAgreement.GoalInput] = [:]
            for priority in Priority.allCases {
                guard let text = form.text(goal(metric, priority)) else { continue }
                if let seconds = WorkingTime.seconds(text), seconds > 0 {
                    goals[priority] = .init(seconds: seconds, calendar: RefInput(form[calendar(metric, priority)]))
                } else {
                    problems.add(
                        "/\(goal(metric, priority))", .invalidValue,
                        "\(text.quotedForPeople) is no length of time; write one such as 30 min, 8 h or 1 d.")
                    goals[priority] = .init(seconds: 1, calendar: RefInput(form[calendar(metric, priority)]))
                }
            }
            guard !goals.isEmpty else { return nil }
            return .init(metric, goals: goals, pausedIn: form.all(paused(metric)).compactMap(TicketStatus.init(rawValue:)))
        }
        if targets.isEmpty {
            problems.add("/\(goal(.firstResponse, .critical))", .required, "There must be one goal at least, such as 8 h for a resolution.")
        }
        return targets
    }

    /// `/targets/0/goals/low/calendar` stands at the field of that goal.
    static func place(_ pointer: String, of targets: [ServiceLevelAgreement.TargetInput]) -> String {
        let parts = pointer.split(separator: "/").map(String.init)
        guard parts.first == "targets" else { return CoverageFields.place(pointer) }
        guard parts.count > 3, let index = Int(parts[1]), targets.indices.contains(index) else { return "/" + goal(.firstResponse, .critical) }
        let metric = targets[index].metric
        if parts[2] == "goals", let priority = Priority(rawValue: parts[3]) { return "/" + goal(metric, priority) }
        return "/" + paused(metric)
    }
}
