import ArgumentParser
import Foundation
import ITSMCore
import ITSMStore
import Logging
import Synchronization

/// `audit verify`
struct VerifyRecord: Command {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check that nothing in the record was changed, removed or inserted.",
        discussion: """
            With a FILE that audit export saved it needs no server. Without one the server checks its own record; --direct reads the database itself. \
            --checkpoints holds either against checkpoints that were kept elsewhere, without which what was cut off at the end may not be noticed. \
            Exit code 0: intact; 1: something is wrong, and the first of it is named; 7: the file is no export.
            """)

    @Argument(help: "An export of the record; - reads standard input.", completion: .file()) var file: String?
    @Option(
        help: ArgumentHelp("A checkpoint file, or a copy of one that was kept elsewhere.", valueName: "file"), completion: .file())
    var checkpoints: String?
    @Option(help: ArgumentHelp("The desk's public key, as audit seals tells it. Repeat it for keys of earlier times.", valueName: "hex"))
    var key: [String] = []
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions
    @OptionGroup(title: "Without a server") var direct: DirectOptions

    func validate() throws {
        guard key.allSatisfy({ [UInt8](hexadecimal: $0)?.count == 32 }) else { throw ValidationError("A key is 64 hexadecimal digits.") }
        guard file == nil || !direct.direct else { throw ValidationError("Name a file, or use --direct, not both.") }
    }

    private var keys: [[UInt8]] { key.compactMap { [UInt8](hexadecimal: $0) } }

    func run(_ console: Console) async throws {
        let kept = try keptCheckpoints()
        let report =
            if let file {
                try check(file: file, kept, console)
            } else if direct.direct {
                try await checkDirectly(console)
            } else {
                try await checkThroughServer(kept, console)
            }
        try show(report, console)
    }

    private func keptCheckpoints() throws -> CheckpointLines {
        guard let checkpoints else { return CheckpointLines([]) }
        guard let data = FileManager.default.contents(atPath: checkpoints) else {
            throw ValidationError("Cannot read \(checkpoints). Check that it is there and that you may read it.")
        }
        return CheckpointLines(Array(data))
    }

    // MARK: Ways to check

    private func check(file: String, _ kept: CheckpointLines, _ console: Console) throws -> RecordReport {
        var verifier = RecordFileVerifier(keys: keys, kept: kept, SodiumSeals())
        var bar = ProgressBar("Checking", on: console)
        defer { bar.finish() }
        try FileLines.each(of: file, on: console) { line in
            try verifier.read(line)
            if verifier.lines % 1_000 == 0 { bar.update(done: Int64(verifier.lines), total: 0, "\(verifier.lines) rows") }
        }
        let report = try verifier.finish()
        if keys.isEmpty, let key = verifier.namedKey {
            console.note("Nobody vouches for the key \(key), which the file names itself: compare it with the desk's, or give --key.")
        }
        return report
    }

    private func checkDirectly(_ console: Console) async throws -> RecordReport {
        let (keys, path) = (keys, checkpoints)
        let bar = Mutex(ProgressBar("Checking", on: console))
        defer { bar.withLock { $0.finish() } }
        return try await direct.withDesk(console) { desk in
            try desk.caller.require(.readAudit)
            let own = try await desk.database.read { try $0.seals.lastCheckpoint()?.key }
            let file: any CheckpointArchive =
                if let path { CheckpointFile(path, work: BlockingWork(), log: Logger(label: "itsmctl")) } else { NoCheckpoints() }
            let record = RecordService(
                database: desk.database, cryptography: SodiumSeals(), keys: keys.isEmpty ? [own].compactMap(\.self) : keys, archive: file)
            if keys.isEmpty, let own { console.note("Nobody vouches for the key \(own.hexadecimal), which the database names itself: give --key.") }
            return try await record.check { progress in
                bar.withLock { $0.update(done: Int64(progress.done), total: Int64(progress.total), "\(progress.done) of \(progress.total)") }
            }
        }
    }

    private func checkThroughServer(_ kept: CheckpointLines, _ console: Console) async throws -> RecordReport {
        let connection = try connection.connect(console)
        let begun = try await connection.send(APIRequest("POST", ["audit", "checks"])).json
        var bar = ProgressBar("Checking", on: console)
        var (check, state, wait) = (begun, JSONValue.null, Duration.milliseconds(100))
        while ["queued", "running"].contains(check["status"]?.string) {
            try await Task.sleep(for: wait)
            wait = min(wait * 2, .seconds(1))
            // Somebody else may have begun it, so it is asked for here and not among one's own jobs.
            state = try await connection.get(["audit", "seals"]).json
            check = state["lastCheck"] ?? .null
            let (done, total) = (check["progress"]?["done"]?.integer ?? 0, check["progress"]?["total"]?.integer ?? 0)
            bar.update(done: done, total: total, total > 0 ? "\(done) of \(total)" : "")
        }
        bar.finish()
        guard var report = try check["result"]?.decode(RecordReport.self) else {
            throw ITSMError(.internal, check["error"]?["detail"]?.string ?? "The check was ended before it was through.")
        }
        if checkpoints != nil || !keys.isEmpty { try await hold(kept, against: connection, state, &report) }
        return report
    }

    /// The server held its checkpoints against the record; here they are held against those that were kept elsewhere, and all against the keys that were
    /// named.
    private func hold(_ kept: CheckpointLines, against connection: Connection, _ state: JSONValue, _ report: inout RecordReport) async throws {
        var known: [SealCheckpoint] = []
        _ = try await connection.pages(["audit", "checkpoints"], query: [], limit: nil) { known += try $0.map { try $0.decode(SealCheckpoint.self) } }
        let keys = keys.isEmpty ? [state["publicKey"]?.string].compactMap { $0.flatMap { [UInt8](hexadecimal: $0) } } : keys
        var kept = kept
        if !self.keys.isEmpty { kept.checkpoints = Array(Set(kept.checkpoints + known)).sorted { $0.position < $1.position } }
        report.compare(kept, with: known, desk: state["desk"]?.string ?? "", keys: keys, SodiumSeals())
    }

    // MARK: Output

    private static let shape = RecordShape(
        name: "position",
        columns: [Column("POSITION", "position"), Column("WHAT", "kind"), Column("ROW", "activity"), Column("DETAIL", "detail", flexible: true)])

    private func show(_ report: RecordReport, _ console: Console) throws {
        let form = output.form(on: console)
        switch form.format {
        case .json, .yaml:
            var printer = RecordPrinter(Self.shape, form, on: console)
            try printer.printCard(try JSONValue(encoding: report))
        default:
            var printer = RecordPrinter(Self.shape, form, on: console)
            try printer.print(try report.findings.map { try JSONValue(encoding: $0) })
            try printer.finish()
        }
        console.note(report.summary)
        if !report.isIntact { throw NotIntact(report: report) }
    }

    private struct NotIntact: Error, CustomStringConvertible {
        let report: RecordReport
        var description: String { "The record is not intact: \(report.findingCount) found. The first: \(report.findings.first?.detail ?? "")" }
    }
}

/// Reads a file line by line.
enum FileLines {
    private static let chunk = 1 << 18

    /// - Parameter path: `-` for standard input.
    static func each(of path: String, on console: Console, _ body: ([UInt8]) throws -> Void) throws {
        let file = path == "-" ? nil : FileHandle(forReadingAtPath: path)
        guard path == "-" || file != nil else {
            throw ValidationError("Cannot read \(path). Check that it is there and that you may read it.")
        }
        var rest: [UInt8] = []
        while true {
            let data = try file?.read(upToCount: chunk) ?? (file == nil ? console.readChunk() : Data())
            if data.isEmpty { break }
            rest += data
            var lines = rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            rest = Array(lines.removeLast())
            for line in lines { try body(Array(line)) }
        }
        if !rest.isEmpty { try body(rest) }
    }
}
