import ITSMCore

/// What surrounds every page: the desk's name, who is signed in, where one can go.
struct Shell: Sendable {
    let title: String
    let desk: String
    /// `light` or `dark`; nil follows the system.
    let theme: String?
    /// What forms and scripts send back to prove that they are ours; nil where nobody is signed in.
    let token: String?
    let me: Person?
    /// Said once, such as "The role was saved."
    let notice: PageNotice?
    /// What waits to be read; nil where nobody is signed in.
    let inbox: Inbox?
    let sections: [Section]
    /// Below the page on small screens.
    let tabs: [Entry]
    let canRaise: Bool
    let isAgent: Bool
    /// Where a ticket is raised; nil for who may not.
    let newTicket: String?
    /// What an id follows to make the address of a person; nil for who may not look people up.
    let people: String?
    /// Where the feed stood before the page was read: its scripts go on from there.
    let feed: String?

    /// A person as avatars and names show them.
    struct Person: Sendable {
        let id: String
        let name: String
        let initials: String
        /// `c1` to `c6`, the same for a person everywhere.
        let color: String

        init(id: ID<User>, name: String) {
            self.id = id.description
            self.name = name
            let words = name.split { !$0.isLetter && !$0.isNumber }
            initials = (words.count > 1 ? [words[0], words[words.count - 1]] : words).compactMap(\.first).map { $0.uppercased() }.joined()
            // The last bytes of an id are random, and FNV-1a spreads what little they differ.
            color = "c\(id.description.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 } % 6 + 1)"
        }

        init(_ ref: Ref<User>) { self.init(id: ref.id, name: ref.name) }
    }

    struct Section: Sendable {
        let heading: String?
        let entries: [Entry]
    }

    struct Entry: Sendable {
        let label: String
        let icon: String
        let address: String
        /// The queue's view that it opens, whose count a script keeps up to date beside it.
        var view: String?
        let isCurrent: Bool
    }

    init(
        _ page: WebPage, desk: DeskSettings, caller: Principal?, token: String?, theme: String?, notice: PageNotice?, inbox: Inbox?, feed: FeedCursor?
    ) {
        title = "\(page.title) · \(desk.name)"
        self.desk = desk.name
        self.theme = theme
        self.token = token
        self.notice = notice
        self.inbox = inbox.map { $0.current(at: page.place) }
        me = caller.map { Person(id: $0.id, name: $0.name) }
        canRaise = caller?.holds(.createTickets) ?? false
        isAgent = caller?.isAgent ?? false
        self.feed = feed?.description
        let navigation = caller.map { Navigation(for: $0, at: page.place) }
        sections = navigation?.sections ?? []
        tabs = navigation?.tabs ?? []
        newTicket = navigation?.newTicket
        people = navigation?.people
    }
}

/// Where a caller can go: only what they may use, and only what there is.
private struct Navigation {
    let caller: Principal
    let place: String?

    init(for caller: Principal, at place: String?) {
        self.caller = caller
        self.place = place
    }

    var sections: [Shell.Section] {
        [portal, queue, kinds, reports, administration].compactMap(\.self).filter { !$0.entries.isEmpty }
    }

    var newTicket: String? {
        guard caller.holds(.createTickets) else { return nil }
        return seesQueue ? "/tickets/new" : "/portal/new"
    }

    var people: String? {
        guard caller.holds(.readPeople) else { return nil }
        if caller.holds(.managePeople, atLeast: .all) { return "/admin/people/" }
        return seesQueue ? "/queue?view=open&requester=" : nil
    }

    var tabs: [Shell.Entry] {
        seesQueue
            ? [Shell.Entry(label: "Queue", icon: "queue", address: "/queue", isCurrent: place?.hasPrefix("queue") ?? false)]
            : [entry("My tickets", "home", "/portal", "portal"), entry("New", "plus", "/portal/new", "portal:new")]
    }

    /// Who reads tickets of others has a queue; all others have the portal.
    private var seesQueue: Bool { caller.holds(.readTickets, atLeast: .group) }

    private var portal: Shell.Section? {
        guard !seesQueue else { return nil }
        return Shell.Section(heading: nil, entries: [entry("My tickets", "home", "/portal", "portal")])
    }

    private var queue: Shell.Section? {
        guard seesQueue else { return nil }
        return Shell.Section(
            heading: "Service desk",
            entries: [
                view("My open", "user", "mine"), view("My groups' open", "inbox", "groups"), view("Unassigned", "userplus", "unassigned"),
                view("All open", "queue", "open"), view("Recently resolved", "s-done", "resolved"),
                entry("Views", "star", ViewPages.list, "queue:views"),
            ])
    }

    private var kinds: Shell.Section? {
        guard seesQueue else { return nil }
        let kinds: [(TicketKind, String, String)] = [
            (.incident, "Incidents", "bolt"), (.request, "Requests", "box"), (.problem, "Problems", "bug"), (.change, "Changes", "change"),
            (.workOrder, "Work orders", "list"),
        ]
        return Shell.Section(
            heading: "By kind",
            entries: kinds.map { kind, label, icon in entry(label, icon, "/queue?view=open&kind=\(kind.rawValue)", "queue:\(kind.rawValue)") })
    }

    private var reports: Shell.Section? {
        guard caller.holds(.readReports) else { return nil }
        return Shell.Section(heading: "Reports", entries: [entry("Compliance", "chart", ReportPages.slaAddress, "reports:sla")])
    }

    private var administration: Shell.Section? {
        let all: [(Permission, String, String, String)] = [
            (.managePeople, "People", "user", "people"), (.managePeople, "Groups", "userplus", "groups"), (.manageRoles, "Roles", "lock", "roles"),
            (.manageSettings, "Services", "server", "services"), (.manageSettings, "Categories", "tag", "categories"),
            (.manageSettings, "Fields", "list", "fields"),
            (.manageSettings, "Priority", "flag", "priority"), (.manageSLA, "Service levels", "clock", "sla"),
            (.manageRules, "Assignment", "flow", "assignment"),
            (.manageSettings, "Settings", "sliders", "settings"), (.manageSettings, "Sign-in providers", "lock", "sign-in-providers"),
            (.readAudit, "Audit", "clock", "audit"),
            (.importTickets, "Imports", "inbox", "imports"),
        ]
        return Shell.Section(
            heading: "Administration",
            entries: all.filter { caller.holds($0.0, atLeast: .all) }.map { _, label, icon, name in
                entry(label, icon, "/admin/\(name)", "admin:\(name)")
            })
    }

    private func view(_ label: String, _ icon: String, _ name: String) -> Shell.Entry {
        var entry = entry(label, icon, "/queue?view=\(name)", "queue:\(name)")
        entry.view = name
        return entry
    }

    private func entry(_ label: String, _ icon: String, _ address: String, _ place: String) -> Shell.Entry {
        Shell.Entry(label: label, icon: icon, address: address, isCurrent: place == self.place)
    }
}
