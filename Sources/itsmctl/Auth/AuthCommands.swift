import ArgumentParser

/// `auth …`
struct AuthCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "auth", abstract: "Sign in and out, and look after sign-ins and API tokens.",
        subcommands: [SignIn.self, ShowSignIn.self, SignOut.self, TokenCommands.self, SessionCommands.self, SecondFactorCommands.self])
}
