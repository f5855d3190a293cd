import ITSMCore
import ITSMTestSupport

@testable import ITSMStore

/// A desk whose record is sealed, in a database that tests tamper with.
struct SealedRecord: Sendable {
    let desk: ActivityDesk
    let signer = SodiumSigner(seed: [UInt8](repeating: 3, count: 32))
    let file: CheckpointFile
    let path: String

    static func make(_ count: Int = 0) async throws -> SealedRecord {
        let desk = try await ActivityDesk.make()
        let folder = try TemporaryFolder.make(), path = folder + "/checkpoints.jsonl", url = desk.source.url
        // The chain begins with the desk's id, which it has from its first start on.
        _ = try await onThread("secret") { try DeskSecrets.open(.file(folder + "/secret.key"), for: url) }
        let record = SealedRecord(desk: desk, file: CheckpointFile(path, work: BlockingWork(), log: .quiet), path: path)
        if count > 0 {
            try await desk.append((1...count).map { ActivityDesk.entry($0) })
            try await record.seal()
        }
        return record
    }

    var sealer: RecordSealer { RecordSealer(database: desk.database, cryptography: SodiumSeals(), signer: signer) }

    var service: RecordService {
        RecordService(database: desk.database, cryptography: SodiumSeals(), keys: [signer.publicKey], archive: file)
    }

    /// Seals all that is there, and brings the file up to date.
    func seal(limit: Int = RecordSealer.batch) async throws {
        try await desk.settle()
        while try await sealer.sealNext(limit: limit) > 0 {}
        _ = try await file.follow(desk.database)
    }

    func check() async throws -> RecordReport { try await service.check { _ in } }

    /// What somebody does who owns the tables: triggers are no hindrance.
    func tamper(_ statements: String...) async throws {
        let script =
            ["activity", "activity_seals", "seal_checkpoints"].map { "ALTER TABLE \($0) DISABLE TRIGGER ALL;" }.joined()
            + statements.joined(separator: ";")
        try await desk.superuser { try $0.runScript(script) }
    }
}
