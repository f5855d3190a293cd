import ArgumentParser
import ITSMCore

/// `user disable`
struct DisableUser: Command {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "End a person's access. What they wrote keeps its author.")

    @Argument(help: ArgumentHelp(Users.keyHelp)) var users: [String]
    @Flag(name: .shortAndLong, help: "Do it without asking.") var yes = false
    @OptionGroup var write: WriteOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        if !write.dryRun { try console.confirm("Disable \(users.joined(separator: ", "))?", yes: yes) }
        try await console.forEach(users) { user in
            let path = try await Users.path(of: user, connection)
            guard try await connection.change(APIRequest("DELETE", path), write) != nil else { return }
            console.note("Disabled \(user).")
        }
    }
}

/// `user enable`
struct EnableUser: Command {
    static let configuration = CommandConfiguration(commandName: "enable", abstract: "Give a disabled person their access back.")

    @Argument(help: ArgumentHelp(Users.keyHelp)) var users: [String]
    @OptionGroup var write: WriteOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        try await console.forEach(users) { user in
            let path = try await Users.path(of: user, connection) + ["enable"]
            try await connection.showChange(APIRequest("POST", path), "Enabled", Users.shape, write, output.form(on: console))
        }
    }
}

/// `user password`
struct SetPassword: Command {
    static let configuration = CommandConfiguration(
        commandName: "password", abstract: "Set a person's password, asked for without echo.")

    @Argument(help: ArgumentHelp(Users.keyHelp)) var user: String
    @Flag(help: "Read the password from standard input.") var passwordStdin = false
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        let password = try passwordStdin ? Secret.fromInput(console) : Secret.chosen(console, flag: "--password-stdin")
        let path = try await Users.path(of: user, connection)
        let read = try await connection.get(path)
        _ = try await connection.send(APIRequest("PATCH", path, body: ["password": .string(password)], ifMatch: read.etag))
        console.note("Set the password of \(user).")
    }
}
