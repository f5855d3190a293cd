import Foundation
import Testing

@testable import ITSMCore

@Suite struct BulkPlanTests {
    private func edit(_ json: String) throws -> BulkEdit { try JSONDecoder().decode(BulkEdit.self, from: Data(json.utf8)) }

    private func edit(of count: Int, atomic: Bool = false) -> BulkEdit {
        var changes = BulkEdit.Changes()
        changes.addTags = ["vpn"]
        return BulkEdit((1...count).map { .init(.number(TicketNumber(kind: .incident, value: Int64($0)))) }, changes, atomic: atomic)
    }

    @Test(arguments: [
        ("{}", ["/tickets", "/changes"]),
        (#"{"tickets": [], "changes": {}}"#, ["/tickets", "/changes"]),
        (#"{"tickets": ["INC1"], "changes": {"priority": "low", "group": "Nobody"}}"#, ["/changes/priorityReason", "/changes/group"]),
        (#"{"tickets": ["INC1"], "changes": {"addTags": ["a", ""], "removeTags": [" "]}}"#, ["/changes/addTags/1", "/changes/removeTags/0"]),
        (#"{"tickets": ["INC1"], "changes": {"reason": "x"}}"#, ["/changes/status"]),
    ])
    func faultsOfAllAreToldAtOnce(json: String, pointers: [String]) throws {
        let edit = try edit(json)
        let error = #expect(throws: ITSMError.self) { try BulkPlan(edit, desk: Desk.snapshot, as: Desk.agent()) }
        #expect(error?.pointers == pointers)
    }

    @Test func ticketsAreNamedInThreeWays() throws {
        let id: ID<Ticket> = Desk.id(31)
        let edit = try edit(#"{"tickets": ["inc7", "\#(id)", {"ticket": "INC8", "version": 3}]}"#)
        #expect(edit.tickets?.map(\.ticket.description) == ["INC0000007", id.description, "INC0000008"])
        #expect(edit.tickets?.map(\.version) == [nil, nil, 3])
        #expect(throws: DecodingError.self) { try self.edit(#"{"tickets": ["7"]}"#) }
    }

    @Test(arguments: [(1, nil), (50, nil), (51, ErrorCode.forbidden), (1_001, .tooLong)])
    func whatAPersonPicksNeedsNoFurtherRight(count: Int, expected: ErrorCode?) {
        func code(as caller: Principal) -> ErrorCode? {
            do {
                _ = try BulkPlan(edit(of: count), desk: Desk.snapshot, as: caller)
                return nil
            } catch { return (error as? ITSMError)?.code }
        }
        #expect(code(as: Desk.agent()) == expected)
        #expect(code(as: Desk.agent(adding: [.bulkTickets: .group])) == (expected == .forbidden ? nil : expected))
        #expect(code(as: Desk.requester()) == .forbidden)
    }

    @Test(arguments: [(1, false, [0..<1]), (50, false, [0..<50]), (120, false, [0..<50, 50..<100, 100..<120]), (120, true, [0..<120])])
    func transactionsAreOfABoundedSize(count: Int, atomic: Bool, chunks: [Range<Int>]) throws {
        let plan = try BulkPlan(edit(of: count, atomic: atomic), desk: Desk.snapshot, as: Desk.agent(adding: [.bulkTickets: .all]))
        #expect(plan.chunks == chunks)
        #expect(plan.isOneTransaction == (chunks.count == 1))
    }
}
