/// Replaces the desk's key by another, and seals under it again what was sealed under earlier ones.
///
/// Servers may run meanwhile. Each of the steps can be done again, after it was interrupted too.
public struct SecretRotation: Sendable {
    private let database: any Database

    /// How many secrets one transaction seals again.
    private static let batch = 100
    /// A server looks for a new key every five seconds; until then it seals under the one before.
    private static let secondsUntilAllServersKnow: Int64 = 60

    public init(database: any Database) { self.database = database }

    /// A key of the desk and what hangs on it.
    public struct KeyUse: Sendable, Hashable {
        public let key: SecretKeyRecord
        /// How many secrets are sealed under it.
        public let sealed: Int
    }

    /// The desk's keys, the current one first.
    public func keys() async throws -> [KeyUse] {
        try await database.read { tx in
            let counts = try tx.secrets.countByKey()
            return try tx.secrets.keys().map { KeyUse(key: $0, sealed: counts[$0.id] ?? 0) }
        }
    }

    /// Makes `id` the key that all servers seal and sign with. Nothing changes when it is that already.
    ///
    /// - Throws: `inUse` for a key that was replaced before: whoever replaced it had a reason.
    public func makeCurrent(_ id: SecretKeyID, fingerprint: String) async throws {
        try await database.write { tx in
            let keys = try tx.secrets.lockKeys()
            if let known = keys.first(where: { $0.id == id }) {
                if known.isCurrent { return }
                throw ITSMError(.inUse, "The key \(id) was replaced before. Make a new one.")
            }
            try tx.secrets.makeCurrent(SecretKeyRecord(id: id, fingerprint: fingerprint, addedAt: tx.now))
            try Self.note(.secretKeyReplaced, id, replacing: keys.first?.id, in: tx)
        }
    }

    /// Seals a batch of secrets under the current key. Returns how many; fewer than there were are left, 0 when nothing is.
    public func resealBatch(with sealing: any Sealing) async throws -> Int {
        try await database.write(.alone, on: .long) { tx in
            let found = try tx.secrets.lockSealed(underOthersThan: sealing.currentKey, atMost: Self.batch)
            for (name, sealed) in found { try tx.secrets.put(sealing.seal(try sealing.open(sealed, as: name), as: name), as: name) }
            return found.count
        }
    }

    /// Forgets a replaced key: what was signed with it no longer counts.
    ///
    /// - Throws: `notFound`; `inUse` for the current key, in the first minute, and while something is sealed under it.
    public func drop(_ id: SecretKeyID) async throws {
        try await database.write { tx in
            guard let key = try tx.secrets.lockKeys().first(where: { $0.id == id }) else { throw ITSMError.notFound("key of the desk") }
            if key.isCurrent { throw ITSMError(.inUse, "The key \(id) is the current one. Replace it first: itsm-server secrets rotate") }
            if let replaced = key.replacedAt, tx.now < replaced.adding(seconds: Self.secondsUntilAllServersKnow) {
                throw ITSMError(.inUse, "The key \(id) was replaced less than a minute ago, and servers may still use it. Try again in a minute.")
            }
            let sealed = try tx.secrets.countByKey()[id] ?? 0
            guard sealed == 0 else {
                throw ITSMError(.inUse, "\(sealed) secrets are still sealed under the key \(id). Seal them again first: itsm-server secrets reseal")
            }
            try tx.secrets.drop(id)
            try Self.note(.secretKeyDropped, id, replacing: nil, in: tx)
        }
    }

    private static func note(_ kind: Activity.Kind, _ id: SecretKeyID, replacing old: SecretKeyID?, in tx: any Transaction) throws {
        var payload: [String: JSONValue] = ["key": .string(id.text)]
        if let old { payload["replaced"] = .string(old.text) }
        try tx.activity.append(
            Activity(kind, on: .init(.settings, DeskSettings.recordID), payload: .object(payload), occurredAt: tx.now), by: .automation())
    }
}
