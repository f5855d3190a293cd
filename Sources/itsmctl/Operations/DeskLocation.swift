import ArgumentParser
import Foundation
import ITSMStore

/// Where a desk is, for commands that work beside its server with the rights of who runs the machine.
struct DeskLocation: ParsableArguments {
    @Option(
        help: ArgumentHelp("The server's data folder. Else ITSM_DATA_DIR.", valueName: "folder"), completion: .directory)
    var dataDir: String?
    @Option(
        help: ArgumentHelp(
            "The database of a desk with a PostgreSQL of its own, as the role that owns the tables: a URL or keywords without a password, which a pgpass or "
                + "service file gives. Else ITSM_MIGRATION_URL or ITSM_DATABASE_URL.", valueName: "url"))
    var database: String?
    @Option(
        help: ArgumentHelp(
            "The file of the desk's secret. Else ITSM_SECRET_KEY_FILE, ITSM_SECRET_KEY, or secret.key in the data folder.", valueName: "file"),
        completion: .file()
    )
    var secretKeyFile: String?

    func validate() throws {
        if let database { try DirectOptions.requireNoPassword(in: database) }
    }

    func dataFolder(_ console: Console) throws -> String {
        guard let folder = dataDir ?? console.environment.nonEmpty("ITSM_DATA_DIR") else {
            throw ValidationError("Say which desk: with --data-dir or ITSM_DATA_DIR, the server's data folder.")
        }
        return folder
    }

    /// Where the server finds the desk's secret; nil for its usual place.
    func secret(_ console: Console) -> SecretKeyPlace? {
        if let file = secretKeyFile ?? console.environment.nonEmpty("ITSM_SECRET_KEY_FILE") { return .file(file) }
        return console.environment.nonEmpty("ITSM_SECRET_KEY").map { .text($0) }
    }

    /// The database that is not a private one; nil where it is.
    func outsideDatabase(_ console: Console) -> DeskDatabase? {
        let app = console.environment.nonEmpty("ITSM_DATABASE_URL")
        guard let owner = database ?? console.environment.nonEmpty("ITSM_MIGRATION_URL") ?? app else { return nil }
        return DeskDatabase(owner: owner, app: app ?? owner, isPrivate: false)
    }
}
