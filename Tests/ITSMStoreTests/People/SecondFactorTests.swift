import ITSMCore
import ITSMStore
import ITSMTestSupport
import Testing

@Suite struct SecondFactorTests {
    /// A person with a second factor.
    private struct Owner {
        let desk: PeopleDesk
        let caller: Principal
        let seed: [UInt8]
        let recovery: [String]

        /// What the app shows now, or so many steps later.
        func code(later steps: Int64 = 0) -> String {
            desk.codes.code(of: seed, step: desk.clock.now().microseconds / 30_000_000 + steps)
        }

        func signIn(otp: String?, browser: SignIn.Browser = SignIn.Browser()) async -> ITSMError? {
            let credentials = SignIn.Credentials(username: caller.username, password: PeopleDesk.password, otp: otp)
            return await failure { try await desk.signIns.begin(credentials, from: PeopleDesk.origin, client: "a browser", browser: browser) }
        }

        func challenge(_ browser: SignIn.Browser = SignIn.Browser()) async throws -> String? {
            let credentials = SignIn.Credentials(username: caller.username, password: PeopleDesk.password)
            let step = try await desk.signIns.start(credentials, from: PeopleDesk.origin, client: nil, browser: browser)
            return if case .codeNeeded(let challenge) = step { challenge } else { nil }
        }

        func finish(_ challenge: String, _ code: String, trusts: Bool = false) async throws -> SignIn.Begun {
            try await desk.signIns.finish(
                challenge: challenge, code: code, trustsBrowser: trusts, from: PeopleDesk.origin, client: "a browser", browser: SignIn.Browser())
        }
    }

    private func owner(_ username: String = "jane", on desk: PeopleDesk, roles: [RefInput<Role>] = [.name("requester")]) async throws -> Owner {
        _ = try await desk.person(username, roles: roles)
        let caller = try #require(try await desk.caller(try await desk.signIn(username)))
        let enrolment = try await desk.secondFactors.begin(password: PeopleDesk.password, as: caller)
        let seed = Self.decoded(enrolment.secret)
        let code = desk.codes.code(of: seed, step: desk.clock.now().microseconds / 30_000_000)
        let recovery = try await desk.secondFactors.confirm(code: code, as: caller).recoveryCodes
        desk.clock.advance(seconds: 60)
        return Owner(desk: desk, caller: caller, seed: seed, recovery: recovery)
    }

    private static func decoded(_ text: String) -> [UInt8] {
        let bits = text.flatMap { character -> [Int] in
            let value = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567").firstIndex(of: character) ?? 0
            return (0..<5).map { value >> (4 - $0) & 1 }
        }
        return stride(from: 0, to: bits.count - 7, by: 8).map { start in bits[start..<start + 8].reduce(0) { $0 << 1 | UInt8($1) } }
    }

    @Test func aCodeIsAskedForAndGoodOnce() async throws {
        let jane = try await owner(on: try await PeopleDesk.make())
        #expect(await jane.signIn(otp: nil)?.code == .otpRequired)
        #expect(await jane.signIn(otp: "000000")?.code == .badCredentials)
        let code = jane.code()
        #expect(await jane.signIn(otp: code) == nil)
        #expect(await jane.signIn(otp: code)?.code == .badCredentials)
        #expect(await jane.signIn(otp: jane.code(later: 1)) == nil)
        #expect(await jane.signIn(otp: jane.code(later: 2))?.code == .badCredentials)
        // A wrong password tells nothing of the code.
        let wrong = SignIn.Credentials(username: "jane", password: "wrong password", otp: jane.code(later: 1))
        let error = await failure { try await jane.desk.signIns.signIn(wrong, from: PeopleDesk.origin, client: nil) }
        #expect(error?.detail.contains("Username or password is wrong") == true)
    }

    @Test func theSecondStepInABrowser() async throws {
        let jane = try await owner(on: try await PeopleDesk.make())
        let challenge = try #require(try await jane.challenge())
        #expect(await failure { try await jane.finish(challenge, "123456") }?.code == .badCredentials)
        #expect(try await jane.finish(challenge, jane.code()).signIn.user == jane.caller.id)
        #expect(await failure { try await jane.finish(challenge + "0", jane.code(later: 1)) }?.code == .unauthenticated)
        jane.desk.clock.advance(seconds: Limits.challengeSeconds)
        #expect(await failure { try await jane.finish(challenge, jane.code()) }?.code == .unauthenticated)
        let again = try #require(try await jane.challenge())
        let root = try await jane.desk.superAdmin()
        var patch = User.Patch()
        patch.password = .value("chosen by root instead")
        _ = try await jane.desk.people.update(.id(jane.caller.id), with: patch, ifVersion: nil, as: root)
        #expect(await failure { try await jane.finish(again, jane.code()) }?.code == .unauthenticated)
    }

    /// As over REST, where the code comes with the password.
    @Test func twoStepsForgiveWrongPasswords() async throws {
        let jane = try await owner(on: try await PeopleDesk.make())
        let wrong = SignIn.Credentials(username: "jane", password: "wrong password")
        for _ in 1...2 {
            for _ in 1...4 {
                #expect(await failure { try await jane.desk.signIns.signIn(wrong, from: PeopleDesk.origin, client: nil) }?.code == .badCredentials)
            }
            _ = try await jane.finish(try #require(try await jane.challenge()), jane.code())
            jane.desk.clock.advance(seconds: 60)
        }
    }

    @Test func recoveryCodesAreGoodOnceEach() async throws {
        let jane = try await owner(on: try await PeopleDesk.make())
        #expect(Set(jane.recovery).count == Limits.recoveryCodes)
        #expect(await jane.signIn(otp: jane.recovery[0].uppercased()) == nil)
        #expect(await jane.signIn(otp: jane.recovery[0])?.code == .badCredentials)
        #expect(await jane.signIn(otp: jane.recovery[1].replacing("-", with: " ")) == nil)
        #expect(try await jane.desk.secondFactors.view(as: jane.caller).recoveryCodesLeft == Limits.recoveryCodes - 2)
        let new = try await jane.desk.secondFactors.renewRecoveryCodes(password: PeopleDesk.password, as: jane.caller).recoveryCodes
        #expect(await jane.signIn(otp: jane.recovery[2])?.code == .badCredentials)
        #expect(await jane.signIn(otp: new[0]) == nil)
        var filter = ActivityFilter()
        filter.kinds = [.recoveryCodeUsed, .recoveryCodesRenewed, .secondFactorAdded]
        #expect(
            try await jane.desk.activity(filter).map(\.kind)
                == [.recoveryCodeUsed, .recoveryCodesRenewed, .recoveryCodeUsed, .recoveryCodeUsed, .secondFactorAdded])
    }

    @Test func codesCannotBeGuessed() async throws {
        let jane = try await owner(on: try await PeopleDesk.make())
        for _ in 1...5 { #expect(await jane.signIn(otp: "000000")?.code == .badCredentials) }
        let refused = await jane.signIn(otp: jane.code())
        #expect(refused?.code == .rateLimited && refused?.retryAfterSeconds == 15)
        jane.desk.clock.advance(seconds: 15)
        #expect(await jane.signIn(otp: jane.code()) == nil)
    }

    @Test func aTrustedBrowserIsNotAsked() async throws {
        let jane = try await owner(on: try await PeopleDesk.make())
        let begun = try await jane.finish(try #require(try await jane.challenge()), jane.code(), trusts: true)
        let token = try #require(begun.trustedDevice)
        let browser = SignIn.Browser(trustedDevice: token)
        #expect(await jane.signIn(otp: nil, browser: browser) == nil)
        let other = try await owner("other", on: jane.desk)
        #expect(await other.signIn(otp: nil, browser: browser)?.code == .otpRequired)
        let device = try #require(try await jane.desk.secondFactors.view(as: jane.caller).trustedDevices.first)
        #expect(device.client == "a browser" && device.expiresAt == device.createdAt.adding(seconds: Limits.trustedDeviceSeconds))
        #expect(await failure { try await jane.desk.secondFactors.forget(device.id, as: other.caller) }?.code == .notFound)
        try await jane.desk.secondFactors.forget(device.id, as: jane.caller)
        #expect(await jane.signIn(otp: nil, browser: browser)?.code == .otpRequired)
    }

    @Test func trustEndsByTimeAndWithThePassword() async throws {
        let jane = try await owner(on: try await PeopleDesk.make())
        let first = try await jane.finish(try #require(try await jane.challenge()), jane.code(), trusts: true)
        jane.desk.clock.advance(seconds: Limits.trustedDeviceSeconds)
        #expect(await jane.signIn(otp: nil, browser: SignIn.Browser(trustedDevice: first.trustedDevice))?.code == .otpRequired)
        let second = try await jane.finish(try #require(try await jane.challenge()), jane.code(), trusts: true)
        #expect(await jane.signIn(otp: nil, browser: SignIn.Browser(trustedDevice: second.trustedDevice)) == nil)
        try await jane.desk.account.changePassword(
            .init(currentPassword: PeopleDesk.password, newPassword: "another sentence of mine"), as: jane.caller)
        try await jane.desk.account.changePassword(
            .init(currentPassword: "another sentence of mine", newPassword: PeopleDesk.password), as: jane.caller)
        #expect(await jane.signIn(otp: nil, browser: SignIn.Browser(trustedDevice: second.trustedDevice))?.code == .otpRequired)
    }

    @Test func itIsChangedWithThePasswordAgainOnly() async throws {
        let jane = try await owner(on: try await PeopleDesk.make())
        let service = jane.desk.secondFactors
        #expect(await failure { try await service.begin(password: nil, as: jane.caller) }?.code == .required)
        #expect(await failure { try await service.begin(password: "wrong password", as: jane.caller) }?.code == .invalidValue)
        #expect(await failure { try await service.remove(password: "wrong password", as: jane.caller) }?.code == .invalidValue)
        #expect(await failure { try await service.renewRecoveryCodes(password: "", as: jane.caller) }?.code == .required)
        var token = jane.caller
        token.kind = .apiToken
        #expect(await failure { try await service.begin(password: PeopleDesk.password, as: token) }?.code == .forbidden)
        for _ in 1...3 { _ = await failure { try await service.remove(password: "wrong password", as: jane.caller) } }
        #expect(await failure { try await service.remove(password: PeopleDesk.password, as: jane.caller) }?.code == .rateLimited)
        jane.desk.clock.advance(seconds: 900)
        // What was begun is not in force before it was shown to work.
        _ = try await service.begin(password: PeopleDesk.password, as: jane.caller)
        #expect(await failure { try await service.confirm(code: "000000", as: jane.caller) }?.problems.map(\.pointer) == ["/code"])
        #expect(await jane.signIn(otp: jane.code()) == nil)
        jane.desk.clock.advance(seconds: Limits.enrolmentSeconds)
        #expect(await failure { try await service.confirm(code: "000000", as: jane.caller) }?.code == .inUse)
        let elsewhere = try await jane.desk.signIns.begin(
            .init(username: "jane", password: PeopleDesk.password, otp: jane.code()), from: PeopleDesk.origin, client: nil)
        try await service.remove(password: PeopleDesk.password, as: jane.caller)
        #expect(try await jane.desk.signIns.caller(jane.caller.id, through: elsewhere.signIn.id) == nil)
        #expect(await jane.signIn(otp: nil) == nil)
    }

    @Test func anAdministratorTakesItAwayFromWhoHoldsNoMore() async throws {
        let desk = try await PeopleDesk.make()
        let jane = try await owner(on: desk), root = try await owner("root", on: desk, roles: [.id(Role.superAdminID)])
        let admin = try await desk.person("admin", roles: [.name("admin")])
        #expect(await failure { try await desk.secondFactors.reset(of: .id(root.caller.id), as: admin) }?.code == .forbidden)
        #expect(await failure { try await desk.secondFactors.reset(of: .id(root.caller.id), as: root.caller) }?.code == .forbidden)
        #expect(await failure { try await desk.secondFactors.reset(of: .id(jane.caller.id), as: jane.caller) }?.code == .forbidden)
        #expect(try await desk.secondFactors.summary(of: .id(jane.caller.id), as: admin).isOn)
        try await desk.secondFactors.reset(of: .id(jane.caller.id), as: admin)
        #expect(try await desk.signIns.caller(jane.caller.id, through: try #require(jane.caller.signIn)) == nil)
        #expect(await jane.signIn(otp: nil) == nil)
        #expect(await failure { try await desk.secondFactors.reset(of: .id(jane.caller.id), as: admin) }?.code == .inUse)
        var filter = ActivityFilter()
        filter.kinds = [.secondFactorReset]
        #expect(try await desk.activity(filter).map(\.principal.id) == [admin.id])
    }

    @Test func aRoleAsksForIt() async throws {
        let desk = try await PeopleDesk.make()
        let root = try await desk.superAdmin()
        let jane = try await desk.person("jane", roles: [.name("agent")])
        let tokens = try await desk.signIn("jane")
        let key = try await desk.apiTokens.create(.init(name: "script"), as: try #require(try await desk.caller(tokens)))
        #expect(try await desk.caller(tokens)?.mustSetUpSecondFactor == false)
        var patch = Role.Patch()
        patch.requiresSecondFactor = .value(true)
        #expect(try await desk.roles.update(.name("agent"), with: patch, ifVersion: nil, as: root).requiresSecondFactor)
        #expect(try await desk.caller(tokens)?.mustSetUpSecondFactor == true)
        #expect(try await desk.apiTokens.caller(withToken: key.token)?.principal.mustSetUpSecondFactor == false)
        #expect(try await desk.caller(root.id).mustSetUpSecondFactor == false)
        // Who has no password here is asked too, wherever they signed in.
        try await desk.database.write { try $0.users.setPasswordHash(nil, of: jane.id) }
        #expect(try await desk.caller(tokens)?.mustSetUpSecondFactor == true)
        let owner = try await owner("ada", on: desk, roles: [.name("agent")])
        #expect(try await desk.caller(owner.caller.id).mustSetUpSecondFactor == false)
        #expect(await failure { try await desk.secondFactors.remove(password: PeopleDesk.password, as: owner.caller) }?.code == .forbidden)
    }
}
