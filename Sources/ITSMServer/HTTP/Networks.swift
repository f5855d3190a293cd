import ITSMCore
import NIOCore

/// A list of networks, as addresses are held against.
struct Networks: Sendable {
    private let networks: [Network]

    /// Nothing.
    static let none = Networks(networks: [])
    /// This machine.
    static let loopback = Networks(networks: [Network("127.0.0.0/8")!, Network("::1/128")!])

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

    var isEmpty: Bool { networks.isEmpty }

    /// - Parameter address: as numbers; of a name nothing is known.
    func contains(_ address: String) -> Bool {
        guard !networks.isEmpty, let bytes = Self.bytes(of: address) else { return false }
        return networks.contains { $0.contains(bytes) }
    }

    /// Four or sixteen bytes; an IPv4 address written as IPv6 counts as IPv4.
    static func bytes(of address: String) -> [UInt8]? {
        switch try? SocketAddress(ipAddress: address, port: 0) {
        case .v4(let address): return withUnsafeBytes(of: address.address.sin_addr) { Array($0) }
        case .v6(let address):
            let bytes = withUnsafeBytes(of: address.address.sin6_addr) { Array($0) }
            return bytes.starts(with: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255]) ? Array(bytes.suffix(4)) : bytes
        default: return nil
        }
    }

    private struct Network: Sendable {
        let bytes: [UInt8]
        let prefix: Int

        init?(_ text: String) {
            let parts = text.split(separator: "/", maxSplits: 1)
            guard let first = parts.first, let bytes = Networks.bytes(of: String(first)) else { return nil }
            guard let prefix = parts.count == 2 ? Int(parts[1]) : bytes.count * 8, (0...bytes.count * 8).contains(prefix) else { return nil }
            self.bytes = bytes
            self.prefix = prefix
        }

        func contains(_ other: [UInt8]) -> Bool {
            other.count == bytes.count && (0..<prefix).allSatisfy { bit in (bytes[bit / 8] ^ other[bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0 }
        }
    }
}
