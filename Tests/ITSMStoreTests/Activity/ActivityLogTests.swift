import ITSMCore
import ITSMTestSupport
import Testing

@testable import ITSMStore

/// What is written is read back whole, and nobody changes it.
struct ActivityLogTests {
    @Test func everyColumnComesBack() async throws {
        let desk = try await ActivityDesk.make()
        let record = ID<BusinessService>("00000000-0000-7000-8000-0000000000bb")!
        let payload: JSONValue = ["title": ["old": nil, "new": "a \"b\" \\ \u{1F} ü 🙂"], "count": 3, "list": [true, .number(1.5)]]
        var caller = ActivityDesk.writer
        caller.origin.onBehalfOf = User.unknownID
        try await desk.append(
            [Activity(.serviceUpdated, on: .init(.service, record), payload: payload, occurredAt: Instant(seconds: 77))], as: caller)
        try await desk.settle()

        let entry = try #require(try await desk.feed().first)
        #expect(entry.kind == .serviceUpdated && entry.record == .init(.service, record) && entry.ticket == nil && !entry.restricted)
        #expect(entry.changes?.value == payload && !entry.redacted)
        #expect(entry.occurredAt == Instant(seconds: 77) && entry.recordedAt > entry.occurredAt)
        #expect(entry.principal == Ref(id: User.automationID, name: "Automation") && entry.onBehalfOf == Ref(id: User.unknownID, name: "Unknown"))
        #expect(entry.channel == .api && entry.cause == "import:7" && entry.depth == 2)
        // Where a call came from is for the audit trail.
        #expect(entry.requestId == nil && entry.address == nil)
        let id = entry.id
        let whole = try #require(try await desk.database.read { try $0.activity.first(id) })
        #expect(whole.requestId == "r-1" && whole.address == "192.0.2.7")
        let other = FeedCursor(epoch: id.epoch, transaction: id.transaction + 1, id: id.id)
        #expect(try await desk.database.read { try $0.activity.first(other) } == nil)
    }

    @Test(arguments: [
        "UPDATE activity SET kind = 'ticket.updated'", "UPDATE activity SET payload = NULL, redacted_by = principal_id",
        "UPDATE activity SET payload = '{}'", "UPDATE activity SET epoch = 9", "DELETE FROM activity", "TRUNCATE activity",
        "SELECT set_config('itsm.redacts_activity', '1', false); UPDATE activity SET payload = NULL, redacted_by = principal_id, kind = 'user.updated'",
        "SET session_replication_role = replica; DELETE FROM activity",
    ])
    func nobodyTampersNotEvenTheSuperuser(statement: String) async throws {
        let desk = try await ActivityDesk.make()
        try await desk.append([ActivityDesk.entry(1)])
        try await desk.settle()
        for role in [desk.source.url, desk.source.ownerURL, desk.source.superuserURL] {
            await #expect(throws: AdminSession.Failure.self) { try await onThread("tamper") { try AdminSession(role).runScript(statement) } }
        }
        #expect(try await desk.feed().map(\.number) == [1])
    }

    @Test func theServersRoleMayNotEvenTry() async throws {
        let desk = try await ActivityDesk.make()
        let url = desk.source.url
        for privilege in ["UPDATE", "DELETE", "TRUNCATE"] {
            let answer = try await onThread("privileges") { try AdminSession(url).run("SELECT has_table_privilege('activity', $1)", [privilege]) }
            #expect(answer == [["f"]])
        }
    }

    @Test func redactionTakesOutTheValuesAndStaysOnRecord() async throws {
        let desk = try await ActivityDesk.make()
        try await desk.append([ActivityDesk.entry(1), ActivityDesk.entry(2)])
        try await desk.settle()
        let id = try #require(try await desk.feed().first).id
        var caller = ActivityDesk.writer
        await #expect(throws: ITSMError.self) { try await desk.activity.redact(id, reason: "a password", as: caller) }
        caller.isSuperAdmin = true
        await #expect(throws: ITSMError.self) { try await desk.activity.redact(id, reason: " ", as: caller) }
        try await desk.activity.redact(id, reason: "a password", as: caller)
        try await desk.settle()

        let entries = try await desk.feed()
        #expect(entries.map(\.redacted) == [true, false, false])
        #expect(entries[0].changes == nil && entries[0].kind == .serviceUpdated && entries[1].number == 2)
        #expect(entries[2].kind == .activityRedacted && entries[2].record == entries[0].record)
        #expect(entries[2].changes?.value == ["activity": .string(id.description), "reason": "a password"])
        let again = await #expect(throws: ITSMError.self) { try await desk.activity.redact(id, reason: "again", as: caller) }
        #expect(again?.code == .duplicate)
    }
}
