import ITSMCore
import ITSMStore
import Synchronization

/// Seals as a desk does, with a key of its own that is made known to the database at the first use.
public final class TestSealing: Sealing {
    private let url: String
    private let opened = Mutex<DeskSecrets?>(nil)

    public init(_ database: TestDatabase) { url = database.url }

    private var secrets: DeskSecrets {
        opened.withLock { opened in
            if let opened { return opened }
            let secrets = try! DeskSecrets.open(.text(String(repeating: "07", count: 32)), for: url)
            opened = secrets
            return secrets
        }
    }

    public var currentKey: SecretKeyID { secrets.currentKey }
    public func seal(_ secret: [UInt8], as name: SecretName) -> SealedSecret { secrets.seal(secret, as: name) }
    public func open(_ sealed: SealedSecret, as name: SecretName) throws -> [UInt8] { try secrets.open(sealed, as: name) }
    public func sealed(_ bytes: [UInt8]) -> SealedSecret? { secrets.sealed(bytes) }
}
