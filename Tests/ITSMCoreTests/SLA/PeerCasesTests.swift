import Testing
@testable import ITSMCore

/// Answers that another calculator of business time publishes among its tests (the Ruby library biz, by Zendesk): the same questions, in our words.
///
/// Not among them: what it answers for no time at all, which is the next or last open instant there and the instant itself here (sla.md, 1), and whole
/// working days, which it counts by the clock on the wall.
@Suite struct PeerCasesTests {
    /// UTC; Sunday closed.
    private static let hours = WeeklyHours([
        .mon: .hours(9, 17), .tue: .hours(10, 16), .wed: .hours(9, 17), .thu: .hours(10, 16), .fri: .hours(9, 17),
        .sat: DayHours([.init(start: 11 * 3_600, end: 14 * 3_600 + 1_800)]),
    ])

    private func clock(_ holidays: [String] = []) throws -> SLAClock {
        let closed = Dictionary(uniqueKeysWithValues: holidays.map { (CivilDate($0)!, DayHours.closed) })
        return try SLAClock(BusinessCalendar(zone: "UTC", weekly: Self.hours, exceptions: closed))
    }

    private func at(_ text: String) -> Instant { Instant("2006-01-\(text)Z")! }

    @Test(
        arguments: [
            ("04T15:58:30", 90, "04T16:00:00"), ("04T14:30:00", 5_400, "04T16:00:00"), ("04T13:00:00", 10_800, "04T16:00:00"),
        ] as [(String, Int64, String)])
    func after(_ start: String, _ seconds: Int64, _ end: String) throws {
        #expect(try clock().instant(after: at(start), adding: seconds * 1_000_000) == at(end))
    }

    @Test(
        arguments: [
            ("04T16:01:30", 90, "04T16:00:00"), ("04T16:30:00", 5_400, "04T15:00:00"), ("04T17:00:00", 10_800, "04T14:00:00"),
        ] as [(String, Int64, String)])
    func before(_ end: String, _ seconds: Int64, _ start: String) throws {
        #expect(try clock().instant(before: at(end), subtracting: seconds * 1_000_000) == at(start))
    }

    @Test(
        arguments: [
            ("08T00:00:00", "01T00:00:00", 0), ("01T00:00:00", "01T00:00:00", 0), ("01T00:00:00", "08T00:00:00", 142_200),
        ] as [(String, String, Int64)])
    func within(_ start: String, _ end: String, _ seconds: Int64) throws {
        #expect(try clock().workingTime(from: at(start), to: at(end)) == seconds * 1_000_000)
    }

    @Test func periodsLeaveHolidaysOutAndBeginWhereTheQuestionDoes() throws {
        let clock = try clock(["2006-01-16", "2006-01-18"])
        let week = clock.openIntervals(from: at("15T00:00:00"), to: at("20T00:00:00"), atMost: 10)
        #expect(week.map(\.start) == [at("17T10:00:00"), at("19T10:00:00")] && week.map(\.end) == [at("17T16:00:00"), at("19T16:00:00")])
        let inside = clock.openIntervals(from: at("02T12:00:00"), to: at("03T00:00:00"), atMost: 10)
        #expect(inside.map(\.start) == [at("02T12:00:00")] && inside.map(\.end) == [at("02T17:00:00")])
        // The first open instant forward from a closed one.
        #expect(clock.nextOpening(from: at("03T00:00:00")) == at("03T10:00:00"))
    }
}
