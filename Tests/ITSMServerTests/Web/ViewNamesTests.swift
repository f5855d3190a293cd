import ITSMCore
import Mustache
import Testing
@testable import ITSMServer

/// Views that stand on a page many times answer to names by switches. A name that a switch forgot would render as nothing.
@Suite struct ViewNamesTests {
    @Test(arguments: [nil] + QueueGrouping.allCases)
    func switchesKnowEveryName(_ grouping: QueueGrouping?) async throws {
        let server = try await TestServer()
        let ada = try await server.caller("ada", roles: ["agent"])
        let tags: JSONValue = ["a", "b", "c", "d"]
        _ = try await server.send(.post, "/api/v1/incidents", as: ada, ["title": "One", "assignee": "ada", "tags": tags, "confidential": true])
        _ = try await server.send(.post, "/api/v1/incidents", as: ada, ["title": "Two"])
        let caller = Principal.automation()
        let snapshot = server.app.desk.snapshot
        let (page, timers) = try await server.app.database.read { [services = server.app.services] tx in
            let page = try services.tickets.list(TicketQuery(), in: tx, as: caller)
            return (page, try services.sla.leading(of: page.items.map(\.id), in: tx))
        }
        let time = ScreenTime(zones: [nil], now: Instant(seconds: 0))
        let address = QueueAddress().adding("priority", "low").grouped(by: grouping)
        let screen = QueueScreen(
            address, list: QueueRows(QueueFound(page: page, timers: timers), at: address, next: "x", isContinued: false, for: caller, time: time),
            filters: QueueFilters(address, desk: snapshot, people: RefLookup(), time: time), counts: QueueCounts(),
            condition: ConditionPage.field("ticket.major"), layout: QueueLayout(), matching: "q=x", fields: snapshot.customFields, for: caller)
        let shell = Shell(
            WebPage(title: "Queue", template: "queue", view: screen), desk: snapshot.settings, caller: caller, token: "t", theme: "dark",
            notice: nil, inbox: Inbox(.init(value: 2, isExact: true)), feed: nil)
        var seen = 0
        check(PageView(shell: shell, page: screen), "view", &seen)
        #expect(seen > 300)
    }

    private func check(_ value: Any, _ place: String, _ seen: inout Int) {
        let mirror = Mirror(reflecting: value)
        guard mirror.displayStyle != .optional else {
            if let child = mirror.children.first { check(child.value, place, &seen) }
            return
        }
        for (label, child) in mirror.children {
            if let label, let view = value as? any MustacheParent {
                seen += 1
                #expect((view.child(named: label) == nil) == isAbsent(child), "\(place).\(label)")
            }
            check(child, "\(place).\(label ?? "")", &seen)
        }
    }

    private func isAbsent(_ value: Any) -> Bool {
        let mirror = Mirror(reflecting: value)
        return mirror.displayStyle == .optional && mirror.children.isEmpty
    }
}
