import HTTPTypes
import Hummingbird
import ITSMCore
import NIOCore

/// The queue: what agents look at all day.
struct QueuePages {
    let database: any Database
    let tickets: TicketService
    let sla: SLAService
    let views: ViewService
    let desk: @Sendable () -> DeskSnapshot
    /// Signalled when a bulk change is begun.
    let newBulkChanges: WakeUp

    private static let only = Query<ID<Ticket>>("only", "Of the list only these tickets.", isRepeatable: true)

    private static let from = Query<String>("from", "The queue that it stands beside, as its address has it.", maximum: QueueAddress.longest)

    func add(to table: inout RouteTable) {
        let pages = self
        table.page("/queue", "The queue", query: QueueAddress.parameters + [StandardQueries.cursor]) { call in try await pages.queue(call) }
        table.fragment(
            "/queue/rows", "Rows of the queue", query: QueueAddress.parameters + [StandardQueries.cursor, StandardQueries.limit, Self.only]
        ) {
            call in
            try await pages.rows(call)
        }
        table.pageData("/queue/counts", "How many tickets each list of the queue holds") { call in try await pages.counts(call) }
        table.fragment("/queue/preview/{key}", "A ticket beside the queue", query: [Self.from]) { call in try await pages.preview(call) }
        table.pageDownload("/queue/export", "The queue as a file", query: QueueAddress.parameters + [TicketExport.format]) { call in
            let request = try await QueueRequest(call, desk: pages.desk())
            let now = try await pages.database.read { $0.now }
            return try await TicketExport(
                format: call[TicketExport.format] ?? .csv, tickets: pages.tickets, query: request.query(at: now), fields: pages.desk().customFields,
                caller: request.caller
            ).response()
        }
        table.form("/queue/filter", "One more filter") { call, form in try Self.filter(call, form) }
        table.form("/queue/layout", "Which columns the queue shows, and how high its rows are") { call, form in try Self.arrange(call, form) }
        table.form("/queue/bulk", "The same change to several tickets") { call, form in try await pages.change(call, form) }
    }

    // MARK: The page

    private func queue(_ call: Call) async throws -> WebPage {
        let request: QueueRequest
        do {
            request = try await QueueRequest(call, desk: desk())
        } catch let error as ITSMError where error.problems.contains(where: { $0.pointer == "?\(TicketListQuery.filter.name)" }) {
            return try ConditionPage.page(of: QueueAddress(call.query), error)
        }
        let caller = request.caller
        let now = try await database.read { $0.now }
        // Counts of several lists are long work; the page of one list mostly is not, and does not wait behind them.
        async let beside = database.read(on: .long) { [tickets, views] tx in
            let people = request.people.isEmpty ? RefLookup<User>() : try tx.users.resolve(request.people, visibleTo: caller)
            return (counts: try QueueCounts(of: tickets, views, in: tx, as: caller), people: people)
        }
        let time = ScreenTime(zones: [caller.timeZone, desk().settings.timeZone], now: now)
        let list = try await list(of: request, time: time)
        let found = try await beside
        let filters = QueueFilters(request.address, desk: desk(), people: found.people, time: time)
        let condition = ConditionPage.field(request.address.condition, opensLater: true)
        let screen = QueueScreen(
            request.address, list: list, filters: filters, counts: found.counts, condition: condition,
            layout: QueueLayout(of: call.request).showing(request.address.view), matching: request.address.listQuery(for: caller, at: now),
            fields: desk().customFields, for: caller)
        return WebPage(title: screen.title, template: "queue", view: screen, place: request.address.place)
    }

    /// The rows, or why there are none.
    private func list(of request: QueueRequest, time: ScreenTime) async throws -> QueueRows {
        if let fault = request.fault, let view = request.address.view {
            let mends = view.isEditable(by: request.caller) && view.condition != nil
            return QueueRows(
                .init(
                    icon: "alert", title: "This view cannot be shown", detail: fault.detail,
                    action: mends
                        ? .init(label: "Change the view", address: "\(ViewPages.list)/\(view.id)")
                        : .init(label: QueueTab.open.title, address: QueueAddress(.open).address)))
        }
        do {
            return request.rows(try await list(request.query(at: time.now), of: request), time: time)
        } catch let error as ITSMError where error.problems.contains(where: { $0.pointer == "?\(TicketListQuery.filter.name)" }) {
            return QueueRows(
                .init(
                    icon: "alert", title: "The list cannot be asked for this", detail: error.problems.map(\.message).joined(separator: " "),
                    action: .init(label: "Clear the filters", address: request.address.withoutFilters.address)))
        }
    }

    private func rows(_ call: Call) async throws -> WebPage {
        let request = try await QueueRequest(call, desk: desk())
        let caller = request.caller
        let only = call.all(Self.only)
        let now = try await database.read { $0.now }
        var query = try request.query(at: now)
        if !only.isEmpty { query.ids = only }
        let found = try await list(query, of: request)
        let time = ScreenTime(zones: [caller.timeZone, desk().settings.timeZone], now: now)
        return WebPage(title: "", template: "queue-rows", view: QueueFragment(list: request.rows(found, time: time)))
    }

    /// A page of the list, with the leading clocks of all its tickets by one query, and the names of the people in its columns by another.
    private func list(_ query: TicketQuery, of request: QueueRequest) async throws -> QueueFound {
        let (caller, asked) = (request.caller, request.page), fields = request.address.fields.filter { $0.kind == .user }.map(\.name)
        return try await database.read(on: query.isPlain(for: caller) ? .request : .long) { [tickets, sla] tx in
            let page = try tickets.list(query, page: asked, in: tx, as: caller)
            let people = page.items.flatMap { ticket in fields.compactMap { ticket.customFields[$0]?.string.flatMap { ID<User>($0) } } }
            return QueueFound(
                page: page, timers: try sla.leading(of: page.items.map(\.id), in: tx),
                people: people.isEmpty ? [:] : try tx.users.names(of: Set(people)))
        }
    }

    // MARK: Counts

    private func counts(_ call: Call) async throws -> Response {
        let caller = call.principal
        try QueueRequest.authorise(caller)
        let counts = try await database.read(on: .long) { [tickets, views] in try QueueCounts(of: tickets, views, in: $0, as: caller) }
        let headers: HTTPFields = [.contentType: "application/json", .cacheControl: "private, no-store"]
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: try WireEncoding.encode(counts.json)))
    }

    // MARK: One ticket

    private func preview(_ call: Call) async throws -> WebPage {
        let caller = call.principal
        try QueueRequest.authorise(caller)
        guard let key = TicketKey(try call.parameter("key")) else { throw ITSMError.notFound("ticket") }
        let found = try await database.read { [tickets, sla] tx in
            let detail = try tickets.detail(key, expanding: [.comments], in: tx, as: caller)
            return (detail: detail, timer: try sla.leading(of: [detail.ticket.id], in: tx)[detail.ticket.id], now: tx.now)
        }
        try await tickets.reads.note([found.detail.ticket], .ticket, as: caller)
        let time = ScreenTime(zones: [caller.timeZone, desk().settings.timeZone], now: found.now)
        let view = QueuePreview(found.detail, timer: found.timer, from: call[Self.from] ?? "", for: caller, time: time)
        return WebPage(title: view.title, template: "queue-preview", view: view)
    }

    // MARK: Changes

    /// What the bar does where there are no scripts. Back to the list, which says what became of it.
    private func change(_ call: Call, _ form: Form) async throws -> FormAnswer {
        let caller = call.principal
        try QueueRequest.authorise(caller)
        let address = try QueueAddress(query: form["queue"])
        do {
            if form["scope"] == "matching" { return try await confirm(call, form, address) }
            if !form["go"].isEmpty { return try await changeAll(call, form, form["matching"]) }
            let done = try await tickets.bulk(BulkEdit(form, for: caller, desk().customFields), as: caller)
            return .seeOther(address.address, notice: done.notice, details: done.id.map { "/bulk/\($0)" })
        } catch let error as ITSMError where error.isForForm {
            return .seeOther(address.address, notice: error.problems.first?.message ?? error.detail)
        }
    }

    /// Counts what the list holds, and asks.
    private func confirm(_ call: Call, _ form: Form, _ address: QueueAddress) async throws -> FormAnswer {
        let caller = call.principal
        _ = try BulkEdit.Changes(form, for: caller, desk().customFields)
        let matching = address.listQuery(for: caller, at: try await database.read { $0.now })
        let query = try await TicketListQuery.query(matching, of: call, desk: desk())
        let page = PageRequest(limit: 1) ?? .first
        guard let count = try await tickets.list(query, page: page, count: .exact, as: caller).count?.value, count > 0 else {
            throw ITSMError.invalid("/ticket", .required, "The list holds no ticket.")
        }
        let view = BulkConfirmation(form, count: count, filter: matching, queue: address, for: caller, desk().customFields)
        return .page(WebPage(title: view.title, template: "bulk-confirm", view: view))
    }

    /// Begins what was asked about.
    private func changeAll(_ call: Call, _ form: Form, _ matching: String) async throws -> FormAnswer {
        var edit = BulkEdit(filter: "", expecting: Int(form["expected"]) ?? 0, try BulkEdit.Changes(form, for: call.principal, desk().customFields))
        (edit.filter, edit.query, edit.dryRun) = (nil, matching, form["go"] == "try")
        let query = try await TicketListQuery.query(matching, of: call, desk: desk())
        let begun = try await tickets.beginBulk(edit, of: query, as: call.principal)
        newBulkChanges.signal()
        return .seeOther("/bulk/\(begun.id?.description ?? "")")
    }

    // MARK: Layout

    private static func arrange(_ call: Call, _ form: Form) throws -> FormAnswer {
        try QueueRequest.authorise(call.principal)
        return .setCookie(
            QueueLayout(form, since: QueueLayout(of: call.request)).cookie(secure: call.isSecure).text,
            seeOther: try QueueAddress(query: form["queue"]).address)
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

/// What a page of the queue shows.
struct QueueFound: Sendable {
    let page: Page<TicketView>
    /// The leading clock of each ticket that has one.
    let timers: [ID<Ticket>: SLATimer]
    /// The names of people whom custom fields among the columns hold.
    var people: [ID<User>: String] = [:]
}

/// Rows alone.
struct QueueFragment: Sendable {
    let list: QueueRows
}

extension QueueAddress {
    /// The entry of the navigation that leads there.
    var place: String {
        if viewID != nil { return "queue:views" }
        let kinds = values(of: TicketListQuery.kind.name)
        return tab == .open && kinds.count == 1 ? "queue:\(kinds[0])" : "queue:\(tab.rawValue)"
    }
}
