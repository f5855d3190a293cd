import ArgumentParser
import Foundation
import ITSMCore
import ITSMTransport

/// `sla calendar import-holidays`
struct ImportHolidays: Command {
    static let configuration = CommandConfiguration(
        commandName: "import-holidays", abstract: "Take holidays from an iCalendar file.",
        discussion: """
            Shows each event of the file and what becomes of it. Days are kept under their event's UID, so that the same file, imported again next \
            year, changes what it brought and leaves the rest.
            """)

    @Argument(help: "The calendar's name or id.") var calendar: String
    @Argument(help: ArgumentHelp("The file, .ics; - reads standard input.", valueName: "file")) var file: String
    @Option(help: ArgumentHelp("Apply the event with this UID, and no others that are not named. Repeat it for more.", valueName: "uid"))
    var only: [String] = []
    @Flag(help: "Show what would be done, and change nothing.") var dryRun = false
    @OptionGroup var running: RunningCyclesOption
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    private static let shape = RecordShape(
        name: "uid",
        columns: [
            Column("APPLIED", "applied"), Column("EFFECT", "effect"), Column("NAME", "name"), Column("FIRST", "first"), Column("LAST", "last"),
            Column("DAYS", "count"), Column("NOTES", "notes", flexible: true), Column("UID", "uid", wide: true),
        ])

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        var parts: [FormPart] = [FormPart("dryRun", text: dryRun ? "true" : "false")] + only.map { FormPart("uid", text: $0) }
        if let cycles = running.runningCycles { parts.append(FormPart("runningCycles", text: cycles.rawValue)) }
        let path = file == "-" ? "/dev/stdin" : file
        parts.append(FormPart("file", file: path, filename: URL(fileURLWithPath: path).lastPathComponent, contentType: "text/calendar"))
        let answer = try await connection.upload(parts, to: Calendars.segments + [calendar, "holidays"], label: "Sending").json
        let form = output.form(on: console)
        var printer = RecordPrinter(Self.shape, form, on: console)
        if [.json, .yaml, .ndjson].contains(form.format) {
            try printer.printCard(answer)
        } else {
            try printer.print(rows(of: answer))
            try printer.finish()
        }
        tell(answer, console)
    }

    /// The events as lines of a table.
    private func rows(of answer: JSONValue) -> [JSONValue] {
        guard case .array(let events)? = answer["events"] else { return [] }
        return events.map { event in
            guard case .object(var row) = event, case .array(let days)? = event["days"] else { return event }
            let isChosen = only.isEmpty ? event["isChosen"] == true : only.contains(event["uid"]?.string ?? "")
            row["applied"] = .bool(isChosen)
            row["first"] = days.first?["date"]
            row["last"] = days.last?["date"]
            row["count"] = .integer(Int64(days.count))
            return .object(row)
        }
    }

    /// What was not understood, and what was done, on standard error.
    private func tell(_ answer: JSONValue, _ console: Console) {
        if case .array(let unread)? = answer["unread"] {
            for entry in unread { console.note("Not read: \(entry["what"]?.string ?? ""): \(entry["why"]?.string ?? "")") }
        }
        let name = answer["calendar"]?["name"]?.string ?? calendar
        console.note(dryRun ? "Nothing was changed." : "The holidays of \(name) are up to date (version \(answer["version"]?.cell ?? "")).")
    }
}
