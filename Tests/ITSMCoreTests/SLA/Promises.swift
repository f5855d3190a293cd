import Foundation

@testable import ITSMCore

/// The fixed cast of the tests of drafts: two calendars, one of them archived, and a policy.
enum Promises {
    static let always = SLACalendar(
        id: Desk.id(41), name: "24x7", zone: "UTC", weekly: .everyDay(.allDay), createdAt: Desk.monday, updatedAt: Desk.monday)
    static let retired = SLACalendar(
        id: Desk.id(42), name: "Old hours", zone: "UTC", weekly: .weekdays(.hours(8, 16)), archivedAt: Desk.monday, createdAt: Desk.monday,
        updatedAt: Desk.monday)
    static let standard = ServiceLevelAgreement(
        id: Desk.id(43), name: "Standard", order: 100,
        targets: [.init(.resolution, goals: [.critical: .init(seconds: 3_600, calendar: always.id)])], createdAt: Desk.monday, updatedAt: Desk.monday)

    static let picks = SLAPicks(
        desk: DeskSnapshot(
            settings: Desk.settings, matrix: .standard, groups: [Desk.network], services: [],
            categories: [Category(id: Desk.id(21), name: "network", path: "network", createdAt: Desk.monday, updatedAt: Desk.monday)],
            calendars: [always, retired], agreements: [standard]),
        groups: RefLookup(found: [.name("Network"): Ref(id: Desk.network.id, name: "Network")]),
        people: RefLookup(found: [.name("anna"): Ref(id: Desk.anna, name: "Anna")]))

    static func read<Value: Decodable>(_ json: String, as: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(json.utf8))
    }
}
