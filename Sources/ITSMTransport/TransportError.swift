/// Why an exchange failed before there was an answer. The URL is the one that was asked for, without query and credentials.
public enum TransportError: Error, Sendable, Hashable, CustomStringConvertible {
    case invalidURL(String)
    /// A header or a form that HTTP cannot carry, or a file that cannot be read.
    case invalidRequest(String)
    /// Nothing was sent: no such host, or nobody listens there.
    case unreachable(url: String, reason: String)
    /// The server's certificate does not hold.
    case untrusted(url: String, reason: String)
    case timedOut(url: String)
    /// The connection ended in the middle: the request may or may not have taken effect.
    case interrupted(url: String, reason: String)
    case tooLarge(url: String, limit: Int)

    /// True when the server cannot have seen the request.
    public var wasNeverSent: Bool {
        switch self {
        case .invalidURL, .invalidRequest, .unreachable, .untrusted: true
        case .timedOut, .interrupted, .tooLarge: false
        }
    }

    public var description: String {
        switch self {
        case .invalidURL(let url): "\"\(url)\" is not an http or https address, such as http://127.0.0.1:8080."
        case .invalidRequest(let reason): reason
        case .unreachable(let url, let reason):
            "Cannot reach \(url): \(reason). Check that the address is right, that the server runs, and that no firewall is in between."
        case .untrusted(let url, let reason):
            "Cannot trust \(url): \(reason). Check the server's certificate, and that its authority is among those this machine trusts."
        case .timedOut(let url): "\(url) did not answer in time. Check that the server is well, then try again."
        case .interrupted(let url, let reason): "The connection to \(url) broke off: \(reason)."
        case .tooLarge(let url, let limit): "The answer of \(url) is larger than \(limit) bytes."
        }
    }
}
