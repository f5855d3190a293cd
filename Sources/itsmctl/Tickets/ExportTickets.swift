import ArgumentParser
import Foundation
import ITSMCore

/// `ticket export`
struct ExportTickets<N: TicketNoun>: Command {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "export", abstract: "Save a list of any length as a file.",
            discussion: "With the filters of list. For example:\n  itsmctl \(N.name) export --status-category open --to open.csv")
    }

    enum Format: String, ExpressibleByArgument, CaseIterable { case csv, ndjson }

    @OptionGroup(title: "Which") var filters: TicketFilters<N>
    @Option(help: "csv for spreadsheets; ndjson: one ticket a line, as the API answers it.") var format: Format = .csv
    @Option(
        name: [.customShort("O"), .customLong("to")], help: ArgumentHelp("Where to save it; standard output when absent.", valueName: "path"),
        completion: .file())
    var destination: String?
    @Flag(help: "Replace a file that is there.") var force = false
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        let query = filters.query + [URLQueryItem(name: "format", value: format.rawValue)]
        let path = [N.path, "export"]
        guard let destination, destination != "-" else {
            return try await connection.download(path, query: query, label: N.plural) { try console.writeRaw($0) }
        }
        try await SavedFile.write(to: destination, force: force) { sink in
            try await connection.download(path, query: query, label: N.plural, to: sink)
        }
        try console.write(destination + "\n")
    }
}

/// A file that appears under its name only once it is whole.
enum SavedFile {
    static func write(to target: String, force: Bool, _ fill: (@escaping @Sendable (Data) throws -> Void) async throws -> Void) async throws {
        guard force || !FileManager.default.fileExists(atPath: target) else {
            throw ITSMError(.duplicate, "\(target) exists. Add --force to replace it, or name another place with --to.")
        }
        let partial = target + ".part"
        guard FileManager.default.createFile(atPath: partial, contents: nil), let file = FileHandle(forWritingAtPath: partial) else {
            throw ITSMError(.forbidden, "Cannot write \(partial): \(String(cString: strerror(errno))).")
        }
        do {
            try await fill { try file.write(contentsOf: $0) }
            try file.close()
        } catch {
            try FileManager.default.removeItem(atPath: partial)
            throw error
        }
        guard rename(partial, target) == 0 else { throw ITSMError(.forbidden, "Cannot write \(target): \(String(cString: strerror(errno))).") }
    }
}
