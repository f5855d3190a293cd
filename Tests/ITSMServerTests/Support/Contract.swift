import HTTPTypes
import ITSMCore
import NIOCore
import Testing
@testable import ITSMServer

/// The OpenAPI document as something to be kept: what goes in and out must be what it says.
struct Contract: Sendable {
    private let table: RouteTable
    private let document: JSONValue

    init(_ table: RouteTable) {
        self.table = table
        let openAPI = OpenAPI(table, version: "test")
        precondition(openAPI.conflicts.isEmpty, "two schemas share a name: \(openAPI.conflicts)")
        document = openAPI.document
    }

    /// Holds one exchange against the document. A request that was accepted must be one that the document allows.
    func check(
        _ method: HTTPRequest.Method, _ path: String, request: ByteBuffer?, mediaType: String?, _ answer: TestAnswer, sourceLocation: SourceLocation
    ) {
        // What people read is no part of the document.
        guard path.hasPrefix("/api/") || !table.isPage(method, path) else { return }
        // Preflights of other sites' pages are answered before any route.
        guard method != .options else { return }
        let bare = path.split(separator: "?", maxSplits: 1).first.map(String.init) ?? ""
        guard let route = route(method == .head ? .get : method, bare),
            let operation = document["paths"]?[route.paths[0]]?[route.method.rawValue.lowercased()]
        else {
            #expect([.notFound, .methodNotAllowed].contains(answer.status), "\(method) \(path) is not documented", sourceLocation: sourceLocation)
            return
        }
        if method == .head || answer.status == .notModified {
            #expect(answer.body.readableBytes == 0, sourceLocation: sourceLocation)
            return
        }
        var faults: [String] = []
        if answer.status.kind == .successful {
            guard let response = operation["responses"]?[String(answer.status.code)] else {
                Issue.record("\(route.name) answered \(answer.status.code), which is not documented", sourceLocation: sourceLocation)
                return
            }
            check(response, answer, isPicked: path.contains("fields="), &faults)
            if let request, request.readableBytes > 0, let schema = operation["requestBody"]?["content"]?[mediaType ?? ""]?["schema"] {
                if let value = try? JSONParserTests.parse(Array(request.readableBytesView)).value { validate(value, schema, "request", &faults) }
            }
        } else {
            guard let response = operation["responses"]?["default"] else { return }
            check(response, answer, isPicked: false, &faults)
            #expect(answer["status"] == .integer(Int64(answer.status.code)), sourceLocation: sourceLocation)
            #expect(answer["requestId"]?.string == answer.headers[.requestID], sourceLocation: sourceLocation)
        }
        #expect(faults.isEmpty, "\(route.name) \(answer.status.code)", sourceLocation: sourceLocation)
    }

    /// - Parameter isPicked: true when the caller asked for some members only.
    private func check(_ response: JSONValue, _ answer: TestAnswer, isPicked: Bool, _ faults: inout [String]) {
        guard case .object(let content)? = response["content"] else {
            if answer.body.readableBytes > 0 { faults.append("there is a body, and none is documented") }
            return
        }
        let mediaType = answer.headers[.contentType]?.split(separator: ";").first.map(String.init) ?? ""
        guard let described = content[mediaType] ?? content["*/*"] else {
            return faults.append("the media type is \(mediaType), documented is \(content.keys)")
        }
        guard let schema = described["schema"] else { return }
        guard let value = try? JSONParserTests.parse(Array(answer.body.readableBytesView)).value else { return faults.append("the body is no JSON") }
        validate(value, schema, "", &faults)
        if isPicked { faults.removeAll { $0.hasSuffix(" is missing") } }
    }

    private func route(_ method: HTTPRequest.Method, _ path: String) -> Route? {
        let parts = path.split(separator: "/")
        let fitting = table.routes.filter { route in
            route.method == method
                && route.paths.contains { template in
                    let expected = template.split(separator: "/")
                    return parts.count == expected.count && zip(parts, expected).allSatisfy { $1.hasPrefix("{") || $0 == $1 }
                }
        }
        return fitting.min { $0.pathParameters.count < $1.pathParameters.count }
    }

    // MARK: The subset of JSON Schema that the document uses

    /// Stricter than JSON Schema in one way: an object may not have members that are not described.
    func validate(_ value: JSONValue, _ schema: JSONValue, _ place: String, _ faults: inout [String]) {
        if let reference = schema["$ref"]?.string {
            guard let component = document["components"]?["schemas"]?[String(reference.split(separator: "/").last ?? "")] else {
                return faults.append("\(place): \(reference) does not exist")
            }
            return validate(value, component, place, &faults)
        }
        if case .array(let choices)? = schema["anyOf"] {
            let fits = choices.contains { choice in
                var inner: [String] = []
                validate(value, choice, place, &inner)
                return inner.isEmpty
            }
            if !fits { faults.append("\(place): \(value) is none of the alternatives") }
            return
        }
        let types: [String] =
            switch schema["type"] {
            case .string(let type)?: [type]
            case .array(let types)?: types.compactMap(\.string)
            default: []
            }
        if types.isEmpty { return }
        guard types.contains(where: { Self.fits(value, $0) }) else { return faults.append("\(place): \(value) is not \(types)") }
        if case .array(let words)? = schema["enum"], !words.contains(value) { faults.append("\(place): \(value) is none of \(words)") }
        switch value {
        case .object(let members):
            let properties: [String: JSONValue] = if case .object(let known)? = schema["properties"] { known } else { [:] }
            if case .array(let required)? = schema["required"] {
                for name in required.compactMap(\.string) where members[name] == nil { faults.append("\(place)/\(name) is missing") }
            }
            for (name, member) in members {
                if let known = properties[name] ?? Self.openValues(schema) {
                    validate(member, known, "\(place)/\(name)", &faults)
                } else {
                    faults.append("\(place)/\(name) is not documented")
                }
            }
        case .array(let elements):
            guard let items = schema["items"] else { return }
            for (index, element) in elements.enumerated() { validate(element, items, "\(place)/\(index)", &faults) }
        case .string(let text):
            if case .integer(let maximum)? = schema["maxLength"], text.unicodeScalars.count > maximum { faults.append("\(place) is too long") }
            if schema["format"] == "uuid", ID<AnyRecord>(text)?.description != text { faults.append("\(place): \(text) is no id") }
            if schema["format"] == "date-time", Instant(text) == nil { faults.append("\(place): \(text) is no time") }
        default: break
        }
    }

    private static func openValues(_ schema: JSONValue) -> JSONValue? {
        guard let values = schema["additionalProperties"], values != false else { return nil }
        return values
    }

    private static func fits(_ value: JSONValue, _ type: String) -> Bool {
        switch (value, type) {
        case (.null, "null"), (.bool, "boolean"), (.integer, "integer"), (.integer, "number"), (.number, "number"), (.string, "string"),
            (.array, "array"), (.object, "object"):
            true
        default: false
        }
    }
}
