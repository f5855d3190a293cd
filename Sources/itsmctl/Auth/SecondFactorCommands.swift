import ArgumentParser
import ITSMCore

/// `auth mfa …`
struct SecondFactorCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mfa", abstract: "Your second factor: codes of an app beside the password.",
        subcommands: [ShowSecondFactor.self, SetUpSecondFactor.self, RenewRecoveryCodes.self, RemoveSecondFactor.self],
        defaultSubcommand: ShowSecondFactor.self)

    static let path = ["auth", "mfa"]

    /// The body of what asks for the password again.
    static func password(_ isFromInput: Bool, _ console: Console) throws -> JSONValue {
        let password = try isFromInput ? Secret.fromInput(console) : Secret.fromPrompt("Password: ", console, flag: "--password-stdin")
        return ["currentPassword": .string(password)]
    }

    static func write(_ answer: Connection.Answer, _ console: Console) throws {
        guard case .array(let codes)? = answer.json["recoveryCodes"] else { return }
        console.note("Recovery codes, each good once. Keep them where you keep passwords: they are shown only now.")
        try console.write(codes.compactMap(\.string).joined(separator: "\n") + "\n")
    }
}

/// `auth mfa status`
struct ShowSecondFactor: Command {
    static let configuration = CommandConfiguration(commandName: "status", abstract: "Whether you have one, and which browsers are trusted.")

    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    private static let shape = RecordShape(
        name: "isOn",
        columns: [Column("ON", "isOn"), Column("REQUIRED", "isRequired")],
        details: [
            Column("On", "isOn"), Column("Required", "isRequired"), Column("Since", "confirmedAt", .time),
            Column("Recovery codes left", "recoveryCodesLeft"),
        ])

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        let answer = try await connection.get(SecondFactorCommands.path)
        var printer = RecordPrinter(Self.shape, output.form(on: console), on: console)
        try printer.printCard(answer.json)
    }
}

/// `auth mfa setup`
struct SetUpSecondFactor: Command {
    static let configuration = CommandConfiguration(
        commandName: "setup", abstract: "Set one up, or up anew: asks for the password, shows a seed for an app, and asks for its code.")

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        let body = try SecondFactorCommands.password(false, console)
        let begun = try await connection.send(APIRequest("POST", SecondFactorCommands.path, body: body)).json
        console.note("Add this to your app, as a code by time:\n  \(begun["secret"]?.string ?? "")\n  \(begun["uri"]?.string ?? "")")
        let code = try Secret.fromPrompt("Code of the app: ", console, flag: "a terminal")
        let answer = try await connection.send(APIRequest("POST", SecondFactorCommands.path + ["confirm"], body: ["code": .string(code)]))
        console.note("Your second factor is on. Your other sign-ins have ended.")
        try SecondFactorCommands.write(answer, console)
    }
}

/// `auth mfa recovery-codes`
struct RenewRecoveryCodes: Command {
    static let configuration = CommandConfiguration(
        commandName: "recovery-codes", abstract: "Make new recovery codes, and print them this once. Those before are no longer good.")

    @Flag(help: "Read the password from standard input.") var passwordStdin = false
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        let body = try SecondFactorCommands.password(passwordStdin, console)
        try SecondFactorCommands.write(
            try await connection.send(APIRequest("POST", SecondFactorCommands.path + ["recovery-codes"], body: body)), console)
    }
}

/// `auth mfa remove`
struct RemoveSecondFactor: Command {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Take yours away; not where a role asks for one. Your other sign-ins end.")

    @Flag(help: "Read the password from standard input.") var passwordStdin = false
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        let body = try SecondFactorCommands.password(passwordStdin, console)
        _ = try await connection.send(APIRequest("POST", SecondFactorCommands.path + ["remove"], body: body))
        console.note("Your second factor is off. Your other sign-ins have ended.")
    }
}
