import ITSMCore

/// What stands beside the thread below the properties.
struct TicketPanel: Sendable {
    let requester: Requester
    let files: [TicketFile]
    let hasFiles: Bool
    let links: [Link]
    let linkKinds: [Choice]
    let addLink: String?
    let watchers: [Person]
    let addWatcher: String?

    struct Requester: Sendable {
        let person: Shell.Person
        /// `Sales, Lisbon`.
        let place: String?
        let email: String?
        let isVIP: Bool
        let timeZone: String?
        /// Their other tickets.
        let tickets: String
        let edit: String?
    }

    struct Link: Sendable {
        let id: String
        let words: String
        let icon: String
        let kind: String
        let number: String
        let title: String
        let address: String
        let removal: String?
    }

    struct Person: Sendable {
        let person: Shell.Person
        let removal: String?
    }

    init(_ story: TicketStory) {
        let (ticket, rights, address) = (story.ticket, story.rights, story.address)
        let known = story.requester
        requester = Requester(
            person: Shell.Person(ticket.requester),
            place: [known?.department, known?.location].compactMap(\.self).joined(separator: ", ").nilIfEmpty, email: known?.email,
            isVIP: known?.vip ?? false, timeZone: known?.timeZone, tickets: "/queue?view=all&requester=\(ticket.requester.id)",
            edit: rights.changeRequester ? story.edit("requester") : nil)
        files = story.files
        hasFiles = !files.isEmpty
        links = story.links.map { link in
            Link(
                id: link.id.description, words: link.type.words(link.direction).prefix(1).uppercased() + link.type.words(link.direction).dropFirst(),
                icon: link.ticket.number.kind.mark.icon, kind: link.ticket.number.kind.mark.word, number: link.ticket.number.description,
                title: link.ticket.title, address: "/tickets/\(link.ticket.number)",
                removal: rights.update ? "\(address)/links/\(link.id)/remove" : nil)
        }
        linkKinds = TicketLink.Kind.allCases.map { Choice(value: $0.rawValue, label: $0.words(.outward), isChosen: false) }
        addLink = rights.update ? "\(address)/links" : nil
        watchers = story.watchers.map {
            Person(
                person: Shell.Person(id: $0.id, name: $0.name),
                removal: rights.update || $0.id == rights.caller ? "\(address)/watchers/\($0.id)/remove" : nil)
        }
        addWatcher = rights.reply ? "\(address)/watchers" : nil
    }
}
