import ITSMCore
import ITSMStore

/// The requester's portal: raise, follow, reply, reopen.
struct PortalPages {
    let database: any Database
    let tickets: TicketService
    let sla: SLAService
    let files: AttachmentFolder
    let desk: @Sendable () -> DeskSnapshot

    private static let section = Query<PortalSection.Kind>("show", "Only the open tickets, or only those that came to an end.")
    private static let text = Query<String>("q", "Words to find, as everywhere.")

    func add(to table: inout RouteTable) {
        let pages = self
        let parameters: [any QueryParameter] = [Self.section, Self.text, StandardQueries.cursor]
        table.page("/portal", "The caller's own tickets", query: parameters) { call in
            WebPage(title: "My tickets", template: "portal", view: try await pages.home(call), place: "portal")
        }
        table.fragment("/portal/rows", "More of the caller's own tickets", query: parameters) { call in
            WebPage(title: "", template: "portal-rows", view: try await pages.home(call))
        }
        addRaising(to: &table)
        addFollowing(to: &table)
    }

    // MARK: The list

    private func home(_ call: Call) async throws -> PortalHome {
        let caller = call.principal
        let words = call[Self.text].flatMap { $0.allSatisfy(\.isWhitespace) ? nil : $0 }
        let kinds = call[Self.section].map { [$0] } ?? PortalSection.Kind.allCases
        let queries = kinds.map { $0.query(words, for: caller) }
        let bindings = kinds.map { "portal\u{2}\(caller.id)\u{2}\($0.rawValue)\u{2}\(words ?? "")" }
        let after = try call[StandardQueries.cursor].map { cursor in
            guard kinds.count == 1 else {
                throw ITSMError.badRequest([.init("?cursor", .invalidValue, "A place in the list needs show, which says in which.")])
            }
            return try call.environment.cursors.position(in: cursor, for: bindings[0])
        }
        let page = PageRequest(limit: kinds.count == 1 ? Limits.pageDefault : PortalSection.firstRows, after: after) ?? .first
        let (found, now) = try await database.read(on: queries.allSatisfy { $0.isPlain(for: caller) } ? .request : .long) { tx in
            (try queries.map { try tickets.list($0, page: page, in: tx, as: caller) }, tx.now)
        }
        let time = ScreenTime(zones: [caller.timeZone, desk().settings.timeZone], now: now)
        let sections = kinds.indices.compactMap { place in
            let next = found[place].next.map { call.environment.cursors.sign($0, for: bindings[place]) }
            return PortalSection(kinds[place], found[place], text: words, next: next, time: time)
        }
        return PortalHome(sections, text: words, isContinued: after != nil, corrected: found.compactMap(\.correctedQuery).first, for: caller)
    }
}
