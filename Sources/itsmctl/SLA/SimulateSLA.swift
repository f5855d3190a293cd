import ArgumentParser
import Foundation
import ITSMCore

/// `sla simulate`
struct SimulateSLA: Command {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Try a policy on past tickets, without changing anything.",
        discussion: """
            The file is a policy as `itsmctl sla policy create -f` takes it, or as `itsmctl sla policy view NAME -o yaml` prints it. One of the same name is \
            taken to be replaced. For example:
              itsmctl sla simulate -f policy.yaml --from 2026-08-01 --to 2026-11-01
            """)

    @Option(name: .shortAndLong, help: ArgumentHelp("The policy, a JSON or YAML file; - reads standard input.", valueName: "file")) var file: String
    @Option(help: ArgumentHelp("Tickets raised from here on: a day, or an RFC 3339 time.", valueName: "time")) var from: String
    @Option(help: ArgumentHelp("And before this; now when absent.", valueName: "time")) var to: String?
    @Option(help: ArgumentHelp("The policy whose place it takes; the one of the same name when absent.", valueName: "policy")) var replaces: String?
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    /// What a record has that a draft has not.
    static let recordFields: Set<String> = ["id", "version", "createdAt", "updatedAt", "archivedAt"]

    func request(_ console: Console, timeZone: TimeZone) throws -> APIRequest {
        guard case .object(let fields) = try InputFile.value(file, console) else { throw ITSMError(.malformed, "\(file) does not hold a policy.") }
        var body: [String: JSONValue] = [
            "policy": .object(fields.filter { !Self.recordFields.contains($0.key) }), "from": .string(try Self.time(from, timeZone)),
        ]
        if let to { body["to"] = .string(try Self.time(to, timeZone)) }
        if let replaces { body["replaces"] = .string(replaces) }
        return APIRequest("POST", ["sla", "simulate"], body: .object(body))
    }

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        let form = output.form(on: console)
        let answer = try await connection.send(try request(console, timeZone: form.timeZone))
        switch form.format {
        case .json, .yaml:
            var printer = RecordPrinter(Self.shape, form, on: console)
            try printer.printCard(answer.json)
        default: try show(answer.json, form, console)
        }
    }

    private static let shape = RecordShape(
        name: "ticket.number",
        columns: [
            Column("TICKET", "ticket.number"), Column("TIMER", "timer"), Column("THEN", "then"), Column("NOW", "now"),
            Column("TITLE", "ticket.title", flexible: true),
        ])

    /// The clocks that differ on standard output, the sums on standard error.
    private func show(_ simulation: JSONValue, _ form: OutputForm, _ console: Console) throws {
        var printer = RecordPrinter(Self.shape, form, on: console)
        let differences = if case .array(let list)? = simulation["differences"] { list } else { [JSONValue]() }
        try printer.print(differences)
        try printer.finish()
        if case .array(let metrics)? = simulation["metrics"] {
            for metric in metrics {
                console.note("\(metric["metric"]?.cell ?? ""): then \(Self.words(metric["then"])), now \(Self.words(metric["now"]))")
            }
        }
        let (tickets, differing) = (simulation["tickets"]?.cell ?? "0", simulation["differing"]?.cell ?? "0")
        console.note(
            "\(tickets) tickets looked at, \(differing) clocks differ\("\(differences.count)" == differing ? "" : ", \(differences.count) shown").")
    }

    private static func words(_ figures: JSONValue?) -> String {
        let (met, breached) = (figures?["met"]?.cell ?? "0", figures?["breached"]?.cell ?? "0")
        let share = figures?["percentMet"].map { " (\($0.cell) %)" } ?? ""
        return "\(met) met and \(breached) breached\(share)"
    }

    /// A day begins where the terminal's clocks say.
    private static func time(_ text: String, _ timeZone: TimeZone) throws -> String {
        if let instant = Instant(text) { return instant.description }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2],
            let midnight = CivilDate(year: year, month: month, day: day).flatMap({ LocalTime($0) })
        else { throw ValidationError("\(text) is neither a day such as 2026-11-21 nor an RFC 3339 time.") }
        let zone = SystemZones.shared.rules(named: timeZone.identifier) ?? .utc
        return zone.instants(ofLocal: midnight).instant.description
    }
}
