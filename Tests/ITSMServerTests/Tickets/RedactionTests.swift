import HTTPTypes
import ITSMCore
import NIOCore
import Testing

@testable import ITSMServer

/// What should never have been written goes everywhere, and that it went stays.
struct RedactionTests {
    let server: TestServer
    let rita: TestCaller, anna: TestCaller, root: TestCaller
    let path: String

    init() async throws {
        server = try await TestServer()
        rita = try await server.caller("rita")
        anna = try await server.caller("anna", roles: ["agent"])
        root = try await server.caller("root", roles: ["superAdmin"])
        let made = try await server.send(.post, "/api/v1/incidents", as: rita, ["title": "Printer"])
        path = "/api/v1/tickets/\(try #require(made["number"]?.string))"
    }

    private var page: String { path.replacing("/api/v1", with: "") }

    @Test func aMessageGoesInAllItsVersions() async throws {
        let added = try await server.send(.post, "\(path)/comments", as: anna, ["body": "It is hunter2"])
        let comment = "\(path)/comments/\(added["id"]?.string ?? "")"
        _ = try await server.send(.put, comment, as: anna, ["body": "It is hunter3"])
        for caller in [rita, anna] {
            #expect(try await server.send(.post, "\(comment)/redact", as: caller, ["reason": "a password"]).status == .forbidden)
        }
        #expect(try await server.send(.post, "\(comment)/redact", as: root, ["reason": ""]).faults == ["/reason required"])
        #expect(try await server.send(.post, "\(comment)/redact", as: root, ["reason": "a password"]).status == .noContent)
        #expect(try await server.send(.post, "\(comment)/redact", as: root, ["reason": "again"]).code == .duplicate)
        #expect(try await server.send(.put, comment, as: anna, ["body": "It is hunter4"]).status == .forbidden)

        let shown = try #require(try await server.send(.get, "\(path)/comments", as: rita).items.first)
        #expect(shown["body"] == "" && shown["redactedAt"] != nil && shown["deletedAt"] == nil)
        let html = try await server.open(page, as: anna).text
        #expect(html.contains("This text was redacted.") && !html.contains("hunter"))
        let timeline = try await server.send(.get, "\(path)/timeline", as: anna)
        #expect(timeline.items.last?["kind"] == "ticket.commentRedacted" && timeline.items.last?["changes"]?["reason"] == "a password")
        let ticket = try #require(added["ticket"]?["id"]?.string.flatMap { ID<Ticket>($0) })
        let texts = try await server.app.database.read {
            try $0.comments.list(on: ticket, includesNotes: true, where: nil, page: .first, for: .automation())
        }
        #expect(texts.value.items.map(\.comment.body) == [""])
    }

    @Test func thePageOfAMessageOffersItToSuperAdmins() async throws {
        let added = try await server.send(.post, "\(path)/comments", as: anna, ["body": "It is hunter2"])
        let comment = "\(page)/comments/\(added["id"]?.string ?? "")"
        #expect(!(try await server.open(comment, as: anna).text.contains("Redact the text")))
        #expect(try await server.open(comment, as: root).text.contains("Redact the text"))
        #expect(try await server.submit("\(comment)/redact", ["reason": ""], as: root).text.contains("reason-fault"))
        #expect(try await server.submit("\(comment)/redact", ["reason": "a password"], as: root).status == .seeOther)
        #expect(!(try await server.open(comment, as: root).text.contains("Redact the text")))
        #expect(try await server.submit("\(comment)/redact", ["reason": "again"], as: root).text.contains("redacted before"))
        #expect(try await server.open(page, as: rita).text.contains("hunter") == false)
    }

    @Test func thePageOfAFileAsksForTheReason() async throws {
        let body = "--b\r\nContent-Disposition: form-data; name=file; filename=\"hunter2.txt\"\r\n\r\nhunter2 \(path)\r\n--b--\r\n"
        var headers = HTTPFields()
        headers[.contentType] = "multipart/form-data; boundary=b"
        let added = try await server.send(.post, "\(path)/attachments", as: rita, raw: ByteBuffer(string: body), headers: headers)
        let redaction = "\(page)/attachments/\(added["id"]?.string ?? "")/redact"
        #expect(try await server.open(page, as: root).text.contains(redaction))
        #expect(!(try await server.open(page, as: anna).text.contains(redaction)))
        #expect(try await server.open(redaction, as: anna).status == .forbidden)
        #expect(try await server.submit(redaction, ["reason": "a password"], as: anna).status == .forbidden)
        #expect(try await server.open(redaction, as: root).text.contains("hunter2.txt"))
        let refused = try await server.submit(redaction, ["reason": ""], as: root)
        #expect(refused.status == .unprocessableContent && refused.text.contains("hunter2.txt"))
        #expect(try await server.submit(redaction, ["reason": "a password"], as: root).status == .seeOther)
        let after = try await server.open(page, as: anna).text
        #expect(after.contains("redacted a file: a password") && !after.contains("hunter2"))
        #expect(try await server.open(redaction, as: root).status == .notFound)
    }

    @Test func aFileGoesWithItsNameAndWhatTheRecordSaysOfIt() async throws {
        let body = "--b\r\nContent-Disposition: form-data; name=file; filename=\"hunter2.txt\"\r\n\r\nhunter2 \(path)\r\n--b--\r\n"
        var headers = HTTPFields()
        headers[.contentType] = "multipart/form-data; boundary=b"
        let added = try await server.send(.post, "\(path)/attachments", as: rita, raw: ByteBuffer(string: body), headers: headers)
        let file = "\(path)/attachments/\(added["id"]?.string ?? "")"
        #expect(try await server.send(.post, "\(file)/redact", as: anna, ["reason": "a password"]).status == .forbidden)

        // The same bytes elsewhere would keep them.
        let twin = try await server.send(.post, "\(path)/attachments", as: rita, raw: ByteBuffer(string: body), headers: headers)
        #expect(try await server.send(.post, "\(file)/redact", as: root, ["reason": "a password"]).code == .inUse)
        #expect(try await server.send(.delete, "\(path)/attachments/\(twin["id"]?.string ?? "")", as: root).status == .noContent)
        #expect(try await server.send(.post, "\(file)/redact", as: root, ["reason": "a password"]).status == .noContent)

        #expect(try await server.send(.get, "\(file)/content", as: rita).status == .notFound)
        #expect(try await server.app.files.collectGarbage() == 1)
        let timeline = try await server.send(.get, "\(path)/timeline", as: anna)
        let kinds = timeline.items.compactMap { $0["kind"]?.string }
        #expect(kinds.contains("ticket.attachmentRedacted") && kinds.last == "activity.redacted")
        let own = timeline.items.filter { $0["redacted"] == true }
        #expect(own.map { $0["kind"] } == ["ticket.attachmentAdded"])
        #expect(try await server.open(page, as: anna).status == .ok)
        #expect(try await server.app.services.record.check { _ in }.isIntact)
    }
}
