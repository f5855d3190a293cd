@testable import ITSMCore

/// A sealed record made up for tests, to be tampered with.
struct SampleRecord {
    static let desk = "desk-1"
    static let key = [UInt8](repeating: 9, count: 32)

    var lines: [RecordLine] = []
    var checkpoints: [SealCheckpoint] = []

    /// - Parameters:
    ///   - count: sealed rows.
    ///   - every: a checkpoint after so many rows.
    init(_ count: Int, every: Int64 = 5, unsealed: Int = 0) {
        var head = SealHead.start(of: Self.desk, by: PlainSeals())
        for number in 1...Int64(count) {
            let row = Self.row(number * 10)
            lines.append(RecordLine(seal: head.seal(row, salt: Self.salt(number), by: PlainSeals()), activity: row))
            if number % every == 0 { checkpoints.append(Self.checkpoint(head)) }
        }
        for number in 0..<unsealed { lines.append(RecordLine(seal: nil, activity: Self.row(Int64(count + number + 1) * 10))) }
    }

    static func row(_ id: Int64, kind: Activity.Kind = .serviceUpdated, payload: JSONValue? = nil) -> RecordedActivity {
        RecordedActivity(
            place: FeedCursor(epoch: 1, transaction: 700 + UInt64(id), id: id), occurredAt: Instant(microseconds: 1_234_567 + id),
            recordedAt: Instant(seconds: 9_000 + id), principal: User.automationID, onBehalfOf: nil, recordType: "service",
            record: ID("00000000-0000-7000-8000-0000000000bb")!, ticket: nil, restricted: false, kind: kind.rawValue, requestId: "r \"\(id)\"",
            channel: "api", address: nil, cause: nil, depth: 0, payload: .values(StoredJSON(payload ?? ["number": .integer(id), "é": [1, nil]])))
    }

    static func salt(_ number: Int64) -> [UInt8] { [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 16) }

    static func checkpoint(_ head: SealHead, key: [UInt8] = key) -> SealCheckpoint {
        SealCheckpoint(desk: desk, head: head, at: Instant(seconds: 50_000), key: key) { PlainSeals.signature(of: $0, by: key) }
    }

    /// Seals all rows anew, as somebody would who has the database in his hands: what was sealed before keeps its salt.
    mutating func reseal() {
        var head = SealHead.start(of: Self.desk, by: PlainSeals())
        for index in lines.indices {
            if let row = lines[index].activity { lines[index].seal = head.seal(row, salt: lines[index].seal?.salt ?? Self.salt(0), by: PlainSeals()) }
        }
    }

    func report(keys: [[UInt8]] = [key]) -> RecordReport {
        var verifier = RecordVerifier(desk: Self.desk, keys: keys, checkpoints: checkpoints, PlainSeals())
        for line in lines { verifier.check(line) }
        return verifier.finish()
    }
}

/// Digests and signatures that depend on every byte and that nobody should use.
struct PlainSeals: SealCryptography {
    func sha256(_ bytes: [UInt8]) -> SHA256Digest {
        var (first, second) = (ContentDigest(), ContentDigest())
        first.add(bytes)
        second.add([1] + bytes)
        return SHA256Digest(bytes: first.bytes + second.bytes)!
    }

    func random(_ count: Int) -> [UInt8] { [UInt8](repeating: 4, count: count) }

    func isSigned(_ message: [UInt8], with signature: [UInt8], by key: [UInt8]) -> Bool { signature == Self.signature(of: message, by: key) }

    static func signature(of message: [UInt8], by key: [UInt8]) -> [UInt8] {
        let digest = PlainSeals().sha256(key + message).bytes
        return digest + digest
    }
}
