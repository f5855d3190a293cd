/// One write that its caller may send several times but wants done once: the caller, the method, the address with its query, and the caller's own key,
/// as one digest.
public struct IdempotencyKey: Sendable, Hashable {
    /// 32 bytes.
    public var digest: [UInt8]

    public init(digest: [UInt8]) {
        precondition(digest.count == 32)
        self.digest = digest
    }

    /// How long an answer is kept.
    public static let lifetimeSeconds: Int64 = 24 * 60 * 60
}

/// The answer that a keyed write was given, as it went over the wire.
public struct KeptAnswer: Sendable, Hashable {
    /// Of what was sent: a repetition must send the same.
    public var requestDigest: [UInt8]
    public var status: Int
    public var headers: [String: String]
    public var body: [UInt8]

    public init(requestDigest: [UInt8], status: Int, headers: [String: String], body: [UInt8]) {
        self.requestDigest = requestDigest
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// Where the answers of keyed writes are kept (store.md, 7).
public protocol IdempotencyStore {
    /// Takes `key` for this unit, until its end, and gives the answer that an earlier unit kept under it in the last 24 hours. Call it first.
    ///
    /// - Throws: `inProgress` while another unit holds the key.
    func claim(_ key: IdempotencyKey) throws -> KeptAnswer?

    /// Queues the answer under a key that this unit claimed.
    func keep(_ answer: KeptAnswer, for key: IdempotencyKey) throws

    /// Removes at most `limit` answers that are no longer kept. Returns how many.
    func removeOver(atMost limit: Int) throws -> Int
}
