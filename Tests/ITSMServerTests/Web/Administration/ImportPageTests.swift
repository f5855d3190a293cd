import HTTPTypes
import ITSMCore
import NIOCore
import Testing
@testable import ITSMServer

/// Sending files to be imported by a page.
@Suite struct ImportPageTests {
    static let server = Task { try await TestServer() }

    private func send(
        _ server: TestServer, _ fields: [String: String], file: String, as caller: TestCaller, token: String? = nil
    ) async throws -> TestAnswer {
        var fields = fields
        fields[Form.token] = token ?? server.app.sessions.formToken(for: caller.signIn!)
        var body = fields.map { "--b\r\nContent-Disposition: form-data; name=\"\($0.key)\"\r\n\r\n\($0.value)\r\n" }.joined()
        body += "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\nContent-Type: text/csv\r\n\r\n\(file)\r\n--b--\r\n"
        let cookie = String(server.app.sessions.cookie(for: caller.signIn!, of: caller.id, secure: false).prefix { $0 != ";" })
        return try await server.send(
            .post, "/admin/imports", raw: ByteBuffer(string: body),
            headers: [.contentType: "multipart/form-data; boundary=b", .cookie: cookie, .accept: "text/html", .secFetchSite: "same-origin"])
    }

    @Test func aFileIsSentFollowedAndCancelled() async throws {
        let server = try await Self.server.value
        let admin = try await server.caller("importer", roles: ["admin"])
        #expect(try await server.open("/admin/imports", as: admin).text.contains("No imports yet"))
        let sent = try await send(server, ["preset": "servicenow", "dryRun": "true", "timeZone": ""], file: "number\nINC1\n", as: admin)
        #expect(sent.status == .seeOther, "\(sent.text)")
        let path = try #require(sent.headers[.location])
        let page = try await server.open(path, as: admin)
        #expect(page.text.contains("Waiting") && page.text.contains("Cancel this import") && page.text.contains("Reload"))
        #expect(try await server.open("/admin/imports", as: admin).text.contains(path))
        #expect(try await server.submit("\(path)/cancel", [:], as: admin).status == .seeOther)
        #expect(try await server.open(path, as: admin).text.contains("Cancelled"))
        #expect(try await server.submit("\(path)/cancel", [:], as: admin).status == .seeOther)
    }

    @Test func whatIsWrongStandsAtItsFieldAndNothingTypedIsLost() async throws {
        let server = try await Self.server.value
        let admin = try await server.caller("import-faulter", roles: ["admin"])
        let both = try await send(server, ["preset": "servicenow", "map": "source: <mine>", "timeZone": "Mars/Crater"], file: "a\n", as: admin)
        #expect(both.status.code >= 400 && both.status.code < 500)
        #expect(both.text.contains("source: &lt;mine&gt;") && both.text.contains("-fault\""))
        let empty = try await send(server, ["preset": "servicenow"], file: "", as: admin)
        #expect(empty.text.contains("id=\"file-fault\""))
    }

    @Test func withoutTheRightOrTheTokenNothingIsTakenIn() async throws {
        let server = try await Self.server.value
        let (admin, agent) = (
            try await server.caller("import-admin", roles: ["admin"]), try await server.caller("import-agent", roles: ["agent"])
        )
        #expect(try await send(server, ["preset": "servicenow"], file: "a\n", as: agent).status == .forbidden)
        #expect(try await send(server, ["preset": "servicenow"], file: "a\n", as: admin, token: "forged").status == .forbidden)
        #expect(try await server.open("/admin/imports", as: agent).status == .forbidden)
    }
}
