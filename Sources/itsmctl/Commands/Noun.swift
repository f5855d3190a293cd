import ArgumentParser
import Foundation
import ITSMCore

/// One kind of record as the command line sees it: its word, where it lives in the API, how it looks, what can be asked and set. Listing,
/// viewing, creating and updating are then the same commands for every noun.
protocol Noun: Sendable {
    associatedtype Filters: QueryOptions
    associatedtype Fields: BodyOptions

    /// The word on the command line, such as `user`.
    static var name: String { get }
    /// The collection in the API, such as `users` or `sla/policies`.
    static var path: String { get }
    static var shape: RecordShape { get }
    /// What a person may call one by.
    static var keyHelp: String { get }
    /// Several of them, in words.
    static var plural: String { get }
    /// The path of one record.
    static func path(of key: String, _ connection: Connection) async throws -> [String]
}

extension Noun {
    static func path(of key: String, _ connection: Connection) async throws -> [String] { segments + [key] }
    static var segments: [String] { path.split(separator: "/").map(String.init) }
    static var indefinite: String { ("aeiou".contains(name.first ?? " ") ? "an " : "a ") + name.replacing("-", with: " ") }
    static var plural: String { path.replacing("-", with: " ") }
}

/// Flags that become query parameters.
protocol QueryOptions: ParsableArguments {
    var query: [URLQueryItem] { get }
}

/// Flags that become members of a request's body.
protocol BodyOptions: ParsableArguments {
    /// - Parameter current: the record as it is, for flags that add to a set or take from it; nil for a new one.
    func body(changing current: JSONValue?) -> [String: JSONValue]

    /// Changes that are calls of their own, after the patch of the body.
    func calls(changing path: [String]) -> [APIRequest]

    /// The body with what only the desk can tell.
    func completed(_ body: JSONValue, by connection: Connection) async throws -> JSONValue
}

extension BodyOptions {
    func calls(changing path: [String]) -> [APIRequest] { [] }
    func completed(_ body: JSONValue, by connection: Connection) async throws -> JSONValue { body }
}

/// What a change may be asked to do differently.
struct WriteOptions: ParsableArguments {
    @Flag(help: "Show the request that would be sent, and change nothing.")
    var dryRun = false
}

/// A body from a file, for what has no flag of its own.
struct BodyFile: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Take the fields from this JSON or YAML file; - reads standard input. Flags win over it.", valueName: "file"))
    var file: String?

    /// The file's fields with those of flags over them.
    func merged(with flags: [String: JSONValue], _ console: Console) throws -> JSONValue {
        guard let file else { return .object(flags) }
        guard case .object(let members) = try InputFile.value(file, console) else {
            throw ValidationError("\(file) should hold one object with the record's fields.")
        }
        return .object(members.merging(flags, uniquingKeysWith: { $1 }))
    }
}

extension Connection {
    /// Sends a change. With `--dry-run` shows it instead, and gives nil.
    func change(_ request: APIRequest, _ options: WriteOptions) async throws -> Answer? {
        let request = try await namingMe(in: request)
        guard !options.dryRun else {
            try console.write(JSONText.pretty(request.summary) + "\n")
            return nil
        }
        return try await send(request)
    }

    /// The id of whoever is signed in.
    func ownID() async throws -> String { try await get(["auth", "me"]).json["id"]?.string ?? "" }

    /// `me` where a person is named becomes the caller's id.
    private func namingMe(in request: APIRequest) async throws -> APIRequest {
        guard case .object(var members)? = request.body else { return request }
        let fields = ["assignee", "requester", "user", "manager"].filter { members[$0] == "me" }
        guard !fields.isEmpty else { return request }
        let me = JSONValue.string(try await ownID())
        for field in fields { members[field] = me }
        var request = request
        request.body = .object(members)
        return request
    }
}
