import ArgumentParser
import Foundation
import ITSMCore

/// `service …`
struct ServiceCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "service", abstract: "What tickets are about, for the business.",
        subcommands: [
            ListRecords<Services>.self, ViewRecord<Services>.self, CreateRecord<Services>.self, UpdateRecord<Services>.self,
            DeleteRecord<Services>.self,
        ])
}

enum Services: Noun {
    static let name = "service"
    static let path = "services"
    static let keyHelp = "The service's name or id."
    static let shape = RecordShape(
        name: "name",
        columns: [
            Column("NAME", "name"), Column("DESCRIPTION", "description", flexible: true), Column("OWNER", "owner"),
            Column("CRITICALITY", "criticality"), Column("ARCHIVED", "archivedAt", .time, wide: true), Column("ID", "id", wide: true),
        ])

    typealias Filters = ArchivableFilters

    struct Fields: BodyOptions {
        @Option(help: "The name.") var name: String?
        @Option(help: "What the service gives the business.") var description: String?
        @Option(help: "The group that owns it, by name or id.") var owner: String?
        @Option(help: "How much hangs on it.") var criticality: BusinessService.Criticality?
        @Flag(inversion: .prefixedNo, help: "Hidden from pickers.") var archived: Bool?

        func body(changing current: JSONValue?) -> [String: JSONValue] {
            let body: [String: JSONValue?] = [
                "name": name.map(JSONValue.string), "description": description.map(JSONValue.string), "owner": owner.map(JSONValue.string),
                "criticality": criticality.map { .string($0.rawValue) }, "archived": archived.map(JSONValue.bool),
            ]
            return body.compactMapValues { $0 }
        }
    }
}

/// Filters of lists whose records can be archived.
struct ArchivableFilters: QueryOptions {
    @Option(name: [.customShort("q"), .customLong("search")], help: ArgumentHelp("Words in the name.", valueName: "words")) var search: String?
    @Flag(inversion: .prefixedNo, help: "Only archived ones, or only those in use.") var archived: Bool?
    @OptionGroup var condition: ConditionFilter

    var query: [URLQueryItem] {
        [("q", search), ("archived", archived.map { String($0) })].compactMap { name, value in value.map { URLQueryItem(name: name, value: $0) } }
            + condition.query
    }
}

extension BusinessService.Criticality: ExpressibleByArgument {}
