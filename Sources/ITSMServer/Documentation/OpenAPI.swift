import ITSMCore

/// The OpenAPI 3.1 document, made from the route table and the schemas of the types that travel.
struct OpenAPI {
    private(set) var document: JSONValue = [:]
    /// Names that two different schemas claim; must be empty.
    private(set) var conflicts: [String] = []
    private var components: [String: JSONValue] = [:]

    init(_ table: RouteTable, version: String) {
        // Answers first: what is in both stays open to members of later releases, what only comes in is closed.
        var paths: [String: [String: JSONValue]] = [:]
        for route in table.routes where !route.isPage { paths[route.paths[0], default: [:]][route.method.rawValue.lowercased()] = operation(route) }
        for route in table.routes where !route.isPage {
            guard let body = requestBody(route) else { continue }
            let method = route.method.rawValue.lowercased()
            if case .object(var members)? = paths[route.paths[0]]?[method] {
                members["requestBody"] = body
                paths[route.paths[0]]?[method] = .object(members)
            }
        }
        document = [
            "openapi": "3.1.0",
            "info": [
                "title": "Archer ITSM", "version": .string(version),
                "description":
                    "The service desk over REST. Addresses without a version (/api/…) answer as v1. Lists are read page by page with a cursor; errors are RFC 9457 problem documents.",
            ],
            "servers": [["url": "/"]],
            "security": [["bearer": []]],
            "paths": .object(paths.mapValues(JSONValue.object)),
            "components": [
                "schemas": .object(components),
                "securitySchemes": [
                    "bearer": [
                        "type": "http", "scheme": "bearer",
                        "description": "An access token from POST /api/v1/auth/login (15 minutes), or an API token (itsm_pat_…).",
                    ]
                ],
            ],
        ]
    }

    // MARK: Operations

    private mutating func operation(_ route: Route) -> JSONValue {
        var responses = [String(route.answer.status.code): answer(route), "default": problem()]
        if route.mayBeAccepted { responses["202"] = answer(route, "It goes on as a job, which the header Location names.") }
        if route.takesRange { responses["206"] = answer(route, "The part that was asked for") }
        var members: [String: JSONValue] = [
            "operationId": .string(Self.operationID(route)), "summary": .string(route.summary), "tags": [.string(route.tag)],
            "parameters": .array(parameters(route)),
            "responses": .object(responses),
        ]
        var description = [route.description].compactMap(\.self)
        if case .permission(let permission) = route.needs { description.append("Needs the permission `\(permission.rawValue)`.") }
        if !description.isEmpty { members["description"] = .string(description.joined(separator: "\n\n")) }
        if route.needs == .nobody { members["security"] = [] }
        return .object(members)
    }

    private mutating func parameters(_ route: Route) -> [JSONValue] {
        var list: [JSONValue] = route.pathParameters.map {
            ["name": .string($0), "in": "path", "required": true, "schema": ["type": "string"]]
        }
        for parameter in route.query {
            let value = schema(parameter.schema, closed: true)
            list.append([
                "name": .string(parameter.name), "in": "query", "required": .bool(parameter.isRequired),
                "description": .string(parameter.description),
                "schema": parameter.isRepeatable ? ["type": "array", "items": value] : value, "explode": false,
            ])
        }
        if route.takesIdempotencyKey {
            list.append(
                header("Idempotency-Key", "Makes the request happen at most once: for 24 hours a repetition with this key gets the first answer."))
        }
        if route.takesRange {
            list.append(header("Range", "One range of bytes, such as bytes=0-1023; several are answered with the whole."))
            list.append(header("If-Range", "The ETag that an earlier part came with: where the content is another now, the whole is answered."))
        }
        if route.takesIfMatch { list.append(header("If-Match", "The ETag that was read; 412 when somebody changed the record since.")) }
        return list
    }

    private func header(_ name: String, _ description: String) -> JSONValue {
        ["name": .string(name), "in": "header", "required": false, "description": .string(description), "schema": ["type": "string"]]
    }

    private mutating func requestBody(_ route: Route) -> JSONValue? {
        guard let body = route.body else { return nil }
        let isOptional = if case .object(let members) = body.schema.kind { members.isEmpty } else { false }
        return ["required": .bool(!isOptional), "content": .object([body.mediaType: ["schema": schema(body.schema, closed: true)]])]
    }

    private mutating func answer(_ route: Route, _ description: String? = nil) -> JSONValue {
        var members: [String: JSONValue] = ["description": .string(description ?? route.answer.status.reasonPhrase)]
        if route.answer.status != .noContent {
            var content: [String: JSONValue] = [route.answer.mediaType: [:]]
            if let value = route.answer.schema { content[route.answer.mediaType] = ["schema": schema(value, closed: false)] }
            if let other = route.answer.alternative { content[other] = [:] }
            members["content"] = .object(content)
        }
        return .object(members)
    }

    private mutating func problem() -> JSONValue {
        ["description": "An error", "content": ["application/problem+json": ["schema": schema(Problem.schema, closed: false)]]]
    }

    /// `POST tickets/{key}/comments` becomes `postTicketsKeyComments`.
    private static func operationID(_ route: Route) -> String {
        let words = route.template.split { !$0.isLetter && !$0.isNumber }
        return route.method.rawValue.lowercased() + words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    // MARK: Schemas

    private mutating func schema(_ value: Schema, closed: Bool) -> JSONValue {
        guard let name = value.name else { return inPlace(value, closed: closed) }
        var bare = value
        bare.isNullable = false
        // A member's own sentence stands beside the reference, not in the component.
        bare.description = value.typeDescription
        if components[name] == nil {
            components[name] = [:]
            components[name] = inPlace(bare, closed: closed)
        } else if let known = components[name], known != [:] {
            var fresh = OpenAPI.empty
            let other = fresh.inPlace(bare, closed: closed)
            if other.withoutClosing != known.withoutClosing, !conflicts.contains(name) { conflicts.append(name) }
        }
        var members: [String: JSONValue] = ["$ref": .string("#/components/schemas/\(name)")]
        if value.isNullable { members = ["anyOf": [.object(members), ["type": "null"]]] }
        if let description = value.description, description != value.typeDescription { members["description"] = .string(description) }
        return .object(members)
    }

    private init() {}
    private static var empty: OpenAPI { OpenAPI() }

    private mutating func inPlace(_ value: Schema, closed: Bool) -> JSONValue {
        var members = constraints(value, closed: closed)
        if value.isNullable, case .string(let type)? = members["type"] { members["type"] = [.string(type), "null"] }
        if value.isNullable, case .array(let choices)? = members["anyOf"] { members["anyOf"] = .array(choices + [["type": "null"]]) }
        if value.isNullable, case .array(let words)? = members["enum"] { members["enum"] = .array(words + [.null]) }
        if let description = value.description { members["description"] = .string(description) }
        return .object(members)
    }

    private mutating func constraints(_ value: Schema, closed: Bool) -> [String: JSONValue] {
        switch value.kind {
        case .object(let members):
            var properties: [String: JSONValue] = [:]
            for member in members { properties[member.name] = schema(member.schema, closed: closed) }
            var result: [String: JSONValue] = ["type": "object", "properties": .object(properties)]
            let required = members.filter(\.isRequired).map { JSONValue.string($0.name) }
            if !required.isEmpty { result["required"] = .array(required) }
            if closed { result["additionalProperties"] = false }
            return result
        case .map(let values): return ["type": "object", "additionalProperties": schema(values, closed: closed)]
        case .array(let element, let maximum):
            var result: [String: JSONValue] = ["type": "array", "items": schema(element, closed: closed)]
            if let maximum { result["maxItems"] = .integer(Int64(maximum)) }
            return result
        case .string(let text):
            var result: [String: JSONValue] = ["type": "string"]
            if let format = text.format { result["format"] = .string(format) }
            if let maximum = text.maximum { result["maxLength"] = .integer(Int64(maximum)) }
            if !text.values.isEmpty { result["enum"] = .array(text.values.map(JSONValue.string)) }
            return result
        case .integer(let range):
            var result: [String: JSONValue] = ["type": "integer"]
            if range.lowerBound > .min { result["minimum"] = .integer(range.lowerBound) }
            if range.upperBound < .max { result["maximum"] = .integer(range.upperBound) }
            return result
        case .number: return ["type": "number"]
        case .boolean: return ["type": "boolean"]
        case .oneOf(let choices): return ["anyOf": .array(choices.map { schema($0, closed: closed) })]
        case .any: return [:]
        }
    }
}

extension JSONValue {
    /// The same schema whether or not it refuses unknown members: the one difference between a type in a body and in an answer.
    fileprivate var withoutClosing: JSONValue {
        switch self {
        case .object(let members): .object(members.filter { $0.key != "additionalProperties" || $0.value != false }.mapValues(\.withoutClosing))
        case .array(let values): .array(values.map(\.withoutClosing))
        default: self
        }
    }
}
