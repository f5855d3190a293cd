import Testing

@testable import ITSMCore

@Suite struct SLACalendarDraftTests {
    private static let weekly = #""weekly": {"mon": [["09:00", "17:00"]]}"#

    @Test(arguments: [
        (#"{"name": "Office", "zone": "Europe/Berlin", \#(weekly)}"#, []),
        (#"{"name": "Office", \#(weekly)}"#, []),
        ("{}", ["/name", "/weekly"]),
        (#"{"name": " ", "zone": "Europe/Nowhere", "weekly": {}}"#, ["/name", "/zone", "/weekly"]),
        (
            #"{"name": "Office", "weekly": {"mon": [["09:00", "12:00"], ["11:00", "17:00"]], "tue": [["17:00", "09:00"]]}}"#,
            ["/weekly/mon/1", "/weekly/tue/0"]
        ),
        (#"{"name": "Office", \#(weekly), "yearly": [{"month": 2, "day": 30, "hours": []}]}"#, ["/yearly/0"]),
        (
            #"{"name": "Office", \#(weekly), "holidays": [{"date": "2026-12-25", "name": "", "closes": [["10:00", "10:00"]]}]}"#,
            ["/holidays/0/name", "/holidays/0/closes/0"]
        ),
        (#"{"name": "Office", "weekly": {}, "exceptions": {"2026-12-24": [["09:00", "12:00"]]}}"#, []),
    ])
    func faultsOfADraft(json: String, pointers: [String]) throws {
        let draft = try Promises.read(json, as: SLACalendar.Draft.self)
        do {
            let calendar = try SLACalendar(draft, id: Desk.id(51), zone: "Asia/Tokyo", at: Desk.monday)
            #expect(pointers.isEmpty)
            #expect(calendar.zone == draft.zone ?? "Asia/Tokyo")
        } catch let error as ITSMError {
            #expect(error.pointers == pointers)
        }
    }

    @Test func aPatchMergesDaysAndDates() throws {
        var calendar = SLACalendar(
            id: Desk.id(51), name: "Office", zone: "UTC", weekly: .weekdays(.hours(9, 17)),
            exceptions: [CivilDate("2026-12-24")!: .hours(9, 12), CivilDate("2026-12-31")!: .closed], createdAt: Desk.monday, updatedAt: Desk.monday)
        let old = calendar
        let patch = #"{"weekly": {"fri": null, "sat": [["10:00", "12:00"]]}, "exceptions": {"2026-12-24": null, "2027-01-02": [["09:00", "17:00"]]}}"#
        try calendar.apply(try Promises.read(patch), at: Desk.monday.adding(seconds: 1))
        #expect(calendar.weekly[.thu] == .hours(9, 17) && calendar.weekly[.fri].isClosed && calendar.weekly[.sat] == .hours(10, 12))
        #expect(calendar.exceptions == [CivilDate("2026-12-31")!: .closed, CivilDate("2027-01-02")!: .hours(9, 17)])
        #expect(calendar.version == 2 && calendar.updatedAt == Desk.monday.adding(seconds: 1))
        let changes = try calendar.changes(since: old).changes
        #expect(Set(changes.keys) == ["weekly", "exceptions"])
        #expect(changes["exceptions"] == ["old": ["2026-12-24": [["09:00", "12:00"]]], "new": ["2027-01-02": [["09:00", "17:00"]]]])
        try calendar.apply(.init(), at: Desk.monday.adding(seconds: 9))
        #expect(calendar.version == 2 && calendar.updatedAt == Desk.monday.adding(seconds: 1))
    }

    @Test(arguments: [
        (#"{"name": null}"#, "/name"), (#"{"zone": "Mars/Base"}"#, "/zone"),
        (#"{"weekly": {"mon": [], "tue": [], "wed": [], "thu": [], "fri": []}}"#, "/weekly"), (#"{"archived": null}"#, "/archived"),
    ])
    func faultsOfAPatchChangeNothing(json: String, pointer: String) throws {
        var calendar = SLACalendar(
            id: Desk.id(51), name: "Office", zone: "UTC", weekly: .weekdays(.hours(9, 17)), createdAt: Desk.monday, updatedAt: Desk.monday)
        let old = calendar
        let patch = try Promises.read(json, as: SLACalendar.Patch.self)
        #expect(#expect(throws: ITSMError.self) { try calendar.apply(patch, at: Desk.monday) }?.pointers == [pointer])
        #expect(calendar == old)
    }

    @Test func aClockIsMadeOnceForEqualCalendars() throws {
        let clocks = SLAClocks()
        var calendar = Promises.retired
        let due = try clocks.clock(of: calendar).instant(after: Desk.monday, adding: 8 * 3_600_000_000)
        #expect(due == Instant("2026-03-03T09:00:00Z"))
        calendar.holidays = [Holiday(date: CivilDate("2026-03-03")!, name: "Carnival")]
        #expect(try clocks.clock(of: calendar).instant(after: Desk.monday, adding: 8 * 3_600_000_000) == Instant("2026-03-04T09:00:00Z"))
        calendar.zone = "Mars/Base"
        #expect(throws: ITSMError.self) { try clocks.clock(of: calendar) }
    }

    @Test func theStandardWeekFollowsTheDeskUntilSomebodyEditsIt() {
        let standard = SLACalendar(
            id: SLACalendar.weekdaysID, name: "Weekdays", zone: "UTC", weekly: .weekdays(.hours(9, 17)), createdAt: Desk.monday,
            updatedAt: Desk.monday)
        let moved = standard.following(zone: "Europe/Berlin", insteadOf: "UTC", at: Desk.monday)
        #expect(moved?.zone == "Europe/Berlin" && moved?.version == 2)
        #expect(moved?.following(zone: "Asia/Tokyo", insteadOf: "Europe/Berlin", at: Desk.monday)?.zone == "Asia/Tokyo")
        #expect(standard.following(zone: "Asia/Tokyo", insteadOf: "Europe/Berlin", at: Desk.monday) == nil)
        var edited = standard
        edited.weekly[.sat] = .hours(9, 12)
        #expect(edited.following(zone: "Europe/Berlin", insteadOf: "UTC", at: Desk.monday) == nil)
    }
}
