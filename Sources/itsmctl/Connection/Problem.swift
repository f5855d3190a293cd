import Foundation
import ITSMCore
import ITSMTransport

/// What the server refused, and why (RFC 9457).
struct Problem: Error, Sendable, CustomStringConvertible {
    var status: Int
    var error: ITSMError
    var requestID: String?

    init(_ response: HTTPResponse, at now: Instant) {
        status = response.status
        let document = try? JSONDecoder().decode(Document.self, from: response.body)
        let code = document?.code.flatMap(ErrorCode.init(rawValue:)) ?? Self.code(status: response.status)
        let detail = document?.detail ?? document?.title ?? "The server answered with status \(response.status)."
        error = ITSMError(
            code, detail, problems: document?.errors ?? [],
            retryAfterSeconds: response.retryAfterSeconds(at: now.microseconds / 1_000_000))
        requestID = document?.requestId
    }

    /// The sentence, then a line for each faulty field, then what support needs where the fault is the server's.
    var description: String {
        var lines = [error.detail]
        let repeatsDetail = error.problems.count == 1 && error.problems[0].message == error.detail
        lines += error.problems.map { repeatsDetail ? "  at \($0.pointer)" : "  \($0.pointer): \($0.message)" }
        if status >= 500, let requestID { lines.append("  (request \(requestID))") }
        return lines.joined(separator: "\n")
    }

    private struct Document: Decodable {
        var title: String?
        var detail: String?
        var code: String?
        var requestId: String?
        var errors: [FieldProblem]?
    }

    /// For answers that are no problem document, such as a proxy's.
    private static func code(status: Int) -> ErrorCode {
        switch status {
        case 400: .malformed
        case 401: .unauthenticated
        case 403: .forbidden
        case 404: .notFound
        case 405: .methodNotAllowed
        case 409: .duplicate
        case 412: .versionMismatch
        case 413: .tooLarge
        case 415: .unsupportedMediaType
        case 422: .invalidValue
        case 429: .rateLimited
        case 502, 503, 504: .unavailable
        default: .internal
        }
    }
}
