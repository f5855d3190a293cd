import Foundation
import HTTPTypes
import ITSMCore
import Testing
@testable import ITSMServer

/// Policies, calendars with their holidays, and escalation rules.
@Suite struct SLAPageTests {
    static let server = Task { try await TestServer() }

    private func admin(_ name: String) async throws -> (TestServer, TestCaller) {
        let server = try await Self.server.value
        return (server, try await server.caller(name, roles: ["admin"]))
    }

    private func version(_ page: TestAnswer) -> String { page.text.firstMatch(of: /name="version" value="([0-9]+)"/).map { String($0.1) } ?? "" }

    private func always(_ server: TestServer) -> String { server.app.desk.snapshot.find(calendar: .name("24x7"))!.id.description }

    @Test func theThreeListsStandUnderTabs() async throws {
        let (server, admin) = try await admin("sla-reader")
        for (path, entry, tab) in [
            ("/admin/sla", "Standard", "Policies"), ("/admin/sla/calendars", "Weekdays 09:00–17:00", "Calendars"),
            ("/admin/sla/escalation-rules", "Target reached: escalate", "Escalation rules"),
        ] {
            let page = try await server.open(path, as: admin)
            #expect(page.status == .ok && page.text.contains(entry), "\(path)")
            #expect(page.text.contains("href=\"\(path)\" aria-current=\"page\">\(tab)</a>"), "\(path)")
        }
        #expect(try await server.open("/admin/sla?q=nothing", as: admin).text.contains("Nothing matches"))
        let agent = try await server.caller("sla-agent", roles: ["agent"])
        #expect(try await server.open("/admin/sla", as: agent).status == .forbidden)
        #expect(try await server.submit("/admin/sla/policies", ["name": "x"], as: agent).status == .forbidden)
    }

    @Test func aPolicyIsMadeChangedArchivedAndDeleted() async throws {
        let (server, admin) = try await admin("policy-maker")
        let calendar = always(server)
        let goals = [
            "goal-resolution-critical": "1h", "calendar-resolution-critical": calendar, "goal-resolution-low": "1 d",
            "calendar-resolution-low": calendar,
        ]
        let fields = goals.merging(["name": "Gold", "order": "5", "kinds": "incident", "paused-resolution": "pendingVendor"]) { $1 }
        let made = try await server.submit("/admin/sla/policies", fields, as: admin)
        let path = try #require(made.headers[.location], "\(made.text)")
        var page = try await server.open(path, as: admin)
        #expect(page.text.contains("name=\"goal-resolution-low\" type=\"text\" value=\"24 h\"") && page.text.contains("value=\"incident\" checked"))
        #expect(page.text.contains("value=\"pendingVendor\" checked") && !page.text.contains("value=\"pendingRequester\" checked"))

        var change = goals.merging(["name": "Gold", "order": "6", "version": version(page), "runningCycles": "keep"]) { $1 }
        change["goal-resolution-low"] = "30 min"
        #expect(try await server.submit(path, change, as: admin).status == .seeOther)
        let late = try await server.submit(path, change, as: admin)
        #expect(late.status == .preconditionFailed && late.text.contains("Somebody else saved this"))
        page = try await server.open(path, as: admin)
        #expect(page.text.contains("Version 2") && page.text.contains("\(path)/versions/1"))
        let old = try await server.open("\(path)/versions/1", as: admin)
        #expect(old.text.contains("24 h by 24x7") && old.text.contains("Incident"))
        #expect(try await server.submit("\(path)/archive", ["version": version(page)], as: admin).status == .seeOther)
        #expect(try await server.submit("\(path)/restore", ["version": "3"], as: admin).status == .seeOther)
        #expect(try await server.submit("\(path)/delete", ["version": "4", "confirmation": "gold"], as: admin).status == .seeOther)
        #expect(try await server.open(path, as: admin).status == .notFound)
    }

    @Test func whatIsWrongWithAPolicyStandsAtItsField() async throws {
        let (server, admin) = try await admin("policy-faulter")
        let faults: [([String: String], String)] = [
            (["name": "x", "order": "1"], "goal-firstResponse-critical"), (["name": "x", "order": "soon", "goal-ola-low": "5 min"], "order"),
            (["name": "x", "order": "1", "goal-ola-low": "soon"], "goal-ola-low"),
            (["name": "x", "order": "1", "goal-ola-low": "5", "calendar-ola-low": always(server)], "goal-ola-low"),
            (["name": "x", "order": "1", "goal-ola-low": "5 min", "calendar-ola-low": "nowhere"], "goal-ola-low"),
            (["name": "", "order": "1", "goal-ola-low": "5 min", "calendar-ola-low": always(server)], "name"),
        ]
        for (fields, place) in faults {
            let answer = try await server.submit("/admin/sla/policies", fields, as: admin)
            #expect(answer.status == .unprocessableContent && answer.text.contains("id=\"\(place)-fault\""), "\(fields): \(answer.status)")
            #expect(answer.text.contains("href=\"#\(place)\""))
        }
    }

    @Test func aPolicySaysWhenATicketWouldBeDue() async throws {
        let (server, admin) = try await admin("asker")
        let id = server.app.desk.snapshot.find(agreement: .name("Standard"))!.id
        let question = "?priority=low&date=2026-11-20&time=16:30"
        let page = try await server.open("/admin/sla/policies/\(id)\(question)", as: admin)
        #expect(page.text.contains("A Low (P4) ticket raised Fri 20 Nov 2026 16:30"))
        #expect(page.text.contains("Mon 23 Nov 2026 16:30"))
        #expect(page.text.contains("8 h by Weekdays 09:00–17:00: Fri 16:30–17:00 30 min, Mon 09:00–16:30 7 h 30 min"))
        let part = try await server.open("/admin/sla/policies/\(id)/preview\(question)", as: admin)
        #expect(part.text.contains("Mon 23 Nov 2026 16:30") && !part.text.contains("<main"))
        #expect(try await server.open("/admin/sla/policies/\(id)?date=soon", as: admin).text.contains("Give the day as"))
    }

    private static let week = ["mon": "9-12:30, 13–17", "tue": "", "wed": "", "thu": "closed", "fri": "", "sat": "", "sun": "all day"]

    @Test func aCalendarIsWrittenAsTextAndDrawn() async throws {
        let (server, admin) = try await admin("calendar-maker")
        let days = [
            "holidays": "2026-12-25 Christmas Day\n\n2026-12-28 13:00–24:00 Half a day", "yearly": "01-01 closed New Year",
            "exceptions": "2026-12-27 10:00–14:00",
        ]
        let fields = Self.week.merging(days) { $1 }.merging(["name": "Shop", "zone": "Europe/Berlin"]) { $1 }
        let made = try await server.submit("/admin/sla/calendars", fields, as: admin)
        let path = try #require(made.headers[.location], "\(made.text)")
        let page = try await server.open("\(path)?year=2026", as: admin)
        #expect(page.text.contains("value=\"09:00–12:30, 13:00–17:00\"") && page.text.contains("value=\"all day\""))
        #expect(page.text.contains("2026-12-25 Christmas Day\n2026-12-28 13:00–24:00 Half a day</textarea>"))
        #expect(page.text.contains("01-01 closed New Year</textarea>") && page.text.contains("2026-12-27 10:00–14:00</textarea>"))
        #expect(page.text.contains("Monday: 09:00–12:30, 13:00–17:00; Tuesday: closed"))
        #expect(
            page.text.contains("<b>1 Jan 2026, Thursday</b> New Year: closed")
                && page.text.contains("<b>27 Dec 2026, Sunday</b> Other hours: 10:00–14:00"))
        #expect(page.text.contains("<b>28 Dec 2026, Monday</b> Half a day: 09:00–12:30"))
        #expect(!page.text.contains("style=\""))

        var change = fields.merging(["version": version(page), "runningCycles": "keep"]) { $1 }
        change["exceptions"] = ""
        change["sun"] = ""
        #expect(try await server.submit(path, change, as: admin).status == .seeOther)
        let calendar = try #require(server.app.desk.snapshot.find(calendar: .name("Shop")))
        #expect(calendar.exceptions.isEmpty && calendar.weekly[.sun].isClosed && calendar.version == 2 && calendar.holidays.count == 2)
        #expect(try await server.open("\(path)/versions/1", as: admin).text.contains("10:00–14:00"))
    }

    @Test func whatIsWrongWithACalendarStandsAtItsField() async throws {
        let (server, admin) = try await admin("calendar-faulter")
        for (name, text) in [
            ("mon", "nine to five"), ("mon", "17:00–09:00"), ("zone", "Mars/Base"), ("holidays", "Christmas"), ("yearly", "13-01 closed"),
            ("exceptions", "2026-12-25"), ("name", ""),
        ] {
            let fields = Self.week.merging(["name": "x", "zone": "UTC"]) { $1 }.merging([name: text]) { $1 }
            let answer = try await server.submit("/admin/sla/calendars", fields, as: admin)
            #expect(answer.status == .unprocessableContent && answer.text.contains("id=\"\(name)-fault\""), "\(name): \(answer.status)")
        }
    }

    @Test func holidaysAreLookedAtTickedAndApplied() async throws {
        let (server, admin) = try await admin("holiday-importer")
        let made = try await server.submit("/admin/sla/calendars", Self.week.merging(["name": "Importing", "zone": "UTC"]) { $1 }, as: admin)
        let path = try #require(made.headers[.location], "\(made.text)")
        #expect(try await server.open(path, as: admin).text.contains("\(path)/holidays"))
        #expect(try await server.open("\(path)/holidays", as: admin).text.contains("type=\"file\""))
        let year = ScreenTime(zones: [], now: SystemClock().now()).zone.localTime(at: SystemClock().now()).date.year
        let file = """
            BEGIN:VCALENDAR
            BEGIN:VEVENT
            UID:a,1
            DTSTART;VALUE=DATE:\(year)1225
            SUMMARY:Christmas <Day>
            END:VEVENT
            BEGIN:VEVENT
            UID:b
            DTSTART;VALUE=DATE:\(year)1218
            TRANSP:TRANSPARENT
            SUMMARY:Party
            END:VEVENT
            BEGIN:VTODO
            END:VTODO
            END:VCALENDAR
            """
        let seen = try await server.submit("\(path)/holidays", file: "a.ics", holding: file, as: admin)
        #expect(seen.status == .ok && seen.text.contains("Christmas &lt;Day&gt;") && seen.text.contains("Not understood"))
        #expect(seen.text.contains("value=\"a,1\" id=\"event-0\" checked>") && seen.text.contains("value=\"b\" id=\"event-1\">"))
        let kept = try #require(seen.text.firstMatch(of: /name="file" value="([^"]+)"/).map { String($0.1) })
        let fields = [("file", kept), ("uid", "a,1"), ("uid", "b"), ("version", version(seen)), ("runningCycles", "follow")]
        #expect(try await server.submit("\(path)/holidays/apply", fields, as: admin).status == .seeOther)
        let calendar = try #require(server.app.desk.snapshot.find(calendar: .name("Importing")))
        #expect(calendar.holidays.map(\.uid) == ["b", "a,1"])

        // What is saved by the form stays an imported day, as long as its line does.
        let page = try await server.open(path, as: admin)
        let lines = calendar.holidays.map { "\($0.date) \($0.name)" }.joined(separator: "\n") + "\n\(year)-12-31 Ours"
        let change = Self.week.merging(["name": "Importing", "zone": "UTC", "holidays": lines, "version": version(page)]) { $1 }
        #expect(try await server.submit(path, change, as: admin).status == .seeOther)
        #expect(server.app.desk.snapshot.find(calendar: .name("Importing"))?.holidays.map(\.uid) == ["b", "a,1", nil])

        let wrong = try await server.submit("\(path)/holidays", file: "a.ics", holding: "no calendar", as: admin)
        #expect(wrong.status == .badRequest && wrong.text.contains("BEGIN:VCALENDAR"))
        let stale = try await server.submit("\(path)/holidays/apply", fields, as: admin)
        #expect(stale.status == .preconditionFailed && stale.text.contains("Christmas"))
    }

    @Test func anEscalationRuleIsMadeAndChanged() async throws {
        let (server, admin) = try await admin("rule-maker")
        let fields: [(String, String)] = [
            ("name", "Before it is late"), ("thresholdKind", "beforeDue"), ("threshold", "1h 30m"), ("policy", ""), ("metrics", "resolution"),
            ("tell", "assignee"),
            ("tell", "groupManager"), ("people", "rule-maker"), ("deeds", "raisePriority"), ("assignee", ""), ("watchers", "rule-maker"),
            ("body", "Hurry."),
            ("visibility", "workNote"), ("priorities", "critical"),
        ]
        let made = try await server.submit("/admin/sla/escalation-rules", fields, as: admin)
        let path = try #require(made.headers[.location], "\(made.text)")
        let rule = try #require(server.app.desk.snapshot.escalationRules.values.first { $0.name == "Before it is late" })
        #expect(rule.threshold == .beforeDue(seconds: 5_400) && rule.metrics == [.resolution] && rule.coverage.priorities == [.critical])
        #expect(
            rule.actions == [
                .notify([.assignee, .groupManager, .person(admin.id)]), .raisePriority, .addWatcher(admin.id), .comment(.workNote, body: "Hurry."),
            ])
        let page = try await server.open(path, as: admin)
        #expect(page.text.contains("value=\"1 h 30 min\"") && page.text.contains("value=\"groupManager\" checked"))
        #expect(
            page.text.contains("name=\"people\" type=\"text\" value=\"Rule-Maker\"")
                || page.text.contains("name=\"people\" type=\"text\" value=\"Rule-maker\""))

        let name = try #require(page.text.firstMatch(of: /name="people" type="text" value="([^"]+)"/).map { String($0.1) })
        var change = fields.map { $0.0 == "threshold" ? ("threshold", "2 h") : $0.0 == "people" || $0.0 == "watchers" ? ($0.0, name) : $0 }
        change.append(("version", version(page)))
        #expect(try await server.submit(path, change, as: admin).status == .seeOther)
        let saved = try #require(server.app.desk.snapshot.escalationRules[rule.id])
        #expect(saved.threshold == .beforeDue(seconds: 7_200) && saved.actions == rule.actions && saved.version == 2)
        #expect(try await server.open("\(path)/versions/1", as: admin).text.contains("1 h 30 min before"))

        for (name, text) in [("threshold", "soon"), ("people", "nobody-of-this-name"), ("name", "")] {
            let wrong = fields.map { $0.0 == name ? (name, text) : $0 }
            let answer = try await server.submit("/admin/sla/escalation-rules", wrong, as: admin)
            #expect(answer.status == .unprocessableContent && answer.text.contains("id=\"\(name)-fault\""), "\(name): \(answer.status)")
        }
    }

    @Test func whatTheFormCannotShowStaysUntouched() async throws {
        let (server, admin) = try await admin("rule-keeper")
        let body: JSONValue = [
            "name": "Two notes", "threshold": ["percent": 90], "actions": [["type": "comment", "body": "One"], ["type": "comment", "body": "Two"]],
        ]
        let id = try #require(try await server.send(.post, "/api/v1/sla/escalation-rules", as: admin, body)["id"]?.string)
        let path = "/admin/sla/escalation-rules/\(id)"
        let page = try await server.open(path, as: admin)
        #expect(page.text.contains("more than this form shows"))
        let fields = [
            "name": "Two notes", "thresholdKind": "percent", "threshold": "95 %", "body": "Two", "visibility": "workNote", "version": version(page),
        ]
        #expect(try await server.submit(path, fields, as: admin).status == .seeOther)
        let rule = try #require(server.app.desk.snapshot.escalationRules[ID(id)!])
        #expect(rule.threshold == .percent(95) && rule.actions.count == 2)
    }
}
