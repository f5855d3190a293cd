import Hummingbird
import ITSMCore

/// A list of tickets as a file: what its reader sees of them, of those that the right to export reaches.
struct TicketExport: Sendable {
    static let format = Query<ExportFormat>("format", "`csv` (when absent) for spreadsheets, or `ndjson`: one ticket a line, as the API answers it.")

    let format: ExportFormat
    let tickets: TicketService
    let query: TicketQuery
    let fields: CustomFieldList
    let caller: Principal

    private static let columns = [
        "number", "kind", "title", "description", "status", "statusCategory", "priority", "impact", "urgency", "major", "category", "service",
        "group",
        "assignee", "requester", "openedBy", "channel", "tags", "parent", "confidential", "createdAt", "updatedAt", "firstRespondedAt", "dueAt",
        "resolvedAt", "closedAt", "resolutionCode", "resolutionNotes", "reopenCount", "escalationLevel", "externalSource", "externalId",
    ]

    /// - Throws: `forbidden` for who may not export, before anything is sent.
    func response() async throws -> Response {
        guard caller.holds(.exportTickets) else { throw ITSMError.forbidden("This needs the permission \(Permission.exportTickets.rawValue).") }
        var query = query
        query.withTexts = true
        query.permission = .exportTickets
        let names = fields.offered(seesHidden: caller.seesHiddenFields).map(\.name)
        return try await RecordExport<TicketView>(
            format: format, name: "tickets", columns: Self.columns + names.map { "customFields.\($0)" }
        ) { ticket in
            Self.cells(of: ticket) + names.map { ticket.customFields[$0].map(Self.text) ?? "" }
        } page: { [tickets, caller, query] position in
            let page = try await tickets.list(query, page: PageRequest(limit: Limits.pageMaximum, after: position)!, as: caller)
            try await tickets.reads.note(page.items, .export, as: caller)
            return page
        }.response()
    }

    private static func cells(of ticket: TicketView) -> [String] {
        let words: [String?] = [
            ticket.number.description, ticket.kind.rawValue, ticket.title, ticket.description, ticket.status.rawValue, ticket.statusCategory.rawValue,
            ticket.priority.rawValue, ticket.impact.rawValue, ticket.urgency.rawValue, "\(ticket.major)", ticket.category, ticket.service?.name,
            ticket.group?.name, ticket.assignee?.name, ticket.requester.name, ticket.openedBy.name, ticket.channel.rawValue,
            ticket.tags.joined(separator: ", "), ticket.parent?.number.description, "\(ticket.confidential)",
        ]
        let times: [Instant?] = [
            ticket.createdAt, ticket.updatedAt, ticket.firstRespondedAt, ticket.dueAt, ticket.resolvedAt, ticket.closedAt,
        ]
        let ends: [String?] = [
            ticket.resolution?.code?.rawValue, ticket.resolution?.notes, "\(ticket.reopenCount)", "\(ticket.escalationLevel)",
            ticket.externalRef?.source, ticket.externalRef?.id,
        ]
        return (words + times.map { $0?.description } + ends).map { $0 ?? "" }
    }

    private static func text(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): text
        case .bool(let flag): "\(flag)"
        case .integer(let number): "\(number)"
        case .number(let number): "\(number)"
        case .array(let list): list.map(text).joined(separator: ", ")
        case .null, .object: ""
        }
    }
}
