import ITSMCore

/// Why the ticket is with whom it is: “Why me?”
extension TicketPages {
    func addAssignment(to table: inout RouteTable) {
        let (tickets, desk) = (tickets, desk)
        table.page("/tickets/{key}/assignment", "Why a ticket is where it is", query: [Self.from]) { call in
            let (key, caller) = (try call.ticketKey, call.principal)
            guard caller.holds(.readTickets, atLeast: .group) else { return .seeOther("/portal/tickets/\(key)") }
            let story = try await tickets.assignmentStory(of: key, as: caller)
            let desk = desk()
            let time = ScreenTime(zones: [caller.timeZone, desk.settings.timeZone], now: SystemClock().now())
            let view = AssignmentStoryView(
                story, desk: desk, caller: caller.id, mayReadRules: caller.holds(.manageRules, atLeast: .all), from: call.from, time: time)
            return .page(
                WebPage(
                    title: "Assignment of \(view.number)", template: "assignment", view: view, place: "queue:\(story.ticket.number.kind.rawValue)"))
        }
    }
}
