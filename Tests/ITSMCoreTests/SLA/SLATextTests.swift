import Testing

@testable import ITSMCore

@Suite struct SLATextTests {
    @Test(
        arguments: [
            ("8h", 28_800), ("30 min", 1_800), ("1d 4h", 100_800), ("1 h, 30 min", 5_400), ("1.5 hours", 5_400), ("2 W", 1_209_600), ("90s", 90),
            ("8", nil), ("", nil), ("h", nil), ("8 x", nil), ("1.00001 s", nil), ("-5 min", nil), ("99999999999999999 d", nil),
        ] as [(String, Int64?)])
    func lengthsAsPeopleWriteThem(text: String, seconds: Int64?) {
        #expect(WorkingTime.seconds(text) == seconds)
    }

    @Test(arguments: [(0, "0 s"), (900, "15 min"), (5_400, "1 h 30 min"), (86_400, "24 h"), (3_661, "1 h 1 min 1 s")] as [(Int64, String)])
    func lengthsInWords(seconds: Int64, words: String) {
        #expect(WorkingTime.exactText(seconds) == words)
        if seconds > 0 { #expect(WorkingTime.seconds(words) == seconds) }
    }

    @Test(
        arguments: [
            ("9-17", "09:00–17:00"), ("09:00–12:30, 13:00 - 17:00", "09:00–12:30, 13:00–17:00"), ("all day", "00:00–24:00"), ("closed", ""),
            (" ", ""), ("-", ""),
            ("9:15-24", "09:15–24:00"), ("nine to five", nil), ("9-17-18", nil), ("9", nil), ("25-26", nil), ("9-17,", "09:00–17:00"),
        ] as [(String, String?)])
    func hoursAsPeopleWriteThem(text: String, words: String?) {
        #expect(DayHours(words: text)?.words == words)
    }
}

@Suite struct AgreementPreviewTests {
    private static let weekdays = SLACalendar(
        id: Desk.id(61), name: "Weekdays", zone: "Europe/Berlin", weekly: .weekdays(.hours(9, 17)),
        holidays: [Holiday(date: CivilDate("2026-11-23")!, name: "Off", closes: .hours(0, 12))], createdAt: Desk.monday, updatedAt: Desk.monday)

    private static func outlook(_ seconds: Int64, _ at: String, _ calendar: SLACalendar = weekdays) throws -> ServiceLevelAgreement.Outlook? {
        let clock = try SLAClock(calendar.businessCalendar)
        let agreement = ServiceLevelAgreement(
            id: Desk.id(62), name: "A", order: 1, targets: [.init(.resolution, goals: [.high: .init(seconds: seconds, calendar: calendar.id)])],
            createdAt: Desk.monday, updatedAt: Desk.monday)
        #expect(agreement.preview(.low, raisedAt: Desk.monday) { _ in clock }.isEmpty)
        return agreement.preview(.high, raisedAt: Instant(at)!) { $0 == calendar.id ? clock : nil }.first
    }

    @Test func dueWithTheHoursThatMakeItUp() throws {
        // Friday 16:30 in Berlin; Monday morning is a holiday.
        let outlook = try #require(try Self.outlook(4 * 3_600, "2026-11-20T15:30:00Z"))
        #expect(outlook.due == Instant("2026-11-23T14:30:00Z"))
        #expect(outlook.spans.map { "\($0.start) \($0.seconds)" } == ["2026-11-20T15:30:00.000Z 1800", "2026-11-23T11:00:00.000Z 12600"])
        #expect(outlook.spans.reduce(0) { $0 + $1.seconds } == outlook.goal.seconds && !outlook.isCut)
    }

    @Test func manySpansAreCutAndNeverIsNever() throws {
        let long = try #require(try Self.outlook(400 * 3_600, "2026-11-20T15:30:00Z"))
        #expect(long.isCut && long.spans.count == ServiceLevelAgreement.Outlook.mostSpans)
        var closed = Self.weekdays
        closed.weekly = WeeklyHours()
        closed.exceptions = [CivilDate("2020-01-02")!: .allDay]
        let never = try #require(try Self.outlook(60, "2026-11-20T15:30:00Z", closed))
        #expect(never.due == nil && never.spans.isEmpty)
    }
}
