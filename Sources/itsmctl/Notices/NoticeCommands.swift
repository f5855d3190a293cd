import ArgumentParser
import Foundation
import ITSMCore

/// `notice …`
struct NoticeCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notice", abstract: "What the desk told you.", subcommands: [ListRecords<Notices>.self, ReadNotices.self])
}

enum Notices: Noun {
    static let name = "notice"
    static let path = "notifications"
    static let plural = "your notices, newest first"
    static let keyHelp = "The notice's id."
    static let shape = RecordShape(
        name: "id",
        columns: [
            Column("SENT", "createdAt", .time), Column("TICKET", "ticket.number"), Column("NOTICE", "subject", flexible: true),
            Column("READ", "readAt", .time), Column("KIND", "kind", wide: true), Column("TITLE", "ticket.title", wide: true),
            Column("ID", "id", wide: true),
        ])

    struct Filters: QueryOptions {
        @Flag(help: "Only those that you have not read.") var unread = false

        @OptionGroup var condition: ConditionFilter

        var query: [URLQueryItem] { (unread ? [URLQueryItem(name: "unread", value: "true")] : []) + condition.query }
    }

    /// Nobody makes one by hand.
    struct Fields: BodyOptions {
        func body(changing current: JSONValue?) -> [String: JSONValue] { [:] }
    }
}

/// `notice read`
struct ReadNotices: Command {
    static let configuration = CommandConfiguration(commandName: "read", abstract: "Mark notices read.")

    @Argument(help: ArgumentHelp(Notices.keyHelp + " Several are marked one after the other; - reads them from standard input.")) var ids: [String] =
        []
    @Flag(help: "All that you have until now.") var all = false
    @OptionGroup var write: WriteOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func validate() throws {
        if ids.isEmpty != all { throw ValidationError("Name notices by their ids, or say --all.") }
    }

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        if all {
            let request = APIRequest("POST", [Notices.path, "read"], body: [:])
            guard let answer = try await connection.change(request, write) else { return }
            return console.note("Marked \(answer.json["marked"]?.cell ?? "0") read.")
        }
        try await console.forEach(ids) { id in
            let request = APIRequest("POST", [Notices.path, id, "read"])
            try await connection.showChange(request, "Marked", Notices.shape, write, output.form(on: console))
        }
    }
}
