import ITSMCore

/// The condition of a queue that is wrong: what was typed, and where the faults are.
struct ConditionPage: Sendable {
    let faults: FormFaults
    let field: FormField
    /// What else the queue's address says.
    let fields: [QueueAddress.Filter]
    /// The queue without the condition.
    let back: String

    static func field(_ text: String, _ error: ITSMError? = nil, opensLater: Bool = false) -> FormField {
        FormFields(error.map { _ in Form([TicketListQuery.filter.name: [text]]) }, error).condition(
            TicketListQuery.filter.name, "Condition", text, scope: .list,
            help: "Only tickets for which it is true, such as ticket.priority <= 2 && \"vip\" in ticket.tags.", opensLater: opensLater)
    }

    static func page(of address: QueueAddress, _ error: ITSMError) -> WebPage {
        let status = error.status
        var error = error
        error.problems = error.problems.map { FieldProblem("/" + $0.pointer.drop { $0 == "?" }, $0.code, $0.message) }
        let view = ConditionPage(
            faults: FormFaults(error), field: field(address.condition, error),
            fields: address.pairs.filter { $0.name != TicketListQuery.filter.name }, back: address.without(TicketListQuery.filter.name).address)
        return WebPage(title: "Condition", template: "queue-condition", view: view, place: address.place, status: status)
    }
}
