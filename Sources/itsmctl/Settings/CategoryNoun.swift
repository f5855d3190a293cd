import ArgumentParser
import Foundation
import ITSMCore

/// `category …`
struct CategoryCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "category", abstract: "The tree that tickets are sorted by.",
        subcommands: [
            ListRecords<Categories>.self, ViewRecord<Categories>.self, CreateRecord<Categories>.self, UpdateRecord<Categories>.self,
            DeleteRecord<Categories>.self,
        ])
}

enum Categories: Noun {
    static let name = "category"
    static let path = "categories"
    static let keyHelp = "The category's path, such as network/vpn, or its id."
    static let shape = RecordShape(
        name: "path",
        columns: [
            Column("PATH", "path"), Column("NAME", "name", flexible: true), Column("ARCHIVED", "archivedAt", .time, wide: true),
            Column("ID", "id", wide: true),
        ])

    typealias Filters = ArchivableFilters

    struct Fields: BodyOptions {
        @Option(help: "The last name of its path.") var name: String?
        @Option(help: ArgumentHelp("The category above it, by path or id.", valueName: "path")) var parent: String?
        @Flag(inversion: .prefixedNo, help: "Hidden from pickers.") var archived: Bool?

        func body(changing current: JSONValue?) -> [String: JSONValue] {
            let body: [String: JSONValue?] = [
                "name": name.map(JSONValue.string), "parent": parent.map(JSONValue.string), "archived": archived.map(JSONValue.bool),
            ]
            return body.compactMapValues { $0 }
        }
    }
}
