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

    /// - Parameter desk: whose custom fields conditions on tickets may name; the fields of other records are the same on every desk.
    private func environment(_ call: Call, _ desk: DeskSnapshot?) -> ConditionEnvironment {
        desk?.conditions.environment(scope, for: call.principal) ?? .ofRecords(scope)
    }
}
