import Foundation
import ITSMCore
import Testing

@testable import itsmctl

/// The business clock on the command line.
@Suite struct ComputeSLATests {
    private static let office =
        #""calendar":{"zone":"Europe/Berlin","weekly":{"mon":[["09:00","17:00"]],"tue":[["09:00","17:00"]],"fri":[["09:00","17:00"]]},"exceptions":{"2026-12-25":[]}}"#

    @Test(arguments: [
        (#""op":"add","from":"2026-11-20T15:30:00Z","seconds":3600"#, #"{"result":"2026-11-23T08:30:00.000Z"}"#),
        (#""op":"subtract","from":"2026-11-23T08:30:00Z","seconds":3600"#, #"{"result":"2026-11-20T15:30:00.000Z"}"#),
        (#""op":"elapsed","from":"2026-11-20T00:00:00Z","to":"2026-11-24T00:00:00Z""#, #"{"result":57600}"#),
        (#""op":"elapsed","from":"2026-11-24T00:00:00Z","to":"2026-11-20T00:00:00Z""#, #"{"result":0}"#),
        (#""op":"nextOpening","from":"2026-11-21T00:00:00+01:00""#, #"{"result":"2026-11-23T08:00:00.000Z"}"#),
        (#""op":"isOpen","from":"2026-12-25T10:00:00Z""#, #"{"result":false}"#),
        (#""op":"add","from":"2300-01-01T00:00:00Z","seconds":1"#, #"{"result":null}"#),
        // Pauses overlap, and stand in no order.
        (
            #""op":"add","from":"2026-11-16T08:00:00Z","seconds":3600,"pauses":[["2026-11-16T08:40:00Z","2026-11-16T09:00:00Z"],["2026-11-16T08:30:00Z","2026-11-16T08:50:00Z"]]"#,
            #"{"result":"2026-11-16T09:30:00.000Z"}"#
        ),
        (
            #""op":"elapsed","from":"2026-11-16T08:00:00Z","to":"2026-11-16T10:00:00Z","pauses":[["2026-11-16T07:00:00Z","2026-11-16T09:30:00Z"]]"#,
            #"{"result":1800}"#
        ),
        (
            #""op":"nextOpening","from":"2026-11-16T08:00:00Z","pauses":[["2026-11-16T08:00:00Z","2026-11-16T16:00:00Z"]]"#,
            #"{"result":"2026-11-17T08:00:00.000Z"}"#
        ),
        (#""op":"isOpen","from":"2026-11-16T09:00:00Z","pauses":[["2026-11-16T08:00:00Z","2026-11-16T09:00:00Z"]]"#, #"{"result":true}"#),
    ])
    func answersALine(_ question: String, _ answer: String) async {
        var machine = TestMachine()
        machine.input = "{\(Self.office),\(question)}\n"
        let run = await machine.itsmctl("sla", "compute", "--stream")
        #expect(run.output == answer + "\n")
        #expect(run.status == .done)
    }

    @Test(arguments: [
        (#"{"op":"add"}"#, "required", "/calendar"),
        ("{\(office),\"op\":\"divide\",\"from\":\"2026-11-16T09:00:00Z\"}", "invalidValue", "/op"),
        ("{\(office),\"op\":\"add\",\"from\":\"2026-11-16T09:00:00Z\"}", "required", "/seconds"),
        ("{\(office),\"op\":\"add\",\"from\":\"2026-11-16T09:00:00Z\",\"seconds\":-1}", "invalidValue", "/seconds"),
        ("{\(office),\"op\":\"elapsed\",\"from\":\"yesterday\"}", "invalidValue", "/from"),
        ("{\(office),\"op\":\"isOpen\",\"from\":\"2026-11-16T09:00:00Z\",\"pauses\":[[\"2026-11-16T09:00:00Z\"]]}", "invalidValue", "/pauses/0/1"),
        (
            #"{"calendar":{"zone":"Mars/Olympus","weekly":{"mon":[["09:00","17:00"]]}},"op":"isOpen","from":"2026-11-16T09:00:00Z"}"#, "invalidValue",
            "/calendar/zone"
        ),
        (
            #"{"calendar":{"zone":"UTC","weekly":{"mon":[["09:00","25:00"]]}},"op":"isOpen","from":"2026-11-16T09:00:00Z"}"#, "invalidValue",
            "/calendar/weekly/mon/0"
        ),
        (#"{"calendar":{"zone":"UTC","weekly":{}},"op":"isOpen","from":"2026-11-16T09:00:00Z"}"#, "invalidValue", "/calendar/weekly"),
        ("not json", "malformed", ""),
    ])
    func aBadLineNamesItsPlace(_ question: String, _ code: String, _ pointer: String) async throws {
        var machine = TestMachine()
        machine.input = question + "\n"
        let run = await machine.itsmctl("sla", "compute", "--stream")
        let error = try JSONDecoder().decode([String: JSONValue].self, from: Data(run.output.utf8))["error"]
        #expect(error?["code"]?.string == code, "\(run.output)")
        #expect(error?["pointer"]?.string == pointer, "\(run.output)")
        #expect(error?["message"]?.string?.isEmpty == false)
    }

    @Test func answersStandInTheOrderOfTheLines() async {
        var machine = TestMachine()
        machine.input = (0..<200).map { "{\(Self.office),\"op\":\"add\",\"from\":\"2026-11-16T08:00:00Z\",\"seconds\":\($0)}" }.joined(
            separator: "\n\n")
        let run = await machine.itsmctl("sla", "compute", "--stream")
        let start = Instant("2026-11-16T08:00:00Z")!
        #expect(run.output.split(separator: "\n").map(String.init) == (0..<200).map { "{\"result\":\"\(start.adding(seconds: Int64($0)))\"}" })
    }

    @Test func oneCalculationFromFlags() async throws {
        var machine = TestMachine()
        machine.input = "zone: UTC\nweekly: {mon: [['09:00', '17:00']]}\n"
        let run = await machine.itsmctl(
            "sla", "compute", "add", "--calendar", "-", "--from", "2026-11-16T16:00:00Z", "--seconds", "7200", "--pause",
            "2026-11-16T16:00:00Z/2026-11-16T16:30:00Z")
        #expect(run.output == "2026-11-23T10:30:00.000Z\n", "\(run.notes)")
        let wrong = await machine.itsmctl("sla", "compute", "add", "--calendar", "-", "--from", "noon", "--seconds", "1")
        #expect(wrong.status == .invalid)
        #expect(await machine.itsmctl("sla", "compute").status == .usageOrCancelled)
    }
}
