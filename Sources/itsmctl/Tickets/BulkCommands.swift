import ArgumentParser
import Foundation
import ITSMCore

/// `bulk …`: changes of many tickets that the server makes, or made within the last day.
struct BulkCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bulk", abstract: "Follow, end and undo bulk changes of your own.",
        discussion: "They are begun with itsmctl ticket bulk, and kept for a day.",
        subcommands: [ViewBulk.self, CancelBulk.self, UndoBulkChange.self])
}

/// `bulk view ID`
struct ViewBulk: Command {
    static let configuration = CommandConfiguration(commandName: "view", abstract: "Show how far a bulk change is, and what was refused.")

    @Argument(help: "The id that ticket bulk told.") var id: String
    @Flag(name: .shortAndLong, help: "Wait for its end.") var watch = false
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        var operation = try await connection.get(["tickets", "bulk", id]).json
        if watch { operation = try await connection.follow(bulk: operation, label: "Changing") }
        try BulkSummary(operation).show(output.form(on: console), console)
    }
}

/// `bulk cancel ID`
struct CancelBulk: Command {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "End a bulk change, or its undoing. What is changed stays, the rest is not begun.")

    @Argument(help: "The id that ticket bulk told.") var id: String
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        let operation = try await connection.get(["tickets", "bulk", id]).json
        let job = operation["undo"]?["job"]?.string ?? id
        _ = try await connection.send(APIRequest("POST", ["jobs", job, "cancel"]))
        let after = try await connection.follow(bulk: operation, label: "Ending")
        try BulkSummary(after).show(output.form(on: console), console)
    }
}

/// `bulk undo ID`
struct UndoBulkChange: Command {
    static let configuration = CommandConfiguration(
        commandName: "undo", abstract: "Undo a bulk change of your own, within a day.",
        discussion: "Tickets that were changed since stay as they are and are listed; exit code 8 tells that there are some.")

    @Argument(help: "The id that ticket bulk told.") var id: String
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        let begun = try await connection.send(APIRequest("POST", ["tickets", "bulk", id, "undo"])).json
        _ = try await connection.follow(bulk: begun, label: "Undoing")
        var kept: [JSONValue] = []
        var cursor: String?
        repeat {
            var query = [URLQueryItem(name: "undone", value: "refused"), URLQueryItem(name: "limit", value: "500")]
            if let cursor { query.append(URLQueryItem(name: "cursor", value: cursor)) }
            let page = try await connection.get(["tickets", "bulk", id, "outcomes"], query: query).json
            if case .array(let items)? = page["items"] { kept += items }
            cursor = page["next"]?.string
        } while cursor != nil
        let operation = try await connection.get(["tickets", "bulk", id]).json
        try BulkSummary(operation, kept: kept).show(output.form(on: console), console)
        if !kept.isEmpty { throw PartialFailure(failed: kept.count, of: Int(operation["undo"]?["total"]?.integer ?? 0)) }
    }
}

extension Connection {
    /// Follows a bulk change, or its undoing, with a progress bar until it is over.
    func follow(bulk begun: JSONValue, label: String) async throws -> JSONValue {
        guard let id = begun["id"]?.string else { return begun }
        let running: Set<String> = ["queued", "running"]
        var operation = begun
        if let status = operation["status"]?.string, running.contains(status) {
            _ = try await follow(job: id, label: label)
            operation = try await get(["tickets", "bulk", id]).json
        }
        if let undo = operation["undo"], let job = undo["job"]?.string, let status = undo["status"]?.string, running.contains(status) {
            _ = try await follow(job: job, label: label)
            operation = try await get(["tickets", "bulk", id]).json
        }
        return operation
    }
}

/// What became of a bulk change by filter: counts, and the first that were refused.
struct BulkSummary {
    private static let counts = RecordShape(
        name: "id",
        columns: [
            Column("ID", "id"), Column("STATUS", "status"), Column("TOTAL", "total"), Column("CHANGED", "counts.changed"),
            Column("UNCHANGED", "counts.unchanged"), Column("REFUSED", "counts.refused"), Column("PUT BACK", "undo.counts.changed"),
            Column("NOT PUT BACK", "undo.counts.refused"),
        ])

    private let operation: JSONValue
    private let kept: [JSONValue]

    /// - Parameter kept: tickets that could not be put back.
    init(_ operation: JSONValue, kept: [JSONValue] = []) {
        self.operation = operation
        self.kept = kept
    }

    /// One row of counts on standard output, the reasons on standard error; the whole operation for programs.
    func show(_ form: OutputForm, _ console: Console) throws {
        var printer = RecordPrinter(Self.counts, form, on: console)
        switch form.format {
        case .json, .yaml: return try printer.printCard(operation)
        default:
            try printer.print([operation])
            try printer.finish()
        }
        let refused: [JSONValue] = if case .array(let outcomes)? = operation["outcomes"] { outcomes } else { [] }
        let isUndone = operation["undo"] != nil
        for outcome in isUndone ? kept : refused where outcome["result"] == "refused" || isUndone {
            let problem = isUndone ? outcome["undone"]?["problem"] : outcome["problem"]
            console.note("\(outcome["key"]?.string ?? ""): \(problem?["detail"]?.string ?? "refused")")
        }
        if !isUndone, let all = operation["counts"]?["refused"]?.integer, all > refused.count {
            console.note(
                "… and \(all - Int64(refused.count)) more; itsmctl api GET /tickets/bulk/\(operation["id"]?.string ?? "ID")/outcomes?result=refused lists them."
            )
        }
        if let detail = operation["failure"]?["detail"]?.string { console.note(detail) }
    }

    /// - Throws: `PartialFailure` where some were refused or not begun.
    func throwUnlessClean() throws {
        let total = operation["total"]?.integer ?? 0
        let done = (operation["counts"]?["changed"]?.integer ?? 0) + (operation["counts"]?["unchanged"]?.integer ?? 0)
        if done < total { throw PartialFailure(failed: Int(total - done), of: Int(total)) }
    }
}
