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

    public typealias Digest = SHA256Digest
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
