import Hummingbird
import ITSMCore
import NIOCore

/// Networks whose `X-Forwarded-For` is believed (`--trusted-proxies`); by default none.
struct TrustedProxies: Sendable {
    private let networks: [Network]

    static let none = TrustedProxies(networks: [])

    private init(networks: [Network]) { self.networks = networks }

    /// - Throws: `invalidValue` naming the text that is no CIDR, such as `10.0.0.0/8` or `fd00::/8`.
    init(_ texts: [String]) throws {
        networks = try texts.map { text in
            guard let network = Network(text) else {
                throw ITSMError(.invalidValue, "\(text.quotedForPeople) is not a network such as 10.0.0.0/8 or fd00::/8.")
            }
            return network
        }
    }

    /// The caller's address: the peer's, or, as long as the peer is a trusted proxy, what it says it forwards for, from the right.
    func address(of request: Request, on channel: any NIOCore.Channel) -> String? {
        guard let peer = channel.remoteAddress?.ipAddress else { return nil }
        if networks.isEmpty { return peer }
        return address(peer: peer, forwardedFor: request.headers[values: .forwardedFor].joined(separator: ","))
    }

    /// Whether the caller speaks TLS: with a trusted proxy that says so (`X-Forwarded-Proto`).
    func isSecure(_ request: Request, on channel: any NIOCore.Channel) -> Bool {
        guard let peer = channel.remoteAddress?.ipAddress, isTrusted(peer) else { return false }
        return request.headers[.forwardedProtocol]?.lowercased() == "https"
    }

    func address(peer: String, forwardedFor: String) -> String {
        if networks.isEmpty || !isTrusted(peer) { return peer }
        var address = peer
        for hop in forwardedFor.split(separator: ",").reversed() {
            let text = hop.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
            guard let parsed = try? SocketAddress(ipAddress: String(text), port: 0), let next = parsed.ipAddress else { break }
            address = next
            if !isTrusted(next) { break }
        }
        return address
    }

    private func isTrusted(_ address: String) -> Bool { networks.contains { $0.contains(address) } }

    private struct Network: Sendable {
        let bytes: [UInt8]
        let prefix: Int

        init?(_ text: String) {
            let parts = text.split(separator: "/", maxSplits: 1)
            guard let first = parts.first, let bytes = Self.bytes(of: String(first)) else { return nil }
            guard let prefix = parts.count == 2 ? Int(parts[1]) : bytes.count * 8, (0...bytes.count * 8).contains(prefix) else { return nil }
            self.bytes = bytes
            self.prefix = prefix
        }

        func contains(_ address: String) -> Bool {
            guard let other = Self.bytes(of: address), other.count == bytes.count else { return false }
            return (0..<prefix).allSatisfy { bit in (bytes[bit / 8] ^ other[bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0 }
        }

        /// Four or sixteen bytes; an IPv4 address written as IPv6 counts as IPv4.
        private static func bytes(of address: String) -> [UInt8]? {
            switch try? SocketAddress(ipAddress: address, port: 0) {
            case .v4(let address): return withUnsafeBytes(of: address.address.sin_addr) { Array($0) }
            case .v6(let address):
                let bytes = withUnsafeBytes(of: address.address.sin6_addr) { Array($0) }
                return bytes.starts(with: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255]) ? Array(bytes.suffix(4)) : bytes
            default: return nil
            }
        }
    }
}
