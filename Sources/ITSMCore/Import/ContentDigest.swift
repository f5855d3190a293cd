/// A fingerprint of what a source said of one record: equal content has equal digests, wherever and whenever it is made.
///
/// FNV-1a with 128 bits (draft-eastlake-fnv): it tells changed from unchanged and is no protection against forgery, for whoever may import may
/// also change.
public struct ContentDigest: Sendable, Hashable, CustomStringConvertible {
    private var value: UInt128 = 0x6C62_272E_07BB_0142_62B8_2175_6295_C58D
    private static let prime: UInt128 = 0x0000_0000_0100_0000_0000_0000_0000_013B

    public init() {}

    /// Takes in more content. The bytes do not say where a piece ends: the caller marks it.
    public mutating func add(_ bytes: some Sequence<UInt8>) {
        var value = value
        for byte in bytes { value = (value ^ UInt128(byte)) &* Self.prime }
        self.value = value
    }

    /// Adds the row's cells so that no two different rows add the same bytes: each cell ends in 0xFF, each row in 0xFE, which UTF-8 never holds.
    mutating func add(_ row: CSVRow) {
        for index in 0..<row.count {
            add(row.utf8(index))
            add(CollectionOfOne(0xFF))
        }
        add(CollectionOfOne(0xFE))
    }

    /// 16 bytes, most significant first.
    public var bytes: [UInt8] { (0..<16).map { UInt8(truncatingIfNeeded: value >> (120 - 8 * UInt128($0))) } }

    /// 32 lower-case hexadecimal digits.
    public var description: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 32 - digits.count) + digits
    }
}
