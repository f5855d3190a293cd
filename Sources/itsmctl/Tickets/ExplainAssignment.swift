import ArgumentParser
import ITSMCore

/// `ticket explain-assignment`
struct ExplainAssignment<N: TicketNoun>: Command {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "explain-assignment", abstract: "Show why a ticket is with whom it is.",
            discussion: """
                One line for each rule that was asked, the last decision first. With -o json, the whole: what the parts of the conditions came to, \
                and the figures of those among whom a rule chose.
                """)
    }

    @Argument(help: ArgumentHelp(N.keyHelp)) var ticket: String
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        let form = output.form(on: console)
        let story = try await connection.get([N.path, ticket, "assignment"]).json
        var printer = RecordPrinter(AssignmentAnswerShape.answer, form, on: console)
        guard form.format == .table || form.format == .wide || form.format == .tsv else { return try printer.printCard(story) }
        try printer.print(Self.answers(story))
        try printer.finish()
        for (name, word) in [("group", "Group"), ("assignee", "Assignee")] {
            guard let holder = story[name]?["name"]?.string else { continue }
            let hand = story["\(name)Set"]?["by"]?["name"]?.string
            console.note("\(word): \(holder)\(hand.map { ", by the hand of \($0)" } ?? "").")
        }
    }

    /// Each answer with the time and the occasion of its decision.
    private static func answers(_ story: JSONValue) -> [JSONValue] {
        guard case .array(let decisions)? = story["decisions"] else { return [] }
        return decisions.flatMap { decision -> [JSONValue] in
            guard case .array(let asked)? = decision["asked"] else { return [] }
            return asked.compactMap { answer in
                guard case .object(var fields) = answer else { return nil }
                fields["at"] = decision["at"]
                fields["trigger"] = decision["trigger"]
                return .object(fields)
            }
        }
    }
}

/// How the answers of rules look.
private enum AssignmentAnswerShape {
    static let answer = RecordShape(
        name: "rule.name",
        columns: [
            Column("AT", "at", .time), Column("WHEN", "trigger"), Column("RULE", "rule.name"), Column("VERSION", "version"),
            Column("OUTCOME", "outcome"), Column("GROUP", "setGroup"), Column("ASSIGNEE", "setAssignee"), Column("NOTES", "notes"),
            Column("ERROR", "error", flexible: true), Column("CONDITION", "condition", wide: true), Column("WANTED", "wanted", wide: true),
        ])
}
