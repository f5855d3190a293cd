import ArgumentParser
import Foundation
import ITSMCore

/// `assignment-rule rehearse`
struct RehearseAssignmentRule: Command {
    static let configuration = CommandConfiguration(
        commandName: "rehearse", abstract: "Try a rule on the tickets of the last days, without changing anything.",
        discussion: """
            Tries a rule that is there, or one from a file as `itsmctl assignment-rule create -f` takes it. For example:
              itsmctl assignment-rule rehearse Network --days 90
              itsmctl assignment-rule rehearse -f rule.yaml
            """)

    @Argument(help: "The name or id of a rule; absent with --file.") var rule: String?
    @Option(name: .shortAndLong, help: ArgumentHelp("The rule, a JSON or YAML file; - reads standard input.", valueName: "file")) var file: String?
    @Option(help: "Tickets raised in so many days up to now, 1 to 90; 30 when absent.") var days: Int?
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    /// What a record has that a draft has not.
    private static let recordFields: Set<String> = ["id", "version", "createdAt", "updatedAt", "archivedAt"]

    func validate() throws {
        if (rule == nil) == (file == nil) { throw ValidationError("Name a rule, or give one with --file.") }
    }

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        let form = output.form(on: console)
        let known =
            if let rule { try await connection.get(["assignment-rules", rule]).json } else { try InputFile.value(file ?? "-", console) }
        guard case .object(let fields) = known else { throw ITSMError(.malformed, "\(file ?? "") does not hold a rule.") }
        var body: [String: JSONValue] = ["rule": .object(fields.filter { !Self.recordFields.contains($0.key) })]
        if let days { body["days"] = .integer(Int64(days)) }
        let answer = try await connection.send(APIRequest("POST", ["assignment-rules", "rehearse"], body: .object(body))).json
        switch form.format {
        case .json, .yaml:
            var printer = RecordPrinter(Self.shape, form, on: console)
            try printer.printCard(answer)
        default: try show(answer, form, console)
        }
    }

    private static let shape = RecordShape(
        name: "ticket.number",
        columns: [
            Column("TICKET", "ticket.number"), Column("DIFFERS", "differs"), Column("GROUP", "group"), Column("ASSIGNEE", "assignee"),
            Column("NEW GROUP", "newGroup"), Column("NEW ASSIGNEE", "newAssignee"), Column("CHOICE", "choice"),
            Column("TITLE", "ticket.title", flexible: true),
        ])

    /// The tickets on standard output, the sums on standard error.
    private func show(_ rehearsal: JSONValue, _ form: OutputForm, _ console: Console) throws {
        var printer = RecordPrinter(Self.shape, form, on: console)
        let rows = if case .array(let list)? = rehearsal["rows"] { list } else { [JSONValue]() }
        try printer.print(rows)
        try printer.finish()
        func count(_ name: String) -> String { rehearsal[name]?.cell ?? "0" }
        console.note(
            "\(count("tickets")) tickets looked at, \(count("matched")) match, \(count("differing")) would go elsewhere"
                + ("\(rows.count)" == count("matched") ? "." : ", \(rows.count) shown."))
        if let failure = rehearsal["failure"]?.string { console.note("No answer for \(count("failed")): \(failure)") }
    }
}
