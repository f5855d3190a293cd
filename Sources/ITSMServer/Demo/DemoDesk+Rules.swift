import ITSMCore

/// What an administrator sets up in the first weeks: a field or two, rules that hand tickets out, views that the desk shares.
extension DemoDesk {
    static let site: CustomField.Draft = {
        var draft = CustomField.Draft(
            name: "site", label: "Site", kind: .choice, choices: DemoWords.sites.map { CustomField.Choice($0.lowercased(), $0) })
        draft.kinds = [.incident, .request, .workOrder]
        draft.visibleToRequesters = true
        return draft
    }()

    private static let vendorCase: CustomField.Draft = {
        var draft = CustomField.Draft(name: "vendorCase", label: "Supplier's case", kind: .text)
        draft.help = "The number under which the supplier works on it."
        draft.kinds = [.incident, .problem]
        return draft
    }()

    func makeRules(_ groups: [String: ID<SupportGroup>], as admin: Principal) async throws {
        try await database.write { tx in
            for field in [Self.site, Self.vendorCase] { _ = try services.customFields.create(field, in: tx, as: admin) }
            for rule in Self.assignmentRules(groups) { _ = try services.assignmentRules.create(rule, in: tx, as: admin) }
            for view in Self.views(groups) { _ = try services.views.create(view, in: tx, as: admin) }
        }
    }

    private static func assignmentRules(_ groups: [String: ID<SupportGroup>]) -> [AssignmentRule.Draft] {
        func rule(_ name: String, _ condition: String, _ group: String, _ choice: AssignmentRule.Choice, skills: [String]? = nil)
            -> AssignmentRule.Draft
        {
            AssignmentRule.Draft(name: name, condition: condition, group: groups[group].map { .id($0) }, choice: choice, skills: skills)
        }
        return [
            rule("Networks", #"ticket.category.startsWith("network")"#, "Network", .leastLoaded),
            rule("Printers", #"ticket.category == "hardware/printer""#, "Workplace", .bestSkill, skills: ["printers"]),
            rule("Workplaces", #"ticket.category.startsWith("hardware")"#, "Workplace", .leastLoaded),
            rule("Applications", #"ticket.category.startsWith("software")"#, "Applications", .roundRobin),
        ]
    }

    private static func views(_ groups: [String: ID<SupportGroup>]) -> [SavedView.Draft] {
        var pressing = SavedView.Draft(
            name: "Critical and high", condition: #"ticket.priority <= 2 && ticket.statusCategory in ["open", "pending"]"#)
        pressing.sharing = .everyone
        pressing.sort = TicketSort(.priority)
        pressing.order = 1
        var quiet = SavedView.Draft(
            name: "Untouched for three days", condition: #"ticket.updatedAt < now - duration("72h") && ticket.statusCategory == "open""#)
        quiet.sharing = .everyone
        quiet.sort = TicketSort(.updatedAt)
        quiet.order = 2
        var calls = SavedView.Draft(
            name: "Came by telephone", condition: #"ticket.channel == "phone" && ticket.createdAt > now - duration("168h")"#)
        calls.sharing = .groups
        calls.groups = groups["Service Desk"].map { [.id($0)] }
        calls.grouping = .status
        calls.order = 3
        return [pressing, quiet, calls]
    }
}
