import Testing
@testable import ITSMCore

/// The clock against worked examples (sla.md, 1) and, in `SLAClockLawTests`, against a count minute by minute.
@Suite struct SLAClockTests {
    static let hour: Int64 = 3_600_000_000

    private func clock(
        _ zone: String, _ weekly: WeeklyHours = .weekdays(.hours(9, 17)), _ exceptions: [String: DayHours] = [:],
        yearly: [BusinessCalendar.YearlyRule] = []
    ) throws -> SLAClock {
        let dates = Dictionary(uniqueKeysWithValues: exceptions.map { (CivilDate($0.key)!, $0.value) })
        return try SLAClock(BusinessCalendar(zone: zone, weekly: weekly, exceptions: dates, yearly: yearly))
    }

    private func at(_ text: String) -> Instant { Instant(text)! }

    @Test(arguments: [
        // Eight hours from Monday 09:00 are Monday 17:00, not Tuesday 09:00.
        ("2026-11-16T08:00:00Z", 8.0, "2026-11-16T16:00:00Z"),
        // A microsecond more is Tuesday.
        ("2026-11-16T08:00:00Z", 8.5, "2026-11-17T08:30:00Z"),
        // Friday afternoon goes over the weekend.
        ("2026-11-20T15:30:00Z", 1.0, "2026-11-23T08:30:00Z"),
        // Raised at night: it begins in the morning.
        ("2026-11-16T22:00:00Z", 1.0, "2026-11-17T09:00:00Z"),
        ("2026-11-16T22:00:00Z", 0.0, "2026-11-16T22:00:00Z"),
        // Many whole weeks at once.
        ("2026-11-16T08:00:00Z", 400.0, "2027-01-22T16:00:00Z"),
        // Over the end of summer time: 17:00 in Berlin is 15:00Z before it and 16:00Z after.
        ("2026-10-23T14:00:00Z", 9.0, "2026-10-26T16:00:00Z"),
    ])
    func addsInBerlin(_ start: String, _ hours: Double, _ due: String) throws {
        let clock = try clock("Europe/Berlin")
        #expect(clock.instant(after: at(start), adding: Int64(hours * 3_600_000_000)) == at(due))
    }

    @Test(arguments: [
        ("2026-11-16T16:00:00Z", 1.0, "2026-11-16T15:00:00Z"),
        // One business hour before Tuesday 09:30 is Monday 16:30.
        ("2026-11-17T08:30:00Z", 1.0, "2026-11-16T15:30:00Z"),
        // The latest such instant: half an hour before Tuesday 09:30 is Tuesday 09:00, not Monday 17:00.
        ("2026-11-17T08:30:00Z", 0.5, "2026-11-17T08:00:00Z"),
        ("2026-11-21T12:00:00Z", 8.0, "2026-11-20T08:00:00Z"),
        ("2026-11-21T12:00:00Z", 0.0, "2026-11-21T12:00:00Z"),
    ])
    func subtractsInBerlin(_ end: String, _ hours: Double, _ start: String) throws {
        let clock = try clock("Europe/Berlin")
        #expect(clock.instant(before: at(end), subtracting: Int64(hours * 3_600_000_000)) == at(start))
    }

    @Test func anHourThatIsSkippedCountsNothingAndOneThatIsRepeatedTwice() throws {
        let clock = try clock("Europe/Berlin", .everyDay(.hours(1, 4)))
        #expect(clock.workingTime(from: at("2026-03-28T12:00:00Z"), to: at("2026-03-29T12:00:00Z")) == 2 * Self.hour)
        #expect(clock.workingTime(from: at("2026-10-24T12:00:00Z"), to: at("2026-10-25T12:00:00Z")) == 4 * Self.hour)
        // A calendar that is open only in the hour that is skipped has nothing that day.
        let narrow = try self.clock("Europe/Berlin", .everyDay(.hours(2, 3)))
        #expect(narrow.nextOpening(from: at("2026-03-28T12:00:00Z")) == at("2026-03-30T00:00:00Z"))
        #expect(narrow.workingTime(from: at("2026-10-25T00:00:00Z"), to: at("2026-10-25T02:00:00Z")) == 2 * Self.hour)
    }

    @Test func aDateThatTheZoneSkippedHasNoHours() throws {
        let clock = try clock("Pacific/Apia", .everyDay(.hours(9, 17)), ["2011-12-30": .allDay])
        #expect(clock.workingTime(from: at("2011-12-29T10:00:00Z"), to: at("2011-12-31T10:00:00Z")) == 16 * Self.hour)
    }

    @Test func holidaysHalfDaysAndExtraSaturdays() throws {
        let clock = try clock("UTC", .weekdays(.hours(9, 17)), ["2026-12-24": .hours(9, 12), "2026-12-25": .closed, "2026-12-26": .hours(10, 14)])
        #expect(clock.workingTime(from: at("2026-12-23T00:00:00Z"), to: at("2026-12-28T00:00:00Z")) == (8 + 3 + 0 + 4) * Self.hour)
        #expect(clock.instant(after: at("2026-12-24T11:00:00Z"), adding: 2 * Self.hour) == at("2026-12-26T11:00:00Z"))
        #expect(clock.instant(after: at("2026-12-24T11:00:00Z"), adding: Self.hour) == at("2026-12-24T12:00:00Z"))
        #expect(clock.nextOpening(from: at("2026-12-24T12:00:00Z")) == at("2026-12-26T10:00:00Z"))
        #expect(!clock.isOpen(at: at("2026-12-25T10:00:00Z")))
    }

    @Test func yearlyRulesGiveWayToDatedOnes() throws {
        let clock = try clock("UTC", .everyDay(.hours(9, 17)), ["2027-12-25": .hours(9, 10)], yearly: [.init(month: 12, day: 25)])
        #expect(!clock.isOpen(at: at("2026-12-25T09:30:00Z")))
        #expect(clock.isOpen(at: at("2027-12-25T09:30:00Z")))
        #expect(!clock.isOpen(at: at("2199-12-25T09:30:00Z")))
    }

    @Test func roundTheClockIsPlainTime() throws {
        let clock = try SLAClock(.roundTheClock)
        #expect(clock.workingTime(from: at("2026-01-01T00:00:00Z"), to: at("2027-01-01T00:00:00Z")) == 365 * 24 * Self.hour)
        #expect(clock.instant(after: at("2026-01-01T00:00:00Z"), adding: 1) == Instant(microseconds: at("2026-01-01T00:00:00Z").microseconds + 1))
        let open = clock.openIntervals(from: at("2026-01-01T00:00:00Z"), to: at("2026-02-01T00:00:00Z"), atMost: 10)
        #expect(open.count == 1 && open[0].end == at("2026-02-01T00:00:00Z"))
    }

    @Test func aSearchWithoutAnswerSaysNever() throws {
        let once = try clock("UTC", WeeklyHours(), ["2026-01-05": .hours(9, 17), "2040-01-02": .hours(9, 17)])
        #expect(once.instant(after: at("2026-01-05T08:00:00Z"), adding: 8 * Self.hour) == at("2026-01-05T17:00:00Z"))
        // More than ten years lie between the two days.
        #expect(once.instant(after: at("2026-01-05T08:00:00Z"), adding: 9 * Self.hour) == nil)
        #expect(once.nextOpening(from: at("2026-01-06T00:00:00Z")) == nil)
        #expect(once.nextOpening(from: at("2031-01-06T00:00:00Z")) == at("2040-01-02T09:00:00Z"))
        #expect(once.nextOpening(from: at("2040-01-03T00:00:00Z")) == nil)
        #expect(once.instant(before: at("2040-01-02T10:00:00Z"), subtracting: 2 * Self.hour) == nil)
        #expect(try clock("UTC").instant(after: at("2200-12-31T16:00:00Z"), adding: 100 * Self.hour) == nil)
        #expect(try clock("UTC").instant(after: at("9000-01-01T00:00:00Z"), adding: Self.hour) == nil)
    }

    @Test func everyFaultOfACalendarIsTold() {
        var calendar = BusinessCalendar(zone: "Mars/Olympus", weekly: WeeklyHours([.mon: DayHours([.init(start: 36_000, end: 32_400)])]))
        calendar.weekly[.tue] = DayHours([.init(start: 32_400, end: 43_200), .init(start: 39_600, end: 61_200)])
        calendar.exceptions[CivilDate("2026-12-25")!] = DayHours([.init(start: 0, end: 90_000)])
        calendar.yearly = [.init(month: 2, day: 30)]
        #expect(calendar.problems().map(\.pointer) == ["/zone", "/weekly/mon/0", "/weekly/tue/1", "/exceptions/2026-12-25/0", "/yearly/0"])
        #expect(BusinessCalendar(zone: "UTC", weekly: WeeklyHours()).problems().map(\.pointer) == ["/weekly"])
    }

    @Test(arguments: [
        // Five working days before a Monday are the Monday before, whatever the weekend.
        ("2026-11-23T09:30:00Z", 5, "2026-11-16T09:30:00Z"), ("2026-11-20T09:30:00Z", 4, "2026-11-16T09:30:00Z"),
        // On a Sunday no further day has gone by since Friday; a holiday is none either; wall time stays over a change of clocks.
        ("2026-11-22T09:30:00Z", 5, "2026-11-15T09:30:00Z"), ("2026-12-28T09:30:00Z", 2, "2026-12-23T09:30:00Z"),
        ("2026-10-26T09:30:00Z", 1, "2026-10-25T09:30:00Z"), ("2026-10-26T09:30:00Z", 2, "2026-10-22T08:30:00Z"),
    ])
    func countsWorkingDays(_ end: String, _ days: Int, _ start: String) throws {
        let clock = try clock("Europe/Berlin", .weekdays(.hours(9, 17)), ["2026-12-25": .closed])
        #expect(clock.instant(before: at(end), workingDays: days) == at(start))
        #expect(try self.clock("Europe/Berlin", WeeklyHours(), ["1999-01-04": .allDay]).instant(before: at(end), workingDays: days) == nil)
    }
}
