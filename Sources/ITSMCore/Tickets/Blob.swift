/// The bytes of a file, known by what they are: kept once, however often they are attached.
public struct Blob: Sendable, Hashable {
    public let digest: Digest
    /// Bytes.
    public let size: Int64

    public init(digest: Digest, size: Int64) {
        self.digest = digest
        self.size = size
    }

    /// How long bytes are kept that nothing uses any more, so that a database restored from a backup finds its files.
    public static let keptUnusedSeconds: Int64 = 30 * 86_400

    /// SHA-256 (FIPS 180-4); in text 64 lower-case hexadecimal digits.
    public struct Digest: Sendable, Hashable, Codable, CustomStringConvertible {
        /// 32 of them.
        public let bytes: [UInt8]

        /// Nil unless there are 32.
        public init?(bytes: [UInt8]) {
            guard bytes.count == 32 else { return nil }
            self.bytes = bytes
        }

        /// Nil unless `text` is 64 hexadecimal digits.
        public init?(_ text: String) {
            let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
            guard digits.count == 64, text.utf8.count == 64 else { return nil }
            bytes = stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
        }

        public var description: String {
            let digits = Array("0123456789abcdef".utf8)
            return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
        }

        public init(from decoder: any Decoder) throws {
            let text = try decoder.singleValueContainer().decode(String.self)
            guard let digest = Self(text) else {
                throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "is not a SHA-256 digest in hexadecimal"))
            }
            self = digest
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(description)
        }
    }
}

/// Blobs that one server is removing: while it does, nobody else touches their files.
public struct BlobRemoval: Sendable, Hashable {
    public var digests: [Blob.Digest]
    /// When it began; what it removed is known by this.
    public var began: Instant

    public init(digests: [Blob.Digest], began: Instant) {
        self.digests = digests
        self.began = began
    }

    /// For how long the blobs are that server's alone; it keeps well within. Others take them over after that, as it must have died.
    public static let leaseSeconds: Int64 = 600
}
