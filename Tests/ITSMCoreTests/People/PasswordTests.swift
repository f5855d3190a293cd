import Testing

@testable import ITSMCore

@Suite struct PasswordTests {
    static let user = User(
        id: ID("01932b4e-7c00-7000-8000-000000000001")!, username: "jane.doe", name: "Jane Q. Doeringer", email: "jd1980@example.org",
        createdAt: Instant(seconds: 0), updatedAt: Instant(seconds: 0))

    private static func faults(_ password: String) -> [FieldProblem] {
        var problems = ProblemList()
        Password.check(password, for: user, desk: "Porto Service Desk", at: "/password", &problems)
        return problems.problems
    }

    @Test(arguments: [
        "correct horse battery", "0x7f-krill-9-ostrich", "éàü öß ñç œæ", "jane.doe drinks tea in Porto", String(repeating: "long and ", count: 22),
        "q7hx2-m9v4k-zz81p-00aab", "desk lamp over Porto 12",
    ])
    func taken(_ password: String) { #expect(Self.faults(password).isEmpty) }

    @Test(
        arguments: [
            ("short", ErrorCode.invalidValue), ("", .invalidValue), (String(repeating: "x y ", count: 51), .tooLong),
            // Common, as it stands or with something at its ends.
            ("1qaz2wsx3edc", .invalidValue), ("Password123!", .invalidValue), ("!!WELCOME2026", .invalidValue), ("qwertyuiop", .invalidValue),
            // Patterns.
            ("aaaaaaaaaaaa", .invalidValue), ("abcabcabcabc", .invalidValue), ("abcdefghijklm", .invalidValue), ("0987654321098", .invalidValue),
            ("12341234123", .invalidValue),
            // What everybody knows of the person and the desk.
            ("jane.doe.2026", .invalidValue), ("Doeringer99", .invalidValue), ("JaneQDoeringer", .invalidValue),
            ("jd1980@example.org", .invalidValue),
            ("porto service desk", .invalidValue), ("1234567 Porto", .invalidValue),
        ])
    func refused(_ password: String, _ code: ErrorCode) {
        #expect(Self.faults(password).map(\.code) == [code])
        #expect(Self.faults(password).map(\.pointer) == ["/password"])
    }

    @Test func whatIsRefusedForEverybodyIsNeverHashed() {
        #expect(!Password.isWorthHashing("password123") && !Password.isWorthHashing("short"))
        #expect(Password.isWorthHashing("correct horse battery"))
    }
}
