import ArgumentParser
import Foundation
import ITSMCore

/// `view …`
struct ViewCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "view", abstract: "Lists of tickets that people keep.",
        discussion: "A view that others share shows you only what you may see. Use one with: itsmctl ticket list --view NAME",
        subcommands: [
            ListRecords<Views>.self, ViewRecord<Views>.self, CreateRecord<Views>.self, UpdateRecord<Views>.self, DeleteRecord<Views>.self,
        ])
}

enum Views: Noun {
    static let name = "view"
    static let path = "views"
    static let keyHelp = "The view's name or id."
    static let shape = RecordShape(
        name: "name",
        columns: [
            Column("NAME", "name"), Column("CONDITION", "condition", flexible: true), Column("SHARING", "sharing"), Column("OWNER", "owner"),
            Column("SORT", "sort"), Column("GROUPS", "groups", wide: true), Column("GROUPING", "grouping", wide: true),
            Column("PINNED", "pinned", wide: true), Column("UPDATED", "updatedAt", .time, wide: true), Column("ID", "id", wide: true),
        ],
        details: [
            Column("Name", "name"), Column("Owner", "owner"), Column("Sharing", "sharing"), Column("Groups", "groups"), Column("Sort", "sort"),
            Column("Grouping", "grouping"), Column("Columns", "columns"), Column("Pinned", "pinned"), Column("Order", "order"),
            Column("Created", "createdAt", .time), Column("Updated", "updatedAt", .time), Column("Version", "version"), Column("Id", "id"),
        ],
        text: "condition")

    struct Filters: QueryOptions {
        @Option(name: [.customShort("q"), .customLong("search")], help: ArgumentHelp("Words in the name.", valueName: "words")) var search: String?
        @Flag(inversion: .prefixedNo, help: "Only your own, or only those that others share.") var mine: Bool?
        @OptionGroup var condition: ConditionFilter

        var query: [URLQueryItem] {
            [("q", search), ("mine", mine.map { String($0) })].compactMap { name, value in value.map { URLQueryItem(name: name, value: $0) } }
                + condition.query
        }
    }

    struct Fields: BodyOptions {
        @Option(help: "The name.") var name: String?
        @Option(help: ArgumentHelp("Which tickets, such as 'ticket.priority <= 2'; empty for all.", valueName: "expression")) var condition: String?
        @Option(help: ArgumentHelp("onlyMe, groups or everyone.", valueName: "whom")) var sharing: String?
        @Option(
            help: ArgumentHelp(
                "A group to share it with, by name or id; takes the place of those that stand. Repeat it for more.", valueName: "group"))
        var group: [String] = []
        @Option(help: ArgumentHelp("A column to show; takes the place of those that stand. Repeat it for more.", valueName: "column"))
        var column: [String] = []
        @Option(parsing: .unconditional, help: ArgumentHelp("Such as priority, or -updatedAt for the newest first.", valueName: "field")) var sort:
            String?
        @Option(help: ArgumentHelp("status, priority, assignee or timeLeft.", valueName: "field")) var grouping: String?
        @Flag(inversion: .prefixedNo, help: "Among the tabs of the queue.") var pinned: Bool?
        @Option(help: "Its place among others; lower comes first.") var order: Int?

        func body(changing current: JSONValue?) -> [String: JSONValue] {
            func list(_ texts: [String]) -> JSONValue? { texts.isEmpty ? nil : .array(texts.map(JSONValue.string)) }
            let body: [String: JSONValue?] = [
                "name": name.map(JSONValue.string), "condition": condition.map(JSONValue.string),
                // Who names groups means to share with them.
                "sharing": (sharing ?? (group.isEmpty ? nil : "groups")).map(JSONValue.string), "groups": list(group), "columns": list(column),
                "sort": sort.map(JSONValue.string), "grouping": grouping.map(JSONValue.string), "pinned": pinned.map(JSONValue.bool),
                "order": order.map { .integer(Int64($0)) },
            ]
            return body.compactMapValues { $0 }
        }
    }
}
