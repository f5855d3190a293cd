import Testing

@testable import ITSMCore

/// What a refresh token is worth, by its generation and the time since the last rotation.
@Suite struct SignInTests {
    static let start = Instant(seconds: 1_700_000_000)

    struct Example: Sendable {
        var current = 5
        var generation: Int
        var seconds: Int64
        var isEnded = false
        var expected: SignIn.Refresh
        var becomes: Int
        var ends = false
    }

    static let examples = [
        Example(generation: 5, seconds: 900, expected: .granted, becomes: 6),
        Example(generation: 5, seconds: 0, expected: .granted, becomes: 6),
        // Its answer was lost on the way: a second token of the current generation.
        Example(generation: 4, seconds: 0, expected: .granted, becomes: 5),
        Example(generation: 4, seconds: Limits.refreshGraceSeconds, expected: .granted, becomes: 5),
        Example(generation: 4, seconds: Limits.refreshGraceSeconds + 1, expected: .reused, becomes: 5, ends: true),
        Example(generation: 3, seconds: 0, expected: .reused, becomes: 5, ends: true),
        Example(generation: 1, seconds: 900, expected: .reused, becomes: 5, ends: true),
        Example(generation: 5, seconds: 0, isEnded: true, expected: .over, becomes: 5, ends: true),
        Example(generation: 1, seconds: 0, isEnded: true, expected: .over, becomes: 5, ends: true),
        Example(generation: 5, seconds: Limits.signInSeconds, expected: .over, becomes: 5),
        Example(generation: 5, seconds: Limits.signInSeconds - 1, expected: .granted, becomes: 6),
    ]

    @Test(arguments: examples) func refreshing(_ example: Example) {
        var signIn = SignIn(id: ID("01932b4e-7c00-7000-8000-000000000001")!, of: User.unknownID, at: Self.start, address: nil, client: nil)
        signIn.generation = example.current
        if example.isEnded { signIn.endedAt = Self.start }
        let now = Self.start.adding(seconds: example.seconds)
        #expect(signIn.refresh(withTokenOf: example.generation, at: now) == example.expected)
        #expect(signIn.generation == example.becomes)
        #expect((signIn.endedAt != nil) == example.ends)
    }

    /// Two tabs refreshed at once and got a token each; the one that is used second is old by then.
    @Test func ofTwoTokensOfOneGenerationTheSecondIsFoundOut() {
        var signIn = SignIn(id: ID("01932b4e-7c00-7000-8000-000000000001")!, of: User.unknownID, at: Self.start, address: nil, client: nil)
        #expect(signIn.refresh(withTokenOf: 1, at: Self.start) == .granted)
        #expect(signIn.refresh(withTokenOf: 1, at: Self.start.adding(seconds: 1)) == .granted)
        #expect(signIn.generation == 2)
        #expect(signIn.refresh(withTokenOf: 2, at: Self.start.adding(seconds: 900)) == .granted)
        #expect(signIn.refresh(withTokenOf: 2, at: Self.start.adding(seconds: 930)) == .reused)
        #expect(signIn.refresh(withTokenOf: 3, at: Self.start.adding(seconds: 931)) == .over)
    }

    @Test func theClientsNameIsCutAndCleaned() {
        let signIn = SignIn(
            id: ID("01932b4e-7c00-7000-8000-000000000001")!, of: User.unknownID, at: Self.start, address: nil,
            client: "curl\u{1B}[31m\n" + String(repeating: "x", count: 2_000))
        #expect(signIn.client?.unicodeScalars.count == Limits.shortText)
        #expect(signIn.client?.hasPrefix("curl[31mxx") == true)
    }
}
