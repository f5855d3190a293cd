import ITSMCore
import Testing
@testable import ITSMServer

/// What happened, in plain words.
@Suite struct TicketEventTests {
    private static let anna = ID<User>("01932b4e-7c00-7000-8000-000000000001")!
    private static let ben = ID<User>("01932b4e-7c00-7000-8000-000000000002")!
    private static let group = ID<SupportGroup>("01932b4e-7c00-7000-8000-000000000003")!
    private static let known = ID<Ticket>("01932b4e-7c00-7000-8000-000000000004")!
    private static let hidden = ID<Ticket>("01932b4e-7c00-7000-8000-000000000005")!
    private static let now = Instant("2026-11-21T12:00:00.000Z")!

    private static let words: EventWords = {
        let desk = DeskSnapshot(
            settings: DeskSettings(updatedAt: now), matrix: .standard,
            groups: [SupportGroup(id: group, name: "Network", createdAt: now, updatedAt: now)], services: [], categories: [])
        let thread = TicketThread(
            comments: [], activity: [], earlier: nil, people: [anna: "Anna", ben: "Ben"],
            tickets: [known: TicketRef(id: known, number: TicketNumber("INC0000007")!, title: "Known")])
        return EventWords(thread: thread, desk: desk, time: ScreenTime(zones: [], now: now), files: ["f": "/file"])
    }()

    private static func change(_ old: JSONValue, _ new: JSONValue) -> JSONValue { ["old": old, "new": new] }

    private static func entry(_ kind: Activity.Kind, _ changes: JSONValue, redacted: Bool = false) -> ActivityEntry {
        ActivityEntry(
            id: FeedCursor("1-1-1")!, kind: kind, record: .init(.ticket, known), ticket: known, restricted: false, occurredAt: now, recordedAt: now,
            principal: Ref(id: anna, name: "Anna"), onBehalfOf: nil, channel: .web, changes: StoredJSON(changes), redacted: redacted, cause: nil,
            depth: 0,
            requestId: nil, address: nil)
    }

    static let told: [(Activity.Kind, JSONValue, String)] = [
        (.ticketUpdated, ["title": change("Old", "New")], "renamed it from “Old” to “New”"),
        (
            .ticketUpdated, ["impact": change("low", "high"), "priority": change("low", "medium")],
            "changed the priority from Low to Medium; changed the impact from Low to High"
        ),
        (
            .ticketUpdated, ["priority": change("low", "critical"), "priorityReason": change(nil, "the boss")],
            "changed the priority from Low to Critical: the boss"
        ),
        (.ticketUpdated, ["priorityReason": change("x", nil)], "left the priority to impact and urgency"),
        (.ticketUpdated, ["major": change(false, true)], "declared a major incident"),
        (.ticketUpdated, ["tags": change(["a", "b"], ["b", "c", "d"])], "added the tags c, d and removed the tag a"),
        (.ticketUpdated, ["parent": change(nil, .string("\(hidden)"))], "set the parent to another ticket"),
        (.ticketUpdated, ["requester": change(.string("\(anna)"), .string("\(ben)"))], "changed the requester from Anna to Ben"),
        (.ticketAssigned, ["assignee": change(nil, .string("\(anna)"))], "took it"),
        (
            .ticketAssigned, ["assignee": change(nil, .string("\(ben)")), "group": change(nil, .string("\(group)"))],
            "assigned it to Ben and sent it to Network"
        ),
        (.ticketAssigned, ["assignee": change(.string("\(ben)"), nil)], "took it from Ben"),
        (
            .ticketStatusChanged, ["status": change("new", "pendingRequester"), "reason": change(nil, "waiting for the invoice")],
            "set Pending requester: waiting for the invoice"
        ),
        (
            .ticketStatusChanged, ["status": change("new", "resolved"), "resolution": change(nil, "noFaultFound")],
            "set Resolved (no fault found)"
        ),
        (.linkAdded, ["type": "blocks", "direction": "inward", "ticket": .string("\(known)")], "linked it, as it is blocked by"),
        (.watcherAdded, ["user": .string("\(anna)")], "began to watch"),
        (.watcherRemoved, ["user": .string("\(ben)")], "took Ben from the watchers"),
        (.attachmentDeleted, ["fileName": "a.png"], "removed the file a.png"),
        (.slaBreached, ["timer": "nextResponse-2", "goalSeconds": 14_400], "noted that the next response passed its target of 4 h"),
        (
            .escalationFired,
            [
                "timer": "resolution", "rule": ["name": "Warn"],
                "actions": [
                    ["action": "notify", "result": "2 people told"], ["action": "raisePriority", "result": "unchanged"],
                    ["action": "assign", "result": "refused", "reason": "Nobody is there."], ["action": "escalate", "result": "level 1"],
                ],
            ],
            "followed the escalation rule Warn for the resolution: 2 people told, could not assign: Nobody is there., raised it to level 1"
        ),
    ]

    @Test(arguments: told)
    func isToldInPlainWords(_ kind: Activity.Kind, _ changes: JSONValue, _ words: String) {
        #expect(Self.words.event(Self.entry(kind, changes))?.words == words)
    }

    static let untold: [(Activity.Kind, JSONValue)] = [
        (.ticketCommented, ["comment": "c"]), (.commentEdited, ["comment": "c"]),
        (.attachmentAdded, ["attachment": "f", "comment": "c"]),
        (.linkAdded, ["type": "blocks", "direction": "outward", "ticket": .string("\(hidden)")]),
    ]

    /// What the thread shows in another way, and what speaks of a ticket that the reader may not see.
    @Test(arguments: untold)
    func isNotTold(_ kind: Activity.Kind, _ changes: JSONValue) {
        #expect(Self.words.event(Self.entry(kind, changes)) == nil)
    }

    @Test func aFileThatIsThereCanBeOpened() {
        let event = Self.words.event(Self.entry(.attachmentAdded, ["attachment": "f", "fileName": "a.png", "comment": .null]))
        #expect(event?.link == TicketEvent.Link(address: "/file", label: "a.png"))
    }

    @Test func thatValuesWereTakenOutIsTold() {
        #expect(Self.words.event(Self.entry(.ticketUpdated, .null, redacted: true))?.words.contains("taken out") == true)
    }

    @Test(arguments: [
        (Int64(0), "0 bytes"), (999, "999 bytes"), (1_000, "1 KB"), (412_345, "412 KB"), (1_250_000, "1.3 MB"), (25_000_000, "25.0 MB"),
    ])
    func sizesAreInOneUnit(_ bytes: Int64, _ words: String) { #expect(TicketFile.size(bytes) == words) }
}
