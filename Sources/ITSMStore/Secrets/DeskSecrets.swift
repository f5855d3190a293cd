import CSodium
import Foundation
import ITSMCore
import Synchronization

/// The keys of the desk that this server holds: the current one, with which it seals and signs, and earlier ones, which it still accepts.
///
/// A key counts when it is both here and in the database; which one is current the database says, so that all servers change over together.
public final class DeskSecrets: Sendable {
    fileprivate struct State {
        var current: SecretKey
        /// The last replaced first.
        var earlier: [SecretKey]
        /// Those that are here, known to the database or not.
        var held: [SecretKey]
    }

    private let place: SecretKeyPlace
    private let state: Mutex<State>
    /// Tokens in the database are stored as digests under this key: it cannot change with the desk's secret, and stands sealed in the database instead.
    private let tokenHashes: [UInt8]
    /// So does the seed of the keys that sign checkpoints: what was signed long ago must verify for as long as the record is kept.
    private let checkpoints: [UInt8]

    private init(_ place: SecretKeyPlace, _ state: State, tokenHashes: [UInt8], checkpoints: [UInt8]) {
        self.place = place
        self.state = Mutex(state)
        self.tokenHashes = tokenHashes
        self.checkpoints = checkpoints
    }

    /// Reads the keys and makes sure that the database belongs to them. Where neither exists, makes the first one, for its owner alone to read.
    ///
    /// It blocks: run it with `onThread`.
    /// - Parameter database: a connection to a migrated database.
    /// - Throws: `SetupError` that names `ITSM_SECRET_KEY_FILE`.
    public static func open(_ place: SecretKeyPlace, for database: String) throws -> DeskSecrets {
        do {
            let session = try AdminSession(database)
            let isNew = try session.value("SELECT secret_fingerprint FROM desk_identity") == nil
            guard let held = try place.read() ?? (isNew ? place.make() : nil) else {
                throw SetupError(
                    "The desk's secret is missing: there is no file \(place.name), and the database was set up with one. "
                        + "Restore the file, or let ITSM_SECRET_KEY_FILE name where it is.")
            }
            if isNew { try session.note(first: held[0]) }
            let known = try session.run("SELECT fingerprint FROM secret_keys ORDER BY replaced_at DESC NULLS FIRST, id").map { $0[0]! }
            let state = try State(held, known: known, from: place)
            return DeskSecrets(
                place, state, tokenHashes: try session.deskKey(.tokenHashes, "tokenHashes", state),
                checkpoints: try session.deskKey(.checkpoints, "checkpoints", state))
        } catch let failure as AdminSession.Failure {
            throw SetupError("The desk's secret could not be compared with the database: \(failure)")
        }
    }

    /// The current key for one purpose: 32 bytes.
    public func key(for purpose: SecretKey.Purpose) -> [UInt8] {
        switch purpose {
        case .tokenHashes: tokenHashes
        case .checkpoints: checkpoints
        default: state.withLock { $0.current }.key(for: purpose)
        }
    }

    /// Every key for one purpose that still counts, the current one first.
    public func keys(for purpose: SecretKey.Purpose) -> [[UInt8]] { all.map { $0.key(for: purpose) } }

    /// Every key that still counts, the current one first.
    public var all: [SecretKey] { state.withLock { [$0.current] + $0.earlier } }

    // MARK: Rotation

    /// What a look at the database brought.
    public enum Change: Sendable, Equatable {
        case none
        /// Another key is current now, or an earlier one no longer counts.
        case changed
        /// The database's current key is not among those that this server finds: it goes on with the one before.
        case missing(SecretKeyID)
    }

    /// Takes over what the database knows of keys by now; reads the file again for those that are not here. It blocks for a short file at most.
    public func update(_ known: [SecretKeyRecord]) throws -> Change {
        guard let current = known.first?.id else { return .none }
        let fingerprints = known.map(\.fingerprint)
        let held = state.withLock { $0.held }
        let accepted = Set(held.map(\.fingerprint))
        guard all.map(\.fingerprint) != fingerprints.filter(accepted.contains) || !held.contains(where: { $0.id == current }) else { return .none }
        // A file that cannot be read now takes nothing away: a key that was dropped stops counting all the same.
        guard let new = try? State((try? place.read()) ?? held, known: fingerprints, from: place) else { return .missing(current) }
        state.withLock { $0 = new }
        return .changed
    }

    /// The key that will take the place of the current one: the first here that the database has not seen. In a file one is made where there is none.
    ///
    /// - Throws: `SetupError` for keys in the environment without another one.
    public func next(known: [SecretKeyRecord]) throws -> (key: SecretKey, isNew: Bool) {
        let held = try place.read() ?? []
        if let waiting = held.first(where: { key in !known.contains { $0.id == key.id } }) { return (waiting, false) }
        guard case .file = place else {
            throw SetupError(
                "ITSM_SECRET_KEY holds no other key than those the desk had already. Make one with `openssl rand -hex 32`, add it after a comma "
                    + "on every server, restart them, and run this again.")
        }
        let key = SecretKey.random()
        try place.replace(with: held + [key])
        return (key, true)
    }

    /// Takes keys out of the file that the database no longer knows.
    ///
    /// - Throws: `SetupError` for keys in the environment.
    public func remove(_ id: SecretKeyID) throws {
        let held = try place.read() ?? []
        if held.contains(where: { $0.id == id }) { try place.replace(with: held.filter { $0.id != id }) }
    }
}

extension DeskSecrets.State {
    /// - Parameter known: fingerprints of the keys that count, the current one first.
    /// - Throws: `SetupError` when the current one is not here.
    init(_ held: [SecretKey], known: [String], from place: SecretKeyPlace) throws {
        let counting = known.compactMap { fingerprint in held.first { $0.fingerprint == fingerprint } }
        guard let current = counting.first, current.fingerprint == known.first else {
            throw SetupError(
                counting.isEmpty
                    ? "The secret in \(place.name) is not the one this database was set up with. Let \(place.setting) name the desk's own secret file "
                        + "(all servers of a desk share one)."
                    : "The desk's secret was replaced: \(place.name) holds an earlier key, but not the current one, \(known[0].prefix(8)). "
                        + "Copy the secret from the server where `itsm-server secrets rotate` was run (\(place.setting)).")
        }
        self.init(current: current, earlier: Array(counting.dropFirst()), held: held)
    }
}

extension AdminSession {
    /// Puts the first key of a desk on record, unless another server was faster.
    fileprivate func note(first key: SecretKey) throws {
        try transaction {
            try run("INSERT INTO desk_identity (secret_fingerprint) VALUES ($1) ON CONFLICT DO NOTHING", [key.fingerprint])
            try run(
                """
                INSERT INTO secret_keys (id, fingerprint, added_at)
                SELECT left(secret_fingerprint, 8), secret_fingerprint, date_trunc('milliseconds', now()) FROM desk_identity
                ON CONFLICT DO NOTHING
                """)
        }
    }

    /// A key that outlives the secret it was derived from: it is kept from the first start on. That of the tokens only while the desk has its first
    /// secret, since another would know none of them.
    fileprivate func deskKey(_ purpose: SecretKey.Purpose, _ owner: String, _ state: DeskSecrets.State) throws -> [UInt8] {
        let name = SecretName(.deskKey, of: owner)
        let sealer = Sealer(current: state.current, earlier: state.earlier)
        let sealed = sealer.seal(state.current.key(for: purpose), as: name)
        try run(
            """
            INSERT INTO sealed_secrets (kind, owner, key_id, sealed)
            SELECT $1, $2, $3, decode($4, 'hex') WHERE $5::boolean OR (SELECT count(*) FROM secret_keys) = 1
            ON CONFLICT DO NOTHING
            """, [name.kind.rawValue, name.owner, sealed.keyID.text, sealed.bytes.hexadecimal, purpose == .tokenHashes ? "f" : "t"])
        let stored = try value("SELECT encode(sealed, 'hex') FROM sealed_secrets WHERE kind = $1 AND owner = $2", [name.kind.rawValue, name.owner])
        guard let found = stored.flatMap({ [UInt8](hexadecimal: $0) }).flatMap(sealer.sealed) else {
            throw SetupError("The key of the desk's \(owner) is not in the database (sealed_secrets). Restore the database from a backup.")
        }
        do {
            return try sealer.open(found, as: name)
        } catch {
            throw SetupError(
                "The key of the desk's \(owner) is sealed under \(found.keyID), which this server does not hold. Add that key to the desk's secret again."
            )
        }
    }
}

extension DeskSecrets: Sealing {
    private var sealer: Sealer { state.withLock { Sealer(current: $0.current, earlier: $0.earlier) } }

    public var currentKey: SecretKeyID { sealer.currentKey }
    public func seal(_ secret: [UInt8], as name: SecretName) -> SealedSecret { sealer.seal(secret, as: name) }
    public func open(_ sealed: SealedSecret, as name: SecretName) throws -> [UInt8] { try sealer.open(sealed, as: name) }
    public func sealed(_ bytes: [UInt8]) -> SealedSecret? { sealer.sealed(bytes) }
}
