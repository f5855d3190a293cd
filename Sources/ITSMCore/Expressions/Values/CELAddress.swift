import Foundation

/// An IPv4 or IPv6 address, as the Kubernetes network library of CEL reads it: no zone, no IPv4 inside IPv6 in dotted form.
public final class CELAddress: Sendable, Hashable, CustomStringConvertible {
    /// Four or sixteen bytes, most significant first.
    public let bytes: [UInt8]

    init(bytes: [UInt8]) { self.bytes = bytes }

    init(text: String) throws {
        if text.utf8.contains(UInt8(ascii: "%")) { throw CELFailure(.invalidArgument, "IP Address with zone value is not allowed") }
        let isShort = text.utf8.count <= 64
        var four = in_addr()
        var six = in6_addr()
        if isShort, !text.utf8.contains(UInt8(ascii: ":")), Self.isDotted(text), inet_pton(AF_INET, text, &four) == 1 {
            bytes = withUnsafeBytes(of: &four) { Array($0) }
        } else if isShort, !text.utf8.contains(0), inet_pton(AF_INET6, text, &six) == 1 {
            bytes = withUnsafeBytes(of: &six) { Array($0) }
            if text.utf8.contains(UInt8(ascii: ".")) { throw CELFailure(.invalidArgument, "IPv4-mapped IPv6 address is not allowed") }
        } else {
            throw CELFailure(.invalidArgument, "IP Address '\(text.prefix(64))' parse error during conversion from string")
        }
    }

    private static func isDotted(_ text: String) -> Bool { text.utf8.allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: ".") } }

    public var family: Int { isIPv4 ? 4 : 6 }
    private var isIPv4: Bool { bytes.count == 4 || isMapped }

    /// An IPv4 address written as IPv6, `::ffff:c0a8:1`: the same address as its IPv4.
    private var isMapped: Bool {
        bytes.count == 16 && bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 255 && bytes[11] == 255
    }

    /// The bytes by which addresses are compared.
    var canonical: [UInt8] { isMapped ? Array(bytes[12...]) : bytes }

    public static func == (left: CELAddress, right: CELAddress) -> Bool { left.canonical == right.canonical }
    public func hash(into hasher: inout Hasher) { hasher.combine(canonical) }

    public var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        _ = inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    var isUnspecified: Bool { canonical.allSatisfy { $0 == 0 } }
    var isLoopback: Bool {
        let bytes = canonical
        return bytes.count == 4 ? bytes[0] == 127 : bytes[..<15].allSatisfy { $0 == 0 } && bytes[15] == 1
    }
    var isMulticast: Bool { canonical.count == 4 ? canonical[0] & 0xF0 == 0xE0 : canonical[0] == 0xFF }
    var isLinkLocalMulticast: Bool {
        let bytes = canonical
        return bytes.count == 4 ? bytes[..<3] == [224, 0, 0] : bytes[0] == 0xFF && bytes[1] & 0x0F == 2
    }
    var isLinkLocalUnicast: Bool {
        let bytes = canonical
        return bytes.count == 4 ? bytes[..<2] == [169, 254] : bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80
    }
    var isGlobalUnicast: Bool {
        canonical != [255, 255, 255, 255] && !isUnspecified && !isLoopback && !isMulticast && !isLinkLocalUnicast
    }
}

/// A CIDR block such as `10.0.0.0/8`.
public final class CELBlock: Sendable, Hashable, CustomStringConvertible {
    /// As it was written; not always the first of the block.
    public let address: CELAddress
    /// 0 to 32, or to 128 for IPv6.
    public let prefixLength: Int

    init(address: CELAddress, prefixLength: Int) {
        self.address = address
        self.prefixLength = prefixLength
    }

    convenience init(text: String) throws {
        let malformed = CELFailure(.invalidArgument, "network address parse error during conversion from string")
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        if text.utf8.contains(UInt8(ascii: "%")) { throw CELFailure(.invalidArgument, "CIDR with zone value is not allowed") }
        guard parts.count == 2, (1...3).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy({ (48...57).contains($0) }),
            parts[1] == "0" || parts[1].first != "0", let length = Int(parts[1])
        else { throw malformed }
        let address = try CELAddress(text: String(parts[0]))
        guard length <= address.bytes.count * 8 else { throw malformed }
        self.init(address: address, prefixLength: length)
    }

    public static func == (left: CELBlock, right: CELBlock) -> Bool {
        left.address == right.address && left.prefixLength == right.prefixLength
    }
    public func hash(into hasher: inout Hasher) {
        hasher.combine(address)
        hasher.combine(prefixLength)
    }

    public var description: String { "\(address)/\(prefixLength)" }

    /// The block with the bits behind the prefix at zero.
    var masked: CELBlock { CELBlock(address: CELAddress(bytes: Self.mask(address.bytes, prefixLength)), prefixLength: prefixLength) }

    func contains(_ other: CELAddress) -> Bool {
        other.bytes.count == address.bytes.count && Self.mask(other.bytes, prefixLength) == Self.mask(address.bytes, prefixLength)
    }

    func contains(_ other: CELBlock) -> Bool { prefixLength <= other.prefixLength && contains(other.address) }

    private static func mask(_ bytes: [UInt8], _ length: Int) -> [UInt8] {
        bytes.enumerated().map { index, byte in
            let kept = min(8, max(0, length - index * 8))
            return kept == 8 ? byte : byte & ~(UInt8(255) >> UInt8(kept))
        }
    }
}
