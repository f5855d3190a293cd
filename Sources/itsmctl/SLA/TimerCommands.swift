import ArgumentParser
import Foundation
import ITSMCore

/// `sla timers`
struct ListTimers: Command {
    static let configuration = CommandConfiguration(commandName: "timers", abstract: "Show the clocks of a ticket.")

    @Argument(help: "The ticket's number or id, such as INC0000042.") var ticket: String
    @OptionGroup(title: "Filters") var condition: ConditionFilter
    @OptionGroup var paging: PagingOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        try await connection.list(["tickets", ticket, "sla"], query: condition.query, Self.shape, paging, output.form(on: console))
    }

    static let shape = RecordShape(
        name: "id",
        columns: [
            Column("TIMER", "id"), Column("STATE", "state"), Column("DUE", "dueAt", .time), Column("LEFT (S)", "remainingSeconds"),
            Column("USED (S)", "elapsedSeconds"), Column("GOAL (S)", "goalSeconds"), Column("BREACHED", "breachedAt", .time), Column("MET", "met"),
            Column("POLICY", "policy"), Column("CALENDAR", "calendar", wide: true), Column("PRIORITY", "priority", wide: true),
            Column("PAUSED FOR", "pausedFor", wide: true), Column("STARTED", "startedAt", .time, wide: true),
            Column("STOPPED", "stoppedAt", .time, wide: true),
        ])
}

/// `sla explain`
struct ExplainTimer: Command {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Show how a clock of a ticket came to what it shows.",
        discussion: "One line for each span of open hours that counted; the seconds sum to the elapsed time. With -o json, the whole explanation.")

    @Argument(help: "The ticket's number or id, such as INC0000042.") var ticket: String
    @Argument(help: "The clock, such as resolution or nextResponse-2; sla timers lists them.") var timer: String = "resolution"
    @Option(help: ArgumentHelp("Up to this time, RFC 3339; now when absent.", valueName: "time")) var at: Instant?
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        let form = output.form(on: console)
        let query = at.map { [URLQueryItem(name: "at", value: $0.description)] } ?? []
        let explanation = try await connection.get(["tickets", ticket, "sla", timer, "explain"], query: query).json
        guard form.format == .table || form.format == .wide || form.format == .tsv else {
            var printer = RecordPrinter(Self.shape, form, on: console)
            return try printer.printCard(explanation)
        }
        var printer = RecordPrinter(Self.shape, form, on: console)
        try printer.print(Self.rows(of: explanation))
        try printer.finish()
        let elapsed = explanation["elapsedSeconds"]?.seconds ?? 0
        let goal = explanation["timer"]?["goalSeconds"]?.seconds ?? 0
        try console.write("Used \(WorkingTime.text(Int64(elapsed))) of \(WorkingTime.text(Int64(goal))).\n")
        for line in Self.choices(of: explanation) { console.note(line) }
    }

    /// The policies that were asked, in their order, and what each said; of a condition its parts.
    private static func choices(of explanation: JSONValue) -> [String] {
        guard case .array(let choices)? = explanation["choices"] else { return [] }
        return choices.flatMap { choice -> [String] in
            let name = "\(choice["policy"]?["name"]?.string ?? ""), version \(choice["policyVersion"]?.cell ?? "")"
            let said = choice["answer"]?.string.flatMap(SLAChoice.Answer.init).map(words) ?? ""
            guard case .array(let parts)? = choice["condition"]?["parts"] else { return ["\(name) \(said)."] }
            return ["\(name) \(said):"] + parts.map { "  \($0["part"]?.string ?? ""): \(($0["value"] ?? $0["error"])?.cell ?? "not reached")" }
        }
    }

    private static func words(_ answer: SLAChoice.Answer) -> String {
        switch answer {
        case .chosen: "gives the clock"
        case .notCovered: "is not about such a ticket"
        case .conditionFails: "has a condition that does not hold"
        case .noGoal: "promises nothing for this priority"
        }
    }

    /// A row for each interval that counted, and for each span that counted none.
    private static func rows(of explanation: JSONValue) -> [JSONValue] {
        guard case .array(let lines)? = explanation["lines"] else { return [] }
        return lines.flatMap { line -> [JSONValue] in
            let state = [line["state"]?.string, line["pausedFor"]?.string].compactMap(\.self).joined(separator: ": ")
            func row(_ part: JSONValue, _ seconds: JSONValue, _ note: String) -> JSONValue {
                [
                    "from": part["from"] ?? .null, "to": part["to"] ?? .null, "state": .string(state), "seconds": seconds,
                    "priority": line["priority"] ?? .null, "note": .string(note),
                ]
            }
            let notes = notes(of: line)
            guard case .array(let intervals)? = line["intervals"], !intervals.isEmpty else { return [row(line, line["seconds"] ?? .null, notes)] }
            var rows = intervals.enumerated().map { row($1, $1["seconds"] ?? .null, $0 == 0 ? notes : "") }
            if let more = line["furtherIntervals"], more != .integer(0) {
                rows.append(row([:], line["furtherSeconds"] ?? .null, "\(more.cell) further intervals"))
            }
            return rows
        }
    }

    private static func notes(of line: JSONValue) -> String {
        var notes: [String] = []
        if case .array(let days)? = line["specialDays"] {
            notes += days.map { [$0["date"]?.string, $0["name"]?.string].compactMap(\.self).joined(separator: " ") }
        }
        if case .array(let shifts)? = line["shifts"] { notes += shifts.map { "clocks change at \($0["at"]?.string ?? "")" } }
        return notes.joined(separator: ", ")
    }

    private static let shape = RecordShape(
        name: "state",
        columns: [
            Column("FROM", "from", .time), Column("TO", "to", .time), Column("STATE", "state"), Column("SECONDS", "seconds"),
            Column("PRIORITY", "priority"), Column("NOTE", "note", flexible: true),
        ])
}

extension JSONValue {
    fileprivate var seconds: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }
}
