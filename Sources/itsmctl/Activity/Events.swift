import ArgumentParser
import Foundation
import ITSMCore
import Synchronization

/// `events`: the desk's feed, ordered and without gaps.
struct Events: Command {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Print the desk's events, oldest first.",
        discussion: "Each event is a CloudEvents 1.0 object. --after takes the id of the last event seen.")

    @Flag(name: .shortAndLong, help: "Stay, and print events as they happen.") var follow = false
    @Option(help: ArgumentHelp("Begin after this event; now: with what happens next.", valueName: "id")) var after: String?
    @OptionGroup var paging: PagingOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    private static let shape = RecordShape(
        name: "id",
        columns: [
            Column("TIME", "time", .time), Column("TYPE", "type"), Column("SUBJECT", "subject"), Column("WHO", "data.principal"),
            Column("CHANGES", "data.changes", flexible: true), Column("ID", "id", wide: true),
        ])

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        guard follow else {
            let query = after.map { [URLQueryItem(name: "after", value: $0)] } ?? []
            return try await connection.list(["events"], query: query, Self.shape, paging, output.form(on: console))
        }
        let printer = Mutex(RecordPrinter(Self.shape, output.form(on: console).endless, on: console))
        // A stream begins with what happens next unless it is told a place.
        try await connection.follow(after: after == "now" ? nil : after) { event in
            let json = try JSONDecoder().decode(JSONValue.self, from: Data(event.data.utf8))
            try printer.withLock { try $0.print([json]) }
        }
    }
}
