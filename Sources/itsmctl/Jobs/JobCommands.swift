import ArgumentParser
import Foundation
import ITSMCore

/// `job …`
struct JobCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "job", abstract: "Work in the background, such as imports.",
        subcommands: [ListRecords<Jobs>.self, ViewRecord<Jobs>.self, CancelJob.self])
}

enum Jobs: Noun {
    static let name = "job"
    static let path = "jobs"
    static let keyHelp = "The job's id."
    static let shape = RecordShape(
        name: "id",
        columns: [
            Column("ID", "id"), Column("KIND", "kind"), Column("STATUS", "status"), Column("DONE", "progress.done"),
            Column("TOTAL", "progress.total"),
            Column("CREATED", "createdAt", .time), Column("FINISHED", "finishedAt", .time), Column("ERROR", "error.detail", flexible: true),
        ])

    typealias Filters = ConditionFilter

    /// A job is made by the command whose work it does.
    struct Fields: BodyOptions {
        func body(changing current: JSONValue?) -> [String: JSONValue] { [:] }
    }
}

/// `job cancel`
struct CancelJob: Command {
    static let configuration = CommandConfiguration(commandName: "cancel", abstract: "End a job. What it has done stays done.")

    @Argument(help: ArgumentHelp(Jobs.keyHelp)) var ids: [String]
    @OptionGroup var write: WriteOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        try await console.forEach(ids) { id in
            try await connection.showChange(APIRequest("POST", ["jobs", id, "cancel"]), "Cancelled", Jobs.shape, write, output.form(on: console))
        }
    }
}
