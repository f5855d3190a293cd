import Foundation
import HTTPTypes
import Hummingbird
import ITSMCore
import struct ITSMTransport.TraceContext
import Logging
import NIOHTTP1

/// The one middleware: gives every request its id and origin, turns every error into a problem document, and every answer its common headers.
struct Front: RouterMiddleware {
    let table: RouteTable
    let edge: EdgeConfiguration
    /// Whether this server itself speaks TLS.
    let isTLS: Bool
    let log: RequestLog
    let figures: Figures
    let pages: Pages
    let logger: Logger

    func handle(_ request: Request, context: AppContext, next: (Request, AppContext) async throws -> Response) async throws -> Response {
        let start = ContinuousClock.now
        figures.requestBegan()
        var context = context
        let requestID = RequestIdentity.id(for: request)
        context.origin = Principal.Origin(
            channel: Self.channel(of: request), requestID: requestID, address: edge.trustedProxies.address(of: request, on: context.channel))
        context.isSecure = isTLS || edge.trustedProxies.isSecure(request, on: context.channel)
        let trace = TraceContext(traceParent: request.headers[.traceParent], state: request.headers[.traceState])
        var response: Response
        do {
            if let preflight = edge.cors.preflight(request, methods: allowed(request)) {
                response = preflight
            } else if let trace {
                response = try await TraceContext.$current.withValue(trace) { try await next(request, context) }
            } else {
                response = try await next(request, context)
            }
        } catch let error as HTTPParserError {
            // The connection cannot go on: Hummingbird ends it.
            figures.requestEnded(request.method.rawValue, route: context.notes.value.route, status: 400, took: .now - start)
            throw error
        } catch {
            let problem = problem(error, request, requestID, trace)
            context.notes.change { $0.code = problem.code }
            response = answer(to: problem, request, requestID)
        }
        // An answer to HEAD never has a body, not even an error's.
        if request.method == .head { response = response.createHeadResponse() }
        let (took, notes) = (ContinuousClock.now - start, context.notes.value)
        addCommonHeaders(to: &response, request, requestID, trace)
        if context.isSecure { response.headers[.strictTransportSecurity] = "max-age=\(edge.hstsSeconds); includeSubDomains" }
        if let rate = notes.rate, request.uri.path.hasPrefix("/api/") || rate.retryAfter != nil {
            response.headers[.rateLimitPolicy] = rate.policyField
            response.headers[.rateLimit] = rate.field
        }
        if let rate = notes.rate, rate.retryAfter != nil { figures.rateLimited(rate.policy) }
        log.note(request, response, took: took, origin: context.origin, notes, trace)
        figures.requestEnded(request.method.rawValue, route: notes.route, status: response.status.code, took: took)
        return response
    }

    /// Every error as one of ours.
    private func problem(_ error: any Error, _ request: Request, _ requestID: String, _ trace: TraceContext?) -> ITSMError {
        switch error {
        case let error as ITSMError: return error
        case let error as HTTPError where error.status == .notFound: return unknownAddress(request)
        // Nobody is there to read the answer.
        case is CancellationError: return ITSMError(.unavailable, "The request was given up.")
        default:
            var metadata: Logger.Metadata = ["requestId": "\(requestID)", "path": "\(request.uri.path)", "error": "\(String(reflecting: error))"]
            if let trace { metadata["traceId"] = "\(trace.traceID)" }
            logger.error("unexpected error", metadata: metadata)
            return ITSMError(.internal, "Something went wrong here. The server's log has it under the request id \(requestID).")
        }
    }

    private func answer(to problem: ITSMError, _ request: Request, _ requestID: String) -> Response {
        var response =
            Self.isPage(request)
            ? pages.response(to: problem, requestID: requestID) : problem.response(instance: request.uri.path, requestID: requestID)
        if problem.code == .methodNotAllowed { response.headers[.allow] = allowed(request).joined(separator: ", ") }
        return response
    }

    private func addCommonHeaders(to response: inout Response, _ request: Request, _ requestID: String, _ trace: TraceContext?) {
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[.crossOriginResourcePolicy] = "same-origin"
        // Asked for once: it is made anew each time.
        let path = request.uri.path
        // A first visit brings twenty of them: they carry what does something for a style sheet, a module or a picture.
        if response.status == .ok, path.hasPrefix(Assets.folder) { return }
        response.headers[.requestID] = requestID
        if trace != nil { response.headers[.traceParent] = request.headers[.traceParent] }
        let isAPI = path.hasPrefix("/api/")
        // Whatever a browser makes of it, it loads nothing and is shown nowhere.
        if response.headers[.contentSecurityPolicy] == nil { response.headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'" }
        if response.headers[.referrerPolicy] == nil { response.headers[.referrerPolicy] = "no-referrer" }
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = isAPI ? "private, no-store" : "private, no-cache" }
        if Self.isPersonal(path) { response.headers[.cacheControl] = "no-store" }
        if response.headers[.vary] == nil { response.headers[.vary] = "Authorization, Cookie" }
        // What the browser kept of the pages goes with the sign-in.
        if path == "/sign-out", response.status == .seeOther { response.headers[.clearSiteData] = "\"cache\"" }
        edge.cors.open(&response, to: request)
        // Nobody needs to go on sending a body that was refused.
        if response.status.code >= 400, Self.mayBeLarge(request) { response.headers[.connection] = "close" }
    }

    /// Pages that no browser should keep: what one signs in with, one's own account, and other people's. The others may be kept to go back to, and are asked for anew.
    private static func isPersonal(_ path: String) -> Bool {
        ["/sign-in", "/account", "/admin"].contains { path == $0 || path.hasPrefix($0 + "/") }
    }

    private static func mayBeLarge(_ request: Request) -> Bool {
        request.headers[.transferEncoding] != nil || (request.headers[.contentLength].flatMap(Int.init) ?? 0) > 64 * 1024
    }

    /// 405 where the address exists with other methods, else 404.
    private func unknownAddress(_ request: Request) -> ITSMError {
        let methods = allowed(request)
        if methods.isEmpty, Self.isPage(request) {
            return ITSMError(.notFound, "There is nothing at this address. It may have been mistyped, or what was here is gone.")
        }
        if methods.isEmpty { return ITSMError(.notFound, "There is nothing at this address. /api/docs lists what there is.") }
        return ITSMError(.methodNotAllowed, "\(request.method.rawValue) is not possible here; \(methods.joined(separator: ", ")) is.")
    }

    private func allowed(_ request: Request) -> [String] { table.methods(at: request.uri.path) }

    /// Whether a person in a browser reads the answer, rather than a program.
    private static func isPage(_ request: Request) -> Bool {
        !request.uri.path.hasPrefix("/api/") && request.headers[.accept]?.contains("text/html") == true
    }

    private static func channel(of request: Request) -> ITSMCore.Channel {
        if request.headers[.itsmChannel] == ITSMCore.Channel.cli.rawValue || request.headers[.userAgent]?.hasPrefix("itsmctl/") == true {
            return .cli
        }
        return .api
    }
}

/// Ids that tie a request to its log lines, its activity and the caller's own trace.
enum RequestIdentity {
    /// The caller's `X-Request-Id` if it is short and harmless, else a new one.
    static func id(for request: Request) -> String {
        if let given = request.headers[.requestID], (1...100).contains(given.utf8.count), given.utf8.allSatisfy(isHarmless) { return given }
        return "\(ID<AnyRecord>(uuid: SystemIDSource().next(at: SystemClock().now())))"
    }

    private static func isHarmless(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: ":"): true
        default: false
        }
    }
}

extension HTTPField.Name {
    static let requestID = HTTPField.Name("X-Request-Id")!
    static let traceParent = HTTPField.Name("traceparent")!
    static let itsmChannel = HTTPField.Name("X-ITSM-Channel")!
    static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
    static let idempotentReplayed = HTTPField.Name("Idempotent-Replayed")!
    static let accelBuffering = HTTPField.Name("X-Accel-Buffering")!
    static let link = HTTPField.Name("Link")!
    static let forwardedProtocol = HTTPField.Name("X-Forwarded-Proto")!
    static let forwardedFor = HTTPField.Name("X-Forwarded-For")!
}
