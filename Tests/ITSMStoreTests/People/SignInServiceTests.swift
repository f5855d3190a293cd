import ITSMCore
import ITSMStore
import ITSMTestSupport
import Synchronization
import Testing

@Suite struct SignInServiceTests {
    @Test func signingIn() async throws {
        let desk = try await PeopleDesk.make()
        let jane = try await desk.person("Jane")
        let tokens = try await desk.signIn("jANE")
        #expect(tokens.refreshToken.hasPrefix("itsm_rt_") && tokens.expiresIn == 900)
        let caller = try #require(try await desk.caller(tokens))
        #expect(caller.id == jane.id && caller.grants == jane.grants && caller.signIn != nil)
        let listed = try await desk.signIns.list(as: caller)
        #expect(listed.map(\.isCurrent) == [true])
        #expect(listed.first?.address == "192.0.2.1" && listed.first?.client == "test")
        var succeeded = ActivityFilter()
        succeeded.kinds = [.signInSucceeded]
        #expect(try await desk.activity(succeeded).map(\.principal.id) == [jane.id])
    }

    @Test func refusedAlikeAndOnRecord() async throws {
        let desk = try await PeopleDesk.make()
        let root = try await desk.superAdmin()
        let jane = try await desk.person("jane"), gone = try await desk.person("gone")
        try await desk.people.disable(.id(gone.id), ifVersion: nil, as: root)
        _ = try await desk.people.create(.init(username: "imported", name: "Imported"), as: root)
        let attempts = [("jane", "wrong password"), ("gone", PeopleDesk.password), ("imported", ""), ("nobody", "x"), ("automation", ""), ("", "")]
        var errors: [ITSMError?] = []
        for (username, password) in attempts { errors.append(await failure { try await desk.signIn(username, password: password) }) }
        #expect(errors.allSatisfy { $0 == errors[0] })
        #expect(errors.first??.code == .badCredentials)
        var failed = ActivityFilter()
        failed.kinds = [.signInFailed]
        let records = try await desk.activity(failed).map { $0.record.id.retyped(as: User.self) }
        #expect(Set(records) == [jane.id, gone.id, User.automationID, User.unknownID, try await desk.people.find(.name("imported"), as: root).id])
    }

    /// What a sign-in costs must not tell whether there is such a person.
    @Test func refusedForTheSameWork() async throws {
        let desk = try await PeopleDesk.make()
        let root = try await desk.superAdmin()
        _ = try await desk.person("jane")
        let gone = try await desk.person("gone")
        try await desk.people.disable(.id(gone.id), ifVersion: nil, as: root)
        let hasher = CountingHasher(desk.hasher)
        let signIns = SignInService(
            database: desk.database, hasher: hasher, secrets: desk.secrets, codes: desk.codes, sealing: desk.sealing, issuer: PlainTokens())
        for username in ["jane", "nobody", "gone", "automation", ""] {
            hasher.calls.withLock { $0 = [] }
            let attempt = SignIn.Credentials(username: username, password: "wrong password")
            #expect(await failure { try await signIns.signIn(attempt, from: PeopleDesk.origin, client: nil) }?.code == .badCredentials)
            #expect(hasher.calls.withLock { $0 } == ["verify"], "as \(username)")
        }
    }

    @Test func aLongPasswordIsNoTrouble() async throws {
        let desk = try await PeopleDesk.make()
        _ = try await desk.person("jane")
        let long = String(repeating: "ä", count: 100_000)
        #expect(await failure { try await desk.signIn(long, password: long) }?.code == .badCredentials)
        #expect(
            await failure { try await desk.signIn("jane", password: PeopleDesk.password + String(repeating: "x", count: 500)) }?.code
                == .badCredentials)
    }

    @Test func refreshingRotates() async throws {
        let desk = try await PeopleDesk.make()
        _ = try await desk.person("jane")
        var tokens = try await desk.signIn("jane")
        var seen: Set<String> = [tokens.refreshToken]
        for _ in 1...3 {
            desk.clock.advance(seconds: 900)
            tokens = try await desk.signIns.refresh(tokens.refreshToken, from: PeopleDesk.origin)
            #expect(seen.insert(tokens.refreshToken).inserted)
        }
        let caller = try #require(try await desk.caller(tokens))
        #expect(try await desk.signIns.list(as: caller).map(\.lastUsedAt) == [desk.clock.now()])
        #expect(await failure { try await desk.signIns.refresh("itsm_rt_nonsense", from: PeopleDesk.origin) }?.code == .unauthenticated)
    }

    @Test func useIsNotedOfBrowsersAloneForElseTheLastRefreshCounts() async throws {
        let desk = try await PeopleDesk.make()
        _ = try await desk.person("jane")
        let credentials = SignIn.Credentials(username: "jane", password: PeopleDesk.password)
        let browser = try await desk.signIns.begin(credentials, from: PeopleDesk.origin, client: "a browser")
        let program = try await desk.caller(try await desk.signIn("jane"))
        let begun = desk.clock.now()
        desk.clock.advance(seconds: 3_600)
        let later = desk.clock.now()
        try await desk.signIns.note([browser.signIn.id: later, try #require(program?.signIn): later])
        let list = try await desk.signIns.list(as: try #require(program))
        let minute = Instant(microseconds: later.microseconds / 60_000_000 * 60_000_000)
        #expect(Dictionary(uniqueKeysWithValues: list.map { ($0.isCurrent, $0.lastUsedAt) }) == [false: minute, true: begun])
    }

    private func idle(after minutes: Int, _ desk: PeopleDesk, _ root: Principal) async throws {
        var patch = DeskSettings.Patch()
        patch.signInIdleMinutes = .value(minutes)
        _ = try await SettingsService(database: desk.database).update(patch, as: root)
    }

    @Test func aBrowserThatIsLeftUnusedIsSignedOutAndNothingElse() async throws {
        let desk = try await PeopleDesk.make()
        let root = try await desk.superAdmin()
        let jane = try await desk.person("jane")
        try await idle(after: 60, desk, root)
        let credentials = SignIn.Credentials(username: "jane", password: PeopleDesk.password)
        let used = try await desk.signIns.begin(credentials, from: PeopleDesk.origin, client: "used").signIn
        let left = try await desk.signIns.begin(credentials, from: PeopleDesk.origin, client: "left").signIn
        let program = try await desk.signIn("jane")
        let token = try await desk.apiTokens.create(.init(name: "script"), as: try #require(try await desk.caller(program)))
        desk.clock.advance(seconds: 1_800)
        try await desk.signIns.note([used.id: desk.clock.now()])
        // The two minutes are what a use may take to be written, and what it is cut by.
        desk.clock.advance(seconds: 1_800 + 119)
        #expect(try await desk.signIns.caller(jane.id, through: left.id) != nil)
        #expect(try await desk.signIns.whyUnused(left.id, of: jane.id) == nil)
        desk.clock.advance(seconds: 2)
        #expect(try await desk.signIns.caller(jane.id, through: left.id) == nil)
        #expect(try await desk.signIns.caller(jane.id, through: used.id) != nil)
        #expect(try await desk.caller(program) != nil)
        #expect(try await desk.apiTokens.caller(withToken: token.token) != nil)
        let caller = try #require(try await desk.signIns.caller(jane.id, through: used.id))
        #expect(Set(try await desk.signIns.list(as: caller).map(\.client)) == ["used", "test"])

        // Its person is told, before and after it was put on record; and it does not come back when the desk allows more.
        let words = "You were signed out because this browser was not used for an hour."
        #expect(try await desk.signIns.whyUnused(left.id, of: jane.id) == words)
        #expect(try await desk.database.write { try desk.signIns.endUnused(in: $0) } == 1)
        #expect(try await desk.database.write { try desk.signIns.endUnused(in: $0) } == 0)
        #expect(try await desk.signIns.whyUnused(left.id, of: jane.id) == words)
        #expect(try await desk.signIns.whyUnused(left.id, of: root.id) == nil)
        try await idle(after: 0, desk, root)
        #expect(try await desk.signIns.caller(jane.id, through: left.id) == nil)
        var filter = ActivityFilter()
        filter.kinds = [.signInEnded]
        let ended = try await desk.activity(filter)
        #expect(ended.map(\.principal.id) == [User.automationID] && ended.first?.changes?.value["reason"] == "unused")
        desk.clock.advance(seconds: 20 * 86_400)
        #expect(try await desk.signIns.caller(jane.id, through: used.id) != nil)
    }

    @Test func reuseEndsTheFamily() async throws {
        let desk = try await PeopleDesk.make()
        _ = try await desk.person("jane")
        let first = try await desk.signIn("jane"), other = try await desk.signIn("jane")
        desk.clock.advance(seconds: 900)
        let second = try await desk.signIns.refresh(first.refreshToken, from: PeopleDesk.origin)
        desk.clock.advance(seconds: Limits.refreshGraceSeconds + 1)
        #expect(await failure { try await desk.signIns.refresh(first.refreshToken, from: PeopleDesk.origin) }?.code == .unauthenticated)
        #expect(await failure { try await desk.signIns.refresh(second.refreshToken, from: PeopleDesk.origin) }?.code == .unauthenticated)
        #expect(try await desk.caller(second) == nil)
        #expect(try await desk.caller(other) != nil)
        var filter = ActivityFilter()
        filter.kinds = [.signInReuseDetected, .signInEnded]
        #expect(Set(try await desk.activity(filter).map(\.kind)) == [.signInReuseDetected, .signInEnded])
    }

    @Test func theSameTokenAtOnceIsOneFamily() async throws {
        let desk = try await PeopleDesk.make()
        _ = try await desk.person("jane")
        let tokens = try await desk.signIn("jane")
        let refreshed = try await withThrowingTaskGroup(of: SignIn.Tokens.self) { group in
            for _ in 1...8 { group.addTask { try await desk.signIns.refresh(tokens.refreshToken, from: PeopleDesk.origin) } }
            var all: [SignIn.Tokens] = []
            for try await tokens in group { all.append(tokens) }
            return all
        }
        #expect(Set(refreshed.map(\.refreshToken)).count == 8)
        #expect(Set(refreshed.map(\.accessToken)).count == 1)
        // The one that is used first lives; another, later, tells that two hold a copy.
        desk.clock.advance(seconds: 900)
        let next = try await desk.signIns.refresh(refreshed[3].refreshToken, from: PeopleDesk.origin)
        desk.clock.advance(seconds: 60)
        #expect(await failure { try await desk.signIns.refresh(refreshed[5].refreshToken, from: PeopleDesk.origin) }?.code == .unauthenticated)
        #expect(try await desk.caller(next) == nil)
    }

    @Test func itEndsByItself() async throws {
        let desk = try await PeopleDesk.make()
        _ = try await desk.person("jane")
        let tokens = try await desk.signIn("jane")
        desk.clock.advance(seconds: Limits.signInSeconds)
        #expect(try await desk.caller(tokens) == nil)
        #expect(await failure { try await desk.signIns.refresh(tokens.refreshToken, from: PeopleDesk.origin) }?.code == .unauthenticated)
        #expect(try await desk.database.write { try desk.signIns.removeOver(in: $0) } == 0)
        desk.clock.advance(seconds: Limits.signInSeconds + 1)
        #expect(try await desk.database.write { try desk.signIns.removeOver(in: $0) } == 1)
    }

    @Test func endingOneAndAllOthers() async throws {
        let desk = try await PeopleDesk.make()
        _ = try await desk.person("jane")
        let stranger = try await desk.person("stranger")
        let phone = try await desk.signIn("jane"), laptop = try await desk.signIn("jane"), desktop = try await desk.signIn("jane")
        let caller = try #require(try await desk.caller(laptop))
        let onPhone = try #require(try await desk.caller(phone)).signIn
        #expect(await failure { try await desk.signIns.end(onPhone, as: stranger) }?.code == .notFound)
        try await desk.signIns.end(onPhone, as: caller)
        #expect(try await desk.caller(phone) == nil)
        #expect(await failure { try await desk.signIns.end(onPhone, as: caller) }?.code == .notFound)
        try await desk.signIns.endOthers(as: caller)
        #expect(try await desk.caller(desktop) == nil)
        #expect(try await desk.caller(laptop) != nil)
        try await desk.signIns.end(nil, as: caller)
        #expect(try await desk.caller(laptop) == nil)
    }

    @Test func aDisabledPersonsTokensAreDead() async throws {
        let desk = try await PeopleDesk.make()
        let root = try await desk.superAdmin()
        let jane = try await desk.person("jane")
        let tokens = try await desk.signIn("jane")
        let key = try await desk.apiTokens.create(.init(name: "script"), as: try #require(try await desk.caller(tokens)))
        try await desk.people.disable(.id(jane.id), ifVersion: nil, as: root)
        #expect(try await desk.caller(tokens) == nil)
        #expect(try await desk.apiTokens.caller(withToken: key.token) == nil)
        #expect(await failure { try await desk.signIns.refresh(tokens.refreshToken, from: PeopleDesk.origin) }?.code == .unauthenticated)
        #expect(await failure { try await desk.signIn("jane") }?.code == .badCredentials)
        _ = try await desk.people.enable(.id(jane.id), as: root)
        #expect(try await desk.caller(tokens) == nil)
        #expect(try await desk.apiTokens.caller(withToken: key.token) != nil)
        _ = try await desk.signIn("jane")
    }

    @Test func aNewPasswordEndsTheOtherSignIns() async throws {
        let desk = try await PeopleDesk.make()
        let root = try await desk.superAdmin()
        let jane = try await desk.person("jane")
        let here = try await desk.signIn("jane"), there = try await desk.signIn("jane")
        let caller = try #require(try await desk.caller(here))
        let wrong = await failure {
            try await desk.account.changePassword(.init(currentPassword: "wrong password", newPassword: "short"), as: caller)
        }
        #expect(wrong?.problems.map(\.pointer) == ["/currentPassword", "/newPassword"])
        try await desk.account.changePassword(.init(currentPassword: PeopleDesk.password, newPassword: "another long one"), as: caller)
        #expect(try await desk.caller(here) != nil)
        #expect(try await desk.caller(there) == nil)
        #expect(await failure { try await desk.signIn("jane") }?.code == .badCredentials)
        let again = try await desk.signIn("jane", password: "another long one")
        var reset = User.Patch()
        reset.password = .value("a password from root")
        _ = try await desk.people.update(.id(jane.id), with: reset, ifVersion: nil, as: root)
        #expect(try await desk.caller(again) == nil)
        _ = try await desk.signIn("jane", password: "a password from root")
    }

    /// Somebody signs in while the account is being disabled: either it is refused, or ended with the others.
    @Test(arguments: 1...5) func signingInWhileBeingDisabled(round: Int) async throws {
        let desk = try await PeopleDesk.make()
        let root = try await desk.superAdmin()
        let jane = try await desk.person("jane")
        async let disabled: Void = desk.people.disable(.id(jane.id), ifVersion: nil, as: root)
        await withTaskGroup(of: Void.self) { group in
            for _ in 1...6 { group.addTask { _ = try? await desk.signIn("jane") } }
        }
        try await disabled
        #expect(try await desk.database.read { try $0.signIns.list(of: jane.id, at: $0.now) }.isEmpty)
    }

    @Test func oldHashesAreMadeAnew() async throws {
        let desk = try await PeopleDesk.make()
        let jane = try await desk.person("jane")
        let old = try await Argon2(on: BlockingWork(), passes: 2, memoryBytes: 16_384).hash(PeopleDesk.password)
        try await desk.database.write { try $0.users.setPasswordHash(old, of: jane.id) }
        _ = try await desk.signIn("jane")
        let stored = try await desk.database.read { try $0.signIns.credentials(username: "jane")?.passwordHash }
        #expect(stored != old && stored?.contains("m=8,t=1") == true)
        _ = try await desk.signIn("jane")
    }
}

/// Notes what is asked of a hasher.
final class CountingHasher: PasswordHasher {
    let calls = Mutex<[String]>([])
    private let hasher: Argon2

    init(_ hasher: Argon2) { self.hasher = hasher }

    func hash(_ password: String) async throws -> String {
        calls.withLock { $0.append("hash") }
        return try await hasher.hash(password)
    }

    func verify(_ password: String, against hash: String?) async throws -> PasswordVerdict {
        calls.withLock { $0.append("verify") }
        return try await hasher.verify(password, against: hash)
    }
}
