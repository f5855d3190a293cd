import ITSMCore
import Mustache

/// One row of a list of tickets. What the template asks for is looked up by a switch: a page asks some 2,000 times, and reflection would take most of its time.
struct TicketRow: Sendable {
    let id: String
    let number: String
    let version: Int
    let title: String
    /// Of the ticket's page, which knows by it from which list the reader comes.
    let address: String
    let kind: Mark
    let status: Mark
    let priority: Mark
    let isMajor: Bool
    let isConfidential: Bool
    /// The first tags, as many as there is room for.
    let tags: [String]
    /// How many more there are, as `+3`; empty for none.
    let moreTags: [String]
    let requester: String
    let service: String
    /// What it has in the custom fields that the view shows.
    let fields: [String]
    let isAssigned: Bool
    let assignee: String
    let initials: String
    let color: String
    /// What of its clocks is due first, or waits.
    let timer: TimerChip?
    let updated: ScreenTime.Moment
    /// The value that the list is sorted by: as long as it is the same, the row keeps its place.
    let place: String
    let isSelectable: Bool

    private static let tagsShown = 2

    init(
        _ ticket: TicketView, in found: QueueFound, at address: QueueAddress, encodedQuery: String, time: ScreenTime, isSelectable: Bool
    ) {
        id = ticket.id.description
        number = ticket.number.description
        version = ticket.version
        title = ticket.title
        self.address = "/tickets/\(number)?from=\(encodedQuery)"
        kind = ticket.kind.mark
        status = ticket.status.mark
        priority = ticket.priority.mark
        isMajor = ticket.major
        isConfidential = ticket.confidential
        tags = Array(ticket.tags.prefix(Self.tagsShown))
        moreTags = ticket.tags.count > Self.tagsShown ? ["+\(ticket.tags.count - Self.tagsShown)"] : []
        requester = ticket.requester.name
        service = ticket.service?.name ?? ""
        fields = address.fields.map { field in ticket.customFields[field.name].map { field.shown($0, people: found.people) } ?? "" }
        let person = ticket.assignee.map(Shell.Person.init)
        isAssigned = person != nil
        assignee = person?.name ?? ""
        initials = person?.initials ?? ""
        color = person?.color ?? ""
        timer = found.timers[ticket.id].map { TimerChip($0, time: time) }
        updated = time(ticket.updatedAt)
        place = address.effectiveSort.place(of: ticket)
        self.isSelectable = isSelectable
    }
}

extension TicketRow: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "id": id
        case "number": number
        case "version": version
        case "title": title
        case "address": address
        case "kind": kind
        case "status": status
        case "priority": priority
        case "isMajor": isMajor
        case "isConfidential": isConfidential
        case "tags": tags
        case "moreTags": moreTags
        case "requester": requester
        case "service": service
        case "fields": fields
        case "isAssigned": isAssigned
        case "assignee": assignee
        case "initials": initials
        case "color": color
        case "timer": timer
        case "updated": updated
        case "place": place
        case "isSelectable": isSelectable
        default: nil
        }
    }
}

extension Mark: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "word": word
        case "icon": icon
        case "style": style
        default: nil
        }
    }
}

extension ScreenTime.Moment: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "iso": iso
        case "full": full
        case "short": short
        case "ago": ago
        default: nil
        }
    }
}

extension TicketSort {
    /// The value by which a ticket has its place.
    fileprivate func place(of ticket: TicketView) -> String {
        switch plainKey {
        case .number: ticket.number.description
        case .createdAt, .relevance: ticket.createdAt.description
        case .updatedAt: ticket.updatedAt.description
        case .priority: String(ticket.priority.level)
        case .status: ticket.status.rawValue
        case .title: ticket.title
        case .dueAt: ticket.dueAt?.description ?? ""
        case .assignee: ticket.assignee?.id.description ?? ""
        case .customField, nil: customField.flatMap { ticket.customFields[$0] }.map { String(decoding: $0.utf8, as: UTF8.self) } ?? ""
        }
    }
}
