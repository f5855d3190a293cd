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
    @Option(help: ArgumentHelp("Begin after this event.", valueName: "id")) var after: String?
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
            return try await printPages(connection, output.form(on: console))
        }
        var form = output.form(on: console)
        // A list that never ends has no closing bracket.
        if [.json, .yaml].contains(form.format) { form.format = .ndjson }
        let printer = Mutex(RecordPrinter(Self.shape, form, on: console))
        try await connection.follow(after: after) { event in
            let json = try JSONDecoder().decode(JSONValue.self, from: Data(event.data.utf8))
            try printer.withLock { try $0.print([json]) }
        }
    }

    /// The feed has no last page: its pages end where it is caught up.
    private func printPages(_ connection: Connection, _ form: OutputForm) async throws {
        var printer = RecordPrinter(Self.shape, form, on: connection.console)
        var (cursor, count) = (after, 0)
        while paging.all || count < paging.limit {
            let size = min(paging.all ? Limits.pageMaximum : paging.limit - count, Limits.pageMaximum)
            let query = [("after", cursor), ("limit", String(size))].compactMap { name, value in value.map { URLQueryItem(name: name, value: $0) } }
            let page = try await connection.get(["events"], query: query).json
            guard case .array(let events)? = page["items"] else { throw Connection.isNoList }
            try printer.print(events)
            count += events.count
            let next = page["next"]?.string
            guard let next, next != cursor else { break }
            cursor = next
        }
        try printer.finish()
    }
}
