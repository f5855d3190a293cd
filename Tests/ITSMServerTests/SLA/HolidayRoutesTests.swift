import HTTPTypes
import ITSMCore
import NIOCore
import Testing

@testable import ITSMServer

struct HolidayRoutesTests {
    private static let path = "/api/v1/sla/calendars/Weekdays%2009%3A00%E2%80%9317%3A00"

    private static func file(_ christmas: String = "20261225") -> String {
        """
        BEGIN:VCALENDAR
        VERSION:2.0
        BEGIN:VEVENT
        UID:xmas,1
        DTSTART;VALUE=DATE:\(christmas)
        SUMMARY:Christmas
        END:VEVENT
        BEGIN:VEVENT
        UID:party
        DTSTART;VALUE=DATE:20261218
        TRANSP:TRANSPARENT
        SUMMARY:Party
        END:VEVENT
        BEGIN:VTODO
        UID:todo
        END:VTODO
        END:VCALENDAR
        """
    }

    private func send(
        _ server: TestServer, _ file: String, _ fields: [(String, String)] = [], as caller: TestCaller, headers: HTTPFields = [:]
    ) async throws -> TestAnswer {
        var form = fields.map { "--b\r\nContent-Disposition: form-data; name=\"\($0.0)\"\r\n\r\n\($0.1)\r\n" }.joined()
        form += "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"h.ics\"\r\nContent-Type: text/calendar\r\n\r\n\(file)\r\n--b--\r\n"
        var headers = headers
        headers[.contentType] = "multipart/form-data; boundary=b"
        return try await server.send(.post, Self.path + "/holidays", as: caller, raw: ByteBuffer(string: form), headers: headers)
    }

    @Test func lookedAtFirstAndAppliedThen() async throws {
        let server = try await TestServer()
        let admin = try await server.caller("admin2", roles: ["admin"])
        let seen = try await send(server, Self.file(), [("dryRun", "true")], as: admin)
        #expect(seen.status == .ok && seen["isApplied"] == false && seen["version"] == 1)
        guard case .array(let events)? = seen["events"], case .array(let unread)? = seen["unread"] else {
            Issue.record("no events")
            return
        }
        #expect(events.map { $0["isChosen"] } == [true, false] && events.map { $0["effect"] } == ["adds", "adds"] && unread.count == 1)
        #expect(try await server.send(.get, Self.path, as: admin)["holidays"] == [])

        let applied = try await send(server, Self.file(), as: admin)
        #expect(applied["isApplied"] == true && applied["version"] == 2)
        let calendar = try await server.send(.get, Self.path, as: admin)
        #expect(calendar["holidays"] == [["date": "2026-12-25", "name": "Christmas", "uid": "xmas,1", "closes": [["00:00", "24:00"]]]])
        // The desk's clock knows it at once.
        let desk = server.app.desk.snapshot
        #expect(desk.clock(of: SLACalendar.weekdaysID)?.isOpen(at: Instant("2026-12-25T10:00:00Z")!) == false)

        // The same file again changes nothing; one that says otherwise moves the day.
        #expect(try await send(server, Self.file(), as: admin)["version"] == 2)
        let moved = try await send(server, Self.file("20261226"), [("uid", "xmas,1"), ("uid", "party"), ("runningCycles", "keep")], as: admin)
        #expect(moved["version"] == 3)
        guard case .array(let days)? = try await server.send(.get, Self.path, as: admin)["holidays"] else {
            Issue.record("no holidays")
            return
        }
        #expect(days.map { $0["date"] } == ["2026-12-18", "2026-12-26"])
    }

    @Test func faults() async throws {
        let server = try await TestServer()
        let admin = try await server.caller("admin2", roles: ["admin"]), agent = try await server.caller("anna", roles: ["agent"])
        #expect(try await send(server, "no calendar", as: admin).code == .malformed)
        #expect(try await send(server, Self.file(), [("uid", "stranger")], as: admin).faults == ["/uid invalidValue"])
        #expect(try await send(server, Self.file(), [("colour", "red")], as: admin).faults == ["/colour unknownField"])
        #expect(try await send(server, Self.file(), [("dryRun", "true")], as: agent).status == .forbidden)
        #expect(try await send(server, String(repeating: "X", count: HolidayFileReader.largestFile + 1), as: admin).code == .tooLarge)
    }

    @Test func anImportIsDoneOnceForItsKey() async throws {
        let server = try await TestServer()
        let admin = try await server.caller("admin2", roles: ["admin"])
        let key: HTTPFields = [.idempotencyKey: "once"]
        #expect(try await send(server, Self.file(), as: admin, headers: key)["version"] == 2)
        _ = try await server.send(.patch, Self.path, as: admin, ["holidays": []])
        #expect(try await send(server, Self.file(), as: admin, headers: key)["version"] == 2)
        #expect(try await server.send(.get, Self.path, as: admin)["holidays"] == [])
    }
}
