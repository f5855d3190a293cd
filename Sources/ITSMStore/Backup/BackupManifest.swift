import Foundation
import ITSMCore

/// What a backup says of itself: its `manifest.json`.
public struct BackupManifest: Codable, Sendable, Equatable {
    /// The form of the backup.
    public var format = 1
    /// The program that made it.
    public var program: String
    /// The newest migration of the database, and the oldest program version that can work on it.
    public var schema: Int
    public var readableBy: Int
    /// Major versions of the server and of the `pg_dump` that wrote the dump.
    public var postgres: Int
    public var pgDump: Int
    public var desk: String
    /// What was acknowledged before is in the backup.
    public var taken: Instant
    /// Tells whether keys are this desk's, without telling them: those that count, the current one first.
    public var secretFingerprints: [String]
    public var holdsSecret: Bool
    /// Rows of each table.
    public var rows: [String: Int64]
    /// Files of attachments, and their bytes.
    public var files: Int
    public var bytes: Int64
    /// Digests of files that attachments name and that were lost before the backup.
    public var missing: [String]

    static let supportedFormat = 1

    /// Whether the current key is among those.
    func isOpened(by keys: [SecretKey]) -> Bool { keys.contains { $0.fingerprint == secretFingerprints.first } }
}
