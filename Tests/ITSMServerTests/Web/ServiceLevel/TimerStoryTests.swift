@testable import ITSMCore
@testable import ITSMServer
import Testing

/// The explanation of a clock in words: holidays by name, shifts of the zone, folded hours, and sums to the second.
@Suite struct TimerStoryTests {
    private static let hours = SLACalendar(
        id: ID("01932b4e-7c00-7000-8000-000000000001")!, name: "Berlin", zone: "Europe/Berlin", weekly: .everyDay(.hours(1, 5)),
        holidays: [Holiday(date: CivilDate("2026-10-26")!, name: "Founders’ Day")], createdAt: Instant(seconds: 0), updatedAt: Instant(seconds: 0))
    private static let term = SLATerm(
        agreement: Edition(ID("01932b4e-7c00-7000-8000-000000000002")!, version: 3), priority: .high, seconds: 36_000, calendar: hours.edition)

    private func story(from start: String, to end: String) throws -> TimerStory {
        let clock = try SLAClock(Self.hours.businessCalendar)
        let ledger = SLALedger(from: Instant(start)!, .running(Self.term))
        let reading = ledger.reading { _ in clock }
        let cycle = SLACycle(
            ticket: ID("01932b4e-7c00-7000-8000-000000000003")!, metric: .resolution, number: 1, ledger: ledger, reading: reading)
        let now = Instant(end)!
        let desk = DeskSnapshot(settings: DeskSettings(updatedAt: now), matrix: .standard, groups: [], services: [], categories: [])
        let timer = try SLATimer(cycle, at: now, desk: desk, clock: clock)
        var explanation = ledger.explanation(at: now, { _ in clock }, calendar: { _ in Self.hours })
        explanation.hours[Self.hours.edition] = .init(calendar: Self.hours.name, zone: Self.hours.zone)
        return TimerStory(timer, explanation, of: TicketNumber("INC0000001")!, from: "", time: ScreenTime(zones: ["Europe/Lisbon"], now: now))
    }

    @Test func theNightOfTheShiftAndAHolidayAreTold() throws {
        let story = try story(from: "2026-10-24T23:30:00Z", to: "2026-10-26T12:00:00Z")
        let details = try #require(story.spans.first?.details)
        // From 01:30 in Berlin on; 02:00 to 03:00 comes twice. Shown as a reader in Lisbon sees it, whose clocks go back too.
        #expect(details.intervals.map(\.when) == ["Sun 25 Oct 00:30–04:00"])
        #expect(details.intervals.map(\.counted) == ["4 h 30 min"])
        #expect(details.notes == ["Mon 26 Oct, Founders’ Day: closed", "Sun 25 Oct 01:00: clocks in Europe/Berlin went back by 1 h"])
        #expect(story.zone == "Europe/Lisbon" && story.total == "4 h 30 min")
    }

    @Test func amountsAddUpToTheSecond() throws {
        let story = try story(from: "2026-11-02T00:00:00.700Z", to: "2026-11-04T02:00:00.600Z")
        let details = try #require(story.spans.first?.details)
        #expect(details.intervals.map(\.counted) == ["3 h 59 min 59 s", "4 h", "2 h"])
        #expect(story.total == "9 h 59 min 59 s")
    }

    @Test func longListsAreFoldedAndTheRestIsASum() throws {
        let story = try story(from: "2026-11-02T00:00:00Z", to: "2028-11-02T12:00:00Z")
        let details = try #require(story.spans.first?.details)
        #expect(!details.isOpen && details.intervals.count == SLAExplanation.longestList)
        #expect(details.summary == "732 intervals counted" && details.further == "and 332 more intervals, 1328 h")
        #expect(story.total == "2928 h")
    }
}
