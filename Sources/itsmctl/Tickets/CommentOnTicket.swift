import ArgumentParser
import Foundation
import ITSMCore

/// `ticket comment`
struct CommentOnTicket<N: TicketNoun>: Command {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "comment", abstract: "Reply to the requester, or add a work note.",
            discussion: "Without --work-note the requester reads it. --edit and --delete change a comment that is there.")
    }

    @Argument(help: ArgumentHelp(N.keyHelp)) var ticket: String
    @Option(name: .shortAndLong, help: ArgumentHelp("The text, in Markdown.", valueName: "text")) var message: String?
    @Option(name: .shortAndLong, help: ArgumentHelp("Take the text from this file; - reads standard input.", valueName: "file")) var file: String?
    @Flag(help: "A work note, which the requester cannot see.") var workNote = false
    @Option(help: ArgumentHelp("Replace the text of this comment.", valueName: "id")) var edit: String?
    @Option(help: ArgumentHelp("Delete this comment; a mark that it was there stays.", valueName: "id")) var delete: String?
    @Option(help: ArgumentHelp("Take the text of this comment out for good, in all its versions; only for superAdmins.", valueName: "id")) var redact:
        String?
    @Option(help: ArgumentHelp("With --redact: why; it stays on record.", valueName: "text")) var reason: String?
    @Flag(name: .shortAndLong, help: "Delete or redact without asking.") var yes = false
    @OptionGroup var write: WriteOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func validate() throws {
        let given = [message, file, delete, redact].compactMap { $0 }.count
        guard given == 1 else { throw ValidationError("Give the text with --message or --file, or name a comment to --delete or --redact.") }
        guard (redact == nil) == (reason == nil) else { throw ValidationError("--redact and --reason go together.") }
        if edit != nil, delete != nil || redact != nil || workNote {
            throw ValidationError("--edit keeps who may see the comment, and goes with a text alone.")
        }
    }

    func request(_ console: Console) throws -> APIRequest {
        let path = ["tickets", ticket, "comments"]
        if let delete { return APIRequest("DELETE", path + [delete]) }
        if let redact { return APIRequest("POST", path + [redact, "redact"], body: ["reason": .optional(reason)]) }
        let text = try message ?? InputFile.text(file ?? "-", console)
        if let edit { return APIRequest("PUT", path + [edit], body: ["body": .string(text)]) }
        return APIRequest("POST", path, body: ["body": .string(text), "visibility": workNote ? "workNote" : "public"])
    }

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        let request = try request(console)
        if delete != nil, !write.dryRun { try console.confirm("Delete this comment of \(ticket)?", yes: yes) }
        if redact != nil, !write.dryRun { try console.confirm("Take the text of this comment of \(ticket) out for good?", yes: yes) }
        guard let answer = try await connection.change(request, write) else { return }
        guard redact == nil else { return console.note("Redacted.") }
        guard delete == nil else { return console.note("Deleted.") }
        if let number = answer.json["ticket"]?["number"]?.string, answer.response.status == 201, !isNamed(answer.json["ticket"]) {
            console.note("\(ticket) has been closed for too long; this reply began \(number), which follows it up.")
        }
        var printer = RecordPrinter(TicketComments.shape, output.form(on: console), on: console)
        try printer.printCard(answer.json)
    }

    /// True where `found` is the ticket that the arguments name.
    private func isNamed(_ found: JSONValue?) -> Bool {
        guard let key = TicketKey(ticket) else { return true }
        return [found?["id"]?.string, found?["number"]?.string].contains(key.description)
    }
}
