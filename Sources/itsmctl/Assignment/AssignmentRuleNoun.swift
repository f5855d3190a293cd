import ArgumentParser
import Foundation
import ITSMCore

/// `assignment-rule …`
struct AssignmentRuleCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assignment-rule", abstract: "To whom tickets go by themselves.",
        subcommands: [
            ListRecords<AssignmentRules>.self, ViewRecord<AssignmentRules>.self, CreateRecord<AssignmentRules>.self,
            UpdateRecord<AssignmentRules>.self, DeleteRecord<AssignmentRules>.self, RehearseAssignmentRule.self, ListAssignmentFaults.self,
        ])
}

enum AssignmentRules: Noun {
    static let name = "assignment-rule"
    static let path = "assignment-rules"
    static let keyHelp = "The rule's name or id."
    static let shape = RecordShape(
        name: "name",
        columns: [
            Column("ORDER", "order"), Column("NAME", "name"), Column("CONDITION", "condition", flexible: true), Column("GROUP", "group"),
            Column("CHOICE", "choice"), Column("PERSON", "person"), Column("CONTINUES", "continues", wide: true),
            Column("TRIGGERS", "triggers", wide: true), Column("SKILLS", "skills", wide: true),
            Column("ARCHIVED", "archivedAt", .time, wide: true), Column("ID", "id", wide: true),
        ],
        details: [
            Column("Name", "name"), Column("Order", "order"), Column("Condition", "condition"), Column("Triggers", "triggers"),
            Column("Group", "group"), Column("Choice", "choice"), Column("Person", "person"), Column("Skills", "skills"),
            Column("Continues", "continues"), Column("Archived", "archivedAt", .time), Column("Updated", "updatedAt", .time), Column("Id", "id"),
            Column("Version", "version"),
        ])

    typealias Filters = ArchivableFilters

    struct Fields: BodyOptions {
        @Option(help: "The name.") var name: String?
        @Option(help: "Lower ones are asked first; a new one after all others.") var order: Int?
        @Option(help: ArgumentHelp("Which tickets it is about; none for every ticket.", valueName: "expression")) var condition: String?
        @Option(help: "When it is asked; both when absent. Repeat it for both.") var trigger: [AssignmentRule.Trigger] = []
        @Option(help: "The group that the ticket goes to, by name or id; none to leave it where it is.") var group: String?
        @Option(help: "How the person is found.") var choice: AssignmentRule.Choice?
        @Option(help: "The person, by username or id, for --choice person.") var person: String?
        @Option(help: "A skill, for --choice bestSkill. Repeat it for more.") var skill: [String] = []
        @Flag(inversion: .prefixedNo, help: "Whether later rules may set what this one left open.") var continues: Bool?
        @Flag(inversion: .prefixedNo, help: "It is asked no more.") var archived: Bool?

        func body(changing current: JSONValue?) -> [String: JSONValue] {
            let body: [String: JSONValue?] = [
                "name": name.map(JSONValue.string), "order": order.map { .integer(Int64($0)) }, "condition": condition.map(Self.value),
                "triggers": trigger.isEmpty ? nil : .array(trigger.map { .string($0.rawValue) }), "group": group.map(Self.value),
                "choice": choice.map { .string($0.rawValue) }, "person": person.map(JSONValue.string),
                "skills": skill.isEmpty ? nil : .array(skill.map(JSONValue.string)), "continues": continues.map(JSONValue.bool),
                "archived": archived.map(JSONValue.bool),
            ]
            return body.compactMapValues { $0 }
        }

        private static func value(_ text: String) -> JSONValue { text == "none" ? .null : .string(text) }
    }
}

extension AssignmentRule.Choice: ExpressibleByArgument {}
extension AssignmentRule.Trigger: ExpressibleByArgument {}

/// `assignment-rule faults`
struct ListAssignmentFaults: Command {
    static let configuration = CommandConfiguration(
        commandName: "faults", abstract: "Show for which tickets a rule's condition failed lately.")

    @Argument(help: ArgumentHelp(AssignmentRules.keyHelp)) var rule: String
    @OptionGroup var paging: PagingOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run(_ console: Console) async throws {
        let connection = try connection.connect(console)
        try await connection.list(["assignment-rules", rule, "faults"], query: [], Self.shape, paging, output.form(on: console))
    }

    private static let shape = RecordShape(
        name: "number",
        columns: [
            Column("AT", "at", .time), Column("TICKET", "number"), Column("VERSION", "version"), Column("MESSAGE", "message", flexible: true),
        ])
}
