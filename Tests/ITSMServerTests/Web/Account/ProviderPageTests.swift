import HTTPTypes
import ITSMCore
import Testing
@testable import ITSMServer

/// The way to a provider: who may begin it, and who may link an account. The whole way and back is tested with a provider that runs, in a browser.
@Suite struct ProviderPageTests {
    static let server = Task { try await TestServer() }

    private func provider(_ server: TestServer, _ name: String) async throws -> IdentityProvider {
        let root = try await server.caller("root-\(name)", roles: ["superAdmin"])
        var patch = IdentityProvider.Patch()
        patch.name = .value(name)
        // Nobody listens there: whoever gets as far as asking it is told so.
        patch.issuer = .value("http://127.0.0.1:9/\(name)")
        patch.clientID = .value("desk")
        let caller = Principal(id: root.id, username: "root", name: "Root", grants: .everything, isSuperAdmin: true, origin: .init(channel: .api))
        return try await server.app.services.identityProviders.create(patch, as: caller)
    }

    @Test(
        arguments: [
            ([HTTPField.Name.secFetchSite: "cross-site"], true), ([.secFetchSite: "same-site"], true), ([.secFetchSite: "same-origin"], false),
            ([.secFetchSite: "none"], false),
        ] as [([HTTPField.Name: String], Bool)])
    func whatAnotherSiteLeadsToAsksFirst(_ fields: [HTTPField.Name: String], _ asks: Bool) async throws {
        let server = try await Self.server.value
        let provider = try await provider(server, "from-\(fields.values.first!)")
        var headers = HTTPFields()
        for (name, value) in fields { headers[name] = value }
        let answer = try await server.open("/sign-in/with/\(provider.id)?next=%2Fqueue", headers: headers)
        #expect(answer.status == (asks ? .ok : .badGateway))
        #expect(answer.text.contains("href=\"/sign-in/with/\(provider.id)?next=%2Fqueue\"") == asks)
        #expect(!asks || answer.headers[.setCookie]?.hasPrefix("itsm_provider=;") == true, "no way there was begun")
    }

    @Test func linkingTakesThePassword() async throws {
        let server = try await Self.server.value
        let provider = try await provider(server, "linking")
        let caller = try await server.caller("linker-of-accounts")
        var patch = User.Patch()
        patch.password = .value("a long pass phrase")
        _ = try await server.app.services.people.update(.id(caller.id), with: patch, ifVersion: nil, as: .automation())
        let owner = try await server.signedIn(caller.id, "linker-of-accounts")
        #expect(try await server.open("/account", as: owner).text.contains("id=\"link-currentPassword\""))
        let wrong = try await server.submit(
            "/account/identities", ["provider": provider.id.description, "currentPassword": "not this one"], as: owner)
        #expect(wrong.status == .unprocessableContent && wrong.text.contains("id=\"link-currentPassword-fault\""))
        let right = try await server.submit(
            "/account/identities", ["provider": provider.id.description, "currentPassword": "a long pass phrase"], as: owner)
        #expect(right.status != .unprocessableContent)
    }

    @Test(
        arguments: [
            ("https://login.example.org/token", "https://login.example.org", true),
            ("https://oauth2.example.com/token", "https://login.example.org", true),
            ("http://login.example.org/token", "https://login.example.org", false), ("http://127.0.0.1/keys", "https://login.example.org", false),
            ("https://127.0.0.1/keys", "https://login.example.org", false), ("https://localhost/keys", "https://login.example.org", false),
            ("https://10.0.0.7/keys", "https://login.example.org", false), ("https://[fd00::7]/keys", "https://login.example.org", false),
            ("https://169.254.169.254/latest", "https://login.example.org", false),
            ("https://a@login.example.org/", "https://login.example.org", false),
            ("https://10.0.0.7/keys", "https://10.0.0.7/realm", true), ("https://10.0.0.8/keys", "https://10.0.0.7/realm", false),
            ("http://127.0.0.1:9400/token", "http://127.0.0.1:9400", true), ("http://localhost:9401/token", "http://127.0.0.1:9400", true),
            ("https://login.example.org/token", "http://127.0.0.1:9400", true), ("http://[::1]:9400/token", "http://[::1]:9400", true),
            ("file:///etc/passwd", "https://login.example.org", false), ("gopher://127.0.0.1/", "http://127.0.0.1:9400", false),
        ])
    func addressesOfAProviderAreHeldAgainstItsIssuer(address: String, issuer: String, isGood: Bool) {
        #expect(((try? OpenIDConnectClient.require(address, of: issuer)) != nil) == isGood, "\(address) of \(issuer)")
    }
}
