import Testing

@testable import ITSMCore

/// What expressions answer, rule by rule.
struct CELEvaluationTests {
    private static let ticket = CELValue.map(
        CELMap([
            "priority": .int(1), "category": .string("network/vpn"), "tags": .list([.string("vip"), .string("vpn")]), "assignee": .null,
            "createdAt": .timestamp(CELTimestamp(seconds: 1_795_248_000)!),
        ]))

    private static func evaluate(_ source: String) throws -> CELValue {
        try CELExpression(source, in: CELEnvironment(variables: ["ticket", "a.b", "a.b.c", "x.y", "unset"], container: "x")).evaluate([
            "ticket": ticket, "a.b": .map(CELMap(["c": .int(1), "d": .int(2)])), "a.b.c": .int(3), "x.y": .int(4),
        ])
    }

    private static let truths: [String] = [
        // Fields and names: the longest name wins, the container comes first, macros' variables before all.
        "ticket.priority <= 2 && ticket.category.startsWith('network') && !('hardware' in ticket.tags)",
        "ticket.createdAt < timestamp('2026-11-21T18:00:01Z') - duration('1s')",
        "a.b.c == 3 && a.b.d == 2 && y == 4 && .x.y == 4", "[7].all(y, y == 7)", "[7].all(a, a == 7)", "has(ticket.tags) && !has(ticket.other)",
        "ticket.assignee == null && ticket['priority'] == 1",
        // Numbers of different types are one line; other types differ.
        "1 == 1u && 1u == 1.0 && 1.0 == 1 && 1 != 1.5 && 1 < 1.5 && 2u > 1.5 && -1 < 0u", "1 != '1' && null != false && [1, 2u] == [1.0, 2]",
        "9007199254740993 > 9007199254740992.0 && 9007199254740993 != 9007199254740992.0 && 9223372036854775806 < 9223372036854775808.0",
        "18446744073709551614u < 18446744073709551616.0 && -9223372036854775808 == -9223372036854775808.0 && 3 > 2.5 && -3 < -2.5 && -2 > -2.5",
        "{1: 'a'} == {1u: 'a'} && {1: 'a'}[1.0] == 'a' && 1u in {1: 2} && 1.0 in [1]", "!(0.0 / 0.0 == 0.0 / 0.0) && !(0.0 / 0.0 < 1.0)",
        // Texts are code points, not what Swift calls characters.
        "size('e\\u0301') == 2 && 'e\\u0301' != '\\u00e9' && size('👨‍👩‍👧') == 5",
        "!('e\\u0301' in {'\\u00e9': 1}) && 'a' < 'b' && 'Z' < 'a' && '\\uFFFF' < '\\U00010000'",
        "b'\\xff' != bytes('\\xff') && size(b'ÿ') == 2 && b'a' + b'b' == b'ab'",
        "!'e\\u0301'.contains('é') && 'abc'.contains('') && 'abc'.endsWith('bc')",
        // Either side decides, whatever the other does.
        "true || 1 / 0 > 0", "1 / 0 > 0 || true", "!(false && 1 / 0 > 0)", "!(1 / 0 > 0 && false)", "[0, 1].exists(x, 1 / x == 1)",
        "![0, 2].all(x, 1 / x == 1)",
        "nobody || true", "true || 'no bool'", "true ? true : 1 / 0 == 1",
        // Conversions.
        "int('-12') == -12 && int(-1.9) == -1 && uint('7') == 7u && double('1e3') == 1000.0",
        "string(1.0) == '1' && string(1e21) == '1e+21' && string(-0.0045) == '-0.0045'",
        "string(duration('90m')) == '5400s' && duration('-1.5s') < duration('0')",
        "type(1) == int && type(type(1)) == type && type(null) == null_type",
        "string(timestamp('2026-11-21T10:00:00.120+02:00')) == '2026-11-21T08:00:00.12Z'", "int(timestamp('1969-12-31T23:59:59Z')) == -1",
        // Clocks.
        "timestamp('2026-07-01T22:30:00Z').getHours('Europe/Berlin') == 0 && timestamp('2026-07-01T22:30:00Z').getDate('Europe/Berlin') == 2",
        "timestamp('2026-11-21T00:00:00Z').getDayOfWeek() == 6 && timestamp('2024-12-31T00:00:00Z').getDayOfYear() == 365",
        "timestamp('0001-01-01T00:00:00Z').getFullYear() == 1 && timestamp('2026-01-01T00:00:00Z').getHours('-02:30') == 21",
        // Macros.
        "[1, 2, 3].filter(x, x > 1).map(x, x * 2) == [4, 6] && [1, 2].map(x, x > 1, -x) == [-2]", "{'a': 1}.all(k, v, k == 'a' && v == 1)",
        "[5, 6].transformList(i, v, i + v) == [5, 7] && {'a': 1}.transformMap(k, v, v + 1) == {'a': 2}",
        "[1, 2, 2].exists_one(x, x == 1) && ![1, 2, 2].exists_one(x, x == 2)",
        "{'a': 1}.transformMapEntry(k, v, {v: k}) == {1: 'a'} && cel.bind(x, 3, x * x) == 9",
        // Extensions.
        "optional.of(1).orValue(1 / 0) == 1 && {}.?a.orValue(2) == 2 && [?optional.none(), 1] == [1] && {'a': 5}.?a.optMap(x, x + 1).value() == 6",
        "'a,b'.split(',') == ['a', 'b'] && ['a', 'b'].join('-') == 'a-b' && 'aaa'.replace('a', 'b', 2) == 'bba' && 'ab'.replace('', '-') == '-a-b-'",
        "'äbc'.substring(1) == 'bc' && 'banana'.lastIndexOf('an') == 3 && 'abc'.reverse() == 'cba' && '%s is %.1f'.format(['x', 2]) == 'x is 2.0'",
        "math.greatest(1, 2.5, 2u) == 2.5 && math.least([3, 1]) == 1 && math.bitShiftRight(-1, 63) == 1 && math.round(-2.5) == -3.0",
        "base64.decode(base64.encode(b'ab')) == b'ab' && cidr('10.0.0.0/8').containsIP('10.9.8.7') && !cidr('10.0.0.0/8').containsIP(ip('11.0.0.1'))",
        "cidr('10.0.1.7/16').masked() == cidr('10.0.0.0/16') && ip('::1').isLoopback() && !isIP('1.2.3.256')",
    ]

    @Test(arguments: truths)
    func holds(_ source: String) throws {
        #expect(try Self.evaluate(source) == .bool(true))
    }

    private static let failures: [(String, CELError.Code, Int, Int)] = [
        ("1 +", .syntax, 1, 4), ("'abc", .syntax, 1, 1), ("a\n  && ?", .syntax, 2, 6), ("'é' + #", .syntax, 1, 7), ("while", .syntax, 1, 1),
        ("'\\q'", .syntax, 1, 2), ("'\\uD800'", .syntax, 1, 2), ("!-x", .syntax, 1, 2), ("1 2", .syntax, 1, 3), ("0x", .syntax, 1, 1),
        ("9223372036854775808", .tooLarge, 1, 1), ("18446744073709551616u", .tooLarge, 1, 1), ("1e999", .tooLarge, 1, 1),
        ("has(ticket)", .invalidExpression, 1, 5), ("[1].all(a.b, true)", .invalidExpression, 1, 10), ("Thing{a: 1}", .invalidExpression, 1, 1),
        ("1 + nobody", .unknownVariable, 1, 5), ("unset", .unknownVariable, 1, 1), ("nothing(1)", .unknownFunction, 1, 1),
        ("'a'.size(1)", .noSuchOverload, 1, 4),
        ("1 + 1u", .noSuchOverload, 1, 3), ("1 + 1.0", .noSuchOverload, 1, 3), ("ticket.assignee.name", .noSuchOverload, 1, 16),
        ("1 && true", .noSuchOverload, 1, 1),
        ("null < 1", .noSuchOverload, 1, 6), ("ticket.nothing", .noSuchKey, 1, 7), ("{1: 2}[2]", .noSuchKey, 1, 7),
        ("[1][1]", .indexOutOfRange, 1, 4),
        ("[1][-1]", .indexOutOfRange, 1, 4), ("1 / 0", .divideByZero, 1, 3), ("1u % 0u", .divideByZero, 1, 4),
        ("9223372036854775807 + 1", .overflow, 1, 21),
        ("-9223372036854775808 / -1", .overflow, 1, 22), ("-(-9223372036854775808)", .overflow, 1, 1), ("0u - 1u", .overflow, 1, 4),
        ("int(1e19)", .range, 1, 1),
        ("uint(-1)", .range, 1, 1), ("int(1e300)", .range, 1, 1), ("timestamp('9999-12-31T23:59:59Z') + duration('1s')", .range, 1, 35),
        ("duration('300000h') + duration('2600000h')", .range, 1, 23), ("timestamp('2026-02-29T00:00:00Z')", .invalidArgument, 1, 1),
        ("timestamp(0).getHours('Mars/Olympus')", .invalidArgument, 1, 13), ("{1: 1, 1u: 2}", .duplicateKey, 1, 1),
        ("string(b'\\xff')", .invalidArgument, 1, 1),
        ("[1, 0].map(x, 1 / x)", .divideByZero, 1, 17), ("optional.none().value()", .invalidArgument, 1, 16),
    ]

    @Test(arguments: failures)
    func fails(_ source: String, _ code: CELError.Code, _ line: Int, _ column: Int) {
        let error = #expect(throws: CELError.self) { try Self.evaluate(source) }
        #expect(error?.code == code)
        #expect(error?.position == CELPosition(line: line, column: column))
    }

    @Test func tellsWhatIsUnresolved() throws {
        let expression = try CELExpression("true || nobody == 1 || nothing(2)", in: CELEnvironment(variables: []))
        #expect(expression.unresolved.map(\.code) == [.unknownVariable, .unknownFunction])
        #expect(expression.unresolved.map(\.position.column) == [9, 24])
    }

    @Test(arguments: [
        "ones.all(a, ones.all(b, ones.all(c, true)))", "ones.all(a, ones.all(b, ones.all(c, true))) || true",
        "cel.bind(a, ones + ones, cel.bind(b, [a, a, a, a], cel.bind(c, [b, b, b, b], cel.bind(d, [c, c, c, c], cel.bind(e, [d, d, d, d], e == e)))))",
        "ones.map(a, ones.map(b, ones))", "ones.exists(a, ones.exists(b, ones.exists(c, 1 / 0 == 1)))",
    ])
    func passesTheCostBound(_ source: String) throws {
        let expression = try CELExpression(source, in: CELEnvironment(variables: ["ones"]))
        let ones = CELValue.list(Array(repeating: .int(1), count: 1000))
        let error = #expect(throws: CELError.self) { try expression.evaluate([ones]) }
        #expect(error?.code == .costExceeded)
    }

    /// Deep nesting, long chains, huge literals, patterns that need too large a machine: each with the column at which it becomes too much.
    private static let tooLarge: [(String, Int)] = [
        (String(repeating: "(", count: 5000) + "1" + String(repeating: ")", count: 5000), 97), (String(repeating: "!", count: 5000) + "true", 96),
        (String(repeating: "[", count: 5000), 97), (String(repeating: "{1:", count: 5000), 287), (String(repeating: "1+", count: 5000) + "1", 512),
        (String(repeating: "a.", count: 5000) + "b", 512), ("a" + String(repeating: "[0]", count: 5000), 767),
        ("[" + String(repeating: "1,", count: 20_000) + "]", 32_770), ("'" + String(repeating: "x", count: 70_000) + "'", 1),
        (String(repeating: "a?b:", count: 5000) + "c", 385), (String(repeating: "f(", count: 5000) + "1" + String(repeating: ")", count: 5000), 193),
        (String(repeating: "1", count: 10_000), 1), ("1 + 0x" + String(repeating: "f", count: 100), 5), ("1.0 + 1e9999", 7),
        ("'a'.matches('((((a{100}){100}){100}){100})')", 13), ("'a'.matches('(((){1000}){1000}){1000}')", 13),
        ("'a'.matches('" + String(repeating: "(", count: 5000) + "')", 13), ("'a'.matches('" + String(repeating: "a", count: 30_000) + "')", 13),
    ]

    @Test(arguments: tooLarge)
    func refusesWhatIsTooLarge(_ source: String, _ column: Int) {
        let error = #expect(throws: CELError.self) { try CELExpression(source, in: CELEnvironment(variables: ["a", "b", "c"])) }
        #expect(error?.code == .tooLarge)
        #expect(error?.position == CELPosition(line: 1, column: column))
        let faults = #expect(throws: CELFaults.self) { try CELExpression(checking: source, in: CELEnvironment(variables: ["a", "b", "c"])) }
        #expect(faults?.faults.first?.position == error?.position)
    }

    @Test func takesWhatTheStandardAsksFor() throws {
        let sources = [
            Array(repeating: "true", count: 64).joined(separator: " && "), Array(repeating: "1", count: 64).joined(separator: " + ") + " == 64",
            String(repeating: "(", count: 32) + "true" + String(repeating: ")", count: 32), String(repeating: "false ? false : ", count: 32) + "true",
            "size([" + Array(repeating: "1", count: 64).joined(separator: ", ") + "]) == 64",
        ]
        for source in sources { #expect(try Self.evaluate(source) == .bool(true)) }
    }
}
