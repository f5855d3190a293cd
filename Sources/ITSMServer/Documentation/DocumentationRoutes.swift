import HTTPTypes
import Hummingbird
import ITSMCore
import NIOCore

/// The API's own description, for programs and for people.
struct DocumentationRoutes {
    func add(to table: inout RouteTable) {
        let tag = "Documentation"
        table.raw("openapi.json", "This description as OpenAPI 3.1", tag: tag, needs: .nobody, mediaType: "application/json") { call in
            call.document(call.environment.documents.openAPI, "application/json")
        }
        table.raw("/api/docs", "This description as a page", tag: tag, needs: .nobody, mediaType: "text/html") { call in
            call.document(call.environment.documents.page, "text/html; charset=utf-8")
        }
        table.raw("/api/docs/errors", "What each error code means", tag: tag, needs: .nobody, mediaType: "text/html") { call in
            call.document(call.environment.documents.errors, "text/html; charset=utf-8")
        }
    }
}

/// The descriptions of one route table.
struct Documents: Sendable {
    let openAPI: ByteBuffer
    let page: ByteBuffer
    let errors: ByteBuffer

    init(_ table: RouteTable, version: String) throws {
        openAPI = try WireEncoding.encode(OpenAPI(table, version: version).document)
        page = ByteBuffer(string: DocumentationPage(table: table).html)
        errors = ByteBuffer(string: DocumentationPage.errors)
    }
}

extension Call {
    fileprivate func document(_ body: ByteBuffer, _ mediaType: String) -> Response {
        let headers: HTTPFields = [
            .contentType: mediaType, .cacheControl: "public, max-age=300", .vary: "Accept-Encoding",
            .contentSecurityPolicy: "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ]
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: body))
    }
}
