import Testing

@testable import ITSMCore

/// What the checker refuses and how it says so, and what it takes.
struct CELCheckingTests {
    private static let group = CELDeclaredType.object("a group", ["id": .string, "name": .string])
    private static let environment = CELEnvironment(
        declaring: [
            CELVariable("ticket.priority", .int), CELVariable("ticket.category", .nullable(.string)), CELVariable("ticket.tags", .list(.string)),
            CELVariable("ticket.createdAt", .timestamp), CELVariable("ticket.resolvedAt", .nullable(.timestamp)),
            CELVariable("ticket.group", .nullable(group)), CELVariable("ticket.customFields.cost", .nullable(.double)),
            CELVariable("ticket.customFields.floor", .nullable(.int)),
            CELVariable("principal", .object("a person", ["id": .string, "name": .string])),
            CELVariable("now", .timestamp), CELVariable("counts", .map(.string, .int)), CELVariable("any"),
            CELVariable("@changes", .list(.string)),
            CELVariable("ticket.status", .string, choices: ["new", "inProgress", "resolved"]),
        ],
        functions: [
            CELFunction("changed", [.string], .bool, reads: "@changes", choices: ["priority", "assignee"]) { arguments in
                guard case .list(let changes) = arguments[0] else { return .bool(false) }
                return .bool(changes.elements.contains(arguments[1]))
            }
        ])

    /// The expression, the place of its one fault, and what the message says.
    private static let refused: [(String, Int, String)] = [
        // Names.
        ("ticket.priorty <= 2", 1, "there is no ticket.priorty; did you mean ticket.priority?"),
        ("1 == 1 && ticket.Priority == 2", 11, "there is no ticket.Priority; did you mean ticket.priority?"),
        ("ticket == null", 1, "ticket is no value by itself; name one of its fields, such as ticket.priority"),
        ("ticket.custmFields.cost > 1.0", 1, "there is no ticket.custmFields; did you mean ticket.customFields?"),
        ("ticket.customFields.costs > 1.0", 1, "there is no ticket.customFields.costs; did you mean ticket.customFields.cost?"),
        ("ticket.group.nme == 'x'", 1, "there is no ticket.group.nme; did you mean ticket.group.name?"),
        ("principal.email == 'x'", 1, "there is no principal.email; a person has id, name"),
        ("priority <= 2", 1, "there is no priority; did you mean ticket.priority?"),
        ("ticket.category == network", 20, "there is no network; a text stands in quotes, \"network\""),
        ("ticket.tags.exists(tag, tg == 'vpn')", 25, "there is no tg; did you mean tag?"),
        ("has(ticket.category)", 5, "ticket.category is always there; whether it is set is asked with ticket.category != null"),
        // Comparisons.
        (
            "ticket.priority == \"high\"", 17,
            "ticket.priority is an int and \"high\" a string: they are never equal; expected an int"
        ),
        ("ticket.priority != null", 17, "ticket.priority is never null, so there is nothing to compare"),
        ("1 in ticket.tags", 3, "1 is an int and the elements are of type string: it is never among them; expected a string"),
        (
            "'net' in ticket.category", 10,
            "in looks into a list or a map, and ticket.category is a string; for a part of a text write ticket.category.contains(\"net\")"
        ),
        (
            "ticket.tags == ['a', 1] || ticket.tags == [1]", 40,
            "ticket.tags is a list(string) and [1] a list(int): they are never equal; expected a list(string)"
        ),
        (
            "ticket.createdAt < '2026-11-21'", 18,
            "< does not take a string here: \"2026-11-21\" is a string, expected a timestamp, as ticket.createdAt is a timestamp; a time is written timestamp(\"2026-11-21T08:00:00Z\")"
        ),
        (
            "ticket.tags < 3", 13,
            "< does not take a list(string) here: ticket.tags is a list(string), expected an int, a uint, a double, a string, a timestamp, a duration, a bool or bytes"
        ),
        // Operators.
        (
            "ticket.createdAt < now - 72", 24,
            "- does not take an int here: 72 is an int, expected a timestamp or a duration, as now is a timestamp; a length of time is written duration(\"72h\")"
        ),
        (
            "ticket.priority + 1.5 > 2", 17,
            "+ does not take a double here: 1.5 is a double, expected an int, as ticket.priority is an int; convert it, as in int(1.5)"
        ),
        ("-ticket.tags == []", 1, "- does not take a list(string); ticket.tags is a list(string), expected an int or a double"),
        ("ticket.priority && true", 1, "&& takes conditions, and ticket.priority is an int; expected a bool, such as ticket.priority == 1"),
        ("!ticket.tags", 2, "! takes conditions, and ticket.tags is a list(string); expected a bool, such as size(ticket.tags) > 0"),
        (
            "ticket.category ? true : false", 1,
            "? takes conditions, and ticket.category is a string or null; expected a bool, such as ticket.category == \"x\""
        ),
        // Functions and macros.
        ("sise(ticket.tags) > 0", 1, "there is no function sise; did you mean size?"),
        ("ticket.category.startWith('a')", 16, "there is no function startWith; did you mean startsWith?"),
        ("math.abss(1) == 1", 5, "there is no function math.abss; did you mean math.abs?"),
        ("size(ticket.priority) > 0", 6, "the argument of size: ticket.priority is an int, expected a string, bytes, a list or a map"),
        ("size(ticket.tags, 1) > 0", 1, "size takes 1 argument, not 2"), ("'a'.substring() == ''", 4, "substring takes 1 or 2 arguments, not 0"),
        ("contains(ticket.category, 'a')", 1, "contains is written ticket.category.contains(\"a\")"),
        ("ticket.priority.string() == '1'", 16, "string is written string(ticket.priority)"),
        (
            "ticket.priority.startsWith('1')", 1,
            "startsWith is asked of a string, and ticket.priority is an int; convert it, as in string(ticket.priority), or write it in quotes"
        ),
        (
            "ticket.category.replace('a', 1) == ''", 30,
            "the second argument of replace: 1 is an int, expected a string; convert it, as in string(1), or write it in quotes"
        ),
        ("ticket.tags.exists('vpn')", 12, "exists is written list.exists(x, condition)"),
        ("ticket.priority.exists(x, true)", 1, "exists looks through a list or a map, and ticket.priority is an int"),
        ("ticket.tags.all(tag, size(tag))", 22, "all takes conditions, and size(tag) is an int; expected a bool, such as size(tag) == 1"),
        (
            "ticket.tags.exists(tag, tag > 1)", 29,
            "> does not take an int here: 1 is an int, expected a string, as tag is a string; convert it, as in string(1), or write it in quotes"
        ),
        ("ticket.tags.map(t, size(t)).exists(n, n == 'a')", 41, "n is an int and \"a\" a string: they are never equal; expected an int"),
        ("counts.all(k, v, v == k)", 20, "v is an int and k a string: they are never equal; expected an int"),
        ("ticket.status == 'inprogress'", 18, "ticket.status is never \"inprogress\"; did you mean \"inProgress\"?"),
        ("'x' != ticket.status", 1, "ticket.status is never \"x\"; expected one of new, inProgress, resolved"),
        ("ticket.status in ['new', 'open']", 26, "ticket.status is never \"open\"; expected one of new, inProgress, resolved"),
        ("changed == 1", 1, "changed is a function; write changed(…)"),
        ("changes == 1", 1, "there is no changes; a text stands in quotes, \"changes\""),
        ("changed('asignee')", 9, "changed knows no \"asignee\"; did you mean \"assignee\"?"),
        ("changed(1)", 9, "the argument of changed: 1 is an int, expected a string; convert it, as in string(1), or write it in quotes"),
        ("counts[1] == 2", 8, "the keys of counts are of type string, and 1 is an int"),
        ("ticket.tags['a'] == ''", 13, "the index of a list is an int, and \"a\" is a string"),
        ("ticket.priority.name == 1", 1, "ticket.priority is an int and has no fields, so there is no name"),
        // Literals.
        ("ticket.category.matches('(a')", 25, "invalid pattern: missing )"),
        ("now > timestamp('2026-02-30T00:00:00Z')", 17, "2026-02-30T00:00:00Z is not an RFC 3339 time such as 2026-11-21T08:00:00Z"),
        ("now - ticket.createdAt > duration('3 days')", 35, "3 days is not a duration such as 1h30m or 1.5s"),
        ("now.getHours('Europe/Berlim') > 8", 14, "there is no time zone Europe/Berlim"),
        ("cidr('10.0.0.0/33').containsIP('10.0.0.1')", 6, "network address parse error during conversion from string"),
        ("1 +", 4, "expected an operand, found the end"),
        // The whole.
        ("ticket.priority", 1, "this is an int; expected a bool, a condition such as ticket.priority == 1"),
        ("size(ticket.tags)", 1, "this is an int; expected a bool, a condition such as size(ticket.tags) == 1"),
    ]

    @Test(arguments: refused)
    func refuses(_ source: String, _ column: Int, _ message: String) {
        let faults = #expect(throws: CELFaults.self) { try CELExpression(checking: source, in: Self.environment, as: .bool) }
        #expect(faults?.faults.map(\.message) == [message])
        #expect(faults?.faults.first?.position == CELPosition(line: 1, column: column))
    }

    private static let taken: [String] = [
        "ticket.priority <= 2 && ticket.category.startsWith('network') && !('vip-excluded' in ticket.tags)",
        "ticket.createdAt < now - duration('72h')",
        "changed('assignee') && principal.id != ticket.group.id", "ticket.priority <= 2.5 && ticket.priority in [1, 2u, 2.0]",
        "ticket.category == null || ticket.group != null && ticket.group.name == 'Network'",
        "ticket.customFields.cost > 100 && ticket.customFields.floor == 3u",
        "null in [ticket.category] && ticket.category in ['a', 'b']", "any.field.of[3].anything && any == 1 && any < now && size(any) > any",
        "ticket.tags.exists(tag, tag.startsWith('vpn')) && ticket.tags.all(i, tag, i < size(tag))",
        "cel.bind(day, now.getDayOfWeek('Europe/Berlin'), day > 0 && day < 6)",
        "(ticket.resolvedAt == null ? now : ticket.resolvedAt) - ticket.createdAt > duration('1h')", "type(ticket.priority) == int && has(any.field)",
        "counts['a'] + counts.b > 1 && counts.?c.orValue(0) == 0 && principal['name'] == 'x'", "math.greatest(1, 2.5, 3u) > ticket.priority",
        "[1, 'a', null].exists(x, x == 1) && {'a': 1, 'b': 'c'}.b == 'c' && [] == ticket.tags",
    ]

    @Test(arguments: taken)
    func takes(_ source: String) throws {
        #expect(try CELExpression(checking: source, in: Self.environment, as: .bool).type == .bool)
    }

    @Test func tellsTheType() throws {
        for (source, type) in [
            ("ticket.priority + 1", CELDeclaredType.int), ("ticket.tags.map(t, size(t))", .list(.int)), ("now - ticket.createdAt", .duration),
            ("ticket.category", .nullable(.string)), ("any.x", .dynamic), ("{'a': [1.5]}", .map(.string, .list(.double))),
            ("[1, null]", .list(.nullable(.int))),
            ("optional.of(1).orValue(2)", .int), ("ticket.group", .nullable(Self.group)), ("'a'.split('')", .list(.string)),
            ("principal.?name", .optional(.string)),
        ] {
            #expect(try CELExpression(checking: source, in: Self.environment).type == type, "\(source)")
        }
    }

    @Test func findsAllFaultsInTheOrderOfTheText() throws {
        let source = "ticket.priorty == 1 &&\n  ticket.tags == 'a' || sise(nobody) > 1"
        let faults = #expect(throws: CELFaults.self) { try CELExpression(checking: source, in: Self.environment, as: .bool) }
        #expect(faults?.faults.map(\.code) == [.unknownVariable, .noSuchOverload, .unknownFunction, .unknownVariable])
        #expect(faults?.faults.map { [$0.position.line, $0.position.column] } == [[1, 1], [2, 15], [2, 25], [2, 30]])
        #expect(faults?.faults[0].nearest == "ticket.priority")
        #expect(faults?.faults[1].expected == "list(string)")
    }

    @Test func tellsWhatItReads() throws {
        let expression = try CELExpression(
            checking: "changed('priority') && ticket.group.name == 'x' && ticket.tags.exists(now, now == '')", in: Self.environment)
        #expect(Set(expression.reads.map { Self.environment.variables[$0].name }) == ["@changes", "ticket.group", "ticket.tags"])
    }

    @Test func functionsOfTheEnvironmentGetWhatTheyRead() throws {
        let expression = try CELExpression(checking: "changed('priority')", in: Self.environment)
        #expect(try expression.evaluate(["@changes": .list([.string("priority")])]) == .bool(true))
        #expect(try expression.evaluate(["@changes": .list([.string("assignee")])]) == .bool(false))
        let loose = try CELExpression("changed(any)", in: Self.environment)
        let error = #expect(throws: CELError.self) { try loose.evaluate(["@changes": .list([]), "any": .int(1)]) }
        #expect(error?.code == .noSuchOverload)
    }
}
