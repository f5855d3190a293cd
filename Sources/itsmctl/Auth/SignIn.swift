import ArgumentParser
import Foundation
import ITSMCore
import ITSMTransport

/// `auth login`
struct SignIn: Command {
    static let configuration = CommandConfiguration(
        commandName: "login", abstract: "Sign in to a desk, and remember it in a profile.",
        discussion: """
            The password is asked for without echo, or read from standard input with --password-stdin. --with-token reads an API token from \
            standard input instead. Both stay in a file that only you can read.
            """)

    @Option(name: .shortAndLong, help: "The username; asked for when it is not given.") var username: String?
    @Flag(help: "Read the password from standard input.") var passwordStdin = false
    @Flag(help: "Read an API token from standard input, instead of signing in with a password.") var withToken = false
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func validate() throws {
        if withToken, username != nil || passwordStdin { throw ValidationError("--with-token needs neither username nor password.") }
    }

    func run(_ console: Console) async throws {
        let name = connection.profileName(console)
        let store = try ProfileStore(environment: console.environment)
        let base = try connection.baseURL(console, try store.load()[name])
        Self.warnIfReadable(base, console)
        let profile = try await withToken ? tokenProfile(base, console) : passwordProfile(base, console)
        try await store.update(name) { $0 = profile }
        console.note("Signed in to \(base) as \(profile.username ?? ""), in the profile \"\(name)\".")
        if console.environment.nonEmpty("ITSM_TOKEN") != nil { console.note("ITSM_TOKEN is set, and goes before this profile.") }
    }

    private func tokenProfile(_ base: String, _ console: Console) async throws -> Profile {
        let token = try Secret.fromInput(console)
        let desk = Connection(base: base, credentials: Credentials(.token(token), clock: console.clock), console: console)
        let me = try await desk.get(["auth", "me"]).json
        return Profile(url: base, username: me["username"]?.string, apiToken: token)
    }

    private func passwordProfile(_ base: String, _ console: Console) async throws -> Profile {
        guard let username = username ?? (console.isInputTerminal ? console.ask("Username: ", false) : nil), !username.isEmpty else {
            throw ValidationError("Name the person with --username.")
        }
        let password = try passwordStdin ? Secret.fromInput(console) : Secret.fromPrompt("Password: ", console, flag: "--password-stdin")
        let desk = Connection(base: base, credentials: Credentials(.none, clock: console.clock), console: console)
        var body: [String: JSONValue] = ["username": .string(username), "password": .string(password)]
        let answer: Connection.Answer
        do {
            answer = try await desk.send(APIRequest("POST", ["auth", "login"], body: .object(body)))
        } catch let problem as Problem where problem.error.code == .otpRequired && console.isInputTerminal {
            body["otp"] = .string(try Secret.fromPrompt("One-time code: ", console, flag: "a terminal"))
            answer = try await desk.send(APIRequest("POST", ["auth", "login"], body: .object(body)))
        }
        var profile = Profile(url: base, username: username)
        profile.store(try JSONDecoder().decode(TokenPair.self, from: answer.response.body), at: console.clock.now())
        return profile
    }

    /// Says so when a password would travel for everybody to read.
    private static func warnIfReadable(_ base: String, _ console: Console) {
        guard let parts = URLComponents(string: base), parts.scheme == "http", let host = parts.host else { return }
        if !["localhost", "127.0.0.1", "::1", "[::1]"].contains(host) {
            console.note("Warning: \(base) is not encrypted; what you send can be read on its way. Use https where the desk has it.")
        }
    }
}
