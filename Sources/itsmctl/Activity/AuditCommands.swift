import ArgumentParser
import Foundation
import ITSMCore

/// `audit …`
struct AuditCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Who changed what, and when.",
        subcommands: [ListAudit.self, VerifyRecord.self, ExportRecord.self, ShowSeals.self, RedactActivity.self],
        defaultSubcommand: ListAudit.self)
}

/// `audit list`
struct ListAudit: Command {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List what happened, newest first.")

    @Option(help: "Who did it: a username or id, or me.") var principal: String?
    @Option(help: "What happened, such as user.roleGranted.") var kind: String?
    @Option(help: ArgumentHelp("The kind of record, such as user or ticket.", valueName: "type")) var recordType: String?
    @Option(help: ArgumentHelp("The id of the record.", valueName: "id")) var record: String?
    @Option(help: ArgumentHelp("A ticket and what hangs on it.", valueName: "number")) var ticket: String?
    @Option(help: ArgumentHelp("From this time on, such as 2026-11-21T08:00:00Z.", valueName: "time")) var from: Instant?
    @Option(help: ArgumentHelp("Before this time.", valueName: "time")) var to: Instant?
    @Option(
        help: ArgumentHelp("Only entries for which this condition is true, such as 'activity.kind == \"user.roleGranted\"'.", valueName: "expression")
    ) var filter: String?
    @OptionGroup var paging: PagingOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions
    @OptionGroup(title: "Without a server") var direct: DirectOptions

    var query: [URLQueryItem] {
        [
            ("principal", principal), ("kind", kind), ("recordType", recordType), ("record", record), ("ticket", ticket), ("from", from?.description),
            ("to", to?.description), ("filter", filter),
        ].compactMap { name, value in value.map { URLQueryItem(name: name, value: $0) } }
    }

    func run(_ console: Console) async throws {
        if direct.direct { return try await listDirectly(console) }
        let connection = try connection.connect(console)
        try await connection.list(["audit"], query: query, ActivityShape.activity, paging, output.form(on: console))
    }

    private func listDirectly(_ console: Console) async throws {
        let (filter, limit, form) = (try asked(), paging.all ? nil : paging.limit, output.form(on: console))
        try await direct.withDesk(console) { desk in
            var filter = filter
            if filter.principal == .name("me") { filter.principal = .id(desk.caller.id) }
            let activity = ActivityService(database: desk.database)
            var printer = RecordPrinter(ActivityShape.activity, form, on: console)
            var (count, next) = (0, PagePosition?.none)
            repeat {
                let size = min(limit.map { $0 - count } ?? Limits.pageMaximum, Limits.pageMaximum)
                guard let request = PageRequest(limit: size, after: next) else { break }
                let page = try await activity.audit(filter, page: request, as: desk.caller)
                try printer.print(try page.items.map { try JSONValue(encoding: $0) })
                count += page.items.count
                next = page.next
            } while next != nil && limit.map { count < $0 } ?? true
            try printer.finish(count: count, hasMore: next != nil, on: console)
        }
    }

    /// The same conditions as `query`, for the service itself.
    ///
    /// - Throws: `ITSMError` with every value that is none.
    func asked() throws -> ActivityFilter {
        var problems = ProblemList()
        func parse<Value>(_ text: String?, _ name: String, _ parse: (String) -> Value?) -> Value? {
            let value = text.flatMap(parse)
            if let text, value == nil { problems.add("?\(name)", .invalidValue, "\(text) is none that there is.") }
            return value
        }
        var filter = ActivityFilter()
        filter.principal = principal.map { RefInput($0) }
        filter.kinds = parse(kind, "kind", Activity.Kind.init(rawValue:)).map { [$0] } ?? []
        filter.recordType = parse(recordType, "recordType", Activity.RecordType.init(rawValue:))
        filter.record = parse(record, "record") { ID<AnyRecord>($0) }
        filter.ticket = parse(ticket, "ticket") { TicketKey($0) }
        (filter.from, filter.before) = (from, to)
        do {
            filter.condition = try self.filter.map { try Condition($0, in: .ofRecords(.activity)) }
        } catch let faults as CELFaults {
            for problem in faults.problems(at: "?filter") { problems.add(problem.pointer, problem.code, problem.message) }
        }
        try problems.throwIfAny()
        return filter
    }
}

extension Instant: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}
