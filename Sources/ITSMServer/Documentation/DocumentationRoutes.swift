import HTTPTypes
import Hummingbird
import ITSMCore
import NIOCore

/// The API's own description, for programs and for people.
struct DocumentationRoutes {
    let desk: CurrentDesk

    func add(to table: inout RouteTable) {
        let tag = "Documentation"
        let desk = desk
        table.raw(
            "openapi.json", "This description as OpenAPI 3.1", "Who is signed in reads in it which custom fields they meet on tickets.", tag: tag,
            needs: .nobody, mediaType: "application/json"
        ) { call in
            let documents = call.environment.documents
            guard let reader = await call.readerIfAny() else { return call.document(documents.openAPI, "application/json") }
            let fields = desk.snapshot.customFields.offered(seesHidden: reader.seesHiddenFields)
            return call.document(try documents.openAPI(with: fields), "application/json", isForEveryone: false)
        }
        table.raw("/api/docs", "This description as a page", tag: tag, needs: .nobody, mediaType: "text/html") { call in
            call.document(call.environment.documents.page, "text/html; charset=utf-8")
        }
        table.raw("/api/docs/errors", "What each error code means", tag: tag, needs: .nobody, mediaType: "text/html") { call in
            call.document(call.environment.documents.errors, "text/html; charset=utf-8")
        }
    }
}

extension Call {
    /// Who asks, where they have said so and it is true.
    fileprivate func readerIfAny() async -> Principal? {
        guard request.headers.contains(.authorization) || request.headers.contains(.cookie) else { return nil }
        return try? await environment.authentication.caller(of: request, secure: isSecure, from: origin).principal
    }

    fileprivate func document(_ body: ByteBuffer, _ mediaType: String, isForEveryone: Bool = true) -> Response {
        let headers: HTTPFields = [
            .contentType: mediaType, .cacheControl: isForEveryone ? "public, max-age=300" : "private, no-cache",
            .vary: "Accept-Encoding, Authorization, Cookie",
            .contentSecurityPolicy: "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ]
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: body))
    }
}
