import ITSMCore

/// `filter=` of a list: a condition on its records, in the language of docs/expressions.md.
struct FilterQuery: Sendable {
    let scope: ConditionScope
    let parameter: Query<String>

    private init(_ scope: ConditionScope, example: String) {
        self.scope = scope
        parameter = Query(
            Self.name, "A condition, such as `\(example)`; docs/expressions.md tells what it may say.", maximum: Limits.condition)
    }

    static let name = "filter"

    static let tickets = FilterQuery(.list, example: "ticket.priority <= 2 && \"vip\" in ticket.tags")
    static let people = FilterQuery(.people, example: "person.department == \"Sales\" && !person.disabled")
    static let groups = FilterQuery(.groups, example: "group.memberCount == 0 && !group.archived")
    static let services = FilterQuery(.services, example: "service.criticality == \"critical\" && service.owner == null")
    static let categories = FilterQuery(.categories, example: "category.path.startsWith(\"network/\") && !category.archived")
    static let roles = FilterQuery(.roles, example: "!role.builtIn")
    static let activity = FilterQuery(.activity, example: "activity.kind == \"user.roleGranted\" && activity.principal.name != \"Ada\"")

    static let timeline = FilterQuery(.timeline, example: "activity.kind == \"ticket.updated\" && activity.principal.name != \"Automation\"")
    static let comments = FilterQuery(.comments, example: "comment.visibility == \"public\" && comment.body.contains(\"VPN\")")
    static let attachments = FilterQuery(.attachments, example: "attachment.size > 1000000")
    static let outcomes = FilterQuery(.outcomes, example: "outcome.problem.code == \"forbidden\"")
    static let notices = FilterQuery(.notices, example: "notice.kind == \"slaBreached\" && notice.readAt == null")
    static let jobs = FilterQuery(.jobs, example: "job.status == \"failed\" && job.createdAt > now - duration(\"24h\")")
    static let views = FilterQuery(.views, example: "view.sharing == \"everyone\"")
    static let assignmentRules = FilterQuery(.assignmentRules, example: "rule.choice == \"roundRobin\" && !rule.archived")
    static let policies = FilterQuery(.policies, example: "policy.condition != null && !policy.archived")
    static let escalationRules = FilterQuery(.escalationRules, example: "escalation.policy == null")
    static let calendars = FilterQuery(.calendars, example: "calendar.zone.startsWith(\"Europe/\")")
    static let customFields = FilterQuery(.customFields, example: "field.required && field.kind == \"choice\"")
    static let identityProviders = FilterQuery(.identityProviders, example: "provider.enabled && provider.createsPeople")
    static let links = FilterQuery(.links, example: "link.type == \"duplicates\"")
    static let watchers = FilterQuery(.watchers, example: "watcher.name.startsWith(\"Ada\")")
    static let clocks = FilterQuery(.clocks, example: "clock.state == \"running\" && clock.remainingSeconds < 3600.0")

    /// What a call says of it; nil for nothing.
    func text(_ call: Call) -> String? { call[parameter].flatMap { $0.trimmed.isEmpty ? nil : $0 } }

    /// The condition that a call filters by; nil for none.
    ///
    /// - Throws: 400 with everything that is wrong with it, each with its place.
    func condition(_ call: Call, _ desk: DeskSnapshot? = nil) throws -> Condition? {
        do {
            return try text(call).map { try Condition($0, in: environment(call, desk)) }
        } catch let faults as CELFaults {
            throw faults.badFilter
        }
    }

    /// Those of a list that is at hand as a whole for which the call's condition is true.
    ///
    /// - Throws: 400 with everything that is wrong with it, each with its place.
    func kept<Record: Encodable>(of records: [Record], _ call: Call) throws -> [Record] {
        try condition(call)?.kept(of: records, for: call.principal, at: SystemClock().now()) ?? records
    }

    /// - Parameter desk: whose custom fields conditions on tickets may name; the fields of other records are the same on every desk.
    private func environment(_ call: Call, _ desk: DeskSnapshot?) -> ConditionEnvironment {
        desk?.conditions.environment(scope, for: call.principal) ?? .ofRecords(scope)
    }
}
