import ArgumentParser
import Foundation
import ITSMCore

/// `audit …`
struct AuditCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Who changed what, and when.", subcommands: [ListAudit.self], defaultSubcommand: ListAudit.self)
}

/// `audit list`
struct ListAudit: Command {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List what happened, newest first.")

    @Option(help: "Who did it: a username or id, or me.") var principal: String?
    @Option(help: "What happened, such as user.roleGranted.") var kind: String?
    @Option(help: ArgumentHelp("The kind of record, such as user or ticket.", valueName: "type")) var recordType: String?
    @Option(help: ArgumentHelp("The id of the record.", valueName: "id")) var record: String?
    @Option(help: ArgumentHelp("A ticket and what hangs on it.", valueName: "number")) var ticket: String?
    @Option(help: ArgumentHelp("From this time on, such as 2026-11-21T08:00:00Z.", valueName: "time")) var from: Instant?
    @Option(help: ArgumentHelp("Before this time.", valueName: "time")) var to: Instant?
    @OptionGroup var paging: PagingOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    var query: [URLQueryItem] {
        [
            ("principal", principal), ("kind", kind), ("recordType", recordType), ("record", record), ("ticket", ticket), ("from", from?.description),
            ("to", to?.description),
        ].compactMap { name, value in value.map { URLQueryItem(name: name, value: $0) } }
    }

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        try await connection.list(["audit"], query: query, ActivityShape.activity, paging, output.form(on: console))
    }
}

extension Instant: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}
