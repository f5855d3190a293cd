import ArgumentParser
import Foundation
import ITSMCore
import ITSMTransport
import Synchronization

/// `ticket attach INC0000042 FILE…`
struct AttachFiles<N: TicketNoun>: Command {
    static var configuration: CommandConfiguration { CommandConfiguration(commandName: "attach", abstract: "Add files to a ticket.") }

    @Argument(help: ArgumentHelp(N.keyHelp)) var ticket: String
    @Argument(help: "The files.", completion: .file()) var files: [String]
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        var printer = RecordPrinter(TicketAttachments.shape, output.form(on: console), on: console)
        for file in files {
            let name = URL(fileURLWithPath: file).lastPathComponent
            let answer = try await connection.upload([FormPart("file", file: file, filename: name)], to: ["tickets", ticket, "attachments"], label: name)
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
    @Option(name: [.customShort("O"), .customLong("to")], help: ArgumentHelp("Where to save it; - writes to standard output.", valueName: "path"), completion: .file())
    var destination: String?
    @Flag(help: "Replace a file that is there.") var force = false
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        let (id, filename) = try await find(connection)
        let path = ["tickets", ticket, "attachments", id]
        guard destination != "-" else { return try await connection.download(path, label: filename) { try console.writeRaw($0) } }

        // The name is the sender's: only its last component counts, and it never leaves this folder.
        let target = destination ?? URL(fileURLWithPath: filename).lastPathComponent
        guard force || !FileManager.default.fileExists(atPath: target) else {
            throw ITSMError(.duplicate, "\(target) exists. Add --force to replace it, or name another place with --to.")
        }
        let partial = target + ".part"
        guard FileManager.default.createFile(atPath: partial, contents: nil), let file = FileHandle(forWritingAtPath: partial) else {
            throw ITSMError(.forbidden, "Cannot write \(partial): \(String(cString: strerror(errno))).")
        }
        do {
            try await connection.download(path, label: filename) { try file.write(contentsOf: $0) }
            try file.close()
        } catch {
            try FileManager.default.removeItem(atPath: partial)
            throw error
        }
        guard rename(partial, target) == 0 else { throw ITSMError(.forbidden, "Cannot write \(target): \(String(cString: strerror(errno))).") }
        try console.write(target + "\n")
    }

    private func find(_ connection: Connection) async throws -> (id: String, filename: String) {
        var found: [(String, String)] = []
        _ = try await connection.pages(["tickets", ticket, "attachments"], query: [], limit: nil) { attachments in
            for item in attachments where item["id"]?.string == attachment || item["filename"]?.string == attachment {
                found.append((item["id"]?.string ?? "", item["filename"]?.string ?? ""))
            }
        }
        guard let first = found.first else { throw ITSMError(.notFound, "\(ticket) has no attachment \(attachment).") }
        guard found.count == 1 else { throw ITSMError(.duplicate, "\(ticket) has \(found.count) attachments \(attachment): name one by its id.") }
        return first
    }
}

extension Connection {
    /// Uploads with a progress bar.
    func upload(_ parts: [FormPart], to path: [String], label: String) async throws -> Answer {
        let bar = Mutex(ProgressBar("Uploading \(label)", on: console))
        defer { bar.withLock { $0.finish() } }
        return try await upload(parts, to: path) { progress in
            bar.withLock { $0.update(done: progress.sent, total: progress.toSend, "\(byteText(progress.sent)) of \(byteText(progress.toSend))") }
        }
    }

    /// Downloads with a progress bar.
    func download(_ path: [String], label: String, to sink: @escaping @Sendable (Data) throws -> Void) async throws {
        let bar = Mutex(ProgressBar("Downloading \(label)", on: console))
        defer { bar.withLock { $0.finish() } }
        let onProgress: @Sendable (TransferProgress) -> Void = { progress in
            bar.withLock { $0.update(done: progress.received, total: progress.toReceive, byteText(progress.received)) }
        }
        try await download(path, onProgress: onProgress, to: sink)
    }
}
