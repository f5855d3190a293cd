/// A browser that signed in to an account before: it carries a text that only the desk's servers can make. It is no proof of who calls, and only
/// spares them the waiting that strangers' guesses cause (`SignInThrottle`).
struct KnownDevice: Sendable {
    let secrets: any SecretSource

    /// What a browser keeps after it signed in as `user`.
    func text(for user: ID<User>) -> String {
        let name = secrets.newToken(prefix: "")
        return "\(user).\(name).\(code(for: user, name))"
    }

    /// The browser's name, where what it brought is ours and for `user`.
    func name(in text: String?, for user: ID<User>) -> String? {
        guard let parts = text?.split(separator: ".", omittingEmptySubsequences: false).map(String.init), parts.count == 3,
            parts[0] == user.description, isEqual(parts[2], code(for: user, parts[1]))
        else { return nil }
        return parts[1]
    }

    private func code(for user: ID<User>, _ name: String) -> String {
        secrets.digest(of: "known device \(user) \(name)").prefix(16).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    /// Digests are compared, so that the time tells nothing of the texts.
    private func isEqual(_ a: String, _ b: String) -> Bool { secrets.digest(of: a) == secrets.digest(of: b) }
}
