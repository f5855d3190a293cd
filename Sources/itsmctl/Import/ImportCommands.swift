import ArgumentParser
import Foundation
import ITSMCore
import ITSMTransport

/// `import …`
struct ImportCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Bring records of another system in.", subcommands: [ImportTickets.self])
}

/// `import tickets FILE`
struct ImportTickets: Command {
    static let configuration = CommandConfiguration(
        commandName: "tickets", abstract: "Import tickets with their history from a CSV file.",
        discussion: """
            Run it with --dry-run first: it reads everything, reports every fault by row and column, and changes nothing. Running it again later \
            brings in what is new, and changes nothing else. Nobody is notified of what is imported.
            """)

    @Argument(help: "The CSV file.", completion: .file(extensions: ["csv"])) var file: String
    @Option(help: ArgumentHelp("A source that is known: servicenow.", valueName: "name")) var preset: String?
    @Option(
        help: ArgumentHelp("A YAML file that says which column is which field.", valueName: "file"), completion: .file(extensions: ["yaml", "yml"]))
    var map: String?
    @Option(help: ArgumentHelp("The zone of the file's times where they name none, such as Europe/Berlin.", valueName: "zone")) var timeZone: String?
    @Flag(help: "Check everything, and change nothing.") var dryRun = false
    @Option(help: ArgumentHelp("Write the rows that were not imported to this file.", valueName: "file"), completion: .file()) var rejects: String?
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions
    @OptionGroup(title: "Without a server") var direct: DirectOptions

    func validate() throws {
        guard (preset == nil) != (map == nil) else { throw ValidationError("Say what the file is: with --preset, or with --map.") }
    }

    /// What goes before the file itself, which is streamed.
    func form(_ console: Console) throws -> [FormPart] {
        var parts: [FormPart] = []
        if let preset { parts.append(FormPart("preset", text: preset)) }
        if let map { parts.append(FormPart("map", text: try InputFile.text(map, console))) }
        if let timeZone { parts.append(FormPart("timeZone", text: timeZone)) }
        parts.append(FormPart("dryRun", text: dryRun ? "true" : "false"))
        parts.append(FormPart("file", file: file, filename: URL(fileURLWithPath: file).lastPathComponent, contentType: "text/csv"))
        return parts
    }

    func run(_ console: Console) async throws {
        let outcome = try direct.direct ? await importDirectly(console) : await importThroughServer(console)
        try outcome.show(output.form(on: console), console)
        if outcome.rejected > 0 { throw PartialFailure(failed: outcome.rejected, of: outcome.tickets) }
    }

    private var label: String { dryRun ? "Checking" : "Importing" }

    private func importDirectly(_ console: Console) async throws -> ImportOutcome {
        guard FileManager.default.isReadableFile(atPath: file) else {
            throw ValidationError("Cannot read \(file). Check that it is there and that you may read it.")
        }
        let map = try map.map { try InputFile.value($0, console).decode(ImportMap.self) }
        let request = try ImportRequest(preset: preset, map: map, timeZone: timeZone, dryRun: dryRun, isDirect: true)
        let (file, rejects, label) = (file, rejects, label)
        let job = try await direct.withDesk(console) { desk in
            try await DirectImport(of: file, on: desk).perform(request, rejects: rejects, label: label, console)
        }
        let outcome = try ImportOutcome(JSONValue(encoding: job))
        outcome.explain(on: console)
        return outcome
    }

    private func importThroughServer(_ console: Console) async throws -> ImportOutcome {
        let connection = try connection.connect(console)
        let started = try await connection.upload(try form(console), to: ["imports"], label: URL(fileURLWithPath: file).lastPathComponent).json
        guard let id = started["id"]?.string else { throw ITSMError(.internal, "The server's answer names no job.") }
        let job = try await connection.follow(job: id, label: label)
        let outcome = try ImportOutcome(job)
        outcome.explain(on: console)
        if let rejects { try await saveRejects(of: id, to: rejects, connection, console) }
        return outcome
    }

    private func saveRejects(of id: String, to path: String, _ connection: Connection, _ console: Console) async throws {
        guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path) else {
            throw ITSMError(.forbidden, "Cannot write \(path): \(String(cString: strerror(errno))).")
        }
        try await connection.download(["imports", id, "rejects"], label: path) { try file.write(contentsOf: $0) }
        try file.close()
    }
}
