import CShims
import Foundation
import ITSMCore

/// Saves a desk while it works: the database as one snapshot sees it, and every file that its attachments name.
///
/// The snapshot is first, the files come after. A file is whole on the disk before the database names it, and while a backup runs no file is removed; so
/// every file that the snapshot names is there to be copied.
public struct Backup: Sendable {
    /// How far it is.
    public enum Progress: Sendable {
        /// Bytes of the dump.
        case database(Int64)
        /// Bytes of files, of all.
        case files(done: Int64, total: Int64)
    }

    /// A backup that was made.
    public struct Result: Sendable {
        public var folder: BackupFolder
        public var manifest: BackupManifest
        /// Names of older backups that were removed.
        public var removed: [String]
    }

    private let database: DeskDatabase
    private let attachments: String
    private let program: String
    private let clock: any WallClock

    /// - Parameters:
    ///   - attachments: the folder of the desk's files.
    ///   - program: the version of this program.
    public init(of database: DeskDatabase, attachments: String, program: String, clock: any WallClock = SystemClock()) {
        (self.database, self.attachments, self.program, self.clock) = (database, attachments, program, clock)
    }

    /// Makes a backup in a new folder below `parent`, which gets its name when all of it is on the disk.
    ///
    /// - Parameters:
    ///   - secret: where the desk's keys are, to be copied too; nil to leave them out.
    ///   - keep: how many backups of this desk stay in `parent`, this one included; nil for all.
    /// - Throws: `SetupError`, `FileFault`, `ITSMError`, `CancellationError`. Nothing is left behind then, unless the error says so.
    public func take(
        into parent: String, secret: SecretKeyPlace?, keep: Int?, progress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) async throws -> Result {
        try await onCancellableThread("backup") { check in
            do {
                return try take(URL(fileURLWithPath: parent).path, secret, keep, check, progress)
            } catch let failure as AdminSession.Failure {
                throw SetupError("The database could not be read: \(failure)")
            }
        }
    }

    private func take(
        _ parent: String, _ secret: SecretKeyPlace?, _ keep: Int?, _ check: @escaping () throws -> Void, _ progress: @escaping (Progress) -> Void
    ) throws -> Result {
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let lock = try OpenFile(parent, O_RDONLY | O_DIRECTORY)
        guard itsm_lock(lock.descriptor) == 0 else { throw ITSMError(.inProgress, "Another backup is being written to \(parent). Wait for it.") }
        let shelf = BackupShelf(parent)
        try shelf.removeUnfinished()

        let session = try database.session()
        // Held until the session ends: files that nothing uses are removed by nobody meanwhile.
        try session.run("SELECT pg_advisory_lock_shared(\(PostgresBlobs.removalLock))")
        let tools = try PostgresTools.find(for: try session.majorVersion())
        let taken = clock.now()
        let draft = shelf.draft(taken)
        try BackupFiles.makeFolder(draft)
        let folder: BackupFolder
        var manifest: BackupManifest
        do {
            try session.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            guard let snapshot = try session.value("SELECT pg_export_snapshot()") else { throw SetupError("PostgreSQL gave no snapshot.") }
            manifest = try makeManifest(session, tools, taken)
            let dump = draft + "/" + BackupFolder.dumpName
            try tools.dump(database, snapshot: snapshot, to: dump, log: draft + "/pg_dump.log") {
                try check()
                progress(.database(BackupFiles.size(of: dump)))
            }
            var sums = try copyFiles(session, into: draft, &manifest, check, progress)
            try session.run("COMMIT")
            if let secret { sums.append(try copySecret(secret, into: draft, &manifest)) }
            try OpenFile(dump, O_RDONLY).synchronize()
            sums.insert((try BackupFiles.digest(of: dump) { _ in try check() }.digest, BackupFolder.dumpName), at: 0)
            try finish(draft, manifest, sums)
            folder = BackupFolder(try shelf.name(draft))
        } catch {
            try? FileManager.default.removeItem(atPath: draft)
            throw error
        }
        do {
            return Result(folder: folder, manifest: manifest, removed: try keep.map { try shelf.keep($0, of: manifest.desk) } ?? [])
        } catch {
            throw SetupError("The backup \(folder.path) is whole and stays. An older one could not be removed: \(error)")
        }
    }

    private func makeManifest(_ session: AdminSession, _ tools: PostgresTools, _ taken: Instant) throws -> BackupManifest {
        let history = try SchemaHistory(session)
        guard history.newest >= 0, let desk = try session.value("SELECT desk_id FROM desk_identity") else {
            throw SetupError("There is no desk in this database. Start the server once, or name another database.")
        }
        // A database that is still to be migrated may be backed up as well.
        let knowsKeys = try session.value("SELECT to_regclass('public.secret_keys') IS NOT NULL") == "t"
        let keys = try session.run(
            knowsKeys
                ? "SELECT fingerprint FROM secret_keys ORDER BY replaced_at DESC NULLS FIRST, id" : "SELECT secret_fingerprint FROM desk_identity")
        return BackupManifest(
            program: program, schema: history.newest, readableBy: history.readableBy, postgres: try session.majorVersion(),
            pgDump: tools.majorVersion,
            desk: desk, taken: taken, secretFingerprints: keys.map { $0[0]! }, holdsSecret: false, rows: try session.rowCounts(), files: 0, bytes: 0,
            missing: [])
    }

    /// Copies what the snapshot's attachments name.
    private func copyFiles(
        _ session: AdminSession, into draft: String, _ manifest: inout BackupManifest, _ check: () throws -> Void, _ progress: (Progress) -> Void
    ) throws -> [(digest: String, name: String)] {
        let blobs = try session.run("SELECT encode(digest, 'hex'), size FROM blobs WHERE unused_since IS NULL ORDER BY digest")
        let mark = AttachmentFolder.mark(in: attachments)
        guard blobs.isEmpty || mark == manifest.desk else {
            throw SetupError(
                "The folder \(attachments) does not hold this desk's attachments (its file desk-id \(mark.map { "names another desk, \($0)" } ?? "is missing")). "
                    + "Mount it, or name the right data folder with --data-dir.")
        }
        let total = blobs.reduce(Int64(0)) { $0 + (Int64($1[1]!) ?? 0) }
        var sums: [(digest: String, name: String)] = []
        var done: Int64 = 0
        let root = draft + "/" + BackupFolder.attachmentsName
        try BackupFiles.makeFolder(root)
        for blob in blobs.map({ $0[0]! }) {
            try check()
            let place = AttachmentFolder.place(of: blob)
            for folder in place.folders { try BackupFiles.makeFolder(root + "/" + folder) }
            do {
                let copied = try BackupFiles.copy(attachments + "/" + place.file, to: root + "/" + place.file) { count in
                    try check()
                    done += Int64(count)
                    progress(.files(done: done, total: total))
                }
                guard copied.digest == blob else { throw FileFault("The file is not what was stored", errno: ENOENT) }
                sums.append((blob, BackupFolder.attachmentsName + "/" + place.file))
                manifest.files += 1
                manifest.bytes += copied.size
            } catch let fault as FileFault where fault.code == ENOENT {
                // A lost or damaged file must not keep the rest from being saved. It is told, and stands in the manifest.
                unlink(root + "/" + place.file)
                manifest.missing.append(blob)
            }
        }
        return sums
    }

    private func copySecret(_ place: SecretKeyPlace, into draft: String, _ manifest: inout BackupManifest) throws -> (digest: String, name: String) {
        guard let keys = try place.read() else {
            throw SetupError(
                "There is no secret in \(place.name). Name it with --secret-key-file, or back up without --with-secret and keep it elsewhere.")
        }
        guard manifest.isOpened(by: keys) else {
            throw SetupError("The secret in \(place.name) is not this desk's. Name the right one with --secret-key-file.")
        }
        manifest.holdsSecret = true
        let text = SecretKeyPlace.text(of: keys)
        try BackupFiles.save(text, to: draft + "/" + BackupFolder.secretName)
        return (Digest.sha256(text), BackupFolder.secretName)
    }

    private func finish(_ draft: String, _ manifest: BackupManifest, _ sums: [(digest: String, name: String)]) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(manifest), as: UTF8.self) + "\n"
        try BackupFiles.save(text, to: draft + "/" + BackupFolder.manifestName)
        let lines = [(digest: Digest.sha256(text), name: BackupFolder.manifestName)] + sums
        try BackupFiles.save(lines.map { "\($0.digest)  \($0.name)\n" }.joined(), to: draft + "/" + BackupFolder.sumsName)
        let folders = Set(sums.map { URL(fileURLWithPath: draft + "/" + $0.name).deletingLastPathComponent() })
        for folder in Set(folders + folders.map { $0.deletingLastPathComponent() }) where folder.path.hasPrefix(draft) {
            try BackupFiles.synchronizeFolder(folder.path)
        }
    }
}
