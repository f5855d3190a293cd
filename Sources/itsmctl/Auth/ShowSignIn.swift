import ArgumentParser
import ITSMCore

/// `auth status`
struct ShowSignIn: Command {
    static let configuration = CommandConfiguration(commandName: "status", abstract: "Show which desk you are signed in to, and as whom.")

    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let desk = try connection.connect(console)
        guard case .object(var account) = try await desk.get(["auth", "me"]).json else { return }
        account["url"] = .string(desk.base)
        account["profile"] = .string(connection.profileName(console))
        let shape = RecordShape(
            name: "username",
            columns: [
                Column("Desk", "url"), Column("Profile", "profile"), Column("Username", "username"), Column("Name", "name"), Column("Roles", "roles"),
                Column("By groups", "inheritedRoles"), Column("Groups", "groups"),
            ])
        var printer = RecordPrinter(shape, output.form(on: console), on: console)
        try printer.printCard(.object(account))
    }
}

/// `auth logout`
struct SignOut: Command {
    static let configuration = CommandConfiguration(commandName: "logout", abstract: "End this sign-in, and forget it.")

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let name = connection.profileName(console)
        let store = try ProfileStore(environment: console.environment)
        guard let profile = try store.load()[name], profile.isSignedIn else {
            throw ITSMError(.unauthenticated, "The profile \"\(name)\" is not signed in.")
        }
        if profile.refreshToken != nil {
            let credentials = Credentials(.profile(name: name, profile, store), clock: console.clock)
            do {
                _ = try await Connection(base: profile.url, credentials: credentials, console: console).send(APIRequest("POST", ["auth", "logout"]))
            } catch {
                // The person wants the secret gone from here, whether or not the desk hears of it.
                console.note("The desk could not end the sign-in itself: \(error)")
            }
        }
        try await store.update(name) { $0?.signOut() }
        console.note("Signed out of \(profile.url).")
    }
}
