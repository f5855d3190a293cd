import Foundation
import HTTPTypes
import Hummingbird
import ITSMCore
import Logging
import NIOHTTP1

/// The one middleware: gives every request its id and origin, turns every error into a problem document, and every answer its common headers.
struct Front: RouterMiddleware {
    let table: RouteTable
    let proxies: TrustedProxies
    let log: RequestLog
    let pages: Pages
    let logger: Logger

    func handle(_ request: Request, context: AppContext, next: (Request, AppContext) async throws -> Response) async throws -> Response {
        let start = ContinuousClock.now
        var context = context
        let requestID = RequestIdentity.id(for: request)
        context.origin = Principal.Origin(
            channel: Self.channel(of: request), requestID: requestID, address: proxies.address(of: request, on: context.channel))
        context.isSecure = proxies.isSecure(request, on: context.channel)
        var response: Response
        do {
            response = try await next(request, context)
        } catch let error as HTTPParserError {
            // The connection cannot go on: Hummingbird ends it.
            throw error
        } catch {
            response = answer(to: problem(error, request, requestID), request, requestID)
        }
        // An answer to HEAD never has a body, not even an error's.
        if request.method == .head { response = response.createHeadResponse() }
        addCommonHeaders(to: &response, request, requestID)
        log.note(request, response, took: .now - start, origin: context.origin)
        return response
    }

    /// Every error as one of ours.
    private func problem(_ error: any Error, _ request: Request, _ requestID: String) -> ITSMError {
        switch error {
        case let error as ITSMError: return error
        case let error as HTTPError where error.status == .notFound: return unknownAddress(request)
        // Nobody is there to read the answer.
        case is CancellationError: return ITSMError(.unavailable, "The request was given up.")
        default:
            logger.error(
                "unexpected error", metadata: ["requestId": "\(requestID)", "path": "\(request.uri.path)", "error": "\(String(reflecting: error))"])
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

    private func addCommonHeaders(to response: inout Response, _ request: Request, _ requestID: String) {
        response.headers[.requestID] = requestID
        if let trace = RequestIdentity.traceParent(of: request) { response.headers[.traceParent] = trace }
        response.headers[.xContentTypeOptions] = "nosniff"
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "private, no-cache" }
        if response.headers[.vary] == nil { response.headers[.vary] = "Authorization, Cookie" }
        // Nobody needs to go on sending a body that was refused.
        if response.status.code >= 400, Self.mayBeLarge(request) { response.headers[.connection] = "close" }
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

    /// The caller's W3C `traceparent`, handed back unchanged, if it is one.
    static func traceParent(of request: Request) -> String? {
        guard let text = request.headers[.traceParent], text.utf8.count == 55 else { return nil }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.count) == [2, 32, 16, 2], parts.allSatisfy({ $0.allSatisfy { $0.isHexDigit && !$0.isUppercase } }) else { return nil }
        return text
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
