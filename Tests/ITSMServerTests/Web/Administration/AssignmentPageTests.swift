import Foundation
import HTTPTypes
import ITSMCore
import Testing

@testable import ITSMServer

/// Assignment rules on their pages, and “Why me?” on the ticket's.
@Suite struct AssignmentPageTests {
    private static let list = "/admin/assignment"

    private func version(_ page: TestAnswer) -> String { page.text.firstMatch(of: /name="version" value="([0-9]+)"/).map { String($0.1) } ?? "" }

    @Test func aRuleIsMadeChangedMovedRehearsedAndDeleted() async throws {
        let server = try await TestServer()
        let admin = try await server.caller("admin2", roles: ["admin"]), ada = try await server.caller("ada", roles: ["agent"], groups: ["Wires"])
        #expect(try await server.open(Self.list, as: admin).text.contains("Nothing is assigned by itself yet"))
        #expect(try await server.open(Self.list, as: ada).status == .forbidden)
        let group = try #require(server.app.desk.snapshot.find(group: .name("Wires")))
        let fields = [
            "name": "To Ada", "condition": "ticket.priority <= 4", "triggers": "create", "group": "\(group.id)", "choice": "person", "person": "ada",
            "skills": "cobol",
        ]
        let made = try await server.submit(Self.list, fields, as: admin)
        let path = try #require(made.headers[.location], "\(made.text)")
        var page = try await server.open(path, as: admin)
        #expect(
            page.text.contains("ticket.priority &lt;= 4") && page.text.contains("value=\"Ada\"") && page.text.contains("value=\"create\" checked"))
        #expect(!page.text.contains("value=\"recategorise\" checked") && !page.text.contains("cobol"))

        var change = fields.merging(["name": "In turn", "choice": "bestSkill", "version": version(page), "continues": "true"]) { $1 }
        change["skills"] = "SAP, network"
        #expect(try await server.submit(path, change, as: admin).status == .seeOther)
        let late = try await server.submit(path, change, as: admin)
        #expect(late.status == .preconditionFailed && late.text.contains("Somebody else saved this"))
        page = try await server.open(path, as: admin)
        #expect(page.text.contains("value=\"network, sap\"") && page.text.contains("value=\"bestSkill\" checked"))

        _ = try await server.submit(Self.list, ["name": "Rest", "triggers": "create", "group": "\(group.id)", "choice": "nobody"], as: admin)
        #expect(try await server.submit("\(path)/move", ["direction": "down"], as: admin).status == .seeOther)
        let listed = try await server.open(Self.list, as: admin)
        #expect(listed.text.range(of: ">Rest<")!.lowerBound < listed.text.range(of: ">In turn<")!.lowerBound)
        #expect(listed.text.contains("Wires, best skill") && listed.text.contains("Further rules are asked"))

        let rehearse = try await server.submit("\(path)/rehearsal", ["days": "7"], as: admin)
        #expect(rehearse.headers[.location] == "\(path)/rehearsal?days=7")
        #expect(try await server.open("\(path)/rehearsal?days=7", as: admin).text.contains("Nothing would match"))
        _ = try await server.send(.post, "/api/v1/incidents", as: ada, ["title": "Mouse <b>"])
        let shown = try await server.open("\(path)/rehearsal?days=7", as: admin)
        #expect(shown.text.contains("Mouse &lt;b&gt;") && shown.text.contains("Wires, who has the best skills then"))

        // What stands in the form is tried, saved or not, and stays there.
        var draft = fields.merging(["do": "try", "name": "Not saved", "condition": "ticket.title.startsWith(\"Mouse\")"]) { $1 }
        for target in [path, Self.list] {
            let tried = try await server.submit(target, draft, as: admin)
            #expect(
                tried.status == .ok && tried.text.contains("value=\"Not saved\"") && tried.text.contains("1 would match, and 1 of them"),
                "\(tried.text)")
            #expect(tried.text.contains("would go to Wires, Ada"))
        }
        draft["condition"] = "ticket.titel == \"x\""
        let wrong = try await server.submit(Self.list, draft, as: admin)
        #expect(wrong.status == .unprocessableContent && wrong.text.contains("id=\"condition-fault\""))
        #expect(!(try await server.open(Self.list, as: admin).text.contains("Not saved")))

        let now = version(try await server.open(path, as: admin))
        #expect(try await server.submit("\(path)/delete", ["version": now, "confirmation": "in turn"], as: admin).status == .seeOther)
        #expect(try await server.open(path, as: admin).status == .notFound)
    }

    @Test func whatIsWrongStandsAtItsField() async throws {
        let server = try await TestServer()
        let admin = try await server.caller("admin2", roles: ["admin"])
        let faults: [([String: String], String)] = [
            (["name": "", "triggers": "create", "choice": "nobody"], "name"), (["name": "x", "triggers": "create", "choice": "nobody"], "group"),
            (["name": "x", "triggers": "create", "choice": "person", "person": "nobody-here"], "person"),
            (["name": "x", "triggers": "create", "choice": "person"], "person"), (["name": "x", "choice": "nobody"], "triggers"),
            (["name": "x", "triggers": "create", "choice": "roundRobin", "condition": "ticket.prio"], "condition"),
        ]
        for (fields, place) in faults {
            let answer = try await server.submit(Self.list, fields, as: admin)
            #expect(answer.status == .unprocessableContent && answer.text.contains("id=\"\(place)-fault\""), "\(fields): \(answer.status)")
        }
    }

    @Test func theTicketTellsWhy() async throws {
        let server = try await TestServer()
        let admin = try await server.caller("admin2", roles: ["admin"]), rita = try await server.caller("rita")
        let ada = try await server.caller("ada", roles: ["agent"], groups: ["Wires"]),
            bob = try await server.caller("bob", roles: ["agent"], groups: ["Wires"])
        let rule: JSONValue = ["name": "In turn", "group": "Wires", "choice": "roundRobin", "condition": "ticket.title == \"x\""]
        _ = try await server.send(.post, "/api/v1/assignment-rules", as: admin, rule)
        let number = try await server.send(.post, "/api/v1/incidents", as: rita, ["title": "x"])["number"]?.string ?? ""
        let mine = try await server.open("/tickets/\(number)", as: ada)
        #expect(mine.text.contains("href=\"/tickets/\(number)/assignment\"") && mine.text.contains("Why me?"))
        #expect(!(try await server.open("/tickets/\(number)", as: bob)).text.contains("Why me?"))
        let page = try await server.open("/tickets/\(number)/assignment", as: ada)
        for words in ["You have it, by the rule In turn", "Wires has it", "Gave it to Wires and Ada.", "Bob", "In line", "Matched"] {
            #expect(page.text.contains(words), "\(words)")
        }
        #expect(!page.text.contains("href=\"/admin/"), "agents cannot open the rule's page")
        #expect(try await server.open("/tickets/\(number)/assignment", as: rita).status == .seeOther)
        let unasked = try await server.send(.post, "/api/v1/incidents", as: rita, ["title": "y"])["number"]?.string ?? ""
        #expect(try await server.open("/tickets/\(unasked)/assignment", as: bob).text.contains("Did not match"))
    }

    @Test func anAbsenceIsSaidInOnesOwnZone() async throws {
        let server = try await TestServer()
        let admin = try await server.caller("admin2", roles: ["admin"]), before = try await server.caller("ada", roles: ["agent"])
        _ = try await server.send(.patch, "/api/v1/users/\(before.id)", as: before, ["timeZone": "Europe/Berlin"])
        // A new sign-in: who the first one is may still be remembered with the zone from before.
        let ada = try await server.signedIn(before.id, before.username)
        let page = try await server.open("/account", as: ada)
        var fields = ["name": "Ada", "timeZone": "Europe/Berlin", "language": "", "version": version(page), "absentUntil": "2026-12-24T18:00"]
        let saved = try await server.submit("/account", fields.merging(["absentFrom": ""]) { $1 }, as: ada)
        #expect(saved.status == .seeOther, "\(saved.text.prefix(300))")
        #expect(try await server.send(.get, "/api/v1/users/\(ada.id)", as: ada)["absentUntil"] == "2026-12-24T17:00:00.000Z")
        #expect(try await server.open("/account", as: ada).text.contains("value=\"2026-12-24T18:00\""))
        fields["version"] = version(try await server.open("/account", as: ada))
        fields["absentUntil"] = "soon"
        let wrong = try await server.submit("/account", fields, as: ada)
        #expect(wrong.status == .unprocessableContent && wrong.text.contains("id=\"absentUntil-fault\""))

        let person = try await server.open("/admin/people/\(ada.id)", as: admin)
        let change = [
            "name": "Ada", "username": "ada", "version": version(person), "skills": "SAP, network", "absentUntil": "2026-12-24T17:00",
            "timeZone": "Europe/Berlin",
        ]
        let roles = person.text.matches(of: /name="roles" value="([^"]+)" checked/).map { String($0.1) }
        let answer = try await server.submit("/admin/people/\(ada.id)", change.merging(["roles": roles.first ?? ""]) { $1 }, as: admin)
        #expect(answer.status == .seeOther, "\(answer.text.prefix(300))")
        #expect(try await server.send(.get, "/api/v1/users/\(ada.id)", as: ada)["skills"] == ["network", "sap"])
    }
}
