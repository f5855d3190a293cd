/// What the desk does by itself when a ticket's time has come.
extension TicketService {
    /// Closes resolved tickets that nobody objected to for the desk's number of days, and ends waits that are over; at most `limit` at once.
    ///
    /// Days are those on which the calendar works that the desk began with; any day, once that is archived.
    /// - Returns: how many tickets it moved; call again while that is `limit`.
    public func moveDue(limit: Int = 100) async throws -> Int {
        try await database.write(.alone, on: .long) { try moveDue(limit: limit, in: $0) }
    }

    /// The same in a unit of work that the caller has open.
    public func moveDue(limit: Int, in tx: any Transaction) throws -> Int {
        let caller = Principal.automation()
        let closeBefore = desk().start(ofWorkingDays: desk().settings.autoCloseDays, before: tx.now)
        let due = try tx.tickets.lockDue(resolvedBefore: closeBefore, waitingUntil: tx.now, limit: limit)
        for var ticket in due {
            let before = ticket
            let changes = ticket.status.category == .resolved ? ticket.close(at: tx.now) : ticket.resume(at: tx.now)
            try save(&ticket, since: before, changes, in: tx, as: caller)
        }
        return due.count
    }

    /// When `moveDue` next has a wait to end, as far as is known now.
    public func nextWaitEnd() async throws -> Instant? { try await database.read { try $0.tickets.nextWaitEnd() } }
}

extension DeskSnapshot {
    /// When so many of the desk's working days ago was.
    func start(ofWorkingDays days: Int, before now: Instant) -> Instant {
        let calendar = calendars[SLACalendar.weekdaysID].flatMap { $0.archivedAt == nil ? clock(of: $0.id) : nil }
        return calendar?.instant(before: now, workingDays: days) ?? now.adding(seconds: -Int64(days) * 86_400)
    }
}
