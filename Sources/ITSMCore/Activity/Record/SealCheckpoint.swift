/// A signed word on how the record stood at one moment. Kept outside the database too, it shows what was taken from the record's end, or written anew.
public struct SealCheckpoint: Sendable, Hashable {
    public var desk: String
    public var position: Int64
    public var chain: SHA256Digest
    public var madeAt: Instant
    /// Ed25519, 32 bytes.
    public var key: [UInt8]
    /// Ed25519, 64 bytes, of `signedText`.
    public var signature: [UInt8]

    public init(desk: String, position: Int64, chain: SHA256Digest, madeAt: Instant, key: [UInt8], signature: [UInt8]) {
        self.desk = desk
        self.position = position
        self.chain = chain
        self.madeAt = madeAt
        self.key = key
        self.signature = signature
    }

    /// What stands in front, so that no other signature of the desk's can be taken for one.
    public static let type = "archer-itsm/checkpoint/1"
    /// Rows after which one is made,
    public static let rows: Int64 = 10_000
    /// or seconds, whichever comes first.
    public static let seconds: Int64 = 3_600

    /// - Parameter sign: makes the signature of a text by the key.
    public init(desk: String, head: SealHead, at now: Instant, key: [UInt8], sign: ([UInt8]) -> [UInt8]) {
        self.init(desk: desk, position: head.position, chain: head.chain, madeAt: now, key: key, signature: [])
        signature = sign(signedText)
    }

    /// True when a record that ends in `head` needs another checkpoint after this one; after none, as soon as there is anything.
    static func isDue(after last: SealCheckpoint?, at head: SealHead, _ now: Instant) -> Bool {
        guard let last else { return head.position > 0 }
        guard head.position > last.position else { return false }
        return head.position - last.position >= rows || now >= last.madeAt.adding(seconds: seconds)
    }

    /// All but the signature, as RFC 8785 JSON.
    public var signedText: [UInt8] { Self.text(members) }

    /// As it stands in the checkpoint file: RFC 8785 JSON, without the line's end.
    public var line: [UInt8] { Self.text(members.merging(["signature": .string(signature.hexadecimal)]) { $1 }) }

    /// Reads a line; nil when it is none.
    public init?(line: [UInt8]) {
        guard (try? CanonicalJSON(line)) != nil, let object = try? StoredJSON(line).value, object["type"]?.string == Self.type,
            let desk = object["desk"]?.string, let position = object["position"]?.string.flatMap(Int64.init),
            let chain = object["chain"]?.string.flatMap({ SHA256Digest($0) }), let madeAt = object["madeAt"]?.string.flatMap({ Instant($0) }),
            let key = object["key"]?.string.flatMap({ [UInt8](hexadecimal: $0) }), key.count == 32,
            let signature = object["signature"]?.string.flatMap({ [UInt8](hexadecimal: $0) }), signature.count == 64
        else { return nil }
        self.init(desk: desk, position: position, chain: chain, madeAt: madeAt, key: key, signature: signature)
    }

    func isSigned(by cryptography: some SealCryptography) -> Bool { cryptography.isSigned(signedText, with: signature, by: key) }

    private var members: [String: JSONValue] {
        [
            "type": .string(Self.type), "desk": .string(desk), "position": .string(String(position)), "chain": .string(chain.description),
            "madeAt": .string(madeAt.description), "key": .string(key.hexadecimal),
        ]
    }

    private static func text(_ members: [String: JSONValue]) -> [UInt8] {
        // Texts of plain characters alone: this always has a canonical form.
        (try? CanonicalJSON(.object(members)).bytes) ?? []
    }
}

extension SealCheckpoint: Codable {
    public init(from decoder: any Decoder) throws {
        guard let checkpoint = Self(line: try JSONValue(from: decoder).utf8) else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "is no checkpoint"))
        }
        self = checkpoint
    }

    public func encode(to encoder: any Encoder) throws { try StoredJSON(line).encode(to: encoder) }
}
