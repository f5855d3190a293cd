import Testing

@testable import ITSMCore

@Suite struct InstantTests {
    @Test(arguments: [
        ("2026-11-21T08:00:00Z", "2026-11-21T08:00:00.000Z"), ("2026-11-21t08:00:00.1239Z", "2026-11-21T08:00:00.123Z"),
        ("2026-11-21T08:00:00+01:00", "2026-11-21T07:00:00.000Z"), ("2026-11-21 08:00:00-05:30", "2026-11-21T13:30:00.000Z"),
        ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"), ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"),
        ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"), ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"),
        ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
    ])
    func isReadAndWrittenAsRFC3339(text: String, written: String) throws {
        #expect(try #require(Instant(text)).description == written)
    }

    @Test(arguments: [
        "", "2026-11-21", "2026-11-21T08:00Z", "2026-11-21T08:00:00", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-11-21T24:00:00Z",
        "2026-11-21T08:00:00.Z", "2026-11-21T08:00:00+1:00", "0000-01-01T00:00:00Z", "10000-01-01T00:00:00Z", "2026-11-21T08:00:00Zx",
        "9999-12-31T23:59:59-23:59",
    ])
    func anythingElseIsRefused(text: String) { #expect(Instant(text) == nil) }

    @Test func everyDayOfFourHundredYearsIsItself() {
        var date = CivilDate(year: 1600, month: 3, day: 1)!
        for day in date.daysSince1970..<(date.daysSince1970 + 146_097 * 2) {
            date = CivilDate(daysSince1970: day)
            #expect(date.daysSince1970 == day)
            #expect(CivilDate(year: date.year, month: date.month, day: date.day) != nil)
        }
    }
}
