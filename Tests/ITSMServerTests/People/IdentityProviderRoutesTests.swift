import ITSMCore
import Testing
@testable import ITSMServer

@Suite struct IdentityProviderRoutesTests {
    @Test func aProviderIsMadeChangedAndDeletedAndNeverTellsItsSecret() async throws {
        let server = try await TestServer()
        let root = try await server.caller("root", roles: ["superAdmin"])
        let made = try await server.send(
            .post, "/api/v1/identity-providers", as: root,
            [
                "name": "Example ID", "issuer": "https://login.example.org", "clientId": "desk", "clientSecret": "s3cret", "groupsClaim": "groups",
                "roleMappings": [["group": "leads", "role": "manager"], ["group": "agents", "role": "agent"]],
            ])
        #expect(made.status == .created)
        #expect(made["hasClientSecret"] == true && made["createsPeople"] == false && made["enabled"] == true)
        #expect(made["scopes"] == ["openid", "profile", "email"])
        let changed = try await server.send(
            .patch, "/api/v1/identity-providers/Example%20ID", as: root, ["createsPeople": true, "scopes": ["groups"], "roleMappings": nil])
        #expect(changed["createsPeople"] == true && changed["scopes"] == ["openid", "groups"] && changed["roleMappings"] == [])
        for text in [made.text, changed.text, try await server.send(.get, "/api/v1/identity-providers", as: root).text] {
            #expect(!text.contains("s3cret"))
        }
        let twin = try await server.send(
            .post, "/api/v1/identity-providers", as: root, ["name": "EXAMPLE id", "issuer": "https://other.example.org", "clientId": "desk"])
        #expect(twin.status == .conflict && twin.faults.contains { $0.contains("/name") })
        let admin = try await server.caller("adam", roles: ["admin"])
        #expect(try await server.send(.get, "/api/v1/identity-providers/Example%20ID", as: admin).status == .ok)
        #expect(try await server.send(.delete, "/api/v1/identity-providers/Example%20ID", as: admin).status == .forbidden)
        #expect(try await server.send(.delete, "/api/v1/identity-providers/Example%20ID", as: root).status == .noContent)
    }

    @Test func theSignInPageLeadsToProvidersByLinks() async throws {
        let server = try await TestServer()
        let root = try await server.caller("root", roles: ["superAdmin"])
        // Nobody listens there.
        let made = try await server.send(
            .post, "/api/v1/identity-providers", as: root, ["name": "Example ID", "issuer": "http://127.0.0.1:1", "clientId": "desk"])
        let id = try #require(made["id"]?.string)
        let page = try await server.open("/sign-in?next=%2Fqueue")
        #expect(page.text.contains("<a class=\"btn wide\" href=\"/sign-in/with/\(id)?next=%2Fqueue\">Sign in with Example ID</a>"))
        let failed = try await server.open("/sign-in/with/\(id)")
        #expect(failed.status == .badGateway && failed.text.contains("does not answer the desk"))
        let lost = try await server.open("/sign-in/with/\(id)/return?code=x&state=y&session_state=z")
        #expect(lost.status == .badRequest && lost.text.contains("does not belong to a sign-in"))
        _ = try await server.send(.patch, "/api/v1/identity-providers/\(id)", as: root, ["enabled": false])
        #expect(try await server.open("/sign-in").text.contains("Example ID") == false)
        #expect(try await server.open("/sign-in/with/\(id)").status == .notFound)
    }
}
