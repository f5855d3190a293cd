import Hummingbird
import ITSMCore
import NIOCore

/// Networks whose `X-Forwarded-For` is believed (`--trusted-proxies`); by default none.
struct TrustedProxies: Sendable {
    private let networks: Networks

    static let none = TrustedProxies(.none)

    init(_ networks: Networks) { self.networks = networks }

    /// The caller's address: the peer's, or, as long as the peer is a trusted proxy, what it says it forwards for, from the right.
    func address(of request: Request, on channel: any NIOCore.Channel) -> String? {
        guard let peer = channel.remoteAddress?.ipAddress else { return nil }
        if isEmpty { return peer }
        return address(peer: peer, forwardedFor: request.headers[values: .forwardedFor].joined(separator: ","))
    }

    /// Whether the caller speaks TLS: with a trusted proxy that says so (`X-Forwarded-Proto`).
    func isSecure(_ request: Request, on channel: any NIOCore.Channel) -> Bool {
        guard !isEmpty, let peer = channel.remoteAddress?.ipAddress, contains(peer) else { return false }
        return request.headers[.forwardedProtocol]?.lowercased() == "https"
    }

    func address(peer: String, forwardedFor: String) -> String {
        if !contains(peer) { return peer }
        var address = peer
        for hop in forwardedFor.split(separator: ",").reversed() {
            let text = hop.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
            guard let parsed = try? SocketAddress(ipAddress: String(text), port: 0), let next = parsed.ipAddress else { break }
            address = next
            if !contains(next) { break }
        }
        return address
    }

    var isEmpty: Bool { networks.isEmpty }

    func contains(_ address: String) -> Bool { networks.contains(address) }
}
