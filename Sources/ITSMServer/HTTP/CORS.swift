import HTTPTypes
import Hummingbird

/// Which pages of other sites may call the API from a browser (Fetch standard, 3.2): those of a list, with a token of their own. A browser's cookies are
/// never let in this way, so nothing is done in the name of who happens to be signed in.
struct CORS: Sendable {
    /// Such as `https://tools.example.org`; without a path.
    let origins: Set<String>

    /// The headers that such a page may send beyond those that any may.
    private static let requestHeaders = [
        "Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "If-Range", "Last-Event-ID", "Range", "X-Request-Id",
        "traceparent",
        "tracestate",
    ].joined(separator: ", ")
    /// The headers of answers that it may read.
    private static let answerHeaders = [
        "Accept-Ranges", "Content-Disposition", "Content-Range", "ETag", "Idempotent-Replayed", "Link", "Location", "RateLimit", "RateLimit-Policy",
        "Retry-After", "X-Request-Id", "traceparent",
    ].joined(separator: ", ")

    /// The answer to a browser that asks whether it may; nil for any other request.
    ///
    /// - Parameter methods: what the address has.
    func preflight(_ request: Request, methods: @autoclosure () -> [String]) -> Response? {
        guard request.method == .options, request.headers[.accessControlRequestMethod] != nil, isAllowed(request) else { return nil }
        let methods = methods()
        guard !methods.isEmpty else { return nil }
        return Response(
            status: .noContent,
            headers: [
                .accessControlAllowMethods: methods.joined(separator: ", "), .accessControlAllowHeaders: Self.requestHeaders,
                .accessControlMaxAge: "600", .vary: "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
            ])
    }

    /// Lets the page read the answer.
    func open(_ response: inout Response, to request: Request) {
        guard !origins.isEmpty, request.uri.path.hasPrefix("/api/") else { return }
        let vary = response.headers[.vary]
        if vary?.contains("Origin") != true { response.headers[.vary] = (vary.map { $0 + ", " } ?? "") + "Origin" }
        guard isAllowed(request) else { return }
        response.headers[.accessControlAllowOrigin] = request.headers[.origin]
        response.headers[.accessControlExposeHeaders] = Self.answerHeaders
        response.headers[.crossOriginResourcePolicy] = "cross-origin"
    }

    private func isAllowed(_ request: Request) -> Bool {
        request.uri.path.hasPrefix("/api/") && request.headers[.origin].map(origins.contains) == true
    }

    /// Whether a text is the origin of a page: a scheme and a host, perhaps a port, nothing else.
    static func isOrigin(_ text: String) -> Bool {
        guard let scheme = ["https://", "http://"].first(where: text.hasPrefix) else { return false }
        let host = text.dropFirst(scheme.count)
        return !host.isEmpty
            && host.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
                default: ".-:[]".utf8.contains(byte)
                }
            }
    }
}

extension HTTPField.Name {
    static let permissionsPolicy = HTTPField.Name("Permissions-Policy")!
    static let clearSiteData = HTTPField.Name("Clear-Site-Data")!
    static let rateLimit = HTTPField.Name("RateLimit")!
    static let rateLimitPolicy = HTTPField.Name("RateLimit-Policy")!
    static let traceState = HTTPField.Name("tracestate")!
}
