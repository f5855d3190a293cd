import Foundation
import ITSMCore

/// One call of the API, as a value: what flags become, and what `--dry-run` shows.
struct APIRequest: Sendable, Hashable {
    var method: String
    /// Below `/api/v1/`, each segment encoded.
    var path: String
    var query: [URLQueryItem]
    var body: JSONValue?
    /// The version that was read, as its ETag, so that a change made since is not overwritten.
    var ifMatch: String?
    /// The same for every try, so that a repeated request acts once.
    var idempotencyKey: String?

    init(_ method: String, _ path: [String], query: [URLQueryItem] = [], body: JSONValue? = nil, ifMatch: String? = nil) {
        self.init(method, encodedPath: path.map(\.percentEncoded).joined(separator: "/"), query: query, body: body, ifMatch: ifMatch)
    }

    init(_ method: String, encodedPath path: String, query: [URLQueryItem] = [], body: JSONValue? = nil, ifMatch: String? = nil) {
        self.method = method
        self.path = path
        self.query = query
        self.body = body
        self.ifMatch = ifMatch
        // What hands out secrets is never kept for a repetition.
        let isRepeatable = ["POST", "PATCH"].contains(method) && !(path.hasPrefix("auth/") && method == "POST")
        if isRepeatable { idempotencyKey = UUID().uuidString.lowercased() }
    }

    /// True when sending it twice does no more than sending it once.
    var isRepeatable: Bool { ["GET", "HEAD", "PUT", "DELETE"].contains(method) || idempotencyKey != nil }

    /// Path and query as they stand in a URL.
    var target: String {
        guard !query.isEmpty else { return path }
        let items = query.map { $0.name.percentEncoded + "=" + ($0.value ?? "").percentEncoded }
        return path + (path.contains("?") ? "&" : "?") + items.joined(separator: "&")
    }

    /// What `--dry-run` prints.
    var summary: JSONValue {
        var members: [String: JSONValue] = ["method": .string(method), "path": .string("/api/v1/" + target)]
        if let body { members["body"] = body }
        if let ifMatch { members["ifMatch"] = .string(ifMatch) }
        return .object(members)
    }
}

extension String {
    /// Everything but RFC 3986's unreserved characters encoded, and a segment of dots as well, so that what a person types stays one segment.
    var percentEncoded: String {
        if self == "." || self == ".." { return replacing(".", with: "%2E") }
        return addingPercentEncoding(withAllowedCharacters: Self.unreserved) ?? ""
    }

    private static let unreserved = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
}
