import ArgumentParser
import Foundation
import ITSMCore
import ITSMStore

/// `audit seals`
struct ShowSeals: Command {
    static let configuration = CommandConfiguration(
        commandName: "seals", abstract: "Tell how far the record is sealed, and the desk's public key.")

    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    private static let shape = RecordShape(
        name: "desk",
        columns: [
            Column("SEALED", "sealed"), Column("NOT YET", "lag.rows"), Column("OLDEST", "lag.oldest", .time),
            Column("CHECKPOINT", "lastCheckpoint.position"), Column("MADE", "lastCheckpoint.madeAt", .time),
            Column("LAST CHECK", "lastCheck.status"), Column("KEY", "publicKey", flexible: true),
        ])

    func run(_ console: Console) async throws {
        let state = try await connection.connect(console).get(["audit", "seals"]).json
        var printer = RecordPrinter(Self.shape, output.form(on: console), on: console)
        try printer.printCard(state)
    }
}

/// `audit export`
struct ExportRecord: Command {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Save the record with its seals and checkpoints.",
        discussion: """
            One JSON object a line; audit verify FILE checks it anywhere, without a server. Payloads of records that you may not read are left out, and \
            the rest of such a row verifies all the same.
            """)

    @Argument(help: "Where to save it; - writes to standard output.", completion: .file()) var file: String
    @Flag(help: "Replace a file that is there.") var force = false
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        guard file != "-" else { return try await Self.write(connection, console) { try console.writeRaw($0) } }
        try await SavedFile.write(to: file, force: force) { sink in try await Self.write(connection, console, to: sink) }
        console.note("Saved \(file). Check it with: itsmctl audit verify \(file)")
    }

    private static func write(_ connection: Connection, _ console: Console, to sink: @Sendable (Data) throws -> Void) async throws {
        func line(_ value: JSONValue) throws { try sink(Data(value.utf8 + [UInt8(ascii: "\n")])) }
        let state = try await connection.get(["audit", "seals"]).json
        try line(RecordFile.head(desk: state["desk"]?.string ?? "", key: state["publicKey"]?.string ?? ""))
        _ = try await connection.pages(["audit", "checkpoints"], query: [], limit: nil) { for checkpoint in $0 { try line(checkpoint) } }
        let total = (state["sealed"]?.integer ?? 0) + (state["lag"]?["rows"]?.integer ?? 0)
        var (bar, count) = (ProgressBar("Exporting", on: console), 0)
        defer { bar.finish() }
        _ = try await connection.pages(["audit", "record"], query: [], limit: nil) { entries in
            for entry in entries { try line(entry) }
            count += entries.count
            bar.update(done: Int64(count), total: max(total, Int64(count)), "\(count) rows")
        }
        try line(RecordFile.end(lines: count))
    }
}

/// `audit redact`
struct RedactActivity: Command {
    static let configuration = CommandConfiguration(
        commandName: "redact", abstract: "Take the values out of entries of the audit trail for good.",
        discussion: "For what should never have been written. Only for superAdmins; that it was done, by whom and why stays on record.")

    @Argument(help: "The entries' ids, as audit list -o wide shows them.") var ids: [String]
    @Option(help: ArgumentHelp("Why; it stays on record.", valueName: "text")) var reason: String
    @Flag(name: .shortAndLong, help: "Redact without asking.") var yes = false
    @OptionGroup var write: WriteOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        if !write.dryRun {
            try console.confirm("Take the values out of \(ids.count == 1 ? "this entry" : "these \(ids.count) entries") for good?", yes: yes)
        }
        try await console.forEach(ids) { id in
            guard try await connection.change(APIRequest("POST", ["audit", id, "redact"], body: ["reason": .string(reason)]), write) != nil else {
                return
            }
            console.note("Redacted \(id).")
        }
    }
}
