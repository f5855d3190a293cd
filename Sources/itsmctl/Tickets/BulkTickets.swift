import ArgumentParser
import Foundation
import ITSMCore

/// `ticket bulk INC0000042 INC0000043 --assign me`
struct BulkTickets: Command {
    static let configuration = CommandConfiguration(
        commandName: "bulk", abstract: "Change many tickets at once.",
        discussion: """
            Each ticket is changed, left as it is, or refused by itself, and the table says which; with --atomic nothing is changed if one is refused. \
            Exit code 8 when some were refused. For a day you can undo it: itsmctl ticket bulk-undo ID

            With --filter instead of tickets, all that meet the condition are changed on the server, as a job that goes on when you leave; --expect says \
            how many they must be, or nothing is done. Look with --dry-run first. itsmctl bulk view, cancel and undo follow it.
            """)

    @Argument(help: "The tickets' numbers or ids; - reads them from standard input.") var tickets: [String] = []
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Read numbers or ids from this file, separated by white space; - is standard input.", valueName: "file"),
        completion: .file())
    var file: String?
    @Option(
        help: ArgumentHelp("All tickets that meet this condition, such as 'ticket.status == \"new\" && ticket.group == null'.", valueName: "expr"))
    var filter: String?
    @Option(help: ArgumentHelp("How many tickets the filter must find.", valueName: "count")) var expect: Int?
    @OptionGroup(title: "Changes") var changes: BulkChangeOptions
    @OptionGroup var resolution: ResolutionOptions
    @Flag(help: "All or nothing.") var atomic = false
    @Flag(help: "Tell what would become of it, and change nothing.") var dryRun = false
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func validate() throws {
        if filter != nil {
            if !tickets.isEmpty || file != nil { throw ValidationError("Name tickets, or say which with --filter; not both.") }
            if expect == nil { throw ValidationError("--filter needs --expect: how many tickets it must find.") }
            if atomic { throw ValidationError("--atomic is for tickets that are named.") }
        } else {
            if tickets.isEmpty, file == nil { throw ValidationError("Name tickets as arguments or with --file, or say which with --filter.") }
            if expect != nil { throw ValidationError("--expect goes with --filter.") }
        }
        if changes.isEmpty { throw ValidationError("Say what shall change, such as --assign or --status.") }
    }

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        if let filter { return try await changeAll(filter, connection, console) }
        let keys = try tickets.flatMap { $0 == "-" ? try Self.keys("-", console) : [$0] } + (try file.map { try Self.keys($0, console) } ?? [])
        var body: [String: JSONValue] = ["tickets": .array(keys.map(JSONValue.string)), "changes": try await members(connection)]
        if atomic { body["atomic"] = true }
        if dryRun { body["dryRun"] = true }
        let answer = try await connection.send(APIRequest("POST", ["tickets", "bulk"], body: .object(body))).json
        try BulkResult(answer).show(output.form(on: console), console)
        if let id = answer["id"]?.string, answer["counts"]?["changed"] != 0 { console.note("Undo it with: itsmctl ticket bulk-undo \(id)") }
        try BulkResult(answer).throwIfRefused()
    }

    private func members(_ connection: Connection) async throws -> JSONValue {
        var members = changes.body
        members["resolution"] = resolution.value
        if !changes.field.isEmpty {
            members["customFields"] = .object(try await connection.typed(changes.field.fieldValues, named: changes.field.map(\.name)))
        }
        if members["assignee"] == "me" { members["assignee"] = .string(try await connection.ownID()) }
        return .object(members)
    }

    private func changeAll(_ filter: String, _ connection: Connection, _ console: Console) async throws {
        var body: [String: JSONValue] = [
            "filter": .string(filter), "expectedCount": .integer(Int64(expect ?? 0)), "changes": try await members(connection),
        ]
        if dryRun { body["dryRun"] = true }
        let begun = try await connection.send(APIRequest("POST", ["tickets", "bulk"], body: .object(body))).json
        let done = try await connection.follow(bulk: begun, label: dryRun ? "Trying" : "Changing")
        try BulkSummary(done).show(output.form(on: console), console)
        if let id = done["id"]?.string, !dryRun, done["counts"]?["changed"] != 0 { console.note("Undo it with: itsmctl bulk undo \(id)") }
        try BulkSummary(done).throwUnlessClean()
    }

    private static func keys(_ path: String, _ console: Console) throws -> [String] {
        try InputFile.text(path, console).split(whereSeparator: \.isWhitespace).map(String.init)
    }
}

/// What `ticket bulk` changes.
struct BulkChangeOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Give them to this person: a username or id, me, or none.", valueName: "person")) var assign: String?
    @Option(help: ArgumentHelp("Give them to this group, by name or id, or none.", valueName: "group")) var group: String?
    @Option(help: ArgumentHelp("Move them to this status.", valueName: "status")) var status: TicketStatus?
    @Option(help: "Override their priority; needs --reason.") var priority: Priority?
    @Option(name: .shortAndLong, help: "Why the status or the priority changes.") var reason: String?
    @Option(help: ArgumentHelp("When waiting tickets go on by themselves.", valueName: "time")) var pendingUntil: Instant?
    @Option(help: ArgumentHelp("Add this tag. Repeat it for more.", valueName: "tag")) var addTag: [String] = []
    @Option(help: ArgumentHelp("Take this tag away. Repeat it for more.", valueName: "tag")) var removeTag: [String] = []
    @Option(
        help: ArgumentHelp(
            "A custom field, such as site=HQ; several choices with commas between them, nothing to clear it. Repeat it for more.",
            valueName: "name=value"))
    var field: [Assignment] = []

    var isEmpty: Bool {
        assign == nil && group == nil && status == nil && priority == nil && addTag.isEmpty && removeTag.isEmpty && field.isEmpty
    }

    var body: [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        members["assignee"] = assign.map(Self.value)
        members["group"] = group.map(Self.value)
        members["status"] = status.map { .string($0.rawValue) }
        members["priority"] = priority.map { .string($0.rawValue) }
        members["pendingUntil"] = pendingUntil.map { .string($0.description) }
        if priority != nil { members["priorityReason"] = reason.map(JSONValue.string) }
        if status != nil || priority == nil { members["reason"] = reason.map(JSONValue.string) }
        if !addTag.isEmpty { members["addTags"] = .array(addTag.map(JSONValue.string)) }
        if !removeTag.isEmpty { members["removeTags"] = .array(removeTag.map(JSONValue.string)) }
        return members
    }

    private static func value(_ name: String) -> JSONValue { name == "none" ? .null : .string(name) }
}

/// `ticket bulk-undo ID`
struct UndoBulk: Command {
    static let configuration = CommandConfiguration(
        commandName: "bulk-undo", abstract: "Undo a bulk change of your own, within a day.",
        discussion: "Tickets that were changed since are refused and stay as they are; exit code 8 tells that there are some.")

    @Argument(help: "The id that ticket bulk told.") var id: String
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let answer = try await connection.connect(console).send(APIRequest("POST", ["tickets", "bulk", id, "undo"])).json
        try BulkResult(answer).show(output.form(on: console), console)
        try BulkResult(answer).throwIfRefused()
    }
}

/// What became of a bulk change, as the server tells it.
private struct BulkResult {
    private static let shape = RecordShape(
        name: "key",
        columns: [
            Column("TICKET", "key"), Column("RESULT", "result"), Column("VERSION", "version"), Column("WHY", "problem.detail", flexible: true),
            Column("ID", "id", wide: true),
        ])

    private let answer: JSONValue
    private let outcomes: [JSONValue]

    /// - Throws: `ITSMError` for an answer that is no bulk change.
    init(_ answer: JSONValue) throws {
        guard case .array(let outcomes)? = answer["outcomes"] else { throw ITSMError(.internal, "The server's answer tells no outcomes.") }
        self.answer = answer
        self.outcomes = outcomes
    }

    /// A row for each ticket; the whole operation for programs.
    func show(_ form: OutputForm, _ console: Console) throws {
        var printer = RecordPrinter(Self.shape, form, on: console)
        switch form.format {
        case .json, .yaml: try printer.printCard(answer)
        default:
            try printer.print(outcomes)
            try printer.finish()
        }
    }

    func throwIfRefused() throws {
        let refused = outcomes.filter { $0["result"] == "refused" }.count
        if refused > 0 { throw PartialFailure(failed: refused, of: outcomes.count) }
    }
}
