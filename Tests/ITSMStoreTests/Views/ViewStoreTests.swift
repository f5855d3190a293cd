import ITSMCore
import Testing

@testable import ITSMStore

@Suite struct ViewStoreTests {
    /// The database answers who may use a view as the view itself does.
    @Test func visibilityIsTheSameInSQL() async throws {
        let desk = try await TicketDesk.make()
        let callers = [desk.anna, desk.sven, desk.otto, desk.rita, Principal.automation()]
        let network = Ref(id: desk.network, name: "Network")
        let views = try await desk.database.write { tx in
            var views: [SavedView] = []
            for owner in callers.dropLast() {
                for (sharing, groups) in [(SavedView.Sharing.onlyMe, []), (.groups, [network]), (.groups, []), (.everyone, [])] {
                    let view = SavedView(
                        id: tx.newID(), name: "\(views.count)", owner: Ref(id: owner.id, name: owner.name), sharing: sharing, groups: groups,
                        createdAt: tx.now, updatedAt: tx.now)
                    try tx.views.insert(view, customFields: [])
                    views.append(view)
                }
            }
            return views
        }
        for caller in callers {
            let seen = try await desk.database.read { tx in
                (
                    try tx.views.list(.init(), page: PageRequest(limit: 100)!, visibleTo: caller).items,
                    try tx.views.pinned(visibleTo: caller, limit: 100)
                )
            }
            let expected = Set(views.filter { $0.isVisible(to: caller) }.map(\.id))
            #expect(Set(seen.0.map(\.id)) == expected && Set(seen.1.map(\.id)) == expected, "\(caller.username)")
            #expect(seen.0.allSatisfy { view in views.contains { $0.id == view.id && $0.groups.map(\.id) == view.groups.map(\.id) } })
        }
    }

    @Test func pagesHoldEveryViewOnce() async throws {
        let desk = try await TicketDesk.make()
        let anna = desk.anna
        try await desk.database.write { tx in
            for index in 0..<9 {
                let view = SavedView(
                    id: tx.newID(), name: "View \(index % 2 == 0 ? "b" : "A")\(index)", owner: Ref(id: anna.id, name: anna.name), createdAt: tx.now,
                    updatedAt: tx.now)
                try tx.views.insert(view, customFields: index == 0 ? ["risk"] : [])
            }
        }
        var names: [String] = [], position: PagePosition?
        repeat {
            let after = position
            let page = try await desk.database.read { try $0.views.list(.init(), page: PageRequest(limit: 4, after: after)!, visibleTo: anna) }
            names += page.items.map(\.name)
            position = page.next
        } while position != nil
        #expect(names == (["1", "3", "5", "7"].map { "View A\($0)" } + ["0", "2", "4", "6", "8"].map { "View b\($0)" }))
        let uses = try await desk.database.read { (try $0.views.uses(ofCustomField: "risk"), try $0.views.uses(ofCustomField: "other")) }
        #expect(uses.0 == [RecordUse("view", "views", count: 1)] && uses.1.isEmpty)
    }

    /// A group that is deleted takes its share along; the view stays with its owner.
    @Test func aDeletedGroupTakesItsShareAlong() async throws {
        let desk = try await TicketDesk.make()
        let anna = desk.anna
        let kept = try await desk.database.write { tx in
            let group = SupportGroup(id: tx.newID(), name: "Short-lived", createdAt: tx.now, updatedAt: tx.now)
            try tx.groups.insert(group)
            let view = SavedView(
                id: tx.newID(), name: "V", owner: Ref(id: anna.id, name: anna.name), sharing: .groups, groups: [Ref(id: group.id, name: group.name)],
                createdAt: tx.now, updatedAt: tx.now)
            try tx.views.insert(view, customFields: [])
            try tx.flush()
            try tx.groups.delete(group.id)
            try tx.flush()
            return try tx.views.find(.id(view.id), visibleTo: anna)
        }
        #expect(kept.count == 1 && kept[0].groups.isEmpty)
    }
}
