import ArgumentParser
import Foundation
import ITSMCore

/// Which tickets of a list.
struct TicketFilters<N: TicketNoun>: QueryOptions {
    @Option(name: [.customShort("q"), .customLong("search")], help: ArgumentHelp("Words in the number, title or text.", valueName: "words"))
    var search: String?
    @Option(help: ArgumentHelp("Such as new or pendingRequester; several with commas.", valueName: "status")) var status: String?
    @Option(help: ArgumentHelp("open, pending, resolved or closed; several with commas.", valueName: "category")) var statusCategory: String?
    @Option(help: ArgumentHelp("critical, high, medium or low; several with commas.", valueName: "priority")) var priority: String?
    @Option(
        help: ArgumentHelp(
            "incident, request, problem, change or workOrder; several with commas.", valueName: "kind", visibility: N.kind == nil ? .default : .hidden))
    var kind: String?
    @Option(help: ArgumentHelp("A person's name or id, me, or none.", valueName: "person")) var assignee: String?
    @Option(help: ArgumentHelp("A person's name or id, or me.", valueName: "person")) var requester: String?
    @Option(help: ArgumentHelp("A group's name or id, or none.", valueName: "group")) var group: String?
    @Option(help: ArgumentHelp("A service's name or id.", valueName: "service")) var service: String?
    @Option(help: ArgumentHelp("A category's path, such as network/vpn.", valueName: "path")) var category: String?
    @Option(help: ArgumentHelp("A tag.", valueName: "tag")) var tag: String?
    @Option(help: ArgumentHelp("By number, createdAt, updatedAt, priority, status or title; with - in front from the end.", valueName: "field"))
    var sort: String?

    var query: [URLQueryItem] {
        [
            ("q", search), ("status", status), ("statusCategory", statusCategory), ("priority", priority), ("kind", kind), ("assignee", assignee),
            ("requester", requester), ("group", group), ("service", service), ("category", category), ("tag", tag), ("sort", sort),
        ].compactMap { name, value in value.map { URLQueryItem(name: name, value: $0) } }
    }

    func validate() throws {
        if N.kind != nil, kind != nil { throw ValidationError("\(N.name) list has one kind already; use: ticket list --kind") }
    }
}
