import Foundation
import ITSMCore
import ITSMTransport

/// A desk's API, called as one person. Renews the sign-in, waits where the server asks for it, and repeats what may be repeated.
struct Connection: Sendable {
    private static let attempts = 4
    /// A server that wants us to wait longer than this is told about, not waited for.
    private static let longestWaitSeconds = 60

    let base: String
    let console: Console
    private let credentials: Credentials
    private let http = HTTPClient(userAgent: "itsmctl/\(Itsmctl.configuration.version)")

    init(base: String, credentials: Credentials, console: Console) {
        self.base = base
        self.credentials = credentials
        self.console = console
    }

    /// What a call gave: the answer's JSON, and the version it stands at.
    struct Answer: Sendable {
        var json: JSONValue
        var etag: String?
        var response: HTTPResponse
    }

    /// - Throws: `Problem` when the server refuses, `TransportError` when it cannot be reached.
    func send(_ request: APIRequest) async throws -> Answer {
        let response = try await exchange(isRepeatable: request.isRepeatable) { token in
            try await http.send(try httpRequest(request, token: token))
        }
        let json = response.body.isEmpty ? JSONValue.null : try decode(response)
        return Answer(json: json, etag: response.headers["ETag"], response: response)
    }

    func get(_ path: [String], query: [URLQueryItem] = []) async throws -> Answer { try await send(APIRequest("GET", path, query: query)) }

    /// The token that calls send now; nil without a sign-in.
    func token() async throws -> String? { try await credentials.token(renewingWith: http) }

    /// Sends a form. It is repeated only where the server cannot have seen it.
    func upload(_ parts: [FormPart], to path: [String], onProgress: @escaping @Sendable (TransferProgress) -> Void) async throws -> Answer {
        let request = APIRequest("POST", path)
        let response = try await exchange(isRepeatable: false) { token in
            var http = try httpRequest(request, token: token)
            http.body = .form(parts)
            http.timeout = nil
            return try await self.http.send(http, onProgress: onProgress)
        }
        return Answer(json: try decode(response), etag: response.headers["ETag"], response: response)
    }

    /// Fetches a body of any size, piece by piece.
    func download(
        _ path: [String], query: [URLQueryItem] = [], onProgress: @escaping @Sendable (TransferProgress) -> Void,
        to sink: @escaping @Sendable (Data) throws -> Void
    ) async throws {
        _ = try await exchange(isRepeatable: false) { token in
            var request = try httpRequest(APIRequest("GET", path, query: query), token: token)
            request.timeout = nil
            return try await http.stream(request, onProgress: onProgress) { try sink(Data($0)) }
        }
    }

    /// Follows the desk's events until the stream ends.
    func events(after cursor: String?, onEvent: @escaping @Sendable (ServerSentEvent) throws -> Void) async throws {
        _ = try await exchange(isRepeatable: false) { token in
            var request = try httpRequest(APIRequest("GET", ["events", "stream"]), token: token)
            request.headers["Last-Event-ID"] = cursor
            return try await http.events(request, onEvent: onEvent)
        }
    }

    /// All records of a list, page by page, at most `limit` (nil for all). Tells `onPage` each page, and whether more would follow.
    func pages(_ path: [String], query: [URLQueryItem], limit: Int?, onPage: ([JSONValue]) throws -> Void) async throws -> (count: Int, hasMore: Bool)
    {
        var count = 0
        var cursor: String?
        repeat {
            let size = min(limit.map { $0 - count } ?? Limits.pageMaximum, Limits.pageMaximum)
            var items = query + [URLQueryItem(name: "limit", value: String(size))]
            if let cursor { items.append(URLQueryItem(name: "cursor", value: cursor)) }
            let answer = try await get(path, query: items).json
            guard case .array(let records)? = answer["items"] else { throw Self.isNoList }
            try onPage(records)
            count += records.count
            cursor = answer["next"]?.string
        } while cursor != nil && limit.map { count < $0 } ?? true
        return (count, cursor != nil)
    }

    static let isNoList = ITSMError(.internal, "The server's answer is not a list.")

    private func decode(_ response: HTTPResponse) throws -> JSONValue {
        do {
            return try JSONDecoder().decode(JSONValue.self, from: response.body)
        } catch {
            throw ITSMError(.internal, "\(base) answered with something that is not JSON. Is it an Archer ITSM server?")
        }
    }

    private func httpRequest(_ request: APIRequest, token: String?) throws -> HTTPRequest {
        var http = HTTPRequest(request.method, "\(base)/api/v1/\(request.target)")
        http.headers["Accept"] = "application/json"
        if let token { http.headers["Authorization"] = "Bearer \(token)" }
        if let ifMatch = request.ifMatch { http.headers["If-Match"] = ifMatch }
        if let key = request.idempotencyKey { http.headers["Idempotency-Key"] = key }
        if let body = request.body {
            http.headers["Content-Type"] = request.method == "PATCH" ? "application/merge-patch+json" : "application/json"
            // Sorted, so that a repeated request is the same to the byte: the server holds its key against it.
            http.body = .data(Data(try JSONText.compact(body).utf8))
        }
        return http
    }

    /// Sends until there is an answer to give back: renews the token once, and waits out what is temporary.
    private func exchange(isRepeatable: Bool, _ send: (_ token: String?) async throws -> HTTPResponse) async throws -> HTTPResponse {
        var token = try await credentials.token(renewingWith: http)
        var hasRenewed = false
        var attempt = 1
        while true {
            let problem: any Error
            do {
                let response = try await send(token)
                if response.isSuccess { return response }
                let refusal = Problem(response, at: console.clock.now())
                if response.status == 401, !hasRenewed, let old = token, let new = try await credentials.renew(rejected: old, with: http) {
                    (token, hasRenewed) = (new, true)
                    continue
                }
                // 429 and 503 say that nothing was done; a repeat of ours may also meet its own first try still at work.
                let isTemporary = [429, 503].contains(response.status) || (attempt > 1 && refusal.error.code == .inProgress)
                guard isTemporary, isRepeatable || response.status == 429 else { throw refusal }
                problem = refusal
            } catch let failure as TransportError {
                guard attempt > 1 || !failure.wasNeverSent else { throw failure }
                guard failure.wasNeverSent || isRepeatable else { throw failure }
                problem = failure
            }
            let wait = (problem as? Problem)?.error.retryAfterSeconds ?? 1 << (attempt - 1)
            guard attempt < Self.attempts, wait <= Self.longestWaitSeconds else { throw problem }
            console.note("\(problem)\nTrying again in \(wait) s.")
            try await Task.sleep(for: .seconds(Double(wait) + (wait > 0 ? .random(in: 0...0.5) : 0)))
            attempt += 1
        }
    }
}
