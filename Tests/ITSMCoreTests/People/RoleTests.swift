import Foundation
import Testing

@testable import ITSMCore

@Suite struct RoleTests {
    static let now = Instant(seconds: 1_700_000_000)

    static let patches: [(json: String, becomes: Grants)] = [
        (#"{}"#, Grants([.readTickets: .own, .reply: .own])),
        (#"{"permissions": {}}"#, Grants([.readTickets: .own, .reply: .own])),
        (#"{"permissions": {"tickets:read": "all"}}"#, Grants([.readTickets: .all, .reply: .own])),
        (#"{"permissions": {"tickets:read": null, "people:read": "group"}}"#, Grants([.reply: .own, .readPeople: .group])),
        (#"{"permissions": null}"#, Grants()),
    ]

    @Test(arguments: patches) func permissionsMerge(_ example: (json: String, becomes: Grants)) throws {
        var role = Role(
            id: ID("01932b4e-7c00-7000-8000-000000000001")!, name: "custom", permissions: Grants([.readTickets: .own, .reply: .own]),
            createdAt: Self.now, updatedAt: Self.now)
        let patch = try JSONDecoder().decode(Role.Patch.self, from: Data(example.json.utf8))
        var problems = ProblemList()
        let changes = role.apply(patch, at: Self.now, &problems)
        #expect(problems.isEmpty)
        #expect(role.permissions == example.becomes)
        #expect(role.version == (changes.isEmpty ? 1 : 2))
    }

    @Test func superAdminHoldsEverythingWhateverIsStored() {
        let role = Role(id: Role.superAdminID, name: "superAdmin", builtIn: true, permissions: Grants(), createdAt: Self.now, updatedAt: Self.now)
        #expect(role.permissions == .everything)
    }

    @Test func aRoleIsItsJSON() throws {
        let role = Role(
            id: ID("01932b4e-7c00-7000-8000-000000000001")!, name: "custom", description: "x", permissions: Grants([.readTickets: .own]),
            createdAt: Self.now,
            updatedAt: Self.now)
        let json = try JSONEncoder().encode(role)
        #expect(try JSONDecoder().decode(Role.self, from: json) == role)
        #expect(try JSONDecoder().decode(JSONValue.self, from: json)["permissions"] == ["tickets:read": "own"])
    }
}
