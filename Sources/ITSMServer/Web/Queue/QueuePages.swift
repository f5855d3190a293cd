import HTTPTypes
import Hummingbird
import ITSMCore
import NIOCore

/// The queue: what agents look at all day.
struct QueuePages {
    let database: any Database
    let tickets: TicketService
    let desk: @Sendable () -> DeskSnapshot

    private static let only = Query<ID<Ticket>>("only", "Of the list only these tickets.", isRepeatable: true)

    func add(to table: inout RouteTable) {
        let pages = self
        table.page("/queue", "The queue", query: QueueAddress.parameters + [StandardQueries.cursor]) { call in try await pages.queue(call) }
        table.fragment("/queue/rows", "Rows of the queue", query: QueueAddress.parameters + [StandardQueries.cursor, StandardQueries.limit, Self.only]) {
            call in
            try await pages.rows(call)
        }
        table.raw("/queue/counts", "How many tickets each list of the queue holds", tag: "Pages", mediaType: "application/json", isPage: true) { call in
            try await pages.counts(call)
        }
        table.form("/queue/filter", "One more filter") { call, form in try Self.filter(call, form) }
    }

    // MARK: The page

    private func queue(_ call: Call) async throws -> WebPage {
        let request = try await QueueRequest(call, desk: desk())
        let caller = request.caller
        // Filters composed by hand, and counts of several lists.
        let found = try await database.read(on: .long) { tx in
            let page = try tickets.list(request.query(at: tx.now), page: request.page, in: tx, as: caller)
            let counts = try Self.counts(of: tickets, in: tx, as: caller)
            let people = request.people.isEmpty ? RefLookup<User>() : try tx.users.resolve(request.people, visibleTo: caller)
            return (page: page, counts: counts, people: people, now: tx.now)
        }
        let time = ScreenTime(zones: [caller.timeZone, desk().settings.timeZone], now: found.now)
        let filters = QueueFilters(request.address, desk: desk(), people: found.people, time: time)
        let screen = QueueScreen(
            request.address, list: request.rows(found.page, time: time), filters: filters, counts: found.counts, for: caller)
        return WebPage(title: screen.title, template: "queue", view: screen, place: request.address.place)
    }

    private func rows(_ call: Call) async throws -> WebPage {
        let request = try await QueueRequest(call, desk: desk())
        let caller = request.caller
        let only = call.all(Self.only)
        let found = try await database.read(on: .long) { tx in
            var query = try request.query(at: tx.now)
            if !only.isEmpty { query.ids = only }
            return (page: try tickets.list(query, page: request.page, in: tx, as: caller), now: tx.now)
        }
        let time = ScreenTime(zones: [caller.timeZone, desk().settings.timeZone], now: found.now)
        return WebPage(title: "", template: "queue-rows", view: QueueFragment(list: request.rows(found.page, time: time)))
    }

    // MARK: Counts

    private func counts(_ call: Call) async throws -> Response {
        let caller = call.principal
        try QueueRequest.authorise(caller)
        let counts = try await database.read(on: .long) { try Self.counts(of: tickets, in: $0, as: caller) }
        let json = JSONValue.object(Dictionary(uniqueKeysWithValues: counts.map { ($0.key.rawValue, .string($0.value)) }))
        let headers: HTTPFields = [.contentType: "application/json", .cacheControl: "private, no-store"]
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: try WireEncoding.encode(json)))
    }

    /// What stands beside the tabs: how much each holds, and no more than that there is a lot.
    private static func counts(of tickets: TicketService, in tx: any Transaction, as caller: Principal) throws -> [QueueTab: String] {
        let tabs = QueueTab.allCases.filter { $0 != .all }
        let counts = try tickets.counts(of: tabs.map { $0.query(for: caller, at: tx.now) }, cappedAt: QueueTab.countCap, in: tx, as: caller)
        return Dictionary(uniqueKeysWithValues: zip(tabs, counts.map { $0.isExact ? "\($0.value)" : "\($0.value)+" }))
    }

    // MARK: Filters

    /// The form adds what was chosen to the address that it came from.
    private static func filter(_ call: Call, _ form: Form) throws -> FormAnswer {
        try QueueRequest.authorise(call.principal)
        var address = try QueueAddress(query: form["queue"])
        for name in QueueAddress.filterNames {
            if let value = form.text(name) { address = address.adding(name, value) }
        }
        return .seeOther(address.address)
    }
}

/// A call for the queue, understood.
struct QueueRequest: Sendable {
    let caller: Principal
    let address: QueueAddress
    let page: PageRequest
    private let asked: TicketQuery
    private let cursors: CursorSigner

    /// - Throws: `forbidden` for who has no queue; 400 with everything that the address says wrong.
    init(_ call: Call, desk: DeskSnapshot) async throws {
        caller = call.principal
        try Self.authorise(caller)
        address = try QueueAddress(call.query)
        var query = try await TicketListQuery.query(call, desk: desk)
        query.kinds = call.all(TicketListQuery.kind)
        query.sort = address.effectiveSort
        asked = query
        cursors = call.environment.cursors
        let binding = address.cursorBinding(for: caller)
        let after = try call[StandardQueries.cursor].map { try call.environment.cursors.position(in: $0, for: binding) }
        guard let page = PageRequest(limit: call[StandardQueries.limit] ?? Limits.pageDefault, after: after) else {
            throw ITSMError.badRequest([.init("?limit", .invalidValue, "limit is from 1 to \(Limits.pageMaximum).")])
        }
        self.page = page
    }

    /// - Throws: `forbidden` for who reads only their own tickets.
    static func authorise(_ caller: Principal) throws {
        guard caller.holds(.readTickets, atLeast: .group) else {
            throw ITSMError.forbidden("The queue is for those who work the tickets of others. Your own are on the start page.")
        }
    }

    /// Whom the address speaks of.
    var people: Set<RefInput<User>> { QueueFilters.people(in: address) }

    func query(at now: Instant) throws -> TicketQuery { try address.tab.narrow(asked, for: caller, at: now) }

    func rows(_ page: Page<TicketView>, time: ScreenTime) -> QueueRows {
        let next = page.next.map { cursors.sign($0, for: address.cursorBinding(for: caller)) }
        return QueueRows(page, at: address, next: next, isContinued: self.page.after != nil, for: caller, time: time)
    }
}

/// Rows alone.
struct QueueFragment: Sendable {
    let list: QueueRows
}

extension QueueAddress {
    /// The entry of the navigation that leads there.
    var place: String {
        let kinds = values(of: TicketListQuery.kind.name)
        return tab == .open && kinds.count == 1 ? "queue:\(kinds[0])" : "queue:\(tab.rawValue)"
    }
}
