import ArgumentParser
import ITSMCore

/// `sla rule rehearse`
struct RehearseRule: Command {
    static let configuration = CommandConfiguration(
        commandName: "rehearse", abstract: "Try an escalation rule on past tickets, without changing anything.",
        discussion: """
            The file is a rule as `itsmctl sla rule create -f` takes it, or as `itsmctl sla rule view NAME -o yaml` prints it. For example:
              itsmctl sla rule rehearse -f rule.yaml --days 30
            """)

    @Option(name: .shortAndLong, help: ArgumentHelp("The rule, a JSON or YAML file; - reads standard input.", valueName: "file")) var file: String
    @Option(help: ArgumentHelp("Tickets raised in so many days up to now, 1 to 90.", valueName: "days")) var days: Int = 30
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    private static let shape = RecordShape(
        name: "ticket.number",
        columns: [
            Column("TICKET", "ticket.number"), Column("TIMER", "timer"), Column("REACHED", "reachedAt", .time),
            Column("TITLE", "ticket.title", flexible: true),
        ])

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        let form = output.form(on: console)
        guard case .object(let fields) = try InputFile.value(file, console) else { throw ITSMError(.malformed, "\(file) does not hold a rule.") }
        let rule = fields.filter { !SimulateSLA.recordFields.contains($0.key) }
        let answer = try await connection.send(
            APIRequest("POST", ["sla", "escalation-rules", "rehearse"], body: ["rule": .object(rule), "days": .integer(Int64(days))])
        ).json
        var printer = RecordPrinter(Self.shape, form, on: console)
        switch form.format {
        case .json, .yaml: try printer.printCard(answer)
        default:
            try printer.print(if: answer["rows"])
            console.note(
                "\(answer["tickets"]?.cell ?? "0") tickets looked at, \(answer["reached"]?.cell ?? "0") clocks came to the point, "
                    + "for \(answer["fired"]?.cell ?? "0") the rule would have fired.")
            if let failure = answer["failure"]?.cell {
                console.note("For \(answer["failed"]?.cell ?? "0") the condition had no answer; the first: \(failure)")
            }
        }
    }
}

extension RecordPrinter {
    /// Prints the elements of a list, if it is one, and ends.
    fileprivate mutating func print(if list: JSONValue?) throws {
        if case .array(let rows)? = list { try print(rows) }
        try finish()
    }
}
