import ITSMCore
import ITSMStore
import ITSMTestSupport
import Synchronization
import Testing

@Suite struct SignInThrottleTests {
    private func attempt(
        _ desk: PeopleDesk, _ username: String, _ password: String = "wrong password", from address: String = "192.0.2.1",
        browser: SignIn.Browser = SignIn.Browser()
    ) async -> ITSMError? {
        let origin = Principal.Origin(channel: .api, requestID: "test", address: address)
        return await failure {
            try await desk.signIns.begin(.init(username: username, password: password), from: origin, client: "test", browser: browser)
        }
    }

    /// Until it is not looked at any more; how many were.
    private func fail(_ desk: PeopleDesk, _ username: String, from address: String = "192.0.2.1") async -> Int {
        for count in 0..<200 where await attempt(desk, username, from: address)?.code == .rateLimited { return count }
        return 200
    }

    /// What a stranger can see is the same whether there is such a person or not.
    @Test(arguments: ["jane", "nobody at all"]) func guessesHaveToWaitLongerAndLonger(username: String) async throws {
        let desk = try await PeopleDesk.make()
        _ = try await desk.person("jane")
        var waits: [Int?] = []
        for _ in 1...5 { #expect(await attempt(desk, username)?.code == .badCredentials) }
        for _ in 1...8 {
            let refused = await attempt(desk, username)
            #expect(refused?.code == .rateLimited && refused?.detail.contains("Wait") == true)
            waits.append(refused?.retryAfterSeconds)
            desk.clock.advance(seconds: Int64(refused?.retryAfterSeconds ?? 0) - 1)
            #expect(await attempt(desk, username)?.retryAfterSeconds == 1)
            desk.clock.advance(seconds: 1)
            #expect(await attempt(desk, username)?.code == .badCredentials)
        }
        #expect(waits == [15, 30, 60, 120, 240, 480, 900, 900])
        // A day without a guess, and all is as before.
        desk.clock.advance(seconds: 86_400)
        #expect(await fail(desk, username) == 5)
    }

    @Test func noWorkIsDoneForWhatIsNotLookedAt() async throws {
        let desk = try await PeopleDesk.make()
        _ = try await desk.person("jane")
        _ = await fail(desk, "jane")
        let hasher = CountingHasher(desk.hasher)
        let outcomes = Mutex<[SignInOutcome]>([])
        let signIns = SignInService(
            database: desk.database, hasher: hasher, secrets: desk.secrets, codes: desk.codes, sealing: desk.sealing, issuer: PlainTokens()
        ) { outcome in
            outcomes.withLock { $0.append(outcome) }
        }
        let right = SignIn.Credentials(username: "JANE", password: PeopleDesk.password)
        #expect(await failure { try await signIns.signIn(right, from: PeopleDesk.origin, client: nil) }?.code == .rateLimited)
        #expect(hasher.calls.withLock { $0 }.isEmpty)
        #expect(outcomes.withLock { $0 } == [.throttled])
    }

    @Test func theOwnerIsNotKeptOut() async throws {
        let desk = try await PeopleDesk.make()
        let jane = try await desk.person("jane")
        let credentials = SignIn.Credentials(username: "jane", password: PeopleDesk.password)
        let begun = try await desk.signIns.begin(credentials, from: PeopleDesk.origin, client: nil)
        let known = SignIn.Browser(knownDevice: begun.knownDevice)
        // Guesses from everywhere, until no stranger is looked at, wherever they are.
        for number in 1...20 { _ = await fail(desk, "jane", from: "198.51.100.\(number)") }
        #expect(await attempt(desk, "jane", PeopleDesk.password, from: "203.0.113.1")?.code == .rateLimited)
        // The browser that signed in before passes, from any address.
        #expect(await attempt(desk, "jane", PeopleDesk.password, from: "203.0.113.1", browser: known) == nil)
        #expect(await attempt(desk, "jane", PeopleDesk.password, from: "198.51.100.1", browser: known) == nil)
        // It has a gate of its own, and is known for this account alone.
        for _ in 1...5 { #expect(await attempt(desk, "jane", browser: known)?.code == .badCredentials) }
        #expect(await attempt(desk, "jane", browser: known)?.code == .rateLimited)
        let other = try await desk.person("other")
        let forged = begun.knownDevice.replacing(jane.id.description, with: other.id.description)
        _ = await fail(desk, "other")
        #expect(await attempt(desk, "other", PeopleDesk.password, browser: SignIn.Browser(knownDevice: forged))?.code == .rateLimited)
    }

    @Test func aRightPasswordForgivesSlips() async throws {
        let desk = try await PeopleDesk.make()
        _ = try await desk.person("jane")
        for _ in 1...3 {
            for _ in 1...4 { #expect(await attempt(desk, "jane")?.code == .badCredentials) }
            #expect(await attempt(desk, "jane", PeopleDesk.password) == nil)
        }
    }

    @Test func anAddressThatTriesManyNamesHasToWait() async throws {
        let desk = try await PeopleDesk.make()
        _ = try await desk.person("jane")
        for number in 1...50 { #expect(await attempt(desk, "name \(number)", from: "2001:db8::\(number)")?.code == .badCredentials) }
        #expect(await attempt(desk, "jane", PeopleDesk.password, from: "2001:db8::77")?.retryAfterSeconds == 2)
        #expect(await attempt(desk, "jane", PeopleDesk.password, from: "2001:db8:0:1::77") == nil)
        desk.clock.advance(seconds: 2)
        // One's own account opens no gate for guesses at others.
        #expect(await attempt(desk, "jane", PeopleDesk.password, from: "2001:db8::77") == nil)
        #expect(await attempt(desk, "name 51", from: "2001:db8::77")?.code == .badCredentials)
        #expect(await attempt(desk, "name 52", from: "2001:db8::77")?.retryAfterSeconds == 4)
    }

    @Test func ofManyAtOnceAsFewAreAnswered() async throws {
        let desk = try await PeopleDesk.make()
        _ = try await desk.person("jane")
        let codes = await withTaskGroup(of: ErrorCode?.self) { group in
            for _ in 1...40 { group.addTask { await attempt(desk, "jane")?.code } }
            return await group.reduce(into: [ErrorCode?: Int]()) { $0[$1, default: 0] += 1 }
        }
        #expect(codes == [.badCredentials: 5, .rateLimited: 35])
    }

    @Test func severalServersCountTogether() async throws {
        let database = try await TestDatabase.make()
        let desk = PeopleDesk(database)
        _ = try await desk.person("jane")
        let other = PostgresDatabase(PostgresConfiguration(connectionString: database.url), clock: desk.clock)
        let second = SignInService(
            database: other, hasher: desk.hasher, secrets: desk.secrets, codes: desk.codes, sealing: desk.sealing, issuer: PlainTokens())
        _ = await fail(desk, "jane")
        let right = SignIn.Credentials(username: "jane", password: PeopleDesk.password)
        #expect(await failure { try await second.signIn(right, from: PeopleDesk.origin, client: nil) }?.code == .rateLimited)
    }

    @Test func theWaitIsOnRecordAndWhatIsForgottenGoes() async throws {
        let desk = try await PeopleDesk.make()
        let jane = try await desk.person("jane")
        _ = await fail(desk, "jane")
        var filter = ActivityFilter()
        filter.kinds = [.signInFailed]
        let entries = try await desk.activity(filter)
        #expect(entries.count == 5 && entries.allSatisfy { $0.record.id == jane.id.retyped() })
        #expect(entries.first?.changes?.value["waitSeconds"] == 15 && entries.last?.changes?.value["waitSeconds"] == nil)
        #expect(try await desk.database.write { try desk.signIns.removeOver(in: $0) } == 0)
        desk.clock.advance(seconds: 86_401)
        #expect(try await desk.database.write { try desk.signIns.removeOver(in: $0) } == 3)
    }

    @Test func aNewSignInInABrowserEndsTheOneItHad() async throws {
        let desk = try await PeopleDesk.make()
        let jane = try await desk.person("jane"), ada = try await desk.person("ada")
        let credentials = SignIn.Credentials(username: "jane", password: PeopleDesk.password)
        let first = try await desk.signIns.begin(credentials, from: PeopleDesk.origin, client: nil)
        let other = SignIn.Credentials(username: "ada", password: PeopleDesk.password)
        _ = try await desk.signIns.begin(
            other, from: PeopleDesk.origin, client: nil, browser: SignIn.Browser(present: (first.signIn.id, jane.id)))
        #expect(try await desk.signIns.caller(jane.id, through: first.signIn.id) == nil)
        var filter = ActivityFilter()
        filter.kinds = [.signInEnded]
        let ended = try #require(try await desk.activity(filter).first)
        #expect(ended.changes?.value["reason"] == "replaced" && ended.principal.id == ada.id)
    }
}
