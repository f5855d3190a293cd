import ArgumentParser
import Foundation
import ITSMCore
import ITSMStore
import Synchronization

/// `restore BACKUP`
struct RestoreBackup: Command {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Bring a backup back, to an empty machine or database.",
        discussion: """
            Checks all of the backup first, and changes nothing where there is a desk already. Then start the server:
              itsmctl restore /var/backups/archer-itsm/desk-20261121T021500.000Z --data-dir /var/lib/archer-itsm --secret /root/desk-secret.key
            """)

    @Argument(help: "The backup's folder.", completion: .directory) var backup: String
    @Option(help: ArgumentHelp("Where the desk's secret key was kept, if not in the backup.", valueName: "file"), completion: .file())
    var secret: String?
    @Flag(help: "Leave those signed in who were when the backup was made: for a planned move, when nobody has signed out since.") var keepSignIns =
        false
    @OptionGroup(title: "The desk") var location: DeskLocation

    func run(_ console: Console) async throws {
        let restore = try Restore(
            BackupFolder(backup), to: try location.dataFolder(console), secret: location.secret(console), log: DirectOptions.makeLogger())
        let (secret, keepSignIns, location) = (secret, keepSignIns, location)
        let bar = Mutex(ProgressBar("Restoring", on: console))
        let show: @Sendable (Restore.Progress) -> Void = { progress in
            bar.withLock { bar in
                switch progress {
                case .checking(let done, let total): bar.update(done: done, total: total, "checking, \(byteText(done))")
                case .files(let done, let total): bar.update(done: done, total: total, "attachments, \(byteText(done)) of \(byteText(total))")
                case .database: bar.update(done: 0, total: 0, "database")
                }
            }
        }
        let work = Task {
            _ = try await restore.check(keptSecret: secret, show)
            if let database = location.outsideDatabase(console) {
                return try await restore.run(into: database, keptSecret: secret, keepsSignIns: keepSignIns, show)
            }
            let (database, stop) = try await restore.startPrivatePostgres()
            let outcome = await Result(catching: { try await restore.run(into: database, keptSecret: secret, keepsSignIns: keepSignIns, show) })
            await stop()
            return try outcome.get()
        }
        let outcome = await Interruption.cancels(work)
        bar.withLock { $0.finish() }
        let report = try outcome.get()
        console.note("Restored \(report.manifest.summary).")
        console.note(
            "The database is at version \(report.version), the event feed goes on in epoch \(report.epoch). "
                + "Sign-ins that were ended: \(report.endedSignIns). Start the server.")
        if !report.manifest.missing.isEmpty {
            console.note("\(report.manifest.missing.count) files were lost before the backup; its manifest names them.")
        }
    }
}
