import ITSMCore
import ITSMTestSupport
import Synchronization
import Testing

@testable import ITSMStore

@Suite struct IdentityServiceTests {
    private static let issuer = "https://login.example.org"

    /// A desk with one provider.
    private struct Desk {
        let desk: PeopleDesk
        let root: Principal
        let providers: IdentityProviderService
        let identities: IdentityService
        let provider: IdentityProvider

        static func make(_ change: (inout IdentityProvider.Patch) -> Void = { _ in }) async throws -> Desk {
            let desk = try await PeopleDesk.make()
            let root = try await desk.superAdmin()
            let providers = IdentityProviderService(database: desk.database, sealing: desk.sealing)
            var patch = IdentityProvider.Patch()
            patch.name = .value("Example ID")
            patch.issuer = .value(issuer)
            patch.clientID = .value("desk")
            change(&patch)
            let provider = try await providers.create(patch, as: root)
            return Desk(
                desk: desk, root: root, providers: providers,
                identities: IdentityService(database: desk.database, people: desk.people, signIns: desk.signIns),
                provider: provider)
        }

        func step(_ claims: Identity.Claims, _ browser: SignIn.Browser = SignIn.Browser()) async throws -> SignIn.Step {
            try await identities.signIn(claims, by: provider.id, from: PeopleDesk.origin, client: "test", browser: browser)
        }

        func begun(_ claims: Identity.Claims, _ browser: SignIn.Browser = SignIn.Browser()) async throws -> SignIn.Begun {
            guard case .begun(let begun) = try await step(claims, browser) else { throw ITSMError(.otpRequired, "A code is asked for.") }
            return begun
        }

        func signIn(_ claims: Identity.Claims) async throws -> SignIn { try await begun(claims).signIn }

        func change(_ change: (inout IdentityProvider.Patch) -> Void) async throws {
            var patch = IdentityProvider.Patch()
            change(&patch)
            _ = try await providers.update(.id(provider.id), patch, as: root)
        }

        func refusal(_ claims: Identity.Claims) async throws -> Identity.Refusal? {
            do {
                _ = try await signIn(claims)
                return nil
            } catch let refusal as Identity.Refusal {
                return refusal
            }
        }

        func view(_ user: ID<User>) async throws -> User.View { try await desk.people.find(.id(user), as: root) }
        func roles(_ user: ID<User>) async throws -> Set<String> { Set(try await view(user).roles.map(\.name)) }

        func kinds(_ kinds: [Activity.Kind]) async throws -> [Activity.Kind] {
            var filter = ActivityFilter()
            filter.kinds = kinds
            return try await desk.activity(filter).map(\.kind)
        }
    }

    private static func claims(
        _ subject: String = "s-1", username: String? = "kim", name: String? = "Kim Lee", email: String? = "kim@example.org", verified: Bool = true,
        groups: Set<String> = [], methods: Set<String> = [], level: String? = nil
    ) -> Identity.Claims {
        .init(
            issuer: issuer, subject: subject, username: username, name: name, email: email, isEmailVerified: verified, groups: groups,
            methods: methods, level: level)
    }

    @Test func theFirstSignInMakesAPersonTheNextFindsThem() async throws {
        let desk = try await Desk.make { $0.createsPeople = .value(true) }
        let first = try await desk.signIn(Self.claims())
        let made = try await desk.view(first.user)
        #expect(made.username == "kim" && made.name == "Kim Lee" && made.email == "kim@example.org" && made.roles.map(\.name) == ["requester"])
        #expect(made.canSignIn)
        // Everything but issuer and subject may change there.
        let second = try await desk.signIn(Self.claims(username: "other", name: "Other", email: "other@example.org"))
        #expect(second.user == first.user && second.id != first.id)
        #expect(try await desk.desk.signIns.caller(second.user, through: second.id)?.username == "kim")
        #expect(try await desk.kinds([.identityLinked, .signInSucceeded]) == [.signInSucceeded, .signInSucceeded, .identityLinked])
    }

    @Test func onlyKnownPeopleUnlessTheProviderMayMakeThem() async throws {
        let desk = try await Desk.make()
        #expect(try await desk.refusal(Self.claims()) == .unknownPerson)
        #expect(try await desk.kinds([.signInFailed]).count == 1)
        let kim = try await desk.desk.person("kim")
        // Neither the username nor the address opens the account.
        #expect(try await desk.refusal(Self.claims(email: nil)) == .unknownPerson)
        try await desk.identities.link(Self.claims(), by: desk.provider.id, as: kim)
        #expect(try await desk.signIn(Self.claims()).user == kim.id)
        let list = try await desk.identities.list(as: kim)
        #expect(list.map(\.provider) == ["Example ID"] && list.first?.label == "kim" && list.first?.lastUsedAt != nil)
        try await desk.identities.unlink(list[0].id, as: kim)
        #expect(try await desk.refusal(Self.claims()) == .unknownPerson)
    }

    @Test func aNameThatIsTakenIsNotTakenOver() async throws {
        let desk = try await Desk.make { $0.createsPeople = .value(true) }
        _ = try await desk.desk.person("kim")
        let lee = try await desk.desk.person("lee")
        var patch = User.Patch()
        patch.email = .value("kim@example.org")
        _ = try await desk.desk.people.update(.id(lee.id), with: patch, ifVersion: nil, as: desk.root)
        #expect(try await desk.refusal(Self.claims(email: nil)) == .nameTaken)
        #expect(try await desk.refusal(Self.claims(username: "new")) == .nameTaken)
        // An address that nobody vouches for is not kept.
        let made = try await desk.signIn(Self.claims("s-2", username: "new", verified: false))
        #expect(try await desk.view(made.user).email == nil)
        #expect(try await desk.refusal(Self.claims("s-3", username: nil, email: nil)) == .noUsername)
        #expect(try await desk.refusal(Self.claims("s-3", username: "a b\u{7}", email: nil)) == .noUsername)
    }

    @Test func linkingByAddressNeedsItVerifiedAndNeverReachesASuperAdmin() async throws {
        let desk = try await Desk.make { $0.linksByEmail = .value(true) }
        let kim = try await desk.desk.person("kim")
        for (person, email) in [(kim, "kim@example.org"), (desk.root, "root@example.org")] {
            var patch = User.Patch()
            patch.email = .value(email)
            _ = try await desk.desk.people.update(.id(person.id), with: patch, ifVersion: nil, as: desk.root)
        }
        #expect(try await desk.refusal(Self.claims(verified: false)) == .unknownPerson)
        #expect(try await desk.refusal(Self.claims(email: "root@example.org")) == .nameTaken)
        #expect(try await desk.signIn(Self.claims(username: "whoever", email: "KIM@example.org")).user == kim.id)
        // The address was given to somebody else there.
        #expect(try await desk.refusal(Self.claims("s-2")) == .nameTaken)
    }

    @Test func rolesFollowTheGroupsAtEachSignIn() async throws {
        let desk = try await Desk.make {
            $0.createsPeople = .value(true)
            $0.groupsClaim = .value("groups")
            $0.roleMappings = .value([
                .init(group: "itsm-agents", role: .name("agent")), .init(group: "itsm-agents", role: .name("viewer")),
                .init(group: "itsm-leads", role: .name("manager")),
            ])
        }
        let kim = try await desk.signIn(Self.claims(groups: ["itsm-agents", "something"])).user
        #expect(try await desk.roles(kim) == ["requester", "agent", "viewer"])
        #expect(try await desk.desk.caller(kim).isAgent)
        // What is given here by hand, and no mapping names, stays.
        _ = try await desk.desk.people.grant(.name("admin"), to: .id(kim), as: desk.root)
        _ = try await desk.signIn(Self.claims(groups: ["itsm-leads"]))
        #expect(try await desk.roles(kim) == ["requester", "manager", "admin"])
        #expect(try await desk.kinds([.userRoleRevoked]).count == 2)
        _ = try await desk.signIn(Self.claims(groups: []))
        #expect(try await desk.roles(kim) == ["requester", "admin"])

        // A mapping that goes takes with it what it gave.
        _ = try await desk.signIn(Self.claims(groups: ["itsm-agents"]))
        var patch = IdentityProvider.Patch()
        patch.groupsClaim = .null
        patch.roleMappings = .value([])
        _ = try await desk.providers.update(.id(desk.provider.id), patch, as: desk.root)
        _ = try await desk.signIn(Self.claims(groups: ["itsm-agents"]))
        #expect(try await desk.roles(kim) == ["requester", "admin"])
    }

    @Test func whoIsDisabledOrComesByAProviderThatIsOffStaysOut() async throws {
        let desk = try await Desk.make { $0.createsPeople = .value(true) }
        let kim = try await desk.signIn(Self.claims()).user
        try await desk.desk.people.disable(.id(kim), ifVersion: nil, as: desk.root)
        #expect(try await desk.refusal(Self.claims()) == .disabled)
        _ = try await desk.desk.people.enable(.id(kim), as: desk.root)
        #expect(try await desk.refusal(.init(issuer: "https://elsewhere.example.org", subject: "s-1")) == .providerOff)
        var patch = IdentityProvider.Patch()
        patch.enabled = .value(false)
        _ = try await desk.providers.update(.id(desk.provider.id), patch, as: desk.root)
        #expect(try await desk.refusal(Self.claims()) == .providerOff)
        #expect(try await desk.providers.offered().isEmpty)
    }

    @Test func aSecondFactorIsWhatTheProviderSaysItAskedFor() async throws {
        let desk = try await Desk.make {
            $0.createsPeople = .value(true)
            $0.requiresSecondFactor = .value(true)
        }
        #expect(try await desk.refusal(Self.claims()) == .noSecondFactor)
        #expect(try await desk.refusal(Self.claims(methods: ["pwd"])) == .noSecondFactor)
        #expect(try await desk.refusal(Self.claims(methods: ["pwd", "otp"])) == nil)
        #expect(try await desk.refusal(Self.claims(methods: ["mfa"])) == nil)
    }

    @Test func itIsLikeAnyOtherSignInOfABrowser() async throws {
        let desk = try await Desk.make { $0.createsPeople = .value(true) }
        let first = try await desk.begun(Self.claims())
        let kim = first.signIn.user
        let second = try await desk.begun(Self.claims(), .init(present: (first.signIn.id, kim), knownDevice: first.knownDevice))
        #expect(try await desk.desk.signIns.caller(kim, through: first.signIn.id) == nil)
        #expect(try await desk.desk.signIns.caller(kim, through: second.signIn.id) != nil)
        #expect(try await desk.kinds([.signInSucceeded, .signInEnded]) == [.signInEnded, .signInSucceeded, .signInSucceeded])
        #expect(first.knownDevice.hasPrefix(kim.description) && second.knownDevice.hasPrefix(kim.description))
        var filter = ActivityFilter()
        filter.kinds = [.signInSucceeded]
        #expect(try await desk.desk.activity(filter).allSatisfy { $0.changes?.value["provider"] == "Example ID" && $0.principal.id == kim })
    }

    @Test func itStandsInTheFiguresWithItsOutcome() async throws {
        let desk = try await Desk.make { $0.createsPeople = .value(true) }
        let outcomes = Mutex<[SignInOutcome]>([])
        let signIns = SignInService(
            database: desk.desk.database, hasher: desk.desk.hasher, secrets: desk.desk.secrets, codes: desk.desk.codes, sealing: desk.desk.sealing,
            issuer: PlainTokens(), outcomes: { outcome in outcomes.withLock { $0.append(outcome) } })
        let identities = IdentityService(database: desk.desk.database, people: desk.desk.people, signIns: signIns)
        _ = try await identities.signIn(Self.claims(), by: desk.provider.id, from: PeopleDesk.origin, client: nil)
        await #expect(throws: Identity.Refusal.noUsername) {
            try await identities.signIn(
                Self.claims("s-9", username: nil, email: nil), by: desk.provider.id, from: PeopleDesk.origin, client: nil)
        }
        identities.countFailure()
        #expect(outcomes.withLock { $0 } == [.succeeded, .failed, .failed])
    }

    /// What a role or a person asks of a password holds for a provider too, unless it made sure of a second factor (ADR 0017).
    @Test func theirOwnCodeIsAskedForUnlessTheProviderMadeSure() async throws {
        let desk = try await Desk.make()
        _ = try await desk.desk.person("kim", roles: [.name("agent")])
        let kim = try #require(try await desk.desk.caller(try await desk.desk.signIn("kim")))
        try await desk.identities.link(Self.claims(), by: desk.provider.id, as: kim)
        var role = Role.Patch()
        role.requiresSecondFactor = .value(true)
        _ = try await desk.desk.roles.update(.name("agent"), with: role, ifVersion: nil, as: desk.root)

        func mustSetUp(_ signIn: SignIn) async throws -> Bool? {
            try await desk.desk.signIns.caller(signIn.user, through: signIn.id)?.mustSetUpSecondFactor
        }
        #expect(try await mustSetUp(desk.signIn(Self.claims(methods: ["mfa"]))) == true)
        try await desk.change { $0.verifiesSecondFactor = .value(true) }
        #expect(try await mustSetUp(desk.signIn(Self.claims())) == false)
        #expect(try await mustSetUp(desk.signIn(Self.claims(methods: ["pwd", "otp"]))) == false)
        // What the token says counts more than what the setting promises.
        #expect(try await mustSetUp(desk.signIn(Self.claims(methods: ["pwd"]))) == true)
        #expect(try await mustSetUp(desk.signIn(Self.claims(level: "0"))) == true)
        #expect(try await mustSetUp(desk.signIn(Self.claims(level: "urn:example:gold"))) == false)
        try await desk.change {
            $0.verifiesSecondFactor = .value(false)
            $0.requiresSecondFactor = .value(true)
        }
        #expect(try await mustSetUp(desk.signIn(Self.claims(methods: ["mfa"]))) == false)

        // Once there is one, it is asked for.
        let codes = try await desk.desk.secondFactors.begin(password: PeopleDesk.password, as: kim)
        #expect(!codes.secret.isEmpty)
        let now = desk.desk.clock.now()
        try await desk.desk.database.write { try $0.secondFactors.put(.init(user: kim.id, confirmedAt: now)) }
        #expect(try await desk.signIn(Self.claims(methods: ["mfa"])).user == kim.id)
        try await desk.change { $0.requiresSecondFactor = .value(false) }
        guard case .codeNeeded(let challenge) = try await desk.step(Self.claims(methods: ["mfa"])) else {
            Issue.record("no code was asked for")
            return
        }
        #expect(challenge.hasPrefix(kim.id.description))
    }

    @Test func linkingTakesThePasswordOrASignInOfJustNow() async throws {
        let desk = try await Desk.make { $0.createsPeople = .value(true) }
        _ = try await desk.desk.person("lee")
        let lee = try #require(try await desk.desk.caller(try await desk.desk.signIn("lee")))
        #expect(
            await failure { try await desk.identities.requirePassword("wrong password", as: lee) }?.problems.map(\.pointer) == ["/currentPassword"])
        #expect(await failure { try await desk.identities.requirePassword(nil, as: lee) }?.problems.map(\.pointer) == ["/currentPassword"])
        #expect(await failure { try await desk.identities.requirePassword(PeopleDesk.password, as: lee) } == nil)
        let signIn = try await desk.signIn(Self.claims())
        let kim = try #require(try await desk.desk.signIns.caller(signIn.user, through: signIn.id))
        #expect(await failure { try await desk.identities.requirePassword(nil, as: kim) } == nil)
        let change = AccountService.PasswordChange(currentPassword: "", newPassword: "a new pass phrase")
        #expect(await failure { try await desk.desk.account.changePassword(change, as: kim) }?.code == .forbidden)
        desk.desk.clock.advance(seconds: Limits.recentSignInSeconds)
        #expect(await failure { try await desk.identities.requirePassword(nil, as: kim) }?.code == .forbidden)
    }

    @Test func anIdentityIsOnePersonsAlone() async throws {
        let desk = try await Desk.make { $0.createsPeople = .value(true) }
        let kim = try await desk.desk.person("kim"), lee = try await desk.desk.person("lee")
        try await desk.identities.link(Self.claims(), by: desk.provider.id, as: kim)
        try await desk.identities.link(Self.claims(), by: desk.provider.id, as: kim)
        #expect(await failure { try await desk.identities.link(Self.claims(), by: desk.provider.id, as: lee) }?.code == .duplicate)
        let id = try await desk.identities.list(as: kim)[0].id
        #expect(await failure { try await desk.identities.unlink(id, as: lee) }?.code == .notFound)
        // The only way in stays.
        let alone = try await desk.desk.caller(try await desk.signIn(Self.claims("s-2", username: "alone", email: nil)).user)
        let only = try await desk.identities.list(as: alone)[0].id
        #expect(await failure { try await desk.identities.unlink(only, as: alone) }?.code == .inUse)
        #expect(try await desk.identities.list(as: alone).count == 1)
    }

    @Test func onlySuperAdminsSayWhoVouchesForPeople() async throws {
        let desk = try await Desk.make { $0.clientSecret = .value("s3cret") }
        let admin = try await desk.desk.person("admin", roles: [.name("admin")])
        #expect(try await desk.providers.list(as: admin).map(\.name) == ["Example ID"])
        #expect(await failure { try await desk.providers.update(.id(desk.provider.id), .init(), as: admin) }?.code == .forbidden)
        #expect(await failure { try await desk.providers.delete(.id(desk.provider.id), as: admin) }?.code == .forbidden)
        let agent = try await desk.desk.person("agent", roles: [.name("agent")])
        #expect(await failure { try await desk.providers.list(as: agent) }?.code == .forbidden)

        // The secret is sealed, and comes out only to talk with the provider.
        #expect(try await desk.providers.enabled(desk.provider.id)?.clientSecret == "s3cret")
        let name = desk.provider.secretName
        let stored = try #require(try await desk.desk.database.read { try $0.secrets.first(name) })
        #expect(!String(decoding: stored.bytes, as: UTF8.self).contains("s3cret"))
        var patch = IdentityProvider.Patch()
        patch.clientSecret = .null
        #expect(try await desk.providers.update(.id(desk.provider.id), patch, as: desk.root).hasClientSecret == false)
        #expect(try await desk.providers.enabled(desk.provider.id)?.clientSecret == nil)
        try await desk.providers.delete(.id(desk.provider.id), as: desk.root)
        #expect(try await desk.providers.enabled(desk.provider.id) == nil)
    }

    @Test(
        arguments: [
            ("http://login.example.org", false), ("ftp://login.example.org", false), ("login.example.org", false), ("https://", false),
            ("https://a@login.example.org", false), ("https://login.example.org?x", false), ("javascript:alert(1)", false),
            ("http://127.0.0.1.example.org", false), ("http://127.0.0.1:9400", true), ("http://localhost:9400", true), ("http://[::1]:9400", true),
            ("https://login.example.org/realms/staff", true),
        ])
    func anIssuerIsAnAddressThatNobodyListensOnBetween(issuer: String, isGood: Bool) async throws {
        let desk = try await PeopleDesk.make()
        let root = try await desk.superAdmin()
        let providers = IdentityProviderService(database: desk.database, sealing: Sealer(current: .random()))
        var patch = IdentityProvider.Patch()
        patch.name = .value("X")
        patch.issuer = .value(issuer)
        patch.clientID = .value("desk")
        let error = await failure { try await providers.create(patch, as: root) }
        #expect(isGood ? error == nil : error?.problems.map(\.pointer) == ["/issuer"])
    }

    @Test func aMappingNeverGivesSuperAdmin() async throws {
        let desk = try await Desk.make()
        var patch = IdentityProvider.Patch()
        patch.groupsClaim = .value("groups")
        patch.roleMappings = .value([
            .init(group: "x", role: .name("superAdmin")), .init(group: "x", role: .name("nothing")), .init(group: "", role: .name("agent")),
        ])
        let error = await failure { try await desk.providers.update(.id(desk.provider.id), patch, as: desk.root) }
        #expect(error?.problems.map(\.pointer) == ["/roleMappings/0/role", "/roleMappings/1/role", "/roleMappings/2/group"])
        patch.groupsClaim = .absent
        patch.roleMappings = .value([.init(group: "x", role: .name("agent"))])
        #expect(
            await failure { try await desk.providers.update(.id(desk.provider.id), patch, as: desk.root) }?.problems.map(\.pointer) == [
                "/groupsClaim"
            ])
    }
}
