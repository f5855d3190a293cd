import ArgumentParser
import Foundation
import ITSMCore

/// `role …`
struct RoleCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "role", abstract: "What people may do: permissions with a scope of own, group or all.",
        subcommands: [
            ListRecords<Roles>.self, ViewRecord<Roles>.self, CreateRecord<Roles>.self, UpdateRecord<Roles>.self, DeleteRecord<Roles>.self,
        ])
}

enum Roles: Noun {
    static let name = "role"
    static let path = "roles"
    static let keyHelp = "The role's name or id."
    static let shape = RecordShape(
        name: "name",
        columns: [
            Column("NAME", "name"), Column("DESCRIPTION", "description", flexible: true), Column("BUILT IN", "builtIn"),
            Column("PERMISSIONS", "permissions", wide: true), Column("ID", "id", wide: true),
        ],
        details: [
            Column("Name", "name"), Column("Description", "description"), Column("Built in", "builtIn"), Column("Permissions", "permissions"),
            Column("Second factor", "requiresSecondFactor"), Column("Created", "createdAt", .time), Column("Updated", "updatedAt", .time),
            Column("Id", "id"), Column("Version", "version"),
        ])

    typealias Filters = ConditionFilter

    struct Fields: BodyOptions {
        @Option(help: "The name.") var name: String?
        @Option(help: "What the role is for.") var description: String?
        @Option(help: ArgumentHelp("A permission and how far it reaches: own, group or all. Repeat it for more.", valueName: "tickets:read=all"))
        var grant: [Assignment] = []
        @Flag(inversion: .prefixedNo, help: "Whether holders who sign in with a password must have a second factor.") var requireSecondFactor: Bool?
        @Option(help: ArgumentHelp("A permission to take away. Repeat it for more.", valueName: "permission")) var revoke: [String] = []

        func body(changing current: JSONValue?) -> [String: JSONValue] {
            var body: [String: JSONValue] = [:]
            body["name"] = name.map(JSONValue.string)
            body["description"] = description.map(JSONValue.string)
            body["requiresSecondFactor"] = requireSecondFactor.map(JSONValue.bool)
            let permissions = grant.map { ($0.name, JSONValue.string($0.value)) } + revoke.map { ($0, JSONValue.null) }
            if !permissions.isEmpty { body["permissions"] = .object(Dictionary(permissions, uniquingKeysWith: { $1 })) }
            return body
        }
    }
}
