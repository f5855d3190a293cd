import Testing

@testable import ITSMCore

/// Which lists an index leads to whatever their values are.
@Suite struct TicketQueryTests {
    struct Row: Sendable {
        let query: @Sendable (inout TicketQuery) -> Void
        let isPlain: Bool

        init(_ isPlain: Bool, _ query: @escaping @Sendable (inout TicketQuery) -> Void) {
            self.query = query
            self.isPlain = isPlain
        }
    }

    @Test(arguments: [
        Row(true) { _ in },
        Row(true) { $0.sort = .init(.updatedAt, descending: true) },
        Row(true) {
            $0.categories = [.open]; $0.group = .anyOf([Desk.network.id]); $0.priorities = [.high]
        },
        Row(true) {
            $0.categories = [.open, .pending]; $0.group = .anyOf([Desk.network.id]); $0.sort = .init(.priority)
        },
        Row(true) {
            $0.statuses = [.new, .pendingVendor]; $0.assignee = .person(Desk.anna); $0.sort = .init(.updatedAt)
        },
        Row(true) {
            $0.categories = [.open]; $0.assignee = .nobody
        },
        Row(true) { $0.requester = Desk.rita },
        Row(false) {
            $0.requester = Desk.rita; $0.sort = .init(.updatedAt)
        },
        Row(false) {
            $0.assignee = .person(Desk.anna); $0.sort = .init(.updatedAt)
        },
        Row(false) {
            $0.categories = [.open]; $0.group = .anyOf([Desk.network.id]); $0.sort = .init(.updatedAt)
        },
        Row(false) { $0.group = .anyOf([Desk.network.id, Desk.servers.id]) },
        Row(false) { $0.sort = .init(.priority) },
        Row(false) { $0.sort = .init(.title) },
        Row(false) { $0.text = "printer" },
        Row(false) { $0.tags = ["vpn"] },
        Row(false) { $0.created = .init(from: Desk.monday) },
    ])
    func plainListsAreToldFromComposedOnes(row: Row) {
        var query = TicketQuery()
        query.sort = .init(.createdAt, descending: true)
        row.query(&query)
        #expect(query.isPlain(for: Desk.agent()) == row.isPlain)
        #expect(!query.isPlain(for: Desk.caller(Desk.otto, [.readTickets: .group])))
        #expect(query.isPlain(for: Desk.requester()) == (row.isPlain && query.sort.key == .createdAt))
    }
}
