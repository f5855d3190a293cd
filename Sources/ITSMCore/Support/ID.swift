import Foundation

/// The identity of one record: a UUIDv7 (RFC 9562), typed by what it identifies, so that a user's id cannot name a ticket.
///
/// On the wire and in text it is the lower-case hyphenated form.
public struct ID<Record>: Hashable, Sendable, Codable, Comparable, CustomStringConvertible, LosslessStringConvertible {
    public let uuid: UUID

    public init(uuid: UUID) { self.uuid = uuid }

    /// Reads the hyphenated form, in either case. Nil when `text` is anything else.
    public init?(_ text: String) {
        guard let uuid = UUID(uuidString: text) else { return nil }
        self.uuid = uuid
    }

    public var description: String {
        String(unsafeUninitializedCapacity: UUID.textLength) {
            uuid.write(to: $0)
            return UUID.textLength
        }
    }

    public static func < (a: Self, b: Self) -> Bool {
        withUnsafeBytes(of: a.uuid.uuid) { x in withUnsafeBytes(of: b.uuid.uuid) { y in x.lexicographicallyPrecedes(y) } }
    }

    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let id = Self(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "is not an id; ids are UUIDs such as 01932b4e-7c00-7000-8000-000000000000"))
        }
        self = id
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    /// The same identity seen as another kind of record; for the few places (activity, search) that speak of records of any kind.
    public func retyped<Other>(as other: Other.Type = Other.self) -> ID<Other> { ID<Other>(uuid: uuid) }
}

/// A record of any kind, where activity and search do not care which.
public enum AnyRecord {}

/// Makes new identities. The core has no randomness of its own: a front hands a source in.
public protocol IDSource: Sendable {
    /// A new UUIDv7 whose time part is `now`.
    func next(at now: Instant) -> UUID
}

/// Identities from the system's random source.
public struct SystemIDSource: IDSource {
    public init() {}

    public func next(at now: Instant) -> UUID {
        var random = SystemRandomNumberGenerator()
        return .version7(at: now, random: (random.next(), random.next()))
    }
}

extension UUID {
    /// The number of ASCII characters in the hyphenated form.
    public static let textLength = 36

    /// Writes the lower-case hyphenated form to the first `textLength` bytes of `text`.
    public func write(to text: UnsafeMutableBufferPointer<UInt8>) {
        let digits: StaticString = "0123456789abcdef"
        withUnsafeBytes(of: uuid) { bytes in
            var place = 0
            for (index, byte) in bytes.enumerated() {
                if index == 4 || index == 6 || index == 8 || index == 10 {
                    text[place] = UInt8(ascii: "-")
                    place += 1
                }
                text[place] = digits.utf8Start[Int(byte >> 4)]
                text[place + 1] = digits.utf8Start[Int(byte & 15)]
                place += 2
            }
        }
    }

    /// RFC 9562 section 5.7: 48 bits of Unix milliseconds, then version, variant and 74 random bits.
    public static func version7(at now: Instant, random: (UInt64, UInt64)) -> UUID {
        let milliseconds = UInt64(bitPattern: now.microseconds.dividedFloor(by: 1_000))
        let high = (milliseconds << 16) | 0x7000 | (random.0 & 0x0FFF)
        let low = (random.1 & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000
        var bytes: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        withUnsafeMutableBytes(of: &bytes) {
            $0.storeBytes(of: high.bigEndian, toByteOffset: 0, as: UInt64.self)
            $0.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
        return UUID(uuid: bytes)
    }
}
