import HTTPTypes
import ITSMCore
import NIOCore
import Testing
@testable import ITSMServer

@Suite struct AttachmentRoutesTests {
    static let start = Task { try await TestServer() }
    let server: TestServer
    let requester: TestCaller
    let agent: TestCaller
    /// The requester's ticket.
    let ticket: String

    init() async throws {
        server = try await Self.start.value
        let name = ID<User>(uuid: SystemIDSource().next(at: SystemClock().now())).description
        requester = try await server.caller("r-\(name)")
        agent = try await server.caller("a-\(name)", roles: ["agent"])
        let raised = try await server.send(.post, "/api/v1/incidents", as: requester, ["title": "Printer"])
        ticket = try #require(raised["number"]?.string)
    }

    var path: String { "/api/v1/tickets/\(ticket)/attachments" }

    /// Sends a form of these parts, each its headers and its text.
    func send(
        _ parts: [(String, String)], as caller: TestCaller, to path: String? = nil, headers: HTTPFields = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> TestAnswer {
        let body = parts.map { "--XyZ\r\nContent-Disposition: form-data; \($0.0)\r\n\r\n\($0.1)\r\n" }.joined() + "--XyZ--\r\n"
        var headers = headers
        headers[.contentType] = "multipart/form-data; boundary=XyZ"
        return try await server.send(
            .post, path ?? self.path, as: caller, raw: ByteBuffer(string: body), headers: headers, sourceLocation: sourceLocation)
    }

    func attach(_ text: String, name: String = "filename=\"a.txt\"", visibility: String? = nil, as caller: TestCaller) async throws -> TestAnswer {
        let fields = visibility.map { [("name=visibility", $0)] } ?? []
        return try await send(fields + [("name=file; \(name)\r\nContent-Type: text/plain; charset=utf-8", text)], as: caller)
    }

    func content(of file: TestAnswer, as caller: TestCaller, _ method: HTTPRequest.Method = .get, headers: HTTPFields = [:]) async throws
        -> TestAnswer
    {
        try await server.send(method, "\(path)/\(file["id"]?.string ?? "")/content", as: caller, headers: headers)
    }

    @Test func whatWentInComesOut() async throws {
        let added = try await attach("Hello\r\n--XyW\r\nworld\r\n", as: requester)
        #expect(added.status == .created)
        let id = try #require(added["id"]?.string)
        #expect(added.headers[.location] == "\(path)/\(id)")
        #expect(added["fileName"] == "a.txt")
        #expect(added["mediaType"] == "text/plain")
        #expect(added["size"] == 21)
        #expect(added["visibility"] == "public")
        #expect(added["addedBy"]?["id"]?.string == requester.id.description)

        let read = try await server.send(.get, "\(path)/\(id)", as: agent)
        #expect(read.json == added.json)
        #expect(try await server.send(.get, path, as: agent).items == [added.json])
        #expect(try await server.send(.get, "/api/v1/incidents/\(ticket)/attachments", as: agent).items == [added.json])
        #expect(try await server.send(.get, "/api/v1/problems/\(ticket)/attachments", as: agent).status == .notFound)

        let file = try await content(of: added, as: agent)
        #expect(file.status == .ok)
        #expect(file.text == "Hello\r\n--XyW\r\nworld\r\n")
    }

    @Test func aDownloadIsNeverShownInOurOrigin() async throws {
        let added = try await send([("name=file; filename=evil.html\r\nContent-Type: text/html", "<script>alert(1)</script>")], as: requester)
        let headers = try await content(of: added, as: agent).headers
        #expect(headers[.contentType] == "text/html")
        #expect(headers[.contentDisposition] == "attachment; filename=\"evil.html\"")
        #expect(headers[.xContentTypeOptions] == "nosniff")
        #expect(headers[.contentSecurityPolicy] == "sandbox; default-src 'none'; frame-ancestors 'none'")
        #expect(headers[.cacheControl] == "private, no-cache")
        #expect(headers[.contentLength] == "25")
        #expect(headers[.acceptRanges] == "bytes")
        #expect(headers[.eTag] == "\"\(added["sha256"]?.string ?? "")\"")
    }

    @Test(arguments: [
        ("filename=\"../../etc/passwd\"", "passwd", "attachment; filename=\"passwd\""),
        ("filename=\"C:\\temp\\report.pdf\"", "report.pdf", "attachment; filename=\"report.pdf\""),
        ("filename=\"exe.\u{202E}fdp\"", "exe.fdp", "attachment; filename=\"exe.fdp\""),
        ("filename=\"naïve 報告.txt\"", "naïve 報告.txt", "attachment; filename=\"na_ve __.txt\"; filename*=UTF-8''na%C3%AFve%20%E5%A0%B1%E5%91%8A.txt"),
        (
            "filename=\"x\"; filename*=UTF-8''%e2%82%ac%20rates.txt", "€ rates.txt",
            "attachment; filename=\"_ rates.txt\"; filename*=UTF-8''%E2%82%AC%20rates.txt"
        ),
        ("filename*=UTF-8''..%2F..%2Fa%00b", "ab", "attachment; filename=\"ab\""),
        ("filename=\"a\\\"b;c.txt\"", "ab;c.txt", "attachment; filename=\"ab;c.txt\""),
        ("filename=\"100%.txt\"", "100%.txt", "attachment; filename=\"100_.txt\"; filename*=UTF-8''100%25.txt"),
        ("filename=\"\"", "file", "attachment; filename=\"file\""),
    ])
    func hostileNamesBecomeHarmless(given: String, name: String, disposition: String) async throws {
        let added = try await attach("x", name: given, as: requester)
        #expect(added["fileName"]?.string == name)
        #expect(try await content(of: added, as: requester).headers[.contentDisposition] == disposition)
    }

    /// By no way does a requester meet a work note's file, and it looks like one that does not exist.
    @Test func aWorkNotesFileDoesNotExistForTheRequester() async throws {
        let note = try await attach("secret", visibility: "workNote", as: agent)
        #expect(note.status == .created)
        #expect(note["visibility"] == "workNote")
        let id = try #require(note["id"]?.string)
        let absent = ID<ITSMCore.Attachment>(uuid: SystemIDSource().next(at: SystemClock().now())).description
        for place in ["\(path)/", "/api/incidents/\(ticket)/attachments/"] {
            for ending in ["", "/content"] {
                let hidden = try await server.send(.get, place + id + ending, as: requester)
                let missing = try await server.send(.get, place + absent + ending, as: requester)
                #expect(hidden.status == .notFound)
                #expect(hidden["detail"] == missing["detail"])
                #expect(try await server.send(.head, place + id + ending, as: requester).status == .notFound)
                #expect(try await server.send(.get, place + id + ending, as: agent).status == .ok)
            }
        }
        #expect(try await server.send(.delete, "\(path)/\(id)", as: requester).status == .notFound)
        #expect(try await server.send(.get, path, as: requester).items.isEmpty)
        #expect(!(try await server.send(.get, "/api/v1/tickets/\(ticket)/timeline", as: requester).text.contains(id)))
        #expect(try await attach("x", visibility: "workNote", as: requester).status == .forbidden)

        let stranger = try await server.caller("s-\(id)")
        #expect(try await server.send(.get, path, as: stranger).status == .notFound)
        #expect(try await attach("x", as: stranger).status == .notFound)
    }

    @Test(
        arguments: [
            ("bytes=0-3", 206, "0123", "bytes 0-3/10"), ("bytes=4-", 206, "456789", "bytes 4-9/10"), ("bytes=-3", 206, "789", "bytes 7-9/10"),
            ("bytes=9-100", 206, "9", "bytes 9-9/10"), ("bytes=-100", 206, "0123456789", "bytes 0-9/10"), ("bytes=10-", 416, nil, "bytes */10"),
            ("bytes=-0", 416, nil, "bytes */10"), ("bytes=3-1", 200, "0123456789", nil), ("bytes=0-1,4-5", 200, "0123456789", nil),
            ("lines=0-1", 200, "0123456789", nil), ("bytes=x", 200, "0123456789", nil),
        ] as [(String, Int, String?, String?)])
    func oneRangeIsAnsweredAlone(range: String, status: Int, text: String?, contentRange: String?) async throws {
        let added = try await attach("0123456789", as: requester)
        let answer = try await content(of: added, as: requester, headers: [.range: range])
        #expect(answer.status.code == status)
        #expect(answer.headers[.contentRange] == contentRange)
        if let text {
            #expect(answer.text == text)
            #expect(answer.headers[.contentLength] == "\(text.utf8.count)")
        }
    }

    @Test func conditionsAreHeldAgainstTheContent() async throws {
        let added = try await attach("0123456789", as: requester)
        let tag = "\"\(added["sha256"]?.string ?? "")\""
        let fresh = try await content(of: added, as: requester, headers: [.ifNoneMatch: "\"x\", \(tag)"])
        #expect(fresh.status == .notModified)
        #expect(fresh.headers[.eTag] == tag)
        #expect(try await content(of: added, as: requester, headers: [.range: "bytes=0-1", .ifRange: tag]).text == "01")
        #expect(try await content(of: added, as: requester, headers: [.range: "bytes=0-1", .ifRange: "\"x\""]).text == "0123456789")
        #expect(try await content(of: added, as: requester, headers: [.range: "bytes=0-1", .ifRange: "W/\(tag)"]).text == "0123456789")
    }

    @Test func headTellsTheLengthAlone() async throws {
        let added = try await attach("0123456789", as: requester)
        let answer = try await content(of: added, as: requester, .head, headers: [.range: "bytes=0-1"])
        #expect(answer.status == .ok)
        #expect(answer.headers[.contentLength] == "10")
        #expect(answer.body.readableBytes == 0)
    }

    @Test func aFileOfSeveralPiecesComesWhole() async throws {
        let text = String((0..<50_000).map { "\($0)," }.joined())
        let added = try await attach(text, as: requester)
        #expect(try await content(of: added, as: requester).text == text)
        #expect(try await content(of: added, as: requester, headers: [.range: "bytes=131070-131075"]).text == String(Array(text)[131_070...131_075]))
    }

    @Test(
        arguments: [
            ([], 422, ["/file required"]), ([("name=visibility", "workNote")], 422, ["/file required"]),
            ([("name=visibility", "everybody"), ("name=file", "x")], 422, ["/visibility invalidValue"]),
            ([("name=comment", "7"), ("name=colour", "red"), ("name=file", "x")], 422, ["/colour unknownField", "/comment invalidValue"]),
            ([("name=file", "x"), ("name=visibility", "public")], 400, []), ([("name=file", "x"), ("name=file", "y")], 400, []),
            ([("name=file\r\nContent-Type: nonsense", "x")], 422, ["/file invalidValue"]),
            ([("name=comment", "01932b4e-7c00-7000-8000-000000000000"), ("name=file", "x")], 422, ["/comment invalidValue"]),
        ] as [([(String, String)], Int, [String])])
    func aWrongFormIsToldAllItsFaults(parts: [(String, String)], status: Int, faults: [String]) async throws {
        let answer = try await send(parts, as: requester)
        #expect(answer.status.code == status)
        #expect(answer.faults.sorted() == faults)
        #expect(try await server.send(.get, path, as: requester).items.isEmpty)
    }

    @Test func aBodyThatIsNoFormIsRefused() async throws {
        #expect(try await server.send(.post, path, as: requester, ["file": "x"]).status == .unsupportedMediaType)
        let cut = "--XyZ\r\nContent-Disposition: form-data; name=file; filename=a\r\n\r\nhalf of"
        let headers: HTTPFields = [.contentType: "multipart/form-data; boundary=XyZ"]
        let answer = try await server.send(.post, path, as: requester, raw: ByteBuffer(string: cut), headers: headers)
        #expect(answer.status == .badRequest)
        #expect(try await server.send(.get, path, as: requester).items.isEmpty)
    }

    @Test func aRepetitionAddsNothing() async throws {
        let key: HTTPFields = [.idempotencyKey: "once"]
        let parts = [("name=file; filename=a.txt", "once")]
        let first = try await send(parts, as: requester, headers: key)
        let second = try await send(parts, as: requester, headers: key)
        #expect(first.status == .created)
        #expect(second.body == first.body)
        #expect(try await send([("name=file; filename=a.txt", "twice")], as: requester, headers: key).code == .idempotencyMismatch)
        #expect(try await server.send(.get, path, as: requester).items.count == 1)
    }

    @Test func aDeletedFileIsGone() async throws {
        let added = try await attach("x", as: agent)
        let place = "\(path)/\(added["id"]?.string ?? "")"
        #expect(try await server.send(.delete, place, as: requester).status == .forbidden)
        #expect(try await server.send(.delete, place, as: agent).status == .noContent)
        #expect(try await server.send(.get, place, as: agent).status == .notFound)
        #expect(try await content(of: added, as: agent).status == .notFound)
        #expect(try await server.send(.delete, place, as: agent).status == .notFound)
        #expect(try await server.send(.get, path, as: agent).items.isEmpty)
    }
}

/// In a desk of its own, for it changes a setting.
@Suite struct AttachmentLimitTests {
    @Test func theDesksLimitHolds() async throws {
        let server = try await TestServer()
        let admin = try await server.caller("admin-2", roles: ["superAdmin"])
        #expect(try await server.send(.patch, "/api/v1/settings", as: admin, ["attachmentLimitBytes": 10]).status == .ok)
        try await server.app.desk.reload()
        let raised = try await server.send(.post, "/api/v1/incidents", as: admin, ["title": "Printer"])
        let path = "/api/v1/tickets/\(raised["number"]?.string ?? "")/attachments"
        for (size, status) in [(10, HTTPResponse.Status.created), (11, .contentTooLarge)] {
            let file = String(repeating: "x", count: size)
            let body = "--XyZ\r\nContent-Disposition: form-data; name=file; filename=a\r\n\r\n\(file)\r\n--XyZ--\r\n"
            let answer = try await server.send(
                .post, path, as: admin, raw: ByteBuffer(string: body), headers: [.contentType: "multipart/form-data; boundary=XyZ"])
            #expect(answer.status == status)
        }
        #expect(try await server.send(.get, path, as: admin).items.count == 1)
    }
}
