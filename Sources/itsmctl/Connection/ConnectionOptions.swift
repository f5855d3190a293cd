import ArgumentParser
import Foundation
import ITSMCore
import ITSMTransport

/// Which desk, and as whom.
struct ConnectionOptions: ParsableArguments {
    static let defaultURL = "http://127.0.0.1:8080"

    @Option(help: ArgumentHelp("The desk's address. Else ITSM_URL, the profile's address, or \(defaultURL).", valueName: "url"))
    var url: String?

    @Option(help: ArgumentHelp("The profile to use. Else ITSM_PROFILE, or \"default\".", valueName: "name"))
    var profile: String?

    @Option(
        help: ArgumentHelp("Read the token from this file, which only you may read. Else ITSM_TOKEN, or the profile's sign-in.", valueName: "file"))
    var tokenFile: String?

    func connect(_ console: Console) throws -> Connection {
        let name = profileName(console)
        let store = try ProfileStore(environment: console.environment)
        let stored = try store.load()[name]
        let base = try baseURL(console, stored)
        return Connection(
            base: base, credentials: Credentials(try source(console, name, stored, store, base), clock: console.clock), console: console)
    }

    func profileName(_ console: Console) -> String { profile ?? console.environment.nonEmpty("ITSM_PROFILE") ?? "default" }

    /// The address without a slash or API path at its end.
    func baseURL(_ console: Console, _ stored: Profile?) throws -> String {
        var text = url ?? console.environment.nonEmpty("ITSM_URL") ?? stored?.url ?? Self.defaultURL
        if !text.contains("://") { text = "http://" + text }
        while text.hasSuffix("/") { text.removeLast() }
        for suffix in ["/api/v1", "/api"] where text.hasSuffix(suffix) { text.removeLast(suffix.count) }
        guard let parts = URLComponents(string: text), ["http", "https"].contains(parts.scheme), parts.host?.isEmpty == false else {
            throw TransportError.invalidURL(text)
        }
        guard parts.password == nil else { throw ValidationError("The address must not hold a password; sign in with: itsmctl auth login") }
        return text
    }

    private func source(
        _ console: Console, _ name: String, _ stored: Profile?, _ store: ProfileStore, _ base: String
    ) throws -> Credentials.Source {
        if let tokenFile { return .token(try Secret.fromFile(tokenFile)) }
        if let token = console.environment.nonEmpty("ITSM_TOKEN") { return .token(token) }
        // A profile's sign-in is for its own desk: another address never sees it.
        guard let stored, stored.isSignedIn, stored.url == base else { return .none }
        return .profile(name: name, stored, store)
    }
}

extension [String: String] {
    func nonEmpty(_ key: String) -> String? { self[key].flatMap { $0.isEmpty ? nil : $0 } }
}
