import ITSMCore
import Testing

@testable import ITSMStore

@Suite struct CustomFieldImportTests {
    private static let fields: [CustomField.Draft] = {
        var hidden = CustomField.Draft(name: "cost", label: "Cost", kind: .number)
        hidden.isRequired = true
        return [
            CustomField.Draft(name: "site", label: "Site", kind: .choice, choices: [.init("hq", "Head office"), .init("lab")]),
            CustomField.Draft(name: "due", label: "Due", kind: .date), CustomField.Draft(name: "owner", label: "Owner", kind: .user), hidden,
        ]
    }()

    private static let map: ImportMap = {
        var map = ImportMap(
            source: "oldDesk", timeZone: "UTC", dates: ["d/M/yyyy HH:mm"],
            fields: [.externalId: "id", .title: "title", .createdAt: "opened"])
        map.customFields = ["site": "site", "due": FieldSource("due", dates: ["d/M/yyyy"]), "owner": "owner", "cost": "cost"]
        map.customValues = ["site": ["Lisbon": "hq"]]
        return map
    }()

    private static func csv(_ rows: String...) -> String { (["id,title,opened,site,due,owner,cost"] + rows).joined(separator: "\n") + "\n" }

    @Test func columnsBecomeValues() async throws {
        let desk = try await ImportDesk(fields: Self.fields)
        let run = try await desk.run(
            Self.csv("1,A,1/3/2016 08:00,Lisbon,25/12/2016,Otto,2.5", "2,B,1/3/2016 08:00,LAB,,,", "3,C,1/3/2016 08:00,Head Office,2016-12-25,,7"),
            map: Self.map)
        #expect(run.counts == [3, 0, 0, 0], "what is required is not asked of an import")
        func values(_ id: String) async throws -> String? {
            try await desk.value("SELECT (custom_fields - 'owner')::text FROM tickets WHERE external_id = \(id)")
        }
        #expect(try await values("1") == #"{"due": "2016-12-25", "cost": 2.5, "site": "hq"}"#)
        #expect(try await values("2") == #"{"site": "lab"}"#)
        #expect(try await values("3") == #"{"due": "2016-12-25", "cost": 7, "site": "hq"}"#)
        let owner = try await desk.value(
            "SELECT u.username FROM users u JOIN tickets t ON t.custom_fields->>'owner' = u.id::text WHERE t.external_id = '1'")
        #expect(owner == "oldDesk:Otto")
        #expect(try await desk.value("SELECT count(*)::text FROM ticket_field_values") == "8")

        let again = try await desk.run(Self.csv("1,A,1/3/2016 08:00,LAB,,Otto,2.5"), map: Self.map)
        #expect(again.counts == [0, 1, 0, 0])
        #expect(try await values("1") == #"{"cost": 2.5, "site": "lab"}"#)
        #expect(try await desk.value("SELECT count(*)::text FROM ticket_field_values") == "7")
        // What requesters do not see stands apart.
        #expect(try await desk.value("SELECT count(*)::text FROM activity WHERE restricted AND kind = 'ticket.updated'") != "0")
        #expect(
            try await desk.value("SELECT count(*)::text FROM activity WHERE ticket_id IS NOT NULL AND NOT restricted AND payload::text LIKE '%cost%'")
                == "0")
    }

    @Test func faultsAreToldByRow() async throws {
        let desk = try await ImportDesk(fields: Self.fields)
        let run = try await desk.run(Self.csv("1,A,1/3/2016 08:00,Mars,soon,,many", "2,B,1/3/2016 08:00,lab,,,1"), map: Self.map)
        #expect(run.counts == [1, 0, 0, 1])
        #expect(run.report.faults.map { "\($0.row) \($0.name ?? "") \($0.value ?? "")" } == ["2 site Mars", "2 due soon", "2 cost many"])
    }

    @Test func aMapNamesFieldsThatThereAre() async throws {
        let desk = try await ImportDesk(fields: Self.fields)
        var map = Self.map
        map.customFields["sitt"] = "site"
        let error = await #expect(throws: ITSMError.self) { try await desk.run(Self.csv("1,A,1/3/2016 08:00,,,,"), map: map) }
        #expect(error?.problems.map(\.pointer) == ["/map/fields/customFields.sitt"])
        #expect(error?.problems.first?.message.contains("Did you mean site?") == true)
        let text = try JSONValue(encoding: Self.map)
        #expect(text["fields"]?["customFields.due"] != nil && text["values"]?["customFields.site"] == ["Lisbon": "hq"])
        #expect(try text.decode(ImportMap.self) == Self.map)
    }
}
