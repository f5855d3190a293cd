import ArgumentParser
import Foundation
import ITSMCore

/// `auth token …`
struct TokenCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Print the token in use; list, create and revoke API tokens.",
        subcommands: [PrintToken.self, ListTokens.self, CreateToken.self, RevokeToken.self], defaultSubcommand: PrintToken.self)

    static let path = ["auth", "tokens"]
    static let shape = RecordShape(
        name: "id",
        columns: [
            Column("NAME", "name", flexible: true), Column("PERMISSIONS", "permissions"), Column("EXPIRES", "expiresAt", .time),
            Column("LAST USED", "lastUsedAt", .time), Column("CREATED", "createdAt", .time), Column("ID", "id"),
        ])
}

/// `auth token print`
struct PrintToken: Command {
    static let configuration = CommandConfiguration(
        commandName: "print", abstract: "Print the token that commands send now.",
        discussion: "For example: curl -H \"Authorization: Bearer $(itsmctl auth token)\" …")

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        guard let token = try await connection.connect(console).token() else {
            throw ITSMError(.unauthenticated, "You are not signed in. Sign in with: itsmctl auth login")
        }
        try console.write(token + "\n")
    }
}

/// `auth token list`
struct ListTokens: Command {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List your API tokens; never their secrets.")

    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        try await connection.listAll(TokenCommands.path, TokenCommands.shape, output.form(on: console))
    }
}

/// `auth token create`
struct CreateToken: Command {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Create an API token, and print it this once.",
        discussion: "It can do no more than you; --permission narrows it further.")

    @Option(help: "What it is for.") var name: String
    @Option(help: ArgumentHelp("A permission that it keeps, such as tickets:read. Repeat it for more.", valueName: "permission"))
    var permission: [Permission] = []
    @Option(help: ArgumentHelp("After how many days it ends.", valueName: "days")) var expiresInDays: Int = 90
    @OptionGroup var write: WriteOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func validate() throws {
        guard (1...3_650).contains(expiresInDays) else { throw ValidationError("--expires-in-days must be from 1 to 3650.") }
    }

    func request(_ console: Console) -> APIRequest {
        let expiresAt = console.clock.now().adding(seconds: Int64(expiresInDays) * 86_400)
        var body: [String: JSONValue] = ["name": .string(name), "expiresAt": .string(expiresAt.description)]
        if !permission.isEmpty { body["permissions"] = .array(permission.map { .string($0.rawValue) }) }
        return APIRequest("POST", TokenCommands.path, body: .object(body))
    }

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        guard let answer = try await connection.change(request(console), write) else { return }
        console.note("Keep it safe: it is shown only now.")
        try console.write((answer.json["token"]?.string ?? "") + "\n")
    }
}

/// `auth token revoke`
struct RevokeToken: Command {
    static let configuration = CommandConfiguration(commandName: "revoke", abstract: "End an API token.")

    @Argument(help: "The token's id.") var ids: [String]
    @OptionGroup var write: WriteOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        try await console.forEach(ids) { id in
            guard try await connection.change(APIRequest("DELETE", TokenCommands.path + [id]), write) != nil else { return }
            console.note("Revoked \(id).")
        }
    }
}

extension Permission: ExpressibleByArgument {}
