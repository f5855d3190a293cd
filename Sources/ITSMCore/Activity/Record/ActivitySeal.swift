/// What holds one row of the record in its place: a digest of what it says, chained to all before it.
public struct ActivitySeal: Sendable, Hashable {
    /// 1, 2, 3 … without gaps, in the order of the feed.
    public var position: Int64
    /// The row that it seals.
    public var activity: Int64
    /// Of the row's fixed columns and its payload's digest.
    public var digest: SHA256Digest
    /// Nil for a row that was redacted before it was sealed.
    public var payload: SHA256Digest?
    /// What the payload's digest begins with, so that nobody can guess a redacted payload by trying; it goes with the payload.
    public var salt: [UInt8]?
    /// Of the chain before it and the digest.
    public var chain: SHA256Digest

    public init(position: Int64, activity: Int64, digest: SHA256Digest, payload: SHA256Digest?, salt: [UInt8]?, chain: SHA256Digest) {
        self.position = position
        self.activity = activity
        self.digest = digest
        self.payload = payload
        self.salt = salt
        self.chain = chain
    }

    /// Bytes of a salt.
    public static let saltLength = 16
}

/// How far the record is sealed.
public struct SealHead: Sendable, Hashable {
    /// 0 while nothing is.
    public var position: Int64
    public var chain: SHA256Digest

    public init(position: Int64, chain: SHA256Digest) {
        self.position = position
        self.chain = chain
    }

    /// Where the chain of one desk begins.
    public static func start(of desk: String, by cryptography: some SealCryptography) -> SealHead {
        SealHead(position: 0, chain: cryptography.sha256(Array("archer-itsm/record/1 \(desk)".utf8)))
    }

    /// Seals one more row.
    mutating func seal(_ row: RecordedActivity, salt: [UInt8], by cryptography: some SealCryptography) -> ActivitySeal {
        var payload: SHA256Digest?
        if case .values(let values) = row.payload { payload = cryptography.digest(of: values, salt: salt) }
        let digest = cryptography.sha256(row.sealedText(payload: payload))
        position += 1
        chain = cryptography.chained(chain, digest)
        return ActivitySeal(
            position: position, activity: row.place.id, digest: digest, payload: payload, salt: payload == nil ? nil : salt, chain: chain)
    }
}

/// What seals rest on. The store has it from libsodium.
public protocol SealCryptography: Sendable {
    func sha256(_ bytes: [UInt8]) -> SHA256Digest
    /// Bytes that nobody can foresee.
    func random(_ count: Int) -> [UInt8]
    /// True for an Ed25519 signature (RFC 8032) of `message`.
    func isSigned(_ message: [UInt8], with signature: [UInt8], by key: [UInt8]) -> Bool
}

extension SealCryptography {
    /// What has no canonical form, which the database does not hold, is taken as it stands.
    func digest(of payload: StoredJSON, salt: [UInt8]) -> SHA256Digest {
        sha256(salt + ((try? CanonicalJSON(payload.bytes).bytes) ?? payload.bytes))
    }

    func chained(_ chain: SHA256Digest, _ digest: SHA256Digest) -> SHA256Digest { sha256(chain.bytes + digest.bytes) }
}
