import ArgumentParser
import Foundation
import ITSMCore

/// `sla policy …`
struct PolicyCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "What the desk promises: targets by metric and priority.",
        subcommands: [
            ListRecords<Policies>.self, ViewRecord<Policies>.self, ListVersions<Policies>.self, CreateRecord<Policies>.self,
            UpdateRecord<Policies>.self, DeleteRecord<Policies>.self,
        ])
}

enum Policies: Noun {
    static let name = "policy"
    static let path = "sla/policies"
    static let keyHelp = "The policy's name or id."
    static let plural = "policies"
    static let shape = RecordShape(
        name: "name",
        columns: [
            Column("ORDER", "order"), Column("NAME", "name"), Column("KINDS", "coverage.kinds"),
            Column("PRIORITIES", "coverage.priorities", wide: true),
            Column("CATEGORIES", "coverage.categories", wide: true), Column("GROUPS", "coverage.groups"), Column("SERVICES", "coverage.services"),
            Column("ARCHIVED", "archivedAt", .time, wide: true), Column("ID", "id", wide: true),
        ],
        details: [
            Column("Name", "name"), Column("Description", "description"), Column("Order", "order"), Column("Kinds", "coverage.kinds"),
            Column("Priorities", "coverage.priorities"), Column("Categories", "coverage.categories"), Column("Groups", "coverage.groups"),
            Column("Services", "coverage.services"), Column("Condition", "condition"), Column("Targets", "targets"),
            Column("Archived", "archivedAt", .time),
            Column("Updated", "updatedAt", .time), Column("Id", "id"), Column("Version", "version"),
        ])

    typealias Filters = ArchivableFilters

    struct Fields: BodyOptions {
        @Option(help: "The name.") var name: String?
        @Option(help: "What it is for.") var description: String?
        @Option(help: "Lower ones are asked first.") var order: Int?
        @Flag(inversion: .prefixedNo, help: "It covers no new tickets.") var archived: Bool?
        @OptionGroup var running: RunningCyclesOption

        func body(changing current: JSONValue?) -> [String: JSONValue] {
            let body: [String: JSONValue?] = [
                "name": name.map(JSONValue.string), "description": description.map(JSONValue.string),
                "order": order.map { .integer(Int64($0)) }, "archived": archived.map(JSONValue.bool), "runningCycles": running.value,
            ]
            return body.compactMapValues { $0 }
        }
    }
}

/// `sla calendar …`
struct CalendarCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calendar", abstract: "When people work.",
        subcommands: [
            ListRecords<Calendars>.self, ViewRecord<Calendars>.self, ListVersions<Calendars>.self, CreateRecord<Calendars>.self,
            UpdateRecord<Calendars>.self, DeleteRecord<Calendars>.self, ImportHolidays.self,
        ])
}

enum Calendars: Noun {
    static let name = "calendar"
    static let path = "sla/calendars"
    static let keyHelp = "The calendar's name or id."
    static let plural = "calendars"
    static let shape = RecordShape(
        name: "name",
        columns: [
            Column("NAME", "name"), Column("ZONE", "zone"), Column("MON", "weekly.mon"), Column("TUE", "weekly.tue", wide: true),
            Column("WED", "weekly.wed", wide: true), Column("THU", "weekly.thu", wide: true), Column("FRI", "weekly.fri"),
            Column("SAT", "weekly.sat"), Column("SUN", "weekly.sun"), Column("ARCHIVED", "archivedAt", .time, wide: true),
            Column("ID", "id", wide: true),
        ],
        details: [
            Column("Name", "name"), Column("Zone", "zone"), Column("Monday", "weekly.mon"), Column("Tuesday", "weekly.tue"),
            Column("Wednesday", "weekly.wed"), Column("Thursday", "weekly.thu"), Column("Friday", "weekly.fri"), Column("Saturday", "weekly.sat"),
            Column("Sunday", "weekly.sun"), Column("Other dates", "exceptions"), Column("Every year", "yearly"), Column("Holidays", "holidays"),
            Column("Archived", "archivedAt", .time), Column("Updated", "updatedAt", .time), Column("Id", "id"), Column("Version", "version"),
        ])

    typealias Filters = ArchivableFilters

    struct Fields: BodyOptions {
        @Option(help: "The name.") var name: String?
        @Option(help: "The IANA zone whose wall clocks count, such as Europe/Berlin.") var zone: String?
        @Flag(inversion: .prefixedNo, help: "Hidden from pickers.") var archived: Bool?
        @OptionGroup var running: RunningCyclesOption

        func body(changing current: JSONValue?) -> [String: JSONValue] {
            let body: [String: JSONValue?] = [
                "name": name.map(JSONValue.string), "zone": zone.map(JSONValue.string), "archived": archived.map(JSONValue.bool),
                "runningCycles": running.value,
            ]
            return body.compactMapValues { $0 }
        }
    }
}

/// `sla rule …`
struct EscalationRuleCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rule", abstract: "What happens when a clock comes to a certain point.",
        subcommands: [
            ListRecords<EscalationRules>.self, ViewRecord<EscalationRules>.self, ListVersions<EscalationRules>.self,
            CreateRecord<EscalationRules>.self, UpdateRecord<EscalationRules>.self, DeleteRecord<EscalationRules>.self,
            RehearseRule.self,
        ])
}

enum EscalationRules: Noun {
    static let name = "escalation rule"
    static let path = "sla/escalation-rules"
    static let keyHelp = "The rule's name or id."
    static let plural = "escalation rules"
    static let shape = RecordShape(
        name: "name",
        columns: [
            Column("NAME", "name"), Column("WHEN", "threshold"), Column("POLICY", "policy"), Column("METRICS", "metrics"),
            Column("ACTIONS", "actions", flexible: true), Column("ARCHIVED", "archivedAt", .time, wide: true), Column("ID", "id", wide: true),
        ],
        details: [
            Column("Name", "name"), Column("When", "threshold"), Column("Policy", "policy"), Column("Metrics", "metrics"),
            Column("Kinds", "coverage.kinds"), Column("Priorities", "coverage.priorities"), Column("Categories", "coverage.categories"),
            Column("Groups", "coverage.groups"), Column("Services", "coverage.services"), Column("Condition", "condition"),
            Column("Actions", "actions"),
            Column("Archived", "archivedAt", .time), Column("Updated", "updatedAt", .time), Column("Id", "id"), Column("Version", "version"),
        ])

    typealias Filters = ArchivableFilters

    struct Fields: BodyOptions {
        @Option(help: "The name.") var name: String?
        @Option(help: "The policy whose clocks it watches, by name or id.") var policy: String?
        @Option(help: ArgumentHelp("What must hold of the ticket when it fires.", valueName: "expr")) var condition: String?
        @Flag(inversion: .prefixedNo, help: "It fires no more.") var archived: Bool?

        func body(changing current: JSONValue?) -> [String: JSONValue] {
            let body: [String: JSONValue?] = [
                "name": name.map(JSONValue.string), "policy": policy.map(JSONValue.string), "condition": condition.map(JSONValue.string),
                "archived": archived.map(JSONValue.bool),
            ]
            return body.compactMapValues { $0 }
        }
    }
}

/// Whether clocks that run already follow an edit.
struct RunningCyclesOption: ParsableArguments {
    @Option(help: "Whether clocks that run already follow the edit; by default calendars' do, policies' do not.") var runningCycles: RunningCycles?

    var value: JSONValue? { runningCycles.map { .string($0.rawValue) } }
}

extension RunningCycles: ExpressibleByArgument {}

/// `NOUN versions KEY`
struct ListVersions<N: Noun>: Command {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "versions", abstract: "List all versions of \(N.indefinite), the newest first.")
    }

    @Argument(help: ArgumentHelp(N.keyHelp)) var key: String
    @Option(help: "Show this version whole.") var version: Int?
    @OptionGroup(title: "Filters") var condition: ConditionFilter
    @OptionGroup(title: "Paging") var paging: PagingOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        let path = try await N.path(of: key, connection) + ["versions"]
        let form = output.form(on: console)
        guard let version else {
            var shape = N.shape
            shape.columns = [Column("VERSION", "version"), Column("SAVED", "updatedAt", .time)] + shape.columns
            return try await connection.list(path, query: condition.query, shape, paging, form)
        }
        var printer = RecordPrinter(N.shape, form, on: console)
        try printer.printCard(try await connection.get(path + ["\(version)"]).json)
    }
}
