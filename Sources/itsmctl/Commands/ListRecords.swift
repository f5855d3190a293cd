import ArgumentParser
import Foundation
import ITSMCore

/// `NOUN list`
struct ListRecords<N: Noun>: Command {
    static var configuration: CommandConfiguration { CommandConfiguration(commandName: "list", abstract: "List \(N.plural).") }

    @OptionGroup(title: "Filters") var filters: N.Filters
    @OptionGroup var paging: PagingOptions
    @Flag(help: "Stay, and show the list again whenever something in it changes.") var watch = false
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        let form = output.form(on: console)
        guard watch else { return try await connection.list(N.segments, query: filters.query, N.shape, paging, form) }
        let start = try await connection.feedPosition()
        var screen = WatchedList(N.shape, form, on: console)
        try screen.show(try await records(connection))
        try await connection.watch(after: start) { try screen.show(try await records(connection)) }
    }

    private func records(_ connection: Connection) async throws -> [JSONValue] {
        var all: [JSONValue] = []
        _ = try await connection.pages(N.segments, query: filters.query, limit: paging.all ? nil : paging.limit) { all += $0 }
        return all
    }
}

/// A list that is shown again and again: anew on a terminal; elsewhere only what is new or has changed.
private struct WatchedList {
    private let shape: RecordShape
    private let form: OutputForm
    private let console: Console
    private var printer: RecordPrinter
    private var shown: [JSONValue: JSONValue] = [:]

    init(_ shape: RecordShape, _ form: OutputForm, on console: Console) {
        self.shape = shape
        // A list that never ends has no closing bracket.
        self.form = form.endless
        self.console = console
        printer = RecordPrinter(shape, self.form, on: console)
    }

    mutating func show(_ records: [JSONValue]) throws {
        if console.isOutputTerminal {
            try console.write("\u{1B}[H\u{1B}[2J")
            printer = RecordPrinter(shape, form, on: console)
            try printer.print(records)
        } else {
            try printer.print(records.filter { shown[$0["id"] ?? .null] != $0 })
            shown = Dictionary(records.map { ($0["id"] ?? .null, $0) }, uniquingKeysWith: { $1 })
        }
    }
}
