import Testing

@testable import ITSMCore

@Suite struct HolidayPreviewTests {
    private static let window = CivilDate("2021-01-01")!...CivilDate("2036-12-31")!

    private static func day(_ date: String, _ uid: String?, _ name: String = "Day") -> Holiday {
        Holiday(date: CivilDate(date)!, name: name, uid: uid)
    }

    private static func event(_ uid: String, _ dates: [String], cancelled: Bool = false, transparent: Bool = false) -> HolidayFile.Event {
        .init(uid: uid, name: "Day", days: dates.map { day($0, uid) }, isCancelled: cancelled, isTransparent: transparent)
    }

    private static func calendar(_ holidays: [Holiday]) -> SLACalendar {
        SLACalendar(
            id: Desk.id(51), name: "Office", zone: "UTC", weekly: .weekdays(.hours(9, 17)), holidays: holidays, createdAt: Desk.monday,
            updatedAt: Desk.monday)
    }

    @Test(
        arguments: [
            (event("a", ["2026-12-25"]), [], HolidayPreview.Effect.adds, true),
            (event("a", ["2026-12-25"], transparent: true), [], .adds, false),
            (event("a", ["2026-12-25"], cancelled: true), [], .adds, false),
            (event("a", ["2026-12-25"]), [day("2026-12-25", "a")], .same, false),
            (event("a", ["2026-12-26"]), [day("2026-12-25", "a")], .changes, true),
            (event("a", ["2026-12-26"], transparent: true), [day("2026-12-25", "a")], .changes, true),
            (event("a", ["2026-12-25"], cancelled: true), [day("2026-12-25", "a")], .removes, true),
            (event("a", ["2026-12-25"]), [day("2026-12-25", "b"), day("2026-12-25", nil)], .adds, true),
            // What lies outside of the window is not the file's business.
            (event("a", ["2026-12-25"]), [day("2019-12-25", "a"), day("2026-12-25", "a")], .same, false),
        ] as [(HolidayFile.Event, [Holiday], HolidayPreview.Effect, Bool)])
    func whatAnEventWouldDo(event: HolidayFile.Event, holidays: [Holiday], effect: HolidayPreview.Effect, isChosen: Bool) throws {
        let row = Self.calendar(holidays).preview(of: HolidayFile(events: [event], window: Self.window)).events[0]
        #expect(row.effect == effect && row.isChosen == isChosen)
    }

    @Test func applyingChangesTheDaysOfTheSameUIDAlone() throws {
        let calendar = Self.calendar([
            Self.day("2019-12-25", "a"), Self.day("2026-12-24", "a"), Self.day("2026-12-25", "b"), Self.day("2026-12-31", nil, "Ours"),
        ])
        let file = HolidayFile(
            events: [
                Self.event("a", ["2026-12-25", "2027-12-25"]), Self.event("b", ["2026-12-25"], cancelled: true), Self.event("c", ["2026-06-01"]),
            ],
            window: Self.window)
        func dates(_ chosen: Set<String>?) throws -> [String] {
            try calendar.holidays(applying: file, chosen: chosen).map { "\($0.date) \($0.uid ?? "-")" }
        }
        #expect(try dates(nil) == ["2019-12-25 a", "2026-06-01 c", "2026-12-25 a", "2026-12-31 -", "2027-12-25 a"])
        #expect(try dates(["c"]) == ["2019-12-25 a", "2026-06-01 c", "2026-12-24 a", "2026-12-25 b", "2026-12-31 -"])
        #expect(try dates([]) == calendar.holidays.map { "\($0.date) \($0.uid ?? "-")" })
        #expect(throws: ITSMError.self) { try dates(["stranger"]) }
    }
}
