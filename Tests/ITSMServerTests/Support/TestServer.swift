import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import ITSMCore
import ITSMStore
import ITSMTestSupport
import Logging
import NIOCore
import ServiceLifecycle
import Testing
@testable import ITSMServer

/// The whole server in this process, over a database of its own. Every request and answer is held against the OpenAPI document.
///
///     let server = try await TestServer()
///     let kim = try await server.caller("kim", roles: ["agent"])
///     let answer = try await server.send(.get, "/api/v1/tickets", as: kim)
final class TestServer: Sendable {
    let app: App
    let databaseURL: String
    private let files: String
    private let secretFile: String
    private let responder: RouterResponder<AppContext>
    private let contract: Contract
    let tokens: AccessTokens
    private let clock: any WallClock
    /// What keeps the server's memory current.
    private let companions: Task<Void, any Error>

    /// - Parameters:
    ///   - other: another server of the same desk, whose database and secret this one shares.
    ///   - uptime: what callers' rates are measured by.
    ///   - edge: changes how the server meets the network.
    init(
        besides other: TestServer? = nil, clock: any WallClock = SystemClock(),
        uptime: @escaping @Sendable () -> ContinuousClock.Instant = { .now }, edge change: (inout EdgeConfiguration) -> Void = { _ in },
        logger: Logger = .quiet
    ) async throws {
        var edge = EdgeConfiguration()
        change(&edge)
        if let other {
            databaseURL = other.databaseURL
            files = other.files
            secretFile = other.secretFile
        } else {
            databaseURL = try await TestDatabase.make().url
            let folder = try TemporaryFolder.make()
            files = folder + "/attachments"
            secretFile = folder + "/secret.key"
        }
        let (url, file) = (databaseURL, secretFile)
        let secret = try await onThread("secret") { try DeskSecrets.open(.file(file), for: url) }
        let commits = WakeUp()
        let database = PostgresDatabase(PostgresConfiguration(connectionString: databaseURL), clock: clock) { commits.signal() }
        app = try await App(
            database: database, commits: commits, attachments: files, checkpointFile: files + ".checkpoints.jsonl", secret: secret, edge: edge,
            clock: clock, uptime: uptime, logger: logger)
        responder = app.router().buildResponder()
        contract = Contract(app.table)
        tokens = AccessTokens { secret.all.map { .init(id: $0.id.text, bytes: $0.key(for: .accessTokens)) } }
        self.clock = clock
        let group = ServiceGroup(services: app.companions, logger: .quiet)
        companions = Task { try await group.run() }
    }

    deinit { companions.cancel() }

    /// A new person with these roles and groups (made where there is none of that name), signed in, and with a password that nobody knows.
    func caller(_ username: String, roles: [String] = ["requester"], groups: [String] = []) async throws -> TestCaller {
        let automation = Principal.automation()
        let services = app.services
        let draft = User.Draft(username: username, name: username.capitalized, roles: roles.map { .name($0) }, groups: groups.map { .name($0) })
        let user = try await app.database.write { tx in
            _ = try services.groups.findOrCreate(groups, in: tx, as: automation)
            return try services.people.create(draft, passwordHash: "of no password", in: tx, as: automation)
        }
        try await app.desk.refresh()
        return try await signedIn(user.id, username)
    }

    /// Another sign-in of a person.
    func signedIn(_ user: ID<User>, _ username: String) async throws -> TestCaller {
        let now = clock.now()
        let signIn = SignIn(
            id: ID(uuid: SystemIDSource().next(at: now)), user: user, createdAt: now, lastUsedAt: now, expiresAt: now.adding(seconds: 86_400))
        try await app.database.write { try $0.signIns.insert(signIn) }
        return TestCaller(id: user, username: username, signIn: signIn.id, token: try await tokens.issue(for: user, signIn: signIn.id, at: now))
    }

    // MARK: Requests

    func send(
        _ method: HTTPRequest.Method, _ path: String, as caller: TestCaller? = nil, _ json: JSONValue? = nil, headers: HTTPFields = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> TestAnswer {
        let body = try json.map { try WireEncoding.encode($0) }
        return try await send(method, path, as: caller, raw: body, headers: headers, sourceLocation: sourceLocation)
    }

    /// Sends bytes as they are; as JSON unless the headers say otherwise.
    func send(
        _ method: HTTPRequest.Method, _ path: String, as caller: TestCaller? = nil, raw body: ByteBuffer?, headers: HTTPFields = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> TestAnswer {
        var fields = headers
        if let caller { fields[.authorization] = "Bearer \(caller.token)" }
        if let body {
            if fields[.contentType] == nil { fields[.contentType] = "application/json" }
            fields[.contentLength] = String(body.readableBytes)
        }
        let head = HTTPRequest(method: method, scheme: "http", authority: "localhost", path: path, headerFields: fields)
        let request = Request(head: head, body: RequestBody(buffer: body ?? ByteBuffer()))
        let context = AppContext(source: .init(channel: TestChannel.make(), logger: .quiet))
        let response = try await responder.respond(to: request, context: context)
        let collector = BodyCollector()
        try await response.body.write(collector)
        let answer = TestAnswer(status: response.status, headers: response.headers, body: collector.body)
        contract.check(method, path, request: body, mediaType: fields[.contentType], answer, sourceLocation: sourceLocation)
        return answer
    }
}

/// Somebody who is signed in.
struct TestCaller: Sendable {
    let id: ID<User>
    let username: String
    let signIn: ID<SignIn>?
    let token: String
}

struct TestAnswer: Sendable {
    let status: HTTPResponse.Status
    let headers: HTTPFields
    let body: ByteBuffer

    var text: String { String(buffer: body) }

    /// The body as JSON; null for what is none.
    var json: JSONValue { (try? JSONParserTests.parse(Array(body.readableBytesView)).value) ?? .null }

    subscript(_ member: String) -> JSONValue? { json[member] }

    /// The code of a problem document.
    var code: ErrorCode? { json["code"]?.string.flatMap(ErrorCode.init(rawValue:)) }

    /// `"/title tooLong"` for each fault of a problem document.
    var faults: [String] {
        guard case .array(let errors)? = json["errors"] else { return [] }
        return errors.map { "\($0["pointer"]?.string ?? "") \($0["code"]?.string ?? "")" }
    }

    /// The records of a list.
    var items: [JSONValue] { if case .array(let items)? = json["items"] { items } else { [] } }
}

private final class BodyCollector: ResponseBodyWriter {
    private(set) var body = ByteBuffer()
    func write(_ buffer: ByteBuffer) async throws { body.writeImmutableBuffer(buffer) }
    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
