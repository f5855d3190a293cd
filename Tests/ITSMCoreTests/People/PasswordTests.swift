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
        "q7hx2-m9v4k-zz81p-00aab", "desk lamp over Porto 12", "zebkralfzebkralf",
    ])
    func taken(_ password: String) { #expect(Self.faults(password).isEmpty) }

    @Test(
        arguments: [
            ("short", ErrorCode.invalidValue), ("", .invalidValue), (String(repeating: "x y ", count: 51), .tooLong),
            // Common, as it stands or with something at its ends.
            ("1qaz2wsx3edc", .invalidValue), ("Password123!", .invalidValue), ("!!WELCOME2026", .invalidValue), ("qwertyuiop", .invalidValue),
            ("dragondragon", .invalidValue), ("SunshineSunshine1!", .invalidValue),
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

    /// Of the passwords that the length lets through, more are refused than the 3,000 that ASVS 5.0.0, 6.2.4 asks for: those of the lists as they stand, and
    /// every common word with what people put behind it.
    @Test func thousandsOfCommonPasswordsOfThisLengthAreRefused() {
        let asTheyStand = CommonPasswords.all.filter { $0.count >= Limits.passwordMinimum }
        #expect(asTheyStand.count > 1_500 && asTheyStand.allSatisfy { Password.fault(in: $0) != nil })
        let words = CommonPasswords.all.filter { $0.allSatisfy(\.isLetter) }
        let lengthened = ["123", "12345", "2026", "1!"].flatMap { end in words.map { $0 + end } }.filter { $0.count >= Limits.passwordMinimum }
        #expect(lengthened.count > 10_000 && lengthened.allSatisfy { Password.fault(in: $0) != nil })
    }

    @Test func whatIsRefusedForEverybodyIsNeverHashed() {
        #expect(!Password.isWorthHashing("password123") && !Password.isWorthHashing("short"))
        #expect(Password.isWorthHashing("correct horse battery"))
    }
}
