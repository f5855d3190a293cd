import HTTPTypes
import Hummingbird
import ITSMCore

/// The plain port beside TLS: leads browsers to the same address there. Programs are told instead of led, so that none goes on sending its token in clear
/// without anybody noticing.
struct SecureRedirect: HTTPResponder {
    typealias Context = AppContext

    /// Where TLS is served.
    let port: Int

    func respond(to request: Request, context: AppContext) async throws -> Response {
        let path = request.head.path ?? "/"
        guard let host = Self.host(request.head.authority ?? ""), path.hasPrefix("/") else {
            return refusal("Ask for an address of this host.", request)
        }
        let address = "https://\(host)\(port == 443 ? "" : ":\(port)")"
        guard request.method == .get || request.method == .head, !path.hasPrefix("/api/") else {
            return refusal("The desk speaks TLS only: \(address). What was sent here travelled readable; make a new token if there was one.", request)
        }
        return Response(status: .permanentRedirect, headers: [.location: address + path, .contentLength: "0", .cacheControl: "no-store"])
    }

    private func refusal(_ detail: String, _ request: Request) -> Response {
        var response = ITSMError.forbidden(detail).response(instance: request.uri.path, requestID: RequestIdentity.id(for: request))
        response.headers[.connection] = "close"
        return request.method == .head ? response.createHeadResponse() : response
    }

    /// The host that was asked for, without a port; nil for text that is none.
    private static func host(_ authority: String) -> String? {
        let host: Substring
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = authority[...end]
        } else {
            host = authority.prefix { $0 != ":" }
        }
        let allowed = host.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            default: ".-:[]".utf8.contains(byte)
            }
        }
        return host.isEmpty || !allowed ? nil : String(host)
    }
}
