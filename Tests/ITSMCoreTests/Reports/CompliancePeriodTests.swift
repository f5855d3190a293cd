import Testing

@testable import ITSMCore

@Suite struct CompliancePeriodTests {
    @Test(
        arguments: [
            ("2026-11", 2026, 11), ("0001-01", 1, 1), ("9998-12", 9_998, 12), ("2026-13", nil, nil), ("2026-00", nil, nil), ("2026-1", nil, nil),
            ("26-01", nil, nil), ("2026-01-01", nil, nil), ("", nil, nil), ("+026-01", nil, nil),
        ] as [(String, Int?, Int?)])
    func aMonthIsReadAndWritten(_ text: String, _ year: Int?, _ month: Int?) {
        let found = CivilMonth(text)
        #expect(found?.year == year && found?.month == month)
        if let found { #expect(found.description == text) }
    }

    @Test func monthsFollowOneAnotherOverTheYear() throws {
        let november = try #require(CivilMonth("2026-11"))
        #expect((0...3).map { november.adding($0).description } == ["2026-11", "2026-12", "2027-01", "2027-02"])
        #expect(november.adding(-11).description == "2025-12")
        #expect(november.adding(14).distance(from: november) == 14)
    }

    /// Where midnight of the first is skipped or comes twice, the month begins at the first instant that the clocks show it.
    @Test(arguments: [
        ("UTC", "2026-11", "2026-11-01T00:00:00.000Z"), ("Europe/Berlin", "2026-07", "2026-06-30T22:00:00.000Z"),
        ("Asia/Kathmandu", "2026-01", "2025-12-31T18:15:00.000Z"),
        // The clocks are set back that night at 01:00, to midnight: the first of the two counts.
        ("America/Havana", "2026-11", "2026-11-01T04:00:00.000Z"),
    ])
    func aMonthBeginsAtMidnightOfItsZone(_ zone: String, _ month: String, _ start: String) throws {
        let rules = try #require(SystemZones.shared.rules(named: zone))
        #expect(try #require(CivilMonth(month)).start(in: rules).description == start)
    }

    @Test func withoutWordsItIsSixMonthsAndThePresentOne() throws {
        let berlin = try #require(SystemZones.shared.rules(named: "Europe/Berlin"))
        // In Berlin it is December already.
        let now = try #require(Instant("2026-11-30T23:30:00Z"))
        let period = try CompliancePeriod(from: nil, to: nil, zone: berlin, now: now)
        #expect(period.first.description == "2026-06" && period.last.description == "2026-12" && period.months.count == 7)
        #expect(period.boundaries.count == 8 && period.boundaries.first?.description == "2026-05-31T22:00:00.000Z")
        #expect(try CompliancePeriod(from: nil, to: CivilMonth("2026-03"), zone: berlin, now: now).first.description == "2025-09")
    }

    @Test(
        arguments: [("2026-05", "2026-04", "/to"), ("2024-11", "2026-11", "/from"), ("2024-12", "2026-11", nil), ("2026-11", "2026-11", nil)]
            as [(
                String, String, String?
            )])
    func whatIsNoPeriodIsRefused(_ from: String, _ to: String, _ pointer: String?) {
        let now = Instant("2026-11-21T08:00:00Z")!
        var found: String?
        do {
            _ = try CompliancePeriod(from: CivilMonth(from), to: CivilMonth(to), zone: .utc, now: now)
        } catch {
            found = error.problems.first?.pointer
        }
        #expect(found == pointer)
    }
}
