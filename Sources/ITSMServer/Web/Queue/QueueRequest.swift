import ITSMCore

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
        // An unknown field was refused with the rest of the query.
        if let sort = address.effectiveSort.sort(desk, for: caller) { query.sort = sort }
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

    /// - Parameter timers: the leading clock of each ticket that has one.
    func rows(_ page: Page<TicketView>, timers: [ID<Ticket>: SLATimer], time: ScreenTime) -> QueueRows {
        let next = page.next.map { cursors.sign($0, for: address.cursorBinding(for: caller)) }
        return QueueRows(page, timers: timers, at: address, next: next, isContinued: self.page.after != nil, for: caller, time: time)
    }
}
