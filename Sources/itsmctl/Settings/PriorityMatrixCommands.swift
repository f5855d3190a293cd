import ArgumentParser
import Foundation
import ITSMCore

/// `priority-matrix …`
struct PriorityMatrixCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "priority-matrix", abstract: "How impact and urgency make a priority.",
        subcommands: [ViewPriorityMatrix.self, SetPriorityMatrix.self], defaultSubcommand: ViewPriorityMatrix.self)
}

enum PriorityMatrixTable {
    static let path = ["priority-matrix"]
    private static let shape = RecordShape(
        name: "impact",
        columns: [Column("IMPACT \\ URGENCY", "impact"), Column("HIGH", "high"), Column("MEDIUM", "medium"), Column("LOW", "low")])

    /// A row for each impact; programs get the matrix as the API gives it.
    static func show(_ matrix: JSONValue, _ form: OutputForm, _ console: Console) throws {
        var printer = RecordPrinter(shape, form, on: console)
        guard ![.json, .yaml, .ndjson].contains(form.format) else { return try printer.printCard(matrix) }
        try printer.print(
            Impact.allCases.map { impact in
                var row = matrix[impact.rawValue]
                if case .object(var cells)? = row {
                    cells["impact"] = .string(impact.rawValue)
                    row = .object(cells)
                }
                return row ?? .null
            })
        try printer.finish()
    }
}

/// `priority-matrix view`
struct ViewPriorityMatrix: Command {
    static let configuration = CommandConfiguration(commandName: "view", abstract: "Show the matrix.")

    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        try PriorityMatrixTable.show(try await connection.get(PriorityMatrixTable.path).json, output.form(on: console), console)
    }
}

/// `priority-matrix set`
struct SetPriorityMatrix: Command {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Change one cell of the matrix. Tickets that are there keep their priority.")

    @Option(help: "The cell's row.") var impact: Impact
    @Option(help: "The cell's column.") var urgency: Urgency
    @Option(help: "What it says.") var priority: Priority
    @OptionGroup var write: WriteOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        let read = try await connection.get(PriorityMatrixTable.path)
        let body: JSONValue = [impact.rawValue: [urgency.rawValue: .string(priority.rawValue)]]
        let request = APIRequest("PATCH", PriorityMatrixTable.path, body: body, ifMatch: read.etag)
        guard let answer = try await connection.change(request, write) else { return }
        try PriorityMatrixTable.show(answer.json, output.form(on: console), console)
    }
}
