import Testing
@testable import ITSMStore

@Suite struct LikeTests {
    /// Patterns as PostgreSQL reads them, code point by code point.
    @Test(arguments: [
        ("VPN", "VPN"), ("100%_\\", "100\\%\\_\\\\"), ("_\u{301}x", "\\_\u{301}x"), ("\\\u{301}", "\\\\\u{301}"), ("%\u{20DD}", "\\%\u{20DD}"),
        ("", ""),
    ])
    func everyCharacterStandsForItself(text: String, pattern: String) {
        #expect(Array(text.escapedForLike.unicodeScalars) == Array(pattern.unicodeScalars))
    }

    @Test func eachWordIsFoundAnywhere() { #expect("a_b  50%".searchPatterns == ["%a\\_b%", "%50\\%%"]) }
}
