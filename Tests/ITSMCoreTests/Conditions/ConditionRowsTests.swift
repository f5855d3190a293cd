import Testing

@testable import ITSMCore

@Suite struct ConditionRowsTests {
    private static let custom = [
        ConditionField(id: "1", name: "seats", kind: .number, isHidden: false),
        ConditionField(id: "2", name: "remote", kind: .boolean, isHidden: false),
        ConditionField(id: "3", name: "sites", kind: .list, isHidden: false),
        ConditionField(id: "4", name: "approver", kind: .person, isHidden: false),
    ]

    private static func environment(_ scope: ConditionScope) -> ConditionEnvironment { ConditionEnvironment(scope, customFields: custom) }

    /// A row, and the text that says it.
    static let cases: [(ConditionScope, ConditionRow, String)] = [
        (.list, .init("ticket.status", .is, ["new"]), #"ticket.status == "new""#),
        (.list, .init("ticket.status", .is, ["new", "assigned"]), #"ticket.status in ["new", "assigned"]"#),
        (.list, .init("ticket.status", .isNot, ["new"]), #"ticket.status != "new""#),
        (.list, .init("ticket.status", .isNot, ["new", "assigned"]), #"!(ticket.status in ["new", "assigned"])"#),
        (.list, .init("ticket.priority", .lessOrEqual, ["2"]), "ticket.priority <= 2"),
        (.list, .init("ticket.priority", .is, ["1", "4"]), "ticket.priority in [1, 4]"),
        (.list, .init("ticket.major", .isTrue), "ticket.major"),
        (.list, .init("ticket.major", .isFalse), "!ticket.major"),
        (.list, .init("ticket.title", .contains, [#"a "quoted" word"#]), #"ticket.title.contains("a \"quoted\" word")"#),
        (.list, .init("ticket.title", .containsNot, ["vpn"]), #"!ticket.title.contains("vpn")"#),
        (.list, .init("ticket.description", .containsNot, ["x"]), #"ticket.description == null || !ticket.description.contains("x")"#),
        (.list, .init("ticket.description", .isNot, ["x"]), #"ticket.description != "x""#),
        (.list, .init("ticket.description", .isEmpty), "ticket.description == null"),
        (.list, .init("ticket.category", .isWithin, ["network"]), #"ticket.category == "network" || ticket.category.startsWith("network/")"#),
        (
            .list, .init("ticket.category", .isNotWithin, ["network"]),
            #"ticket.category == null || !(ticket.category == "network" || ticket.category.startsWith("network/"))"#
        ),
        (.list, .init("ticket.category", .startsWith, ["net"]), #"ticket.category.startsWith("net")"#),
        (.list, .init("ticket.assignee", .is, ["a"]), #"ticket.assignee.id == "a""#),
        (.list, .init("ticket.assignee", .isNot, ["a"]), #"ticket.assignee == null || ticket.assignee.id != "a""#),
        (.list, .init("ticket.assignee", .isNot, ["a", "b"]), #"ticket.assignee == null || !(ticket.assignee.id in ["a", "b"])"#),
        (.list, .init("ticket.assignee", .isMe), "ticket.assignee.id == principal.id"),
        (.list, .init("ticket.assignee", .isNotMe), "ticket.assignee == null || ticket.assignee.id != principal.id"),
        (.list, .init("ticket.assignee", .isEmpty), "ticket.assignee == null"),
        (.list, .init("ticket.assignee.name", .startsWith, ["Ada"]), #"ticket.assignee.name.startsWith("Ada")"#),
        (.list, .init("ticket.requester", .isNot, ["a"]), #"ticket.requester.id != "a""#),
        (.list, .init("ticket.group", .isMine), "ticket.group.id in principal.groups"),
        (.list, .init("ticket.group", .isNotMine), "ticket.group == null || !(ticket.group.id in principal.groups)"),
        (.list, .init("ticket.service", .isNotEmpty), "ticket.service != null"),
        (.list, .init("ticket.tags", .is, ["vip"]), #""vip" in ticket.tags"#),
        (.list, .init("ticket.tags", .isNot, ["vip"]), #"!("vip" in ticket.tags)"#),
        (.list, .init("ticket.tags", .is, ["vip", "vpn"]), #"ticket.tags.exists(x, x in ["vip", "vpn"])"#),
        (.list, .init("ticket.tags", .isNot, ["vip", "vpn"]), #"!ticket.tags.exists(x, x in ["vip", "vpn"])"#),
        (.list, .init("ticket.tags", .isEmpty), "size(ticket.tags) == 0"),
        (.list, .init("ticket.watchers", .isMe), "ticket.watchers.exists(p, p.id == principal.id)"),
        (.list, .init("ticket.watchers", .isNot, ["a", "b"]), #"!ticket.watchers.exists(p, p.id in ["a", "b"])"#),
        (.list, .init("ticket.createdAt", .inTheLast, ["168h"]), #"ticket.createdAt > now - duration("168h")"#),
        (.list, .init("ticket.dueAt", .soonerThanIn, ["4h"]), #"ticket.dueAt < now + duration("4h")"#),
        (.list, .init("ticket.dueAt", .isPast), "ticket.dueAt < now"),
        (.list, .init("ticket.createdAt", .since, ["2026-11-21T00:00:00.000Z"]), #"ticket.createdAt >= timestamp("2026-11-21T00:00:00.000Z")"#),
        (.list, .init("ticket.parent.number", .is, ["INC0000001"]), #"ticket.parent.number == "INC0000001""#),
        (.list, .init("ticket.resolution.code", .isNot, ["fixed"]), #"ticket.resolution == null || ticket.resolution.code != "fixed""#),
        (.list, .init("ticket.customFields.seats", .greater, ["2.5"]), "ticket.customFields.seats > 2.5"),
        (.list, .init("ticket.customFields.remote", .isFalse), "ticket.customFields.remote == false"),
        (.list, .init("ticket.customFields.sites", .is, ["Porto"]), #""Porto" in ticket.customFields.sites"#),
        (.list, .init("ticket.customFields.approver", .isEmpty), "ticket.customFields.approver == null"),
        (.list, .init("principal.groups", .is, ["g"]), #""g" in principal.groups"#),
        (.change, .init("changed", .is, ["category"]), #"changed("category")"#),
        (.change, .init("changed", .isNot, ["category"]), #"!changed("category")"#),
        (.change, .init("event.kind", .is, ["ticket.created"]), #"event.kind == "ticket.created""#),
        (.change, .init("previous.status", .isNot, ["new"]), #"previous.status != "new""#),
        (.agreement, .init("ticket.group", .is, ["g"]), #"ticket.group.id == "g""#),
    ]

    @Test(arguments: cases) func aRowAndItsTextSayTheSame(scope: ConditionScope, row: ConditionRow, text: String) throws {
        let environment = Self.environment(scope)
        let rows = ConditionRows(.all, [.row(row)])
        #expect(rows.text(with: environment.rowFields) == text)
        #expect(try ConditionRows(reading: text, with: environment.rowFields) == rows)
        #expect(throws: Never.self) { try Condition(text, in: environment) }
    }

    /// Every operator of every field gives text that passes the checker and reads back.
    @Test(arguments: ConditionScope.allCases) func everyOperatorOfEveryFieldReadsBack(scope: ConditionScope) throws {
        let environment = Self.environment(scope), fields = environment.rowFields
        for field in fields {
            for operation in field.operations {
                let row = ConditionRow(field.name, operation, operation.values == 0...0 ? [] : [Self.value(of: field, operation)])
                let text = ConditionRows(.all, [.row(row)]).text(with: fields)
                let back = try ConditionRows(reading: text, with: fields)
                #expect(back == ConditionRows(.all, [.row(row)]), "\(field.name) \(operation): \(text)")
                do { _ = try Condition(text, in: environment) } catch { Issue.record("\(text): \(error)") }
            }
        }
    }

    private static func value(of field: ConditionRowField, _ operation: ConditionRow.Operation) -> String {
        switch operation {
        case .inTheLast, .longerAgo, .soonerThanIn, .laterThanIn: "90m"
        case .since, .before: "2026-11-21T08:00:00.000Z"
        default: field.choices.first ?? (field.form == .number ? "3" : "x")
        }
    }

    static let groups: [(ConditionRows, String)] = [
        (ConditionRows(), ""),
        (
            ConditionRows(.any, [.row(.init("ticket.major", .isTrue)), .row(.init("ticket.assignee", .isNot, ["a"]))]),
            #"ticket.major || (ticket.assignee == null || ticket.assignee.id != "a")"#
        ),
        (
            ConditionRows(
                .all,
                [
                    .row(.init("ticket.priority", .lessOrEqual, ["2"])),
                    .group(.any, [.row(.init("ticket.category", .isWithin, ["network"])), .row(.init("ticket.tags", .is, ["vpn"]))]),
                ]),
            #"ticket.priority <= 2 && ((ticket.category == "network" || ticket.category.startsWith("network/")) || "vpn" in ticket.tags)"#
        ),
        (
            ConditionRows(
                .any, [.group(.all, [.row(.init("ticket.major", .isTrue)), .row(.init("ticket.dueAt", .isPast))]), .text("size(ticket.title) > 80")]),
            "ticket.major && ticket.dueAt < now || size(ticket.title) > 80"
        ),
        (
            ConditionRows(.all, [.row(.init("ticket.major", .isTrue)), .text(#"ticket.major ? ticket.title == "x" : ticket.confidential"#)]),
            #"ticket.major && (ticket.major ? ticket.title == "x" : ticket.confidential)"#
        ),
    ]

    @Test(arguments: groups) func groupsAndTheirTextSayTheSame(rows: ConditionRows, text: String) throws {
        let fields = Self.environment(.list).rowFields
        #expect(rows.text(with: fields) == text)
        #expect(try ConditionRows(reading: text, with: fields) == rows)
    }

    /// What rows cannot say stays, word for word or as the language would write it, and is asked the same.
    @Test(arguments: [
        "ticket.title.matches('a+') && ticket.major", "ticket.tags.all(t, t != 'x') || (ticket.major && (ticket.confidential || ticket.dueAt < now))",
        "ticket.assignee.id != 'a'", "!(ticket.status == 'new')", "ticket.createdAt <= now", "true", "ticket.status == ticket.kind",
        "ticket.tags[0] == 'x'", "1 < ticket.priority",
    ])
    func whatRowsCannotSayStaysAsText(text: String) throws {
        let fields = Self.environment(.list).rowFields
        let rows = try ConditionRows(reading: text, with: fields)
        #expect(!rows.isWhole)
        let written = rows.text(with: fields)
        #expect(try CELSyntax.parse(written).description == CELSyntax.parse(text).description)
        #expect(try ConditionRows(reading: written, with: fields) == rows)
    }

    /// Rows that are not finished are left out; what is no value of their field does not reach the text.
    @Test(arguments: [
        ConditionRow("ticket.status", .is), .init("ticket.status", .is, ["nonsense"]), .init("ticket.priority", .less, ["1 || true"]),
        .init("ticket.createdAt", .inTheLast, ["7d\")"]), .init("ticket.createdAt", .since, ["today"]), .init("ticket.nothing", .is, ["x"]),
        .init("ticket.major", .contains, ["x"]), .init("ticket.assignee", .isEmpty, ["x"]), .init("ticket.title", .is, [""]),
    ])
    func unfinishedRowsAreLeftOut(row: ConditionRow) {
        let rows = ConditionRows(.all, [.row(row), .row(.init("ticket.major", .isTrue)), .text("  "), .group(.any, [.row(row)])])
        #expect(rows.text(with: Self.environment(.list).rowFields) == "ticket.major")
    }

    @Test func textThatIsNoExpressionHasNoRows() {
        #expect(throws: CELError.self) { try ConditionRows(reading: "ticket.major &&", with: Self.environment(.list).rowFields) }
    }
}
