import HTTPTypes
import Hummingbird
import ITSMCore

extension Call {
    /// What was asked by `limit` and `cursor`.
    func pageRequest() throws -> PageRequest {
        let after = try self[StandardQueries.cursor].map { try environment.cursors.position(in: $0, for: cursorBinding) }
        guard let page = PageRequest(limit: self[StandardQueries.limit] ?? Limits.pageDefault, after: after) else {
            throw ITSMError.badRequest([.init("?limit", .invalidValue, "limit is from 1 to \(Limits.pageMaximum).")])
        }
        return page
    }

    /// What a cursor holds for: this route, filter, sort and caller. The size of the page and how it is shown may change on the way.
    var cursorBinding: String {
        let free: Set<String> = ["limit", "cursor", "count", "fields"]
        let filter = query.values.filter { !free.contains($0.key) }.sorted { $0.key < $1.key }
            .map { "\($0.key)=\($0.value.joined(separator: "\u{1}"))" }
        return ([route.name, "\(principal.id)"] + filter).joined(separator: "\u{2}")
    }

    /// The address of this request with another cursor, for the `Link` header.
    func address(withCursor cursor: String) -> String {
        let kept = (request.head.query ?? "").split(separator: "&").filter { !$0.hasPrefix("cursor=") }
        return request.uri.path + "?" + (kept + ["cursor=\(cursor)"]).joined(separator: "&")
    }
}

extension HTTPRequest {
    /// The part behind `?`, as it was sent.
    var query: Substring? {
        guard let path, let mark = path.utf8.firstIndex(of: UInt8(ascii: "?")) else { return nil }
        return Substring(path.utf8[path.utf8.index(after: mark)...].prefix { $0 != UInt8(ascii: "#") })
    }
}
