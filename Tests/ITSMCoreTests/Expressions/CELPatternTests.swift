import Testing

@testable import ITSMCore

/// `matches`, construct by construct.
struct CELPatternTests {
    private static let cases: [(String, String, Bool)] = [
        ("", "", true), ("abc", "", true), ("", "a", false), ("abc", "b", true), ("abc", "^b", false), ("abc", "^abc$", true), ("abc", "a.c", true),
        ("a\nc", "a.c", false), ("a\nc", "(?s)a.c", true), ("x\nabc\ny", "^abc$", false), ("x\nabc\ny", "(?m)^abc$", true),
        ("x\nabc\ny", "(?m)\\Aabc", false),
        ("grey", "gr(a|e)y", true), ("groy", "gr(?:a|e)y", false), ("ab", "(?P<n>a)(?<m>b)", true), ("banana", "^ba(na)*$", true),
        ("ba", "^ba(na)+$", false),
        ("aaa", "^a{3}$", true), ("aa", "^a{3,}$", false), ("aaaa", "^a{2,3}$", false), ("a{,2}", "^a{,2}$", true), ("", "^(a*)*$", true),
        ("ac", "^ab?c$", true),
        ("ABC", "(?i)abc", true), ("aB", "a(?i)b", true), ("AB", "a(?i:b)", false), ("aBC", "a(?i:b)c", false), ("É", "(?i)é", true),
        ("K", "(?i)[k]", true),
        ("k", "(?i)[^k]", false), ("x7", "^\\w\\d$", true), ("é", "\\w", false), (" ", "^\\s$", true), ("a", "\\D", true), ("5", "^\\D$", false),
        ("5a", "^[\\d\\D]+$", true),
        ("-", "^[a-]$", true), ("]", "^[]]$", true), ("b", "^[^a]$", true), ("z", "^[[:alpha:]]$", true), ("z", "^[[:^alpha:]]$", false),
        ("^", "^[\\^]$", true),
        ("Ä", "^\\p{Lu}$", true), ("ä", "^\\pL$", true), ("ä", "^\\PL$", false), ("7", "^[\\pL\\p{Nd}]$", true), ("a b", "\\bb", true),
        ("ab", "\\Bb", true),
        ("a.b", "a\\.b", true), ("axb", "^a\\.b$", false), ("a+b", "\\Qa+b\\E", true),
        ("a+bbb", "^\\Qa+b\\E{3}$", true), ("a+ba+b", "^\\Qa+b\\E+$", false), ("a.c", "^\\Qa.", true), ("abc", "^\\Qa.", false),
        ("aaa", "^a\\Q\\E*$", true),
        ("A+B", "(?i)\\Qa+b\\E", true), ("\\d", "^\\Q\\d\\E$", true), ("\t", "^\\x09$", true),
        ("😀", "^\\x{1F600}$", true),
        ("S", "^\\123$", true), ("mañana", "a+ñ+a+", true), ("🐱😀😀", "(a|😀){2}", true), ("abab", "^(ab|a)(bab|b)?$", true), ("a|b", "^a\\|b$", true),
        ("ab", "^(|a)b$", true),
        ("b", "^(|a)b$", true),
    ]

    @Test(arguments: cases)
    func matches(_ text: String, _ pattern: String, _ wanted: Bool) throws {
        #expect(try CELPattern(pattern).matches(text) == wanted)
    }

    @Test(arguments: [
        "(", ")", "[", "[b-a]", "*", "a**", "a{2}{3}", "\\", "(?=a)", "(?<!a)", "\\1", "a{1001}", "a{3,2}", "\\p{Greek}", "[[:nope:]]", "\\x{110000}",
        "(?P<n", "\\Z", "(?i",
        "((((a{100}){100}){100}){100})", "(((){1000}){1000}){1000}", String(repeating: "(", count: 5000),
    ])
    func refuses(_ pattern: String) {
        #expect(throws: CELFailure.self) { try CELPattern(pattern) }
    }

    /// Patterns that take exponential time where an engine goes back.
    @Test func hostilePatternsEnd() throws {
        let text = String(repeating: "a", count: 5000) + "!"
        for pattern in ["^(a+)+$", "^(a|a)*$", "^(a*)*$", "^(a|aa)+$", "(.*)(.*)(.*)(.*)x"] { #expect(try !CELPattern(pattern).matches(text)) }
        let expression = try CELExpression("t.matches(p)", in: CELEnvironment(variables: ["t", "p"]))
        let error = #expect(throws: CELError.self) {
            try expression.evaluate([.string(String(repeating: "a", count: 100_000)), .string("(a?){1000}a{1000}$")])
        }
        #expect(error?.code == .costExceeded)
    }

    @Test func aWrittenPatternIsRefusedAtItsPlace() {
        let error = #expect(throws: CELError.self) { try CELExpression("'a'.matches('(')", in: CELEnvironment(variables: [])) }
        #expect(error?.position == CELPosition(line: 1, column: 13))
    }
}
