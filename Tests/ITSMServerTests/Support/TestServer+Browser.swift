import HTTPTypes
import ITSMCore
import NIOCore
import Testing
@testable import ITSMServer

extension TestServer {
    /// Opens a page as a browser does, with the cookie of the caller's sign-in.
    func open(_ path: String, as caller: TestCaller? = nil, headers: HTTPFields = [:], sourceLocation: SourceLocation = #_sourceLocation) async throws
        -> TestAnswer
    {
        try await send(.get, path, raw: nil, headers: browser(caller, headers), sourceLocation: sourceLocation)
    }

    /// Sends a form as one of the caller's own pages does.
    func submit(
        _ path: String, _ fields: [(String, String)], as caller: TestCaller? = nil, headers: HTTPFields = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> TestAnswer {
        var fields = fields
        if let signIn = caller?.signIn, !fields.contains(where: { $0.0 == Form.token }) {
            fields.append((Form.token, app.sessions.formToken(for: signIn)))
        }
        var headers = browser(caller, headers)
        headers[.contentType] = "application/x-www-form-urlencoded"
        let body = fields.map { "\($0.0.percentEncoded)=\($0.1.percentEncoded)" }.joined(separator: "&")
        return try await send(.post, path, raw: ByteBuffer(string: body), headers: headers, sourceLocation: sourceLocation)
    }

    func submit(_ path: String, _ fields: [String: String], as caller: TestCaller? = nil, sourceLocation: SourceLocation = #_sourceLocation)
        async throws -> TestAnswer
    {
        try await submit(path, fields.map { ($0.key, $0.value) }, as: caller, sourceLocation: sourceLocation)
    }

    /// Sends a form with one file as one of the caller's own pages does.
    func submit(
        _ path: String, file name: String, holding text: String, fields: [String: String] = [:], as caller: TestCaller,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> TestAnswer {
        let token = caller.signIn.map { app.sessions.formToken(for: $0) } ?? ""
        let part = "--b\r\nContent-Disposition: form-data; name="
        let more = fields.map { "\(part)\"\($0.key)\"\r\n\r\n\($0.value)\r\n" }.joined()
        let form = "\(more)\(part)\"\(Form.token)\"\r\n\r\n\(token)\r\n\(part)\"file\"; filename=\"\(name)\"\r\n\r\n\(text)\r\n--b--\r\n"
        var headers = browser(caller, [:])
        headers[.contentType] = "multipart/form-data; boundary=b"
        return try await send(.post, path, raw: ByteBuffer(string: form), headers: headers, sourceLocation: sourceLocation)
    }

    private func browser(_ caller: TestCaller?, _ headers: HTTPFields) -> HTTPFields {
        var headers = headers
        headers[.accept] = "text/html"
        if headers[.secFetchSite] == nil { headers[.secFetchSite] = "same-origin" }
        if let caller, let signIn = caller.signIn {
            let cookie = app.sessions.cookie(for: signIn, of: caller.id, secure: false)
            headers[.cookie] = ([headers[.cookie], String(cookie.prefix { $0 != ";" })].compactMap(\.self)).joined(separator: "; ")
        }
        return headers
    }
}
