import ArgumentParser
import Foundation
import ITSMCore

/// `custom-field …`
struct CustomFieldCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "custom-field", abstract: "What the desk asks about its tickets beside what every desk asks.",
        subcommands: [
            ListRecords<CustomFields>.self, ViewRecord<CustomFields>.self, CreateRecord<CustomFields>.self, UpdateRecord<CustomFields>.self,
            DeleteRecord<CustomFields>.self,
        ])
}

enum CustomFields: Noun {
    static let name = "custom-field"
    static let path = "custom-fields"
    static let keyHelp = "The field's name or id."
    static let shape = RecordShape(
        name: "name",
        columns: [
            Column("NAME", "name"), Column("LABEL", "label", flexible: true), Column("KIND", "kind"), Column("REQUIRED", "required"),
            Column("REQUESTERS", "visibleToRequesters"), Column("ON", "kinds"), Column("ORDER", "order", wide: true),
            Column("DEFAULT", "default", wide: true), Column("ARCHIVED", "archivedAt", .time, wide: true), Column("ID", "id", wide: true),
        ],
        details: [
            Column("Name", "name"), Column("Label", "label"), Column("Help", "help"), Column("Kind", "kind"), Column("Choices", "choices"),
            Column("Required", "required"), Column("Default", "default"), Column("Requesters see it", "visibleToRequesters"),
            Column("On tickets", "kinds"), Column("Order", "order"), Column("Archived", "archivedAt", .time), Column("Version", "version"),
        ])

    typealias Filters = ArchivableFilters

    struct Fields: BodyOptions {
        @Option(help: "What expressions and the API call it, such as costCentre. It never changes.") var name: String?
        @Option(help: "What people read.") var label: String?
        @Option(help: "What its values are. It never changes.") var kind: CustomField.Kind?
        @Option(name: .customLong("explanation"), help: "One line that explains it.") var help: String?
        @Option(
            help: ArgumentHelp(
                "A choice: its value, and what people read, such as hq=\"Head office\". Repeat it for more; they replace those that are there.",
                valueName: "value=label"))
        var choice: [String] = []
        @Option(help: ArgumentHelp("A choice that is not to be chosen any more. Repeat it for more.", valueName: "value")) var archiveChoice:
            [String] = []
        @Flag(inversion: .prefixedNo, help: "Asked for where a person raises a ticket.") var required: Bool?
        @Option(name: .customLong("default"), help: "What a new ticket has: JSON, or a text.") var defaultValue: String?
        @Flag(inversion: .prefixedNo, help: "Requesters see it too.") var visibleToRequesters: Bool?
        @Option(help: "A kind of tickets that has it. Repeat it for more; all without.") var on: [TicketKind] = []
        @Option(help: "Forms show lower numbers first.") var order: Int?
        @Flag(inversion: .prefixedNo, help: "Hidden from forms.") var archived: Bool?

        func body(changing current: JSONValue?) -> [String: JSONValue] {
            let body: [String: JSONValue?] = [
                "name": name.map(JSONValue.string), "label": label.map(JSONValue.string), "kind": kind.map { .string($0.rawValue) },
                "help": help.map(JSONValue.string), "choices": choices(changing: current), "required": required.map(JSONValue.bool),
                "default": defaultValue.map(json), "visibleToRequesters": visibleToRequesters.map(JSONValue.bool),
                "kinds": on.isEmpty ? nil : .array(on.map { .string($0.rawValue) }), "order": order.map { .integer(Int64($0)) },
                "archived": archived.map(JSONValue.bool),
            ]
            return body.compactMapValues { $0 }
        }

        private func choices(changing current: JSONValue?) -> JSONValue? {
            var choices: [JSONValue] = choice.map { text in
                let pair = Assignment(argument: text)
                return ["value": .string(pair?.name ?? text), "label": .string(pair?.value ?? text)]
            }
            if choices.isEmpty, case .array(let standing)? = current?["choices"] { choices = standing }
            guard !choice.isEmpty || !archiveChoice.isEmpty else { return nil }
            return .array(
                choices.map { choice in
                    guard case .object(var members) = choice, archiveChoice.contains(choice["value"]?.string ?? "") else { return choice }
                    members["archived"] = true
                    return .object(members)
                })
        }

        private func json(_ text: String) -> JSONValue {
            if kind?.isText ?? false { return .string(text) }
            return (try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))) ?? .string(text)
        }
    }
}

extension CustomField.Kind: ExpressibleByArgument {
    fileprivate var isText: Bool { ![.number, .boolean, .multiChoice].contains(self) }
}
