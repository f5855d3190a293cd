import ITSMCore

/// Why a clock of the ticket shows what it shows.
extension TicketPages {
    func addClocks(to table: inout RouteTable) {
        let pages = self
        table.page("/tickets/{key}/sla/{timer}", "Why a clock shows what it shows", query: [Self.from]) { call in
            let key = try call.ticketKey
            guard call.principal.holds(.readTickets, atLeast: .group) else { return .seeOther("/portal/tickets/\(key)") }
            return .page(try await pages.explanation(of: call.parameter("timer"), key, call))
        }
    }

    private func explanation(of timer: String, _ key: TicketKey, _ call: Call) async throws -> WebPage {
        let (sla, tickets, caller, from) = (sla, tickets, call.principal, call.from)
        let (view, kind) = try await database.read { [settings = desk().settings] tx in
            let ticket = try tickets.find(key, in: tx, as: caller).ticket
            let (timer, explanation) = try sla.explain(timer, of: .id(ticket.id), in: tx, as: caller)
            let time = ScreenTime(zones: [caller.timeZone, settings.timeZone], now: tx.now)
            return (TimerStory(timer, explanation, of: ticket.number, from: from, time: time), ticket.kind)
        }
        return WebPage(title: "\(view.title) of \(view.number)", template: "timer", view: view, place: "queue:\(kind.rawValue)")
    }
}
