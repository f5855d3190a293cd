import HTTPTypes
import Hummingbird
import ITSMCore

/// One line of the route table: everything that routing, documentation and the tests' walk over all routes know of it.
struct Route: Sendable {
    let method: HTTPRequest.Method
    /// Below `/api/v1/`, such as `tickets/{key}/comments`; or a whole address that begins with a slash, such as `/healthz`.
    let template: String
    let summary: String
    var description: String?
    /// The heading under which the documentation shows it.
    let tag: String
    var needs: Needs
    var query: [any QueryParameter]
    var body: Body?
    var answer: Answer
    /// True when the route can be asked to happen at most once (`Idempotency-Key`).
    var takesIdempotencyKey = false
    /// True when the route honours `If-Match`.
    var takesIfMatch = false
    /// True when a part of the answer can be asked for (`Range`).
    var takesRange = false
    /// True when the same can be answered with 202: it goes on as a job, which `Location` names.
    var mayBeAccepted = false
    /// True where somebody else makes the address, who may add parameters of their own.
    var ignoresOtherParameters = false
    /// True for what people read in a browser, as against the API: it is not in OpenAPI's document, and its errors are pages.
    var isPage = false
    /// How many requests it counts for; 0 for none.
    var cost = 1
    /// What stands between the slashes of each of `paths`.
    var pathParts: [[Substring]] = []
    /// Authenticates, decodes, works, answers.
    let respond: @Sendable (Request, AppContext, RouteEnvironment, Route) async throws -> Response

    /// Who may call at all. Which records and fields a caller reaches is for the services to say.
    enum Needs: Sendable, Equatable {
        case nobody
        case signIn
        /// Documented, and held by the walk over all routes; the service is what refuses.
        case permission(Permission)
    }

    struct Body: Sendable {
        let mediaType: String
        let schema: Schema
        /// Bytes; more is 413.
        let limit: Int64
    }

    struct Answer: Sendable {
        let status: HTTPResponse.Status
        let mediaType: String
        /// Nil where there is no body, or none that a schema describes.
        let schema: Schema?
        /// Another media type in which the same can be had.
        var alternative: String?
    }

    /// The names between braces, in order.
    var pathParameters: [String] {
        template.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
    }

    /// Where the route stands: under the version and without one, the documented one first.
    var paths: [String] { template.hasPrefix("/") ? [template] : ["/api/v1/\(template)", "/api/\(template)"] }

    /// Whether it is open to those who must set up a second factor before anything else.
    var isOpenBeforeSecondFactor: Bool {
        template.hasPrefix(SecondFactorPages.address) || template.hasPrefix("auth/mfa")
            || ["/sign-out", "auth/logout"].contains(template) || (template == "auth/me" && isRead)
    }

    /// Whether it changes nothing.
    var isRead: Bool { method == .get || method == .head }

    /// Stands for the route in cursors, idempotency keys and tests.
    var name: String { "\(method.rawValue) \(paths[0])" }
}

/// What handlers reach through their call.
struct RouteEnvironment: Sendable {
    let database: any Database
    let authentication: Authentication
    let cursors: CursorSigner
    let documents: Documents
    let pages: Pages
    let rates: RateLimiter
}
