import Foundation
import Testing

@testable import ITSMCore

/// Folds a whole file as an import does, without a database.
func foldCSV(_ bytes: [UInt8], map: ImportMap, zone: String?) throws -> (outcomes: [HistoryFold.Outcome], scan: ImportScan, plan: ImportPlan) {
    func reader() throws -> CSVReader { try CSVReader(source: chunks(bytes)) }
    var first = try reader()
    let plan = try ImportPlan(map, header: first.header, timeZone: zone)
    let scan = try ImportScan(&first, plan: plan)
    var groups = TicketRows(try reader(), plan: plan, scan: scan)
    var fold = HistoryFold(plan)
    var outcomes: [HistoryFold.Outcome] = []
    while let group = try groups.next() { outcomes.append(fold.fold(group)) }
    return (outcomes, scan, plan)
}

@Suite("Folding an event log into tickets")
struct HistoryFoldTests {
    static let header =
        "number,incident_state,sys_mod_count,caller_id,opened_by,opened_at,sys_updated_by,sys_updated_at,category,subcategory,u_symptom,impact,"
        + "urgency,priority,assignment_group,assigned_to,closed_code,resolved_at,closed_at,reopen_count,contact_type,location"

    /// One row of the log, with what most rows have in common.
    static func row(
        _ number: String = "INC1", _ state: String, _ order: Int, at: String, caller: String = "Caller 1", category: String = "Category 1",
        group: String = "Group 1",
        assignee: String = "?", resolved: String = "?", closed: String = "?", code: String = "code 6", opened: String = "1/3/2016 08:00"
    ) -> String {
        "\(number),\(state),\(order),\(caller),Opened by  8,\(opened),Updated by 1,\(at),\(category),Subcategory 2,?,2 - Medium,2 - Medium,3 - Moderate,"
            + "\(group),\(assignee),\(code),\(resolved),\(closed),0,Phone,Location 5"
    }

    static func fold(_ rows: [String], zone: String = "Europe/Berlin") throws -> [HistoryFold.Outcome] {
        try foldCSV(Array(([header] + rows).joined(separator: "\n").utf8), map: .serviceNow, zone: zone).outcomes
    }

    static func ticket(_ rows: [String]) throws -> ImportedTicket {
        let outcome = try #require(fold(rows).first)
        #expect(outcome.faults.isEmpty)
        return try #require(outcome.ticket)
    }

    @Test("A ticket's life, from its rows")
    func life() throws {
        let ticket = try Self.ticket([
            Self.row("INC1", "New", 0, at: "1/3/2016 08:05", closed: "9/3/2016 08:00"),
            Self.row("INC1", "Awaiting Vendor", 1, at: "1/3/2016 09:00", assignee: "Resolver 3", closed: "9/3/2016 08:00"),
            Self.row("INC1", "Resolved", 2, at: "2/3/2016 09:00", assignee: "Resolver 3", resolved: "2/3/2016 08:59", closed: "9/3/2016 08:00"),
            Self.row("INC1", "Closed", 3, at: "9/3/2016 08:00", assignee: "Resolver 3", resolved: "2/3/2016 08:59", closed: "9/3/2016 08:00"),
        ])
        #expect(ticket.externalRef == .init(source: "servicenow", id: "INC1"))
        #expect(
            ticket.history.map { "\($0.at) \($0.by ?? "-") \($0.state.status)" } == [
                "2016-03-01T07:00:00.000Z Opened by  8 new", "2016-03-01T08:00:00.000Z Updated by 1 pendingVendor",
                "2016-03-02T08:00:00.000Z Updated by 1 resolved", "2016-03-09T07:00:00.000Z Updated by 1 closed",
            ])
        #expect(ticket.state.title == "Category 1 · Subcategory 2")
        #expect(ticket.state.category == ["Category 1", "Subcategory 2"])
        #expect(ticket.history[1].state.pendingReason == "Awaiting Vendor")
        #expect(ticket.state.pendingReason == nil)
        #expect(ticket.state.assignee == "Resolver 3")
        #expect(ticket.state.channel == .phone)
        #expect((ticket.state.impact, ticket.state.urgency, ticket.state.priority) == (.medium, .medium, .medium))
        #expect(ticket.resolvedAt?.description == "2016-03-02T07:59:00.000Z")
        #expect(ticket.closedAt?.description == "2016-03-09T07:00:00.000Z")
        #expect(ticket.resolution == .init(code: .fixed, notes: "ServiceNow: code 6"))
        #expect(ticket.sourceData == ["location": "Location 5"])
    }

    @Test("Rows stand in the order of sys_mod_count, equals in that of the file, even when others lie between")
    func order() throws {
        let outcomes = try Self.fold([
            Self.row("INC1", "Resolved", 1, at: "1/3/2016 10:00", resolved: "1/3/2016 10:00"), Self.row("INC2", "New", 0, at: "1/3/2016 08:05"),
            Self.row("INC1", "New", 0, at: "1/3/2016 08:05"), Self.row("INC1", "Active", 0, at: "1/3/2016 09:00"),
        ])
        #expect(outcomes.map { $0.ticket?.externalRef.id } == ["INC2", "INC1"])
        #expect(outcomes[1].ticket?.history.map(\.state.status) == [.new, .inProgress, .resolved])
    }

    @Test("A state that means nothing keeps the one before and is told")
    func kept() throws {
        let outcome = try Self.fold([
            Self.row("INC1", "Awaiting User Info", 0, at: "1/3/2016 08:05"), Self.row("INC1", "-100", 1, at: "1/3/2016 09:00", group: "Group 2"),
        ])[0]
        #expect(outcome.ticket?.history.map(\.state.status) == [.new, .pendingRequester, .pendingRequester])
        #expect(outcome.ticket?.state.pendingReason == "Awaiting User Info")
        #expect(outcome.ticket?.state.group == "Group 2")
        #expect(outcome.notes.map(\.warning) == [.stateKept])
        #expect(outcome.notes.first?.row == 3)
    }

    @Test(
        "A missing time of resolution is that of the first resolved event, else the closing",
        arguments: [
            (["New", "Resolved", "Active", "Resolved", "Closed"], "2016-03-01T08:00:00.000Z"), (["New", "Closed"], "2016-03-01T08:00:00.000Z"),
        ])
    func resolvedAt(states: [String], expected: String) throws {
        let last = 8 + states.count - 1
        let rows = states.enumerated().map { Self.row("INC1", $1, $0, at: "1/3/2016 \(8 + $0):00", closed: "1/3/2016 \(last):00") }
        let outcome = try Self.fold(rows)[0]
        #expect(outcome.ticket?.resolvedAt?.description == expected)
        #expect(outcome.notes.contains { $0.warning == .resolvedAtMissing })
    }

    @Test("What ours would refuse is recorded and counted")
    func refused() throws {
        let outcome = try Self.fold([
            Self.row("INC1", "Awaiting Vendor", 0, at: "1/3/2016 08:05"), Self.row("INC1", "Awaiting Problem", 1, at: "1/3/2016 09:00"),
            Self.row("INC1", "Closed", 2, at: "1/3/2016 10:00", closed: "1/3/2016 10:00"),
        ])[0]
        #expect(outcome.ticket?.history.map(\.state.status) == [.new, .pendingVendor, .pendingChange, .closed])
        #expect(
            outcome.notes.filter { $0.warning == .transitionRefused }.map(\.detail) == ["pendingVendor to pendingChange", "pendingChange to closed"])
    }

    @Test("An update that goes back in time is given the time of the one before")
    func backInTime() throws {
        let outcome = try Self.fold([
            Self.row("INC1", "Active", 0, at: "1/3/2016 09:00"), Self.row("INC1", "Resolved", 1, at: "1/3/2016 08:30", resolved: "1/3/2016 09:00"),
        ])[0]
        #expect(outcome.ticket?.history.map(\.at.description).last == "2016-03-01T08:00:00.000Z")
        #expect(outcome.notes.map(\.warning) == [.timeWentBack])
    }

    @Test("Unknown values are absent: caller, title, group")
    func absent() throws {
        let outcome = try Self.fold([
            Self.row("INC1", "New", 0, at: "1/3/2016 08:05", caller: "?", category: "?", group: "?").replacing("Subcategory 2", with: "?")
        ])[0]
        #expect(outcome.ticket?.state.requester == nil)
        #expect(outcome.ticket?.state.group == nil)
        #expect(outcome.ticket?.state.title == "INC1")
        #expect(outcome.ticket?.state.category == [])
        #expect(Set(outcome.notes.map(\.warning)) == [.requesterUnknown, .titleMissing])
    }

    @Test("Wall times in a gap and repeated ones are told")
    func zones() throws {
        let gap = try Self.fold([Self.row("INC1", "New", 0, at: "27/3/2016 02:30", opened: "27/3/2016 01:00")])[0]
        #expect(gap.notes.map(\.warning) == [.timeInGap])
        let twice = try Self.fold([Self.row("INC1", "New", 0, at: "30/10/2016 02:30", group: "Group 2", opened: "30/10/2016 02:30")])[0]
        #expect(twice.notes.map(\.warning) == [.timeRepeated, .timeRepeated])
        #expect(twice.ticket?.createdAt.description == "2016-10-30T00:30:00.000Z")
    }

    @Test("Every fault is told by row and column, and only its ticket is rejected")
    func faults() throws {
        let outcomes = try Self.fold([
            Self.row("INC1", "Whatever", 0, at: "31/2/2016 08:05"), Self.row("INC2", "New", 0, at: "1/3/2016 08:05"), "INC3,New",
            Self.row("", "New", 0, at: "1/3/2016 08:05"),
        ])
        #expect(outcomes.map { $0.ticket != nil } == [false, true, false, false])
        #expect(
            outcomes[0].faults.map { "\($0.row) \($0.column ?? 0) \($0.name ?? "") \($0.value ?? "")" } == [
                "2 2 incident_state Whatever", "2 8 sys_updated_at 31/2/2016 08:05",
            ])
        #expect(outcomes[2].faults.contains { $0.row == 4 && $0.code == .malformed })
        #expect(outcomes[3].faults.map(\.code) == [.required])
    }

    @Test("The digest tells changed from unchanged, and depends on how the file is read")
    func digest() throws {
        let rows = [Self.row("INC1", "New", 0, at: "1/3/2016 08:05"), Self.row("INC2", "New", 0, at: "1/3/2016 08:05")]
        let digests = try Self.fold(rows).map { $0.ticket?.digest }
        #expect(try Self.fold(rows).map { $0.ticket?.digest } == digests)
        #expect(digests[0] != digests[1])
        #expect(try Self.fold(rows, zone: "UTC").map { $0.ticket?.digest } != digests)
        let changed = try Self.fold([rows[0].replacing("Location 5", with: "Location 6"), rows[1]]).map { $0.ticket?.digest }
        #expect(changed[0] != digests[0] && changed[1] == digests[1])
    }

    @Test("The list export has one row a ticket, columns by label or by name, and tells the end by its times")
    func listExport() throws {
        let text = """
            "Number","Short description","Caller","Priority","State","Category","Assignment group","Assigned to","Opened","Resolved","Closed","Updated","Notes"
            "INC0000060","Printer, broken","Jane Doe","2 - High","Closed","Hardware","Desk","Bob","2024-03-01 10:00:00","2024-03-01 12:00:00","2024-03-06 12:00:00","2024-03-06 12:00:00","x"
            "INC0000061","VPN down","Jane Doe","5 - Planning","On Hold","Network","","","2024-03-01 10:00:00","","","2024-03-02 10:00:00",""

            """
        let outcomes = try foldCSV(Array(text.utf8), map: .serviceNow, zone: "UTC").outcomes
        #expect(outcomes.flatMap(\.faults).isEmpty)
        let closed = try #require(outcomes[0].ticket)
        let waiting = try #require(outcomes[1].ticket)
        #expect(
            closed.history.map { "\($0.at) \($0.state.status)" } == [
                "2024-03-01T10:00:00.000Z new", "2024-03-01T12:00:00.000Z resolved", "2024-03-06T12:00:00.000Z closed",
            ])
        #expect(closed.state.title == "Printer, broken")
        #expect(closed.sourceData == ["Notes": "x"])
        #expect(
            waiting.history.map { "\($0.at) \($0.state.status)" } == ["2024-03-01T10:00:00.000Z new", "2024-03-02T10:00:00.000Z pendingRequester"])
        #expect(waiting.state.priority == .low)
        #expect(waiting.resolvedAt == nil)
    }
}
