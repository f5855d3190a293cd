import ArgumentParser
import Foundation
import ITSMCore

/// `user …`
struct UserCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "People: requesters, agents, administrators.",
        subcommands: [
            ListRecords<Users>.self, ViewRecord<Users>.self, CreateRecord<Users>.self, UpdateRecord<Users>.self, DisableUser.self, EnableUser.self,
            SetPassword.self, MakeResetLink.self, ResetSecondFactor.self,
        ])
}

enum Users: Noun {
    static let name = "user"
    static let path = "users"
    static let keyHelp = "The username or id, or me."
    static let shape = RecordShape(
        name: "username",
        columns: [
            Column("USERNAME", "username"), Column("NAME", "name", flexible: true), Column("EMAIL", "email"), Column("ROLES", "roles"),
            Column("GROUPS", "groups", flexible: true), Column("DISABLED", "disabledAt", .time),
            Column("ABSENT UNTIL", "absentUntil", .time, wide: true),
            Column("SKILLS", "skills", wide: true), Column("DEPARTMENT", "department", wide: true),
            Column("LOCATION", "location", wide: true), Column("VIP", "vip", wide: true), Column("ID", "id", wide: true),
        ],
        details: [
            Column("Username", "username"), Column("Name", "name"), Column("Email", "email"), Column("Location", "location"),
            Column("Department", "department"), Column("VIP", "vip"), Column("Time zone", "timeZone"), Column("Language", "language"),
            Column("Manager", "manager"), Column("Skills", "skills"), Column("Absent from", "absentFrom", .time),
            Column("Absent until", "absentUntil", .time), Column("Roles", "roles"), Column("By groups", "inheritedRoles"), Column("Groups", "groups"),
            Column("Can sign in", "canSignIn"), Column("Disabled", "disabledAt", .time), Column("Created", "createdAt", .time),
            Column("Updated", "updatedAt", .time), Column("Id", "id"), Column("Version", "version"),
        ])

    static func path(of key: String, _ connection: Connection) async throws -> [String] { [path, key == "me" ? try await connection.ownID() : key] }

    struct Filters: QueryOptions {
        @Option(name: [.customShort("q"), .customLong("search")], help: ArgumentHelp("Words in the name, username or email.", valueName: "words"))
        var search: String?
        @Option(help: "Members of this group.") var group: String?
        @Option(help: "Holders of this role.") var role: String?
        @Flag(inversion: .prefixedNo, help: "Only those who are disabled, or only those who are not.") var disabled: Bool?
        @Flag(inversion: .prefixedNo, help: "Only those who work tickets and can be given them, or only the others.") var assignable: Bool?

        @OptionGroup var condition: ConditionFilter

        var query: [URLQueryItem] {
            [
                ("q", search), ("group", group), ("role", role), ("disabled", disabled.map { String($0) }),
                ("assignable", assignable.map { String($0) }),
            ]
            .compactMap { name, value in value.map { URLQueryItem(name: name, value: $0) } } + condition.query
        }
    }

    struct Fields: BodyOptions {
        @Option(help: "What the person signs in with.") var username: String?
        @Option(help: "The full name.") var name: String?
        @Option(help: "The mail address.") var email: String?
        @Option(help: "Where the person sits.") var location: String?
        @Option(help: "The department.") var department: String?
        @Flag(inversion: .prefixedNo, help: "Somebody whose tickets go first.") var vip: Bool?
        @Option(help: "An IANA zone such as Europe/Berlin.") var timeZone: String?
        @Option(help: "A language tag such as en or de-AT.") var language: String?
        @Option(help: "The manager's username or id.") var manager: String?
        @Option(help: "A skill, such as network. Repeat it for more; they replace those known.") var skill: [String] = []
        @Option(help: ArgumentHelp("Away from then on, RFC 3339; none to take it away.", valueName: "time")) var absentFrom: Moment?
        @Option(help: ArgumentHelp("Away before then, RFC 3339; none to take it away.", valueName: "time")) var absentUntil: Moment?
        @Option(help: "A role. Repeat it for more; they replace those held.") var role: [String] = []
        @Option(help: "One more role.") var addRole: [String] = []
        @Option(help: "A role no longer held.") var removeRole: [String] = []
        @Option(help: "A group. Repeat it for more; they replace those held.") var group: [String] = []
        @Option(help: "One more group.") var addGroup: [String] = []
        @Option(help: "A group no longer held.") var removeGroup: [String] = []

        func body(changing current: JSONValue?) -> [String: JSONValue] {
            let body: [String: JSONValue?] = [
                "username": username.map(JSONValue.string), "name": name.map(JSONValue.string), "email": email.map(JSONValue.string),
                "location": location.map(JSONValue.string), "department": department.map(JSONValue.string), "vip": vip.map(JSONValue.bool),
                "timeZone": timeZone.map(JSONValue.string), "language": language.map(JSONValue.string), "manager": manager.map(JSONValue.string),
                "skills": skill.isEmpty ? nil : .array(skill.map(JSONValue.string)), "absentFrom": absentFrom?.json, "absentUntil": absentUntil?.json,
                "roles": ReferenceSet.edited(current?["roles"], replacing: role, adding: addRole, removing: removeRole),
                "groups": ReferenceSet.edited(current?["groups"], replacing: group, adding: addGroup, removing: removeGroup),
            ]
            return body.compactMapValues { $0 }
        }
    }
}

/// A time, or none.
struct Moment: ExpressibleByArgument, Sendable {
    let json: JSONValue

    init?(argument: String) {
        if argument == "none" {
            json = .null
        } else if let instant = ITSMCore.Instant(argument) {
            json = .string(instant.description)
        } else {
            return nil
        }
    }
}
