import ArgumentParser
import Foundation
import ITSMCore
import ITSMStore
import Synchronization

/// `backup …`
struct BackupCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Save the desk while it works: database and attachments.",
        subcommands: [CreateBackup.self, VerifyBackup.self], defaultSubcommand: CreateBackup.self)
}

/// `backup --to FOLDER`
struct CreateBackup: Command {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a backup in a new folder.",
        discussion: """
            It runs beside the server, on the server's machine, and prints the new folder's name:
              itsmctl backup --data-dir /var/lib/archer-itsm --to /var/backups/archer-itsm --keep 7

            Without --with-secret keep the secret key (secret.key in the data folder) somewhere safe yourself: a backup cannot be restored without it.
            """)

    @Option(help: ArgumentHelp("The folder that gets the backup as a new folder in it.", valueName: "folder"), completion: .directory) var to: String
    @Option(help: ArgumentHelp("Remove all but the newest N backups of this desk in the folder, this one included.", valueName: "N")) var keep: Int?
    @Flag(help: "Copy the desk's secret key too. Whoever has such a backup can pass for anybody at the desk.") var withSecret = false
    @OptionGroup(title: "The desk") var location: DeskLocation

    func validate() throws {
        if let keep, keep < 1 { throw ValidationError("--keep is at least 1.") }
    }

    func run(_ console: Console) async throws {
        let folder = try location.dataFolder(console)
        let result: Backup.Result
        if let database = location.outsideDatabase(console) {
            result = try await take(database, folder, console)
        } else {
            let postgres = try await BorrowedPostgres.open(folder, as: .owner, log: DirectOptions.makeLogger())
            let database = DeskDatabase(owner: postgres.connectionString, app: postgres.connectionString, isPrivate: true)
            let outcome = await Result(catching: { try await take(database, folder, console) })
            await postgres.close()
            result = try outcome.get()
        }
        try console.write(result.folder.path + "\n")
        let manifest = result.manifest
        console.note("Saved \(manifest.summary).")
        for name in result.removed { console.note("Removed the old backup \(name).") }
        guard manifest.missing.isEmpty else {
            for digest in manifest.missing {
                console.note(
                    "Lost or damaged before the backup: \(folder)/attachments/\(digest.prefix(2))/\(digest.dropFirst(2).prefix(2))/\(digest)")
            }
            throw PartialFailure(failed: manifest.missing.count, of: manifest.files + manifest.missing.count)
        }
    }

    private func take(_ database: DeskDatabase, _ folder: String, _ console: Console) async throws -> Backup.Result {
        let bar = Mutex(ProgressBar("Saving", on: console))
        let (to, keep) = (to, keep)
        let secret = withSecret ? location.secret(console) ?? .file(folder + "/secret.key") : nil
        let backup = Backup(of: database, attachments: folder + "/attachments", program: Itsmctl.configuration.version)
        let work = Task {
            try await backup.take(into: to, secret: secret, keep: keep) { progress in
                bar.withLock { bar in
                    switch progress {
                    case .database(let bytes): bar.update(done: 0, total: 0, "database, \(byteText(bytes))")
                    case .files(let done, let total): bar.update(done: done, total: total, "attachments, \(byteText(done)) of \(byteText(total))")
                    }
                }
            }
        }
        let outcome = await Interruption.cancels(work)
        bar.withLock { $0.finish() }
        return try outcome.get()
    }
}

/// `backup verify BACKUP`
struct VerifyBackup: Command {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Hold every file of a backup against its checksum. Exit code 7 when one differs.")

    @Argument(help: "The backup's folder.", completion: .directory) var backup: String

    func run(_ console: Console) async throws {
        let bar = Mutex(ProgressBar("Checking", on: console))
        let backup = BackupFolder(backup)
        let manifest = try await backup.verify { done, _ in bar.withLock { $0.update(done: done, total: 0, byteText(done)) } }
        bar.withLock { $0.finish() }
        console.note("Whole: \(manifest.summary).")
    }
}

extension BackupManifest {
    /// What it holds, in a line.
    var summary: String {
        "\(rows["tickets"] ?? 0) tickets, \(rows["activity"] ?? 0) activities, \(rows["users"] ?? 0) people, \(files) files of attachments (\(byteText(bytes))) as of \(taken), "
            + "database version \(schema), \(holdsSecret ? "with" : "without") the secret key"
    }
}
