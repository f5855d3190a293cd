import Foundation
import ITSMCore
import Logging

/// Brings a backup back, to where there is no desk.
///
/// Everything is checked before anything is written. The database comes back all at once; a folder of attachments counts as a desk's only when its marker
/// is written, which is the last step, so a restore that was interrupted there may be repeated.
public struct Restore: Sendable {
    /// How far it is: bytes of files, of all.
    public enum Progress: Sendable {
        case checking(done: Int64, total: Int64)
        case files(done: Int64, total: Int64)
        case database
    }

    /// A desk that was brought back.
    public struct Report: Sendable {
        public var manifest: BackupManifest
        /// The version of the database now, and the epoch in which the event feed goes on.
        public var version: Int
        public var epoch: Int
        public var endedSignIns: Int
    }

    private let backup: BackupFolder
    private let folder: DataFolder
    private let attachments: String
    private let secret: SecretKeyPlace
    private let log: Logger

    /// - Parameters:
    ///   - dataFolder: where the server will keep its data; made where it is not there.
    ///   - secret: where the server will look for the desk's keys; nil for its usual place.
    /// - Throws: `SetupError` when the folder cannot be used, or a server uses it.
    public init(_ backup: BackupFolder, to dataFolder: String, secret: SecretKeyPlace?, log: Logger) throws {
        self.backup = backup
        self.log = log
        folder = try DataFolder(preparing: dataFolder)
        guard !FolderLock.isHeld(on: folder) else {
            throw ITSMError(.inUse, "A server uses the data folder \(folder.path). Stop it; a restore goes to where there is no desk.")
        }
        attachments = folder.path + "/" + BackupFolder.attachmentsName
        self.secret = secret ?? .file(folder.path + "/secret.key")
    }

    /// Checks the backup and what it is to be brought to, and changes nothing.
    ///
    /// - Parameter kept: where the desk's secret key was kept, if not in the backup.
    /// - Throws: `ITSMError`, `SetupError` with the remedy.
    public func check(keptSecret kept: String?, _ progress: @escaping @Sendable (Progress) -> Void = { _ in }) async throws -> BackupManifest {
        try await onCancellableThread("check") { check in
            let stated = try backup.manifest()
            let newest = Migration.all.last?.number ?? 0
            guard stated.readableBy <= newest else {
                throw SetupError(
                    "The backup is of a database of version \(stated.schema), and this program (version \(newest)) cannot work on it. "
                        + "Install a program of version \(stated.readableBy) or newer.")
            }
            guard !FileManager.default.fileExists(atPath: AttachmentFolder.marker(in: attachments)) else {
                throw ITSMError(.inUse, "There are attachments of a desk in \(attachments). Move them away, or name another --data-dir.")
            }
            _ = try keys(stated, kept)
            return try backup.verify(check) { done, total in progress(.checking(done: done, total: total)) }
        }
    }

    /// Does it. `check` must have succeeded.
    ///
    /// - Parameters:
    ///   - database: running, and without tables.
    ///   - keepsSignIns: whether who was signed in when the backup was made is so again, and links to choose a password and trusted browsers are good:
    ///     what ended since would live too.
    /// - Throws: `ITSMError`, `SetupError`, `FileFault`, `CancellationError`.
    public func run(
        into database: DeskDatabase, keptSecret kept: String?, keepsSignIns: Bool, _ progress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) async throws -> Report {
        try await onCancellableThread("restore") { check in
            do {
                let manifest = try backup.manifest()
                let session = try database.session()
                try requireEmpty(session)
                let tools = try tools(for: manifest, session)
                try placeSecret(manifest, kept)
                try placeFiles(manifest, check, progress)
                progress(.database)
                try tools.restore(backup.dump, into: database, log: folder.path + "/pg_restore.log", step: check)
                try compare(try session.rowCounts(), with: manifest)
                try session.run("ANALYZE")
                let migrator = Migrator(log: log)
                try migrator.raiseEpochIfClusterChanged(session, isRestored: true)
                let schema = try migrator.run(owner: database.owner, app: database.app)
                let ended = keepsSignIns ? 0 : try endSignIns(session)
                try finish(manifest)
                return Report(manifest: manifest, version: schema.version, epoch: schema.epoch, endedSignIns: ended)
            } catch let failure as AdminSession.Failure {
                throw SetupError("The database could not be restored: \(failure)")
            }
        }
    }

    /// The private PostgreSQL of the data folder, made where there is none, and how to stop it.
    public func startPrivatePostgres() async throws -> (DeskDatabase, stop: @Sendable () async -> Void) {
        let postgres = try await EmbeddedPostgres.start(in: folder, log: log)
        let database = DeskDatabase(owner: postgres.connectionString(as: .owner), app: postgres.connectionString(as: .app), isPrivate: true)
        return (database, { await postgres.stop() })
    }

    private func requireEmpty(_ session: AdminSession) throws {
        guard try session.value("SELECT pg_is_in_recovery()") == "f" else {
            throw SetupError("The database is a standby, which cannot be written. Name the primary.")
        }
        let count = try session.value(
            "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm', 'S')"
        )
        guard count == "0" else {
            throw ITSMError(
                .inUse,
                "There is a desk, or something else, in this database already, and nothing was changed. Restore to an empty one: make a new database, or with a "
                    + "private PostgreSQL move the data folder \(folder.path) away first.")
        }
    }

    private func tools(for manifest: BackupManifest, _ session: AdminSession) throws -> PostgresTools {
        let version = try session.majorVersion()
        guard version >= manifest.postgres else {
            throw SetupError(
                "The backup comes from PostgreSQL \(manifest.postgres), and this is PostgreSQL \(version). Restore it to \(manifest.postgres) or newer."
            )
        }
        return try PostgresTools.find(for: max(version, manifest.pgDump))
    }

    // MARK: The secret

    /// The keys that the desk will have: those in their place, else those that were kept, else those in the backup.
    private func keys(_ manifest: BackupManifest, _ kept: String?) throws -> [SecretKey] {
        let files = [kept, manifest.holdsSecret ? backup.secret : nil].compactMap { $0 }
        for place in [secret] + files.map({ SecretKeyPlace.file($0) }) {
            guard let keys = try place.read() else {
                guard place.name != kept else { throw SetupError("There is no secret in \(place.name).") }
                continue
            }
            guard manifest.isOpened(by: keys) else {
                throw SetupError(
                    "The secret in \(place.name) is not the one of the desk in this backup. Move it away, or name the right one with --secret.")
            }
            return keys
        }
        throw SetupError(
            "The backup does not hold the desk's secret, and there is none in \(secret.name). Name the file where it was kept with --secret; it cannot be made anew."
        )
    }

    private func placeSecret(_ manifest: BackupManifest, _ kept: String?) throws {
        guard case .file = secret, try secret.read() == nil else { return }
        try secret.place(try keys(manifest, kept), owner: folder.userToDropTo)
    }

    // MARK: Sign-ins

    /// What was ended, used or forgotten after the backup would be good again: sign-ins, links to choose a password, browsers that are asked for no code.
    private func endSignIns(_ session: AdminSession) throws -> Int {
        try session.run("DELETE FROM password_resets")
        try session.run("DELETE FROM trusted_devices")
        return try session.run("UPDATE sign_ins SET ended_at = now() WHERE ended_at IS NULL RETURNING 1").count
    }

    // MARK: Files

    /// What an interrupted restore has brought already is looked at and left.
    private func placeFiles(_ manifest: BackupManifest, _ check: () throws -> Void, _ progress: (Progress) -> Void) throws {
        let owner = folder.userToDropTo
        var done: Int64 = 0
        try BackupFiles.makeFolder(attachments, owner: owner)
        for digest in try backup.attachmentDigests() {
            try check()
            let place = AttachmentFolder.place(of: digest)
            for folder in place.folders { try BackupFiles.makeFolder(attachments + "/" + folder, owner: owner) }
            let (source, target) = ("\(backup.path)/\(BackupFolder.attachmentsName)/\(place.file)", attachments + "/" + place.file)
            if (try? BackupFiles.digest(of: target))?.digest == digest { continue }
            unlink(target)
            let copied = try BackupFiles.copy(source, to: target, owner: owner) { count in
                try check()
                done += Int64(count)
                progress(.files(done: done, total: manifest.bytes))
            }
            guard copied.digest == digest else { throw ITSMError(.invalidValue, "The backup changed while it was read: \(source). Use another one.") }
        }
    }

    /// From here on the folder is this desk's.
    private func finish(_ manifest: BackupManifest) throws {
        try BackupFiles.save(manifest.desk + "\n", to: AttachmentFolder.marker(in: attachments), owner: folder.userToDropTo)
        try BackupFiles.synchronizeFolder(attachments)
        try BackupFiles.synchronizeFolder(folder.path)
    }

    private func compare(_ found: [String: Int64], with manifest: BackupManifest) throws {
        let different = Set(found.keys).union(manifest.rows.keys).sorted().filter { found[$0] != manifest.rows[$0] }
        guard different.isEmpty else {
            let told = different.map {
                "\($0) has \(found[$0].map(String.init) ?? "no table") of \(manifest.rows[$0].map(String.init) ?? "no table")"
            }
            throw SetupError("What was restored is not what was saved: rows of \(told.joined(separator: ", ")). Do not use this database.")
        }
    }
}
