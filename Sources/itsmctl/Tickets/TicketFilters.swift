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
            "incident, request, problem, change or workOrder; several with commas.", valueName: "kind", visibility: N.kind == nil ? .default : .hidden
        ))
    var kind: String?
    @Option(help: ArgumentHelp("A person's name or id, me, or none.", valueName: "person")) var assignee: String?
    @Option(help: ArgumentHelp("A person's name or id, or me.", valueName: "person")) var requester: String?
    @Option(help: ArgumentHelp("A group's name or id, mine, or none.", valueName: "group")) var group: String?
    @Option(help: ArgumentHelp("A service's name or id.", valueName: "service")) var service: String?
    @Option(help: ArgumentHelp("A category's path, such as network/vpn.", valueName: "path")) var category: String?
    @Option(help: ArgumentHelp("A tag; with several, tickets that carry all.", valueName: "tag")) var tag: String?
    @Option(help: ArgumentHelp("Who follows it: a person's name or id, or me.", valueName: "person")) var watcher: String?
    @Option(help: ArgumentHelp("The ticket that they are part of.", valueName: "number")) var parent: String?
    @Option(help: ArgumentHelp("The number that it has in the system it was imported from.", valueName: "id")) var externalId: String?
    @Flag(inversion: .prefixedNo, help: "Only major incidents, or only others.") var major: Bool?
    @Option(help: ArgumentHelp("Raised at this time or later, such as 2026-11-21T08:00:00Z.", valueName: "time")) var createdFrom: Instant?
    @Option(help: ArgumentHelp("Raised before this time.", valueName: "time")) var createdBefore: Instant?
    @Option(help: ArgumentHelp("Changed at this time or later.", valueName: "time")) var updatedFrom: Instant?
    @Option(help: ArgumentHelp("Changed before this time.", valueName: "time")) var updatedBefore: Instant?
    @Option(help: ArgumentHelp("A view's name or id; other filters narrow it.", valueName: "view")) var view: String?
    @Option(
        help: ArgumentHelp("A condition, such as 'ticket.priority <= 2 && \"vip\" in ticket.tags'; see: itsmctl expr fields", valueName: "expression")
    )
    var filter: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("By number, createdAt, updatedAt, priority, status, title or assignee; with - in front from the end.", valueName: "field"))
    var sort: String?

    var query: [URLQueryItem] {
        [
            ("q", search), ("status", status), ("statusCategory", statusCategory), ("priority", priority), ("kind", kind), ("assignee", assignee),
            ("requester", requester), ("group", group), ("service", service), ("category", category), ("tag", tag),
            ("watcher", watcher), ("parent", parent), ("externalId", externalId), ("major", major.map { String($0) }),
            ("createdFrom", createdFrom?.description), ("createdBefore", createdBefore?.description), ("updatedFrom", updatedFrom?.description),
            ("updatedBefore", updatedBefore?.description), ("view", view), ("filter", filter), ("sort", sort),
        ].compactMap { name, value in value.map { URLQueryItem(name: name, value: $0) } }
    }

    func validate() throws {
        if N.kind != nil, kind != nil { throw ValidationError("\(N.name) list has one kind already; use: ticket list --kind") }
    }
}
