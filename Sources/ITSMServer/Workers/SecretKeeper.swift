import ITSMCore
import ITSMStore
import ServiceLifecycle
import Synchronization

/// Notices on every server that the desk's secret was replaced, or an earlier key dropped.
struct SecretKeeper: Service {
    let secret: DeskSecrets
    let database: any Database
    let rounds: Rounds
    private let missing = LastMissing()

    init(secret: DeskSecrets, database: any Database, rounds: Rounds) {
        self.secret = secret
        self.database = database
        self.rounds = rounds
    }

    func run() async throws {
        await rounds.run {
            let known = try await database.read(on: .long) { try $0.secrets.keys() }
            let change = try secret.update(known)
            switch change {
            case .none: break
            case .changed:
                rounds.logger.notice("the desk's keys changed", metadata: ["key": "\(secret.currentKey)"])
            case .missing(let key):
                // Once: the round comes again every few seconds.
                guard missing.isNew(key) else { return }
                rounds.logger.error(
                    """
                    the desk's secret was replaced on another server, and this one does not hold the new key: what is sealed or signed with it does not \
                    open here. Copy the secret from that server (ITSM_SECRET_KEY_FILE); the file is read again by itself
                    """, metadata: ["key": "\(key)"])
            }
        }
    }

    private final class LastMissing: Sendable {
        private let key = Mutex<SecretKeyID?>(nil)

        func isNew(_ id: SecretKeyID) -> Bool {
            key.withLock { last in
                defer { last = id }
                return last != id
            }
        }
    }
}
