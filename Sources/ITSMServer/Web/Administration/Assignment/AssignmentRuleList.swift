import ITSMCore

/// The assignment rules as the template `assignment-rules` shows them: in order, with the ways to another place.
struct AssignmentRuleList: Sendable {
    let title: String
    let create: RecordList.Link?
    let filter: RecordList.Filter?
    let empty: RecordList.Empty?
    let rows: [Row]
    let isMovable: Bool
    let next: String?
    let first: String?

    struct Row: Sendable {
        let record: RecordList.Row
        let move: String
        let name: String
        /// False at the end of the list.
        let goesUp: Bool
        let goesDown: Bool
    }

    /// - Parameter isMovable: whether the list holds all that are asked, so that neighbours are those that are seen.
    init(records: RecordList, rules: [AssignmentRule], isMovable: Bool) {
        title = records.title
        create = records.create
        filter = records.filter
        empty = records.empty
        next = records.next
        first = records.first
        self.isMovable = isMovable
        rows = zip(records.rows, rules).enumerated().map { place, pair in
            Row(
                record: pair.0, move: "\(AssignmentRulePages.list)/\(pair.1.id)/move", name: pair.1.name, goesUp: place > 0 || records.first != nil,
                goesDown: place < rules.count - 1 || records.next != nil)
        }
    }
}

/// What a rule would do to past tickets, as the template `assignment-rehearsal` shows it.
struct AssignmentRehearsalView: Sendable {
    let title: String
    let name: String
    let address: String
    let facts: [Fact]
    let failure: String?
    /// What stands above the table.
    let caption: String
    let rows: [Row]
    let empty: RecordList.Empty?

    struct Fact: Sendable {
        let name: String
        let value: String
    }

    struct Row: Sendable {
        let number: String
        let title: String
        let address: String
        let now: String
        let then: String
        let differs: Bool
    }

    init(_ rehearsal: AssignmentRehearsal, of rule: AssignmentRule, days: Int) {
        title = "Rehearsal of \(rule.name)"
        name = rule.name
        address = "\(AssignmentRulePages.list)/\(rule.id)"
        facts = [
            Fact(name: days == 1 ? "Tickets of the last day" : "Tickets of the last \(days) days", value: "\(rehearsal.tickets)"),
            Fact(name: "Would match", value: "\(rehearsal.matched)"), Fact(name: "Would go elsewhere", value: "\(rehearsal.differing)"),
            Fact(name: "No answer", value: "\(rehearsal.failed)"),
        ]
        failure = rehearsal.failure.map { "The condition had no answer, which counts as no: \($0)" }
        let isCut = rehearsal.matched > rehearsal.rows.count
        caption =
            (isCut ? "The newest \(rehearsal.rows.count) of the tickets that would match" : "The tickets that would match")
            + ", as they stand now, and where this rule alone would have them."
        rows = rehearsal.rows.map { row in
            Row(
                number: row.ticket.number.description, title: row.ticket.title, address: "/tickets/\(row.ticket.number)",
                now: row.nowWords, then: row.thenWords, differs: row.differs)
        }
        empty =
            rehearsal.rows.isEmpty
            ? .init(icon: "flow", heading: "Nothing would match", words: "None of the \(rehearsal.tickets) tickets meets the condition.") : nil
    }
}

extension AssignmentRehearsal.Row {
    var nowWords: String { Self.words(group?.name, assignee?.name) ?? "Nowhere yet" }
    var thenWords: String { Self.words(newGroup?.name, newAssignee?.name ?? choice.rehearsed) ?? "" }

    private static func words(_ group: String?, _ person: String?) -> String? {
        let parts = [group, person].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
}

extension AssignmentRule.Choice {
    /// The person whom nobody can name before it happens.
    fileprivate var rehearsed: String? {
        switch self {
        case .nobody, .person: nil
        case .roundRobin: "next in turn"
        case .leastLoaded: "who has the least work then"
        case .bestSkill: "who has the best skills then"
        }
    }
}
