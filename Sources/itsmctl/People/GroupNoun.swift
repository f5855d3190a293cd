import ArgumentParser
import Foundation
import ITSMCore

/// `group …`
struct GroupCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "group", abstract: "The teams that tickets are given to.",
        subcommands: [
            ListRecords<Groups>.self, ViewRecord<Groups>.self, CreateRecord<Groups>.self, UpdateRecord<Groups>.self, DeleteRecord<Groups>.self,
        ])
}

enum Groups: Noun {
    static let name = "group"
    static let path = "groups"
    static let keyHelp = "The group's name or id."
    static let shape = RecordShape(
        name: "name",
        columns: [
            Column("NAME", "name"), Column("DESCRIPTION", "description", flexible: true), Column("MANAGER", "manager"),
            Column("MEMBERS", "memberCount"), Column("ROLES", "roles", wide: true), Column("ARCHIVED", "archivedAt", .time, wide: true),
            Column("ID", "id", wide: true),
        ],
        details: [
            Column("Name", "name"), Column("Description", "description"), Column("Manager", "manager"), Column("Members", "members"),
            Column("Member count", "memberCount"),
            Column("Roles", "roles"), Column("Archived", "archivedAt", .time), Column("Created", "createdAt", .time),
            Column("Updated", "updatedAt", .time), Column("Id", "id"), Column("Version", "version"),
        ])

    struct Filters: QueryOptions {
        @Option(name: [.customShort("q"), .customLong("search")], help: ArgumentHelp("Words in the name.", valueName: "words")) var search: String?
        @Option(help: "Groups of this person.") var member: String?
        @Flag(inversion: .prefixedNo, help: "Only archived groups, or only those in use.") var archived: Bool?

        @OptionGroup var condition: ConditionFilter

        var query: [URLQueryItem] {
            [("q", search), ("member", member), ("archived", archived.map { String($0) })]
                .compactMap { name, value in value.map { URLQueryItem(name: name, value: $0) } } + condition.query
        }
    }

    struct Fields: BodyOptions {
        @Option(help: "The name.") var name: String?
        @Option(help: "What the group is for.") var description: String?
        @Option(help: "Who answers for it: a username or id.") var manager: String?
        @Flag(inversion: .prefixedNo, help: "Hidden from pickers.") var archived: Bool?
        @Option(help: "A member's username or id. Repeat it for more; they replace those there are.") var member: [String] = []
        @Option(help: "One more member.") var addMember: [String] = []
        @Option(help: "A member no longer.") var removeMember: [String] = []
        @Option(help: "A role that every member holds. Repeat it for more; they replace those there are.") var role: [String] = []
        @Option(help: "One more role.") var addRole: [String] = []
        @Option(help: "A role no longer held.") var removeRole: [String] = []

        func body(changing current: JSONValue?) -> [String: JSONValue] {
            let body: [String: JSONValue?] = [
                "name": name.map(JSONValue.string), "description": description.map(JSONValue.string), "manager": manager.map(JSONValue.string),
                "archived": archived.map(JSONValue.bool),
                "members": ReferenceSet.edited(nil, replacing: member, adding: current == nil ? addMember : [], removing: []),
                "roles": ReferenceSet.edited(current?["roles"], replacing: role, adding: addRole, removing: removeRole),
            ]
            return body.compactMapValues { $0 }
        }

        /// One by one: a large group does not show all of its members, so the whole set cannot be edited and sent back.
        func calls(changing path: [String]) -> [APIRequest] {
            addMember.map { APIRequest("POST", path + ["members"], body: ["user": .string($0)]) }
                + removeMember.map { APIRequest("DELETE", path + ["members", $0]) }
        }
    }
}
