import Foundation
import Testing

@testable import ITSMCore

@Suite("Import maps")
struct ImportPlanTests {
    static func map(_ json: String) throws -> ImportMap { try JSONDecoder().decode(ImportMap.self, from: Data(json.utf8)) }

    static let plain = """
        {"source": "old", "dates": ["d.M.yyyy HH:mm"], "fields": {"externalId": "Ticket", "title": ["Product", "Summary"], "status": "State",
         "createdAt": {"columns": ["Opened"], "dates": ["rfc3339"]}}, "values": {"status": {"In work": "inProgress"}}, "ignore": ["Flag"], "keep": ["Extra"]}
        """

    @Test("A map reads any CSV: columns joined, words translated, our own words taken, the rest kept")
    func plain() throws {
        let text =
            "Ticket;Product;Summary;State;Opened;Flag;Extra\n7;Mail;Lost;IN WORK;2026-01-01T00:00:00Z;1;kept\n8;;Slow;new;2026-01-01T01:00:00+01:00;;\n"
        let outcomes = try foldCSV(Array(text.utf8), map: Self.map(Self.plain), zone: nil).outcomes
        #expect(outcomes.flatMap(\.faults).isEmpty)
        #expect(outcomes.map { $0.ticket?.state.title } == ["Mail · Lost", "Slow"])
        #expect(outcomes.map { $0.ticket?.state.status } == [.inProgress, .new])
        #expect(outcomes.map { $0.ticket?.createdAt.description } == ["2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z"])
        #expect(outcomes.map { $0.ticket?.sourceData } == [["Extra": "kept"], [:]])
    }

    @Test("Every fault of map, header and zone is told at once")
    func faults() throws {
        var map = try Self.map(Self.plain)
        map.fields[.updatedAt] = "Changed"
        map.values[.priority] = ["hoch": "urgent"]
        map.dates = ["q"]
        let error = #expect(throws: ITSMError.self) {
            try ImportPlan(map, header: ["Ticket", "Product", "Summary", "State", "Opened", "Extra", "Surprise"], timeZone: "Mars/Olympus")
        }
        #expect(
            Set(error?.problems.map(\.pointer) ?? []) == [
                "/map/dates", "/map/values/priority", "/map/fields/updatedAt", "/map/ignore", "/file", "/timeZone",
            ])
        #expect(error?.problems.contains { $0.message.contains("Surprise") } == true)
    }

    @Test("A zone is required where times have no offset, and only there")
    func zone() throws {
        let header = ["number", "state", "opened_at"]
        let error = #expect(throws: ITSMError.self) { try ImportPlan(.serviceNow, header: header, timeZone: nil) }
        #expect(error?.problems.map(\.pointer) == ["/timeZone"])
        _ = try ImportPlan(.serviceNow, header: header, timeZone: "Europe/Berlin")
        _ = try ImportPlan(Self.map(Self.plain), header: ["Ticket", "Product", "Summary", "State", "Opened", "Flag", "Extra"], timeZone: nil)
    }

    @Test("The preset refuses a file that is not of its kind")
    func otherFile() {
        let error = #expect(throws: ITSMError.self) { try ImportPlan(.serviceNow, header: ["id", "name"], timeZone: "UTC") }
        #expect(error?.problems.filter { $0.pointer == "/file" }.count == 3)
    }

    @Test(
        "A misspelt word of a map is an error, not silence",
        arguments: [
            #"{"source": "old", "feilds": {}}"#, #"{"source": "old", "fields": {"titel": "x"}}"#,
            #"{"source": "old", "fields": {"title": {"colums": []}}}"#,
            #"{"source": "old", "fields": {}, "keep": "some"}"#, #"{"source": "old", "fields": {}, "encoding": "ebcdic"}"#, #"{"fields": {}}"#,
        ])
    func misspelt(json: String) {
        #expect(throws: DecodingError.self) { try Self.map(json) }
    }

    @Test("A map is written as it is read")
    func codable() throws {
        for map in [ImportMap.serviceNow, try Self.map(Self.plain)] {
            #expect(try JSONDecoder().decode(ImportMap.self, from: JSONEncoder().encode(map)) == map)
        }
    }

    @Test("The presets have no fault of their own", arguments: ImportMap.presets.keys.sorted())
    func presets(name: String) throws {
        var problems = ProblemList()
        ImportMap.presets[name]?.check(&problems)
        #expect(problems.isEmpty, "\(problems.problems)")
    }
}
