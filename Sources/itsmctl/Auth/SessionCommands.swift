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

    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    private static let shape = RecordShape(
        name: "id",
        columns: [
            Column("CLIENT", "client", flexible: true), Column("ADDRESS", "address"), Column("CURRENT", "isCurrent"),
            Column("LAST USED", "lastUsedAt", .time), Column("CREATED", "createdAt", .time), Column("EXPIRES", "expiresAt", .time),
            Column("ID", "id"),
        ])

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        try await connection.listAll(SessionCommands.path, Self.shape, output.form(on: console))
    }
}

/// `auth sessions end`
struct EndSession: Command {
    static let configuration = CommandConfiguration(commandName: "end", abstract: "End a sign-in, as when a laptop is lost.")

    @Argument(help: "The sign-in's id.") var ids: [String] = []
    @Flag(help: "End all but this one.") var others = false
    @OptionGroup var write: WriteOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func validate() throws {
        if ids.isEmpty != others { throw ValidationError("Name sign-ins by their ids, or all --others.") }
    }

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        if others {
            guard try await connection.change(APIRequest("DELETE", SessionCommands.path), write) != nil else { return }
            return console.note("Ended all other sign-ins.")
        }
        try await console.forEach(ids) { id in
            guard try await connection.change(APIRequest("DELETE", SessionCommands.path + [id]), write) != nil else { return }
            console.note("Ended \(id).")
        }
    }
}
