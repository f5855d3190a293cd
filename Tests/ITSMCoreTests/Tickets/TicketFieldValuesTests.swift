import Testing

@testable import ITSMCore

@Suite struct TicketFieldValuesTests {
    private static let fields = CustomFieldList([
        CustomFieldTests.field("site", .text) { $0.isRequired = true },
        CustomFieldTests.field("size", .choice) { $0.defaultValue = "medium" },
        CustomFieldTests.field("risk", .number) { ($0.visibleToRequesters, $0.isRequired) = (false, true) },
        CustomFieldTests.field("cause", .text) { $0.kinds = [.problem] },
        CustomFieldTests.field("old", .text) { $0.archivedAt = Desk.monday },
        CustomFieldTests.field("owner", .user),
    ])

    struct Raising: Sendable {
        var asked: [String: JSONValue]
        var isAgent = false
        var kind = TicketKind.incident
        /// With the codes.
        var faults: [String] = []
        var values: [String: JSONValue] = [:]
    }

    @Test(arguments: [
        Raising(asked: ["site": "HQ"], values: ["site": "HQ", "size": "medium"]),
        Raising(asked: ["site": "HQ", "size": "large"], values: ["site": "HQ", "size": "large"]),
        Raising(asked: ["site": "HQ", "size": nil], values: ["site": "HQ"]),
        Raising(asked: [:], faults: ["/customFields/site required"]),
        Raising(asked: ["site": ""], faults: ["/customFields/site required"]),
        Raising(asked: ["site": 5], faults: ["/customFields/site invalidValue"]),
        // To a requester, what they do not see is not there.
        Raising(asked: ["site": "HQ", "risk": 5], faults: ["/customFields/risk unknownField"]),
        Raising(asked: ["site": "HQ", "risk": 5], isAgent: true, values: ["site": "HQ", "size": "medium", "risk": 5]),
        Raising(asked: ["site": "HQ"], isAgent: true, faults: ["/customFields/risk required"]),
        Raising(asked: ["site": "HQ", "cause": "x"], faults: ["/customFields/cause invalidValue"]),
        Raising(
            asked: ["site": "HQ", "cause": "x", "risk": 1], isAgent: true, kind: .problem,
            values: ["site": "HQ", "size": "medium", "cause": "x", "risk": 1]),
        Raising(asked: ["site": "HQ", "old": "x"], faults: ["/customFields/old invalidValue"]),
        Raising(asked: ["site": "HQ", "a/b": 1], faults: ["/customFields/a~1b unknownField"]),
    ])
    func raising(row: Raising) {
        var problems = ProblemList()
        let values = TicketFieldValues(raising: row.kind, row.asked, in: Self.fields, seesHidden: row.isAgent, &problems)
        #expect(problems.problems.map { "\($0.pointer) \($0.code.rawValue)" } == row.faults)
        if row.faults.isEmpty { #expect(values.values == row.values) }
    }

    @Test func aWrongNameIsToldTheNearest() {
        var problems = ProblemList()
        _ = TicketFieldValues(raising: .incident, ["site": "HQ", "ownr": "x", "rusk": 1], in: Self.fields, seesHidden: false, &problems)
        #expect(
            problems.problems.map(\.message) == [
                "There is no custom field \"ownr\" here. Did you mean owner?", "There is no custom field \"rusk\" here.",
            ])
    }

    @Test func anEditAsksOnlyAboutWhatItNames() throws {
        var problems = ProblemList()
        func edit(_ asked: [String: JSONValue]) -> [String: JSONValue] {
            TicketFieldValues(
                editing: asked, of: .incident, standing: ["size": "small", "old": "x", "site": "HQ"], in: Self.fields, seesHidden: false, &problems
            ).applied(to: ["size": "small", "old": "x", "site": "HQ"])
        }
        #expect(edit([:]) == ["size": "small", "old": "x", "site": "HQ"])
        #expect(edit(["size": "large", "old": nil]) == ["size": "large", "site": "HQ"])
        #expect(problems.isEmpty)
        _ = edit(["site": nil])
        #expect(problems.problems.map(\.pointer) == ["/customFields/site"], "what is required cannot be cleared")
    }

    @Test func whatIsHiddenStandsApartInTheRecord() {
        var ticket = Desk.ticket { $0.customFields = ["site": "HQ", "risk": 5] }
        let created = ticket.created(hiding: Self.fields.hiddenNames)
        #expect(created.map(\.isRestricted) == [false, true])
        #expect(created[0].payload["customFields"] == ["site": "HQ"])
        #expect(created[1].payload == ["customFields.risk": ["old": nil, "new": 5]])
        #expect(Desk.ticket().created(hiding: ["risk"]).count == 1)
        let before = ticket
        (ticket.title, ticket.customFields) = ("Another", ["risk": 6])
        let changes = ticket.changed(since: before, hiding: Self.fields.hiddenNames, at: Desk.monday)
        #expect(changes.map(\.isRestricted) == [false, true] && ticket.version == before.version + 1)
        #expect(changes[0].payload["customFields.site"] == ["old": "HQ", "new": nil] && changes[0].payload["customFields.risk"] == nil)
        #expect(changes[1].payload == ["customFields.risk": ["old": 5, "new": 6]])
    }

    @Test func aReaderSeesWhatIsForThem() {
        let values: [String: JSONValue] = ["site": "HQ", "risk": 5, "gone": 1]
        #expect(Self.fields.shown(of: values, seesHidden: false) == ["site": "HQ"])
        #expect(Self.fields.shown(of: values, seesHidden: true) == ["site": "HQ", "risk": 5])
    }
}
