import Foundation
import HTTPTypes
import Hummingbird
import ITSMCore
import NIOCore

/// One request on its way through its route: who calls, with what, and how the answer is given.
struct Call: Sendable {
    let route: Route
    let request: Request
    /// Where the call came from; the principal carries the same.
    let origin: Principal.Origin
    private(set) var query: QueryValues
    let environment: RouteEnvironment
    /// Whether the caller speaks TLS, with us or with a proxy that we trust.
    let isSecure: Bool
    /// For a page: where the feed stood before anything was read for it.
    var feed: FeedCursor?
    private let caller: Caller?
    private let parameters: Parameters
    /// Of the body as it was sent; what an idempotency key is held against.
    private(set) var body = ByteBuffer()

    /// Checks in api.md's order: who calls first, then what was asked.
    init(_ request: Request, _ context: AppContext, _ environment: RouteEnvironment, _ route: Route) async throws {
        self.route = route
        self.request = request
        self.environment = environment
        origin = context.origin
        parameters = context.parameters
        isSecure = context.isSecure
        if route.needs == .nobody {
            caller = nil
            try Self.charge(route, nil, context, environment)
        } else {
            do {
                caller = try await environment.authentication.caller(of: request, secure: isSecure, from: origin)
            } catch {
                // Trying tokens is not free.
                try Self.charge(route, nil, context, environment)
                throw error
            }
            try Self.charge(route, caller, context, environment, request)
        }
        if caller?.principal.mustSetUpSecondFactor == true, !route.isOpenBeforeSecondFactor { throw ITSMError.secondFactorMissing }
        query = try QueryValues(
            request.head.query, parameters: route.query, ignoringOthers: route.ignoresOtherParameters, emptyMeansNone: route.isPage)
        try requireOwnPage()
    }

    /// Counts the call against the rate of its caller, or of their address where nobody is signed in.
    ///
    /// - Throws: `rateLimited`.
    private static func charge(_ route: Route, _ caller: Caller?, _ context: AppContext, _ environment: RouteEnvironment, _ request: Request? = nil)
        throws
    {
        let key: RateLimiter.Caller
        if let caller {
            context.notes.change { $0.principal = caller.principal.id }
            key = .person(caller.principal.id)
        } else if let address = context.origin.address {
            key = .address(AddressBlock.of(address))
        } else {
            return
        }
        let isSearch = request?.uri.query.map { $0.hasPrefix("q=") || $0.contains("&q=") } == true
        guard let standing = environment.rates.take(route.cost + (isSearch ? Route.searchCost : 0), from: key) else { return }
        context.notes.change { $0.rate = standing }
        guard let seconds = standing.retryAfter else { return }
        throw ITSMError(
            .rateLimited, "Too many requests: \(standing.perMinute) a minute are possible here. Wait \(seconds) s and go on more slowly.",
            retryAfterSeconds: seconds)
    }

    /// Who calls. Only for routes that need a sign-in.
    var principal: Principal {
        guard let caller else { preconditionFailure("\(route.name) asks for its caller, but lets anybody in") }
        return caller.principal
    }

    /// The desk as the caller's browser addresses it, such as `https://desk.example.org`.
    var ownAddress: String { "\(isSecure ? "https" : "http")://\(request.head.authority ?? "localhost")" }

    /// The caller as they are by now, for what goes on for long; nil once the sign-in or token is no longer good.
    func currentPrincipal() async throws -> Principal? {
        guard let caller else { return nil }
        let origin = caller.principal.origin
        let principal = try await environment.authentication.principals.principal(for: caller.credential, isUse: false)?.from(origin)
        return principal?.mustSetUpSecondFactor == true ? nil : principal
    }

    /// Holds a call that changes something and came by cookie against the pages of our own that send it (api.md, 1: auth). Forms carry their token in the
    /// body, where `Form` finds it.
    ///
    /// - Throws: `forbidden`.
    private func requireOwnPage() throws {
        guard let caller, caller.cameByCookie, !route.isRead else { return }
        guard request.comesFromOurPages else { throw ITSMError.forbidden("Another site's page sent this. Open the desk's own page and try again.") }
        guard !route.isPage else { return }
        guard let token = request.headers[.formToken], let signIn = caller.principal.signIn,
            environment.authentication.sessions.accepts(formToken: token, for: signIn)
        else { throw ITSMError.forbidden("This page is out of date. Reload it and try again.") }
    }

    /// The part of the path that stands for `{name}`, percent-decoded.
    ///
    /// - Throws: 404 for text that names nothing.
    func parameter(_ name: String) throws -> String {
        guard let raw = parameters[name[...]] else { preconditionFailure("\(route.name) has no {\(name)} in its path") }
        guard let text = QueryValues.percentDecoded(raw.utf8, plusIsSpace: false), !text.utf8.contains(0) else { throw ITSMError.notFound("record") }
        return text
    }

    /// The id that stands for `{name}`; what is no id names nothing.
    func id<Record>(_ name: String = "id", of type: Record.Type = Record.self, called what: String) throws -> ID<Record> {
        guard let id = ID<Record>(try parameter(name)) else { throw ITSMError.notFound(what) }
        return id
    }

    /// The record that `{id}` names, by id or name.
    func key<Record>(_ type: Record.Type = Record.self) throws -> RefInput<Record> { RefInput(try parameter("id")) }

    /// The value of a documented parameter; already held against its type.
    subscript<Value>(_ parameter: Query<Value>) -> Value? { query.values[parameter.name]?.first.flatMap(Value.init(query:)) }

    /// All values of a repeatable parameter; empty when it is absent.
    func all<Value>(_ parameter: Query<Value>) -> [Value] { (query.values[parameter.name] ?? []).compactMap(Value.init(query:)) }

    /// The same call with other query parameters, which were held against their documentation: for an address that another one carries.
    func asking(_ query: QueryValues) -> Call {
        var call = self
        call.query = query
        return call
    }

    /// What `count=` asked for.
    var countMode: CountMode? { self[StandardQueries.count] }

    /// The version that `If-Match` names; nil when any will do.
    ///
    /// - Throws: 412 for a tag that this server never gave.
    var expectedVersion: Int? {
        get throws {
            guard let text = request.headers[.ifMatch]?.trimmingCharacters(in: .whitespaces), text != "*" else { return nil }
            guard let version = EntityTag.version(in: text) else {
                throw ITSMError(.versionMismatch, "If-Match must hold one ETag as an answer gave it, or *.")
            }
            return version
        }
    }
}

// MARK: Reading the body

extension Call {
    /// Collects, parses, checks and decodes the body.
    ///
    /// - Throws: 415, 413, 400 `malformed`, or 422 with every fault at once.
    mutating func readBody<Body: WireInput>(of request: Request, as type: Body.Type, _ expected: Route.Body) async throws -> Body {
        body = try await request.collectBody(limit: Int(expected.limit))
        if body.readableBytes == 0, Body.self == Nothing.self { return Nothing() as! Body }
        try request.requireMediaType(in: ["application/json", expected.mediaType])
        let (value, faults) = try body.withUnsafeReadableBytes { try JSONParser.parse($0.bindMemory(to: UInt8.self)) }
        let problems = faults + expected.schema.problems(in: value)
        if !problems.isEmpty { throw ITSMError.invalid(problems) }
        do {
            return try Self.decoder.decode(Body.self, from: Data(body.readableBytesView))
        } catch let error as DecodingError {
            throw ITSMError.invalid([error.fieldProblem])
        }
    }

    private static let decoder = JSONDecoder()
}

extension Request {
    /// - Throws: 413 beyond `limit` bytes.
    func collectBody(limit: Int) async throws -> ByteBuffer {
        if let length = headers[.contentLength].flatMap(Int.init), length > limit { throw ITSMError.tooLarge(limit) }
        do {
            return try await body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw ITSMError.tooLarge(limit)
        }
    }

    /// - Throws: 415 unless the body is said to be one of `mediaTypes`.
    func requireMediaType(in mediaTypes: [String]) throws {
        let field = headers[.contentType] ?? ""
        if mediaTypes.contains(field) { return }
        let sent = field.split(separator: ";").first.map { $0.trimmingCharacters(in: .whitespaces).lowercased() } ?? ""
        guard mediaTypes.contains(sent) else {
            throw ITSMError(.unsupportedMediaType, "Send the body as \(mediaTypes[mediaTypes.count - 1]) (header Content-Type).")
        }
    }
}

extension ITSMError {
    static func tooLarge(_ limit: Int) -> ITSMError {
        ITSMError(.tooLarge, "The body is larger than \(limit) bytes, which is the most allowed here.")
    }
}

extension ITSMError {
    static let secondFactorMissing = ITSMError.forbidden(
        "One of your roles asks for a second factor. Set it up on the desk's pages, or with itsmctl auth mfa setup; nothing else is open until then.")
}

extension DecodingError {
    /// What a type's own decoding found beyond its schema.
    var fieldProblem: FieldProblem {
        let (context, key): (Context, String?) =
            switch self {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context): (context, nil)
            case .keyNotFound(let key, let context): (context, key.stringValue)
            @unknown default: (Context(codingPath: [], debugDescription: "cannot be read"), nil)
            }
        let path = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue } + (key.map { [$0] } ?? [])
        let pointer = path.reduce("") { $0.appending(pointerToken: $1) }
        return key == nil
            ? FieldProblem(pointer, .invalidValue, "This \(context.debugDescription).") : FieldProblem(pointer, .required, "\(key!) is required.")
    }
}
