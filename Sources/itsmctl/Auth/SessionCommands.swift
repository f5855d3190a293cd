import ArgumentParser
import ITSMCore

/// `auth sessions …`
struct SessionCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sessions", abstract: "Where you are signed in.", subcommands: [ListSessions.self, EndSession.self],
        defaultSubcommand: ListSessions.self)

    static let path = ["auth", "sessions"]
}

/// `auth sessions list`
struct ListSessions: Command {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List your sign-ins.")

    @OptionGroup var paging: PagingOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    private static let shape = RecordShape(
        name: "id",
        columns: [
            Column("CLIENT", "client", flexible: true), Column("ADDRESS", "address"), Column("CURRENT", "current"),
            Column("LAST USED", "lastUsedAt", .time), Column("CREATED", "createdAt", .time), Column("EXPIRES", "expiresAt", .time), Column("ID", "id"),
        ])

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        try await connection.list(SessionCommands.path, query: [], Self.shape, paging, output.form(on: console))
    }
}

/// `auth sessions end`
struct EndSession: Command {
    static let configuration = CommandConfiguration(commandName: "end", abstract: "End a sign-in, as when a laptop is lost.")

    @Argument(help: "The sign-in's id.") var ids: [String]
    @OptionGroup var write: WriteOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        try await console.forEach(ids) { id in
            guard try await connection.change(APIRequest("DELETE", SessionCommands.path + [id]), write) != nil else { return }
            console.note("Ended \(id).")
        }
    }
}
