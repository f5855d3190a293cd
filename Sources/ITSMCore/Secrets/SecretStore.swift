/// A key of the desk as the database knows it: that there is one, never the key itself.
public struct SecretKeyRecord: Sendable, Hashable {
    public let id: SecretKeyID
    /// 32 hexadecimal digits made from the key, by which another one is found out.
    public let fingerprint: String
    public let addedAt: Instant
    /// When another took its place; nil for the current one.
    public let replacedAt: Instant?

    public init(id: SecretKeyID, fingerprint: String, addedAt: Instant, replacedAt: Instant? = nil) {
        self.id = id
        self.fingerprint = fingerprint
        self.addedAt = addedAt
        self.replacedAt = replacedAt
    }

    public var isCurrent: Bool { replacedAt == nil }
}

/// Where sealed secrets are kept, and which keys the desk has.
public protocol SecretStore {
    /// Queues the secret of this name, in the place of the one before.
    func put(_ sealed: SealedSecret, as name: SecretName) throws

    /// Nil when there is none.
    func first(_ name: SecretName) throws -> SealedSecret?

    /// Queues the removal of the secret of this name, if there is one.
    func remove(_ name: SecretName) throws

    // MARK: Keys

    /// The desk's keys, the current one first, then the last replaced.
    func keys() throws -> [SecretKeyRecord]

    /// The same under a lock that makes changes of keys wait for each other.
    func lockKeys() throws -> [SecretKeyRecord]

    /// Queues that `key` takes the place of the current one.
    func makeCurrent(_ key: SecretKeyRecord) throws

    /// Queues the removal of a key under which nothing is sealed.
    func drop(_ key: SecretKeyID) throws

    /// How many secrets are sealed under each key.
    func countByKey() throws -> [SecretKeyID: Int]

    /// Secrets that are sealed under another key than `current`, under row locks; those that somebody else holds are left out.
    func lockSealed(underOthersThan current: SecretKeyID, atMost limit: Int) throws -> [(name: SecretName, sealed: SealedSecret)]
}
