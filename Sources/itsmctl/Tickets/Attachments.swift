import ArgumentParser
import Foundation
import ITSMCore
import ITSMTransport

/// `ticket attach INC0000042 FILE…`
struct AttachFiles<N: TicketNoun>: Command {
    static var configuration: CommandConfiguration { CommandConfiguration(commandName: "attach", abstract: "Add files to a ticket.") }

    @Argument(help: ArgumentHelp(N.keyHelp)) var ticket: String
    @Argument(help: "The files.", completion: .file()) var files: [String]
    @Flag(help: "The requester cannot see them.") var workNote = false
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        var printer = RecordPrinter(TicketAttachments.shape, output.form(on: console), on: console)
        for file in files {
            let name = URL(fileURLWithPath: file).lastPathComponent
            let form = [FormPart("visibility", text: workNote ? "workNote" : "public"), FormPart("file", file: file, filename: name)]
            let answer = try await connection.upload(form, to: ["tickets", ticket, "attachments"], label: name)
            try printer.print([answer.json])
        }
        try printer.finish()
    }
}

/// `ticket download INC0000042 FILENAME`
struct DownloadAttachment<N: TicketNoun>: Command {
    static var configuration: CommandConfiguration { CommandConfiguration(commandName: "download", abstract: "Save a file of a ticket.") }

    @Argument(help: ArgumentHelp(N.keyHelp)) var ticket: String
    @Argument(help: "The attachment's filename or id.") var attachment: String
    @Option(
        name: [.customShort("O"), .customLong("to")], help: ArgumentHelp("Where to save it; - writes to standard output.", valueName: "path"),
        completion: .file())
    var destination: String?
    @Flag(help: "Replace a file that is there.") var force = false
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        let (id, filename) = try await connection.attachment(attachment, of: ticket)
        let path = ["tickets", ticket, "attachments", id, "content"]
        guard destination != "-" else { return try await connection.download(path, label: filename) { try console.writeRaw($0) } }

        let target = destination ?? LocalName.of(filename)
        try await SavedFile.write(to: target, force: force) { sink in try await connection.download(path, label: filename, to: sink) }
        try console.write(target + "\n")
    }
}

/// The name under which a file of somebody else's is saved.
enum LocalName {
    /// Only the last component counts, so that a name chosen by its sender never leaves the folder.
    static func of(_ filename: String) -> String {
        let last = filename.split(separator: "/").last.map(String.init) ?? ""
        return ["", ".", ".."].contains(last) ? "attachment" : last
    }
}

/// `ticket detach INC0000042 FILENAME`
struct DetachFile<N: TicketNoun>: Command {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "detach", abstract: "Delete a file of a ticket; a mark that it was there stays.")
    }

    @Argument(help: ArgumentHelp(N.keyHelp)) var ticket: String
    @Argument(help: "The attachment's filename or id.") var attachment: String
    @Flag(help: "Take it out for good, name and bytes; only for superAdmins.") var redact = false
    @Option(help: ArgumentHelp("With --redact: why; it stays on record.", valueName: "text")) var reason: String?
    @Flag(name: .shortAndLong, help: "Delete or redact without asking.") var yes = false
    @OptionGroup var write: WriteOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        let (id, filename) = try await connection.attachment(attachment, of: ticket)
        let path = ["tickets", ticket, "attachments", id]
        if !write.dryRun {
            try console.confirm(redact ? "Take \(filename) of \(ticket) out for good?" : "Delete \(filename) of \(ticket)?", yes: yes)
        }
        let request = redact ? APIRequest("POST", path + ["redact"], body: ["reason": .optional(reason)]) : APIRequest("DELETE", path)
        guard try await connection.change(request, write) != nil else { return }
        console.note(redact ? "Redacted the file." : "Deleted \(filename).")
    }

    func validate() throws {
        guard redact == (reason != nil) else { throw ValidationError("--redact and --reason go together.") }
    }
}

extension Connection {
    /// The one file of a ticket that has this id or filename.
    fileprivate func attachment(_ name: String, of ticket: String) async throws -> (id: String, filename: String) {
        var found: [(id: String, filename: String)] = []
        _ = try await pages(["tickets", ticket, "attachments"], query: [], limit: nil) { attachments in
            for item in attachments where item["id"]?.string == name || item["fileName"]?.string == name {
                found.append((id: item["id"]?.string ?? "", filename: item["fileName"]?.string ?? ""))
            }
        }
        guard let first = found.first else { throw ITSMError(.notFound, "\(ticket) has no attachment \(name).") }
        guard found.count == 1 else { throw ITSMError(.duplicate, "\(ticket) has \(found.count) attachments \(name): name one by its id.") }
        return first
    }
}
