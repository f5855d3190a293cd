/// Seals the record behind the commit, in the order of the feed: one sealer at a time for all servers of the desk, each row exactly once.
///
/// Its cursor moves in the transaction that writes the seals, so neither a crash nor another server that takes over leaves a gap or seals twice.
public struct RecordSealer: Sendable {
    /// Names its cursor; never changed after release.
    public static let name = "seals"
    /// Rows of one transaction.
    public static let batch = 1_000

    private let database: any Database
    private let cryptography: any SealCryptography
    private let signer: any CheckpointSigner

    public init(database: any Database, cryptography: any SealCryptography, signer: any CheckpointSigner) {
        self.database = database
        self.cryptography = cryptography
        self.signer = signer
    }

    /// Seals what follows, and makes a checkpoint when one is due.
    ///
    /// - Returns: how many rows were sealed; fewer than `limit` when there are no more, or another server is at it.
    public func sealNext(limit: Int = batch) async throws -> Int {
        try await database.write(.alone, on: .long) { tx in
            guard let cursor = try tx.activity.lockCursor(of: Self.name) else { return 0 }
            // Read first, as in the feed: what is final then is visible to every later statement.
            let end = try tx.activity.end()
            let rows = cursor < end ? try tx.seals.rows(after: cursor, through: end, limit: limit) : []
            let desk = try tx.seals.desk()
            var head = try tx.seals.head() ?? .start(of: desk, by: cryptography)
            let seals = rows.map { head.seal($0, salt: cryptography.random(ActivitySeal.saltLength), by: cryptography) }
            try tx.seals.insert(seals)
            if let last = rows.last { try tx.activity.moveCursor(of: Self.name, to: last.place) }
            if SealCheckpoint.isDue(after: try tx.seals.lastCheckpoint(), at: head, tx.now) {
                try tx.seals.insert(SealCheckpoint(desk: desk, head: head, at: tx.now, key: signer.publicKey, sign: signer.sign))
            }
            return rows.count
        }
    }
}

/// Signs checkpoints with the desk's key (Ed25519).
public protocol CheckpointSigner: Sendable {
    /// 32 bytes.
    var publicKey: [UInt8] { get }
    /// 64 bytes.
    func sign(_ text: [UInt8]) -> [UInt8]
}

/// Where checkpoints are kept outside the database.
public protocol CheckpointArchive: Sendable {
    /// All that it holds.
    func read() async throws -> CheckpointLines
}

/// For who has no file of them.
public struct NoCheckpoints: CheckpointArchive {
    public init() {}

    public func read() async throws -> CheckpointLines { CheckpointLines([]) }
}

/// The lines of a checkpoint file.
public struct CheckpointLines: Sendable, Hashable {
    public var checkpoints: [SealCheckpoint] = []
    /// The numbers of those that cannot be read, from 1.
    public var damaged: [Int] = []

    /// A line that was cut short by a crash and written again whole is none that was damaged.
    public init(_ file: [UInt8]) {
        let lines = file.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Array.init)
        for (index, line) in lines.enumerated() where !line.isEmpty {
            if let checkpoint = SealCheckpoint(line: line) {
                checkpoints.append(checkpoint)
            } else if index + 1 >= lines.count || !lines[index + 1].starts(with: line) {
                damaged.append(index + 1)
            }
        }
    }
}
