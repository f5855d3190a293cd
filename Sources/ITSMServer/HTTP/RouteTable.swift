import HTTPTypes
import Hummingbird
import ITSMCore

/// All routes as data. Each part of the product adds its own; routing, OpenAPI, the documentation pages and the tests all read this one table.
///
///     table.post("tickets/{key}/comments", "Add a reply or a work note", tag: "Tickets", body: Comment.Draft.self, answer: .created(CommentView.self)) { call, draft in
///         try await call.write { tx in
///             try comments.add(draft, to: call.parameter("key"), in: tx, as: call.principal)
///         } answer: { .created($0, at: "tickets/\($0.ticket)/comments/\($0.id)") }
///     }
struct RouteTable: Sendable {
    private(set) var routes: [Route] = []

    /// Adds a finished route; the typed forms below are what to use.
    mutating func add(_ route: Route) {
        precondition(
            !routes.contains { $0.method == route.method && $0.template == route.template }, "\(route.name) stands twice in the route table")
        var route = route
        route.cost = Route.cost(of: route)
        route.pathParts = route.paths.map { $0.split(separator: "/") }
        routes.append(route)
    }

    /// A record or a fixed document. `fields=` picks members of the answer.
    mutating func get<Value: WireOutput>(
        _ template: String, _ summary: String, _ description: String? = nil, tag: String, needs: Route.Needs = .signIn,
        query: [any QueryParameter] = [],
        answer: Promise<Value>, _ handler: @escaping @Sendable (Call) async throws -> Answer<Value>
    ) {
        let query = query + StandardQueries.record(answer.schema)
        add(
            route(.get, template, summary, description, tag, needs, query, nil, answer) { request, call in
                try call.response(try await handler(call))
            })
    }

    /// One page of a list; signs the cursor and links to the page that follows. With `counts`, `count=exact|capped` is understood and
    /// `call.countMode` says what was asked.
    mutating func list<Item: WireOutput>(
        _ template: String, _ summary: String, _ description: String? = nil, tag: String, needs: Route.Needs = .signIn,
        query: [any QueryParameter] = [],
        counts: Bool = false, of item: Item.Type, _ handler: @escaping @Sendable (Call, PageRequest) async throws -> Page<Item>
    ) {
        let query = query + StandardQueries.list(item.schema, counts: counts)
        add(
            route(.get, template, summary, description, tag, needs, query, nil, Promise<List<Item>>.ok(List<Item>.self)) { request, call in
                try call.response(page: try await handler(call, try call.pageRequest()))
            })
    }

    /// A list that is always answered whole, on one page; `filter=` leaves out what does not meet its condition.
    mutating func wholeList<Item: WireOutput>(
        _ template: String, _ summary: String, _ description: String? = nil, tag: String, needs: Route.Needs = .signIn,
        query: [any QueryParameter] = [], filter: FilterQuery, of item: Item.Type, _ handler: @escaping @Sendable (Call) async throws -> [Item]
    ) {
        list(template, summary, description, tag: tag, needs: needs, query: query + [filter.parameter], of: item) { call, _ in
            Page(items: try filter.kept(of: try await handler(call), call))
        }
    }

    /// Makes a record, or does what the path names. Honours `Idempotency-Key` where the handler writes through `call.write`; a route that does not says
    /// `idempotent: false`.
    mutating func post<Body: WireInput, Value: WireOutput>(
        _ template: String, _ summary: String, _ description: String? = nil, tag: String, needs: Route.Needs = .signIn,
        query: [any QueryParameter] = [],
        body: Body.Type, answer: Promise<Value>, mayBeAccepted: Bool = false, idempotent: Bool = true, ifMatch: Bool = false,
        _ handler: @escaping @Sendable (Call, Body) async throws -> Answer<Value>
    ) {
        var route = writing(.post, template, summary, description, tag, needs, query, body, "application/json", answer, idempotent, ifMatch, handler)
        route.mayBeAccepted = mayBeAccepted
        add(route)
    }

    /// A verb that needs no body; one that is sent must be an empty object.
    mutating func post<Value: WireOutput>(
        _ template: String, _ summary: String, _ description: String? = nil, tag: String, needs: Route.Needs = .signIn,
        query: [any QueryParameter] = [],
        answer: Promise<Value>, mayBeAccepted: Bool = false, idempotent: Bool = true, ifMatch: Bool = false,
        _ handler: @escaping @Sendable (Call) async throws -> Answer<Value>
    ) {
        post(
            template, summary, description, tag: tag, needs: needs, query: query, body: Nothing.self, answer: answer, mayBeAccepted: mayBeAccepted,
            idempotent: idempotent, ifMatch: ifMatch
        ) { call, _ in
            try await handler(call)
        }
    }

    /// Changes a record by a JSON Merge Patch (RFC 7396).
    mutating func patch<Body: WireInput, Value: WireOutput>(
        _ template: String, _ summary: String, _ description: String? = nil, tag: String, needs: Route.Needs = .signIn,
        query: [any QueryParameter] = [],
        body: Body.Type, answer: Promise<Value>, ifMatch: Bool = true, _ handler: @escaping @Sendable (Call, Body) async throws -> Answer<Value>
    ) {
        add(writing(.patch, template, summary, description, tag, needs, query, body, "application/merge-patch+json", answer, true, ifMatch, handler))
    }

    /// Puts a whole value in its place; by nature the same when done twice.
    mutating func put<Body: WireInput, Value: WireOutput>(
        _ template: String, _ summary: String, _ description: String? = nil, tag: String, needs: Route.Needs = .signIn,
        query: [any QueryParameter] = [],
        body: Body.Type, answer: Promise<Value>, ifMatch: Bool = true, _ handler: @escaping @Sendable (Call, Body) async throws -> Answer<Value>
    ) {
        add(writing(.put, template, summary, description, tag, needs, query, body, "application/json", answer, false, ifMatch, handler))
    }

    mutating func delete<Value: WireOutput>(
        _ template: String, _ summary: String, _ description: String? = nil, tag: String, needs: Route.Needs = .signIn,
        query: [any QueryParameter] = [],
        answer: Promise<Value>, ifMatch: Bool = false, _ handler: @escaping @Sendable (Call) async throws -> Answer<Value>
    ) {
        var route = route(.delete, template, summary, description, tag, needs, query, nil, answer) { request, call in
            try call.response(try await handler(call))
        }
        route.takesIfMatch = ifMatch
        add(route)
    }

    /// Anything but JSON as an answer: a file, an event stream, a page. The handler builds the response itself.
    mutating func raw(
        _ template: String, _ summary: String, _ description: String? = nil, tag: String, needs: Route.Needs = .signIn,
        query: [any QueryParameter] = [], method: HTTPRequest.Method = .get, mediaType: String, alternative: String? = nil, isPage: Bool = false,
        _ handler: @escaping @Sendable (Call) async throws -> Response
    ) {
        add(
            Route(
                method: method, template: template, summary: summary, description: description, tag: tag, needs: needs, query: query, body: nil,
                answer: .init(status: .ok, mediaType: mediaType, schema: nil, alternative: alternative), isPage: isPage,
                respond: { request, context, environment, route in
                    try await handler(try await Call(request, context, environment, route))
                }))
    }

    /// A document that can be had in another form too; the handler answers with either.
    mutating func document<Value: WireOutput>(
        _ template: String, _ summary: String, _ description: String? = nil, tag: String, needs: Route.Needs = .signIn,
        query: [any QueryParameter] = [], of value: Value.Type, alternative: String, _ handler: @escaping @Sendable (Call) async throws -> Response
    ) {
        var route = route(.get, template, summary, description, tag, needs, query, nil, Promise<Value>.ok(value)) { _, call in try await handler(call)
        }
        route.answer.alternative = alternative
        add(route)
    }

    /// A stored file of any kind; the handler answers with `call.download`.
    mutating func download(
        _ template: String, _ summary: String, _ description: String? = nil, tag: String, needs: Route.Needs = .signIn,
        _ handler: @escaping @Sendable (Call) async throws -> Response
    ) {
        var route = Route(
            method: .get, template: template, summary: summary, description: description, tag: tag, needs: needs, query: [], body: nil,
            answer: .init(status: .ok, mediaType: "*/*", schema: nil),
            respond: { request, context, environment, route in
                try await handler(try await Call(request, context, environment, route))
            })
        route.takesRange = true
        add(route)
    }

    /// Takes a form with one file (`multipart/form-data`): the documented fields, then the part `file`, which the handler reads as a stream.
    mutating func upload<Value: WireOutput>(
        _ template: String, _ summary: String, _ description: String? = nil, tag: String, needs: Route.Needs = .signIn,
        query: [any QueryParameter] = [],
        fields: [any QueryParameter] = [], fileLimit: Int64, answer: Promise<Value>,
        _ handler: @escaping @Sendable (Call, Upload) async throws -> Answer<Value>
    ) {
        let form = fields.map { Schema.Member(name: $0.name, schema: $0.schema.described($0.description), isRequired: $0.isRequired) }
        let input = Route.Body(
            mediaType: "multipart/form-data", schema: .object(form + [.required("file", .formatted("binary"), "The file; the last part.")]),
            limit: fileLimit)
        var route = route(.post, template, summary, description, tag, needs, query, input, answer) { request, call in
            try call.response(try await handler(call, try await Upload(request, fields: fields, fileLimit: fileLimit)))
        }
        route.takesIdempotencyKey = true
        add(route)
    }

    // MARK: Making routes

    private func route<Value: WireOutput>(
        _ method: HTTPRequest.Method, _ template: String, _ summary: String, _ description: String?, _ tag: String, _ needs: Route.Needs,
        _ query: [any QueryParameter], _ body: Route.Body?, _ answer: Promise<Value>,
        _ respond: @escaping @Sendable (Request, Call) async throws -> Response
    ) -> Route {
        Route(
            method: method, template: template, summary: summary, description: description, tag: tag, needs: needs, query: query, body: body,
            answer: .init(status: answer.status, mediaType: "application/json", schema: answer.schema),
            respond: { request, context, environment, route in
                try await respond(request, try await Call(request, context, environment, route))
            })
    }

    private func writing<Body: WireInput, Value: WireOutput>(
        _ method: HTTPRequest.Method, _ template: String, _ summary: String, _ description: String?, _ tag: String, _ needs: Route.Needs,
        _ query: [any QueryParameter], _ body: Body.Type, _ mediaType: String, _ answer: Promise<Value>, _ idempotent: Bool, _ ifMatch: Bool,
        _ handler: @escaping @Sendable (Call, Body) async throws -> Answer<Value>
    ) -> Route {
        let input = Route.Body(mediaType: mediaType, schema: Body.schema, limit: Int64(Limits.requestBody))
        var route = route(method, template, summary, description, tag, needs, query, input, answer) { request, call in
            var call = call
            let body = try await call.readBody(of: request, as: Body.self, input)
            return try call.response(try await handler(call, body))
        }
        route.takesIdempotencyKey = idempotent
        route.takesIfMatch = ifMatch
        return route
    }
}

/// The body of a verb that takes none.
struct Nothing: Codable, Sendable, WireType {
    static var schema: Schema { .object([]) }
}

/// The parameters that every list or record route understands.
enum StandardQueries {
    static let limit = Query<Int>("limit", "How many records a page holds: 1 to \(Limits.pageMaximum), \(Limits.pageDefault) when absent.")
    static let cursor = Query<String>("cursor", "`next` of the page before, with the same filter and sort.", maximum: Limits.cursor)
    static let count = Query<CountMode>("count", "Also counts all matching records; `capped` stops at \(Limits.cappedCount).")
    static let fields = Query<String>("fields", "Only these members of each record, separated by commas.", isRepeatable: true)

    static func record(_ schema: Schema?) -> [any QueryParameter] { schema?.memberNames.isEmpty == false ? [fields] : [] }

    static func list(_ item: Schema, counts: Bool) -> [any QueryParameter] {
        [limit, cursor] + (counts ? [count] : []) + record(item)
    }
}

extension CountMode: WireType, QueryValue {}
