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
            let read = try await connection.get(path)
            guard try await connection.change(APIRequest("DELETE", path, ifMatch: read.etag), write) != nil else { return }
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

/// `user reset-link`
struct MakeResetLink: Command {
    static let configuration = CommandConfiguration(
        commandName: "reset-link", abstract: "Make a link with which a person chooses a password, and print it this once.",
        discussion: "It works once and for a day, and takes the place of one made before. Hand it to nobody else.")

    @Argument(help: "The username or id.") var user: String
    @OptionGroup var write: WriteOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        guard let answer = try await connection.change(APIRequest("POST", ["users", user, "password-reset"]), write) else { return }
        console.note("It works once, until \(answer.json["expiresAt"]?.string ?? "tomorrow").")
        try console.write(connection.base + (answer.json["path"]?.string ?? "") + "\n")
    }
}

/// `user reset-mfa`
struct ResetSecondFactor: Command {
    static let configuration = CommandConfiguration(
        commandName: "reset-mfa", abstract: "Take a person's second factor away, as when their device is lost. All their sign-ins end.")

    @Argument(help: "The username or id.") var user: String
    @Flag(name: .shortAndLong, help: "Do it without asking.") var yes = false
    @OptionGroup var write: WriteOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        if !write.dryRun { try console.confirm("Take the second factor of \(user) away?", yes: yes) }
        guard try await connection.change(APIRequest("DELETE", ["users", user, "second-factor"]), write) != nil else { return }
        console.note("Took the second factor of \(user) away, and ended their sign-ins.")
    }
}

/// `user password`
struct SetPassword: Command {
    static let configuration = CommandConfiguration(
        commandName: "password", abstract: "Set your own or another person's password, asked for without echo.")

    @Argument(help: ArgumentHelp(Users.keyHelp)) var user = "me"
    @Flag(help: "Read it from standard input: the new password; for your own the current one in a line before it.") var passwordStdin = false
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        if user == "me" {
            _ = try await connection.send(APIRequest("POST", ["auth", "password"], body: try ownChange(console)))
            return console.note("Set your password, and ended your other sign-ins.")
        }
        let password = try passwordStdin ? Secret.fromInput(console) : Secret.chosen(console, flag: "--password-stdin")
        let path = ["users", user]
        let read = try await connection.get(path)
        _ = try await connection.send(APIRequest("PATCH", path, body: ["password": .string(password)], ifMatch: read.etag))
        console.note("Set the password of \(user).")
    }

    private func ownChange(_ console: Console) throws -> JSONValue {
        if passwordStdin {
            let lines = try Secret.fromInput(console).split(separator: "\n", maxSplits: 1).map(String.init)
            guard lines.count == 2 else { throw ITSMError(.required, "Standard input should hold two lines: the current password and the new one.") }
            return ["currentPassword": .string(lines[0]), "newPassword": .string(lines[1])]
        }
        let current = try Secret.fromPrompt("Current password: ", console, flag: "--password-stdin")
        return ["currentPassword": .string(current), "newPassword": .string(try Secret.chosen(console, flag: "--password-stdin"))]
    }
}
