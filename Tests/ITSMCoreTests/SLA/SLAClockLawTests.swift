import Foundation
import Testing
@testable import ITSMCore

/// The laws of sla.md, 1, over every zone that this machine knows, with calendars and instants drawn at random (the seed is fixed, so a failure repeats).
@Suite struct SLAClockLawTests {
    static let zones: [String] = {
        let table = (try? String(contentsOfFile: "/usr/share/zoneinfo/tzdata.zi", encoding: .utf8)) ?? ""
        let names = table.split(separator: "\n").compactMap { line -> String? in
            let words = line.split(separator: " ")
            return line.hasPrefix("Z ") ? String(words[1]) : line.hasPrefix("L ") ? String(words[2]) : nil
        }
        return names.filter { SystemZones.shared.rules(named: $0) != nil }.sorted()
    }()

    /// Those whose clocks do what others do not.
    static let peculiar = [
        "America/Sao_Paulo", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu", "Pacific/Apia", "Europe/Berlin", "America/New_York", "UTC",
        "Asia/Tehran", "America/Havana",
    ]

    @Test func theMachineKnowsTheZonesOfTheWorld() { #expect(Self.zones.count > 400) }

    @Test func lawsHoldInEveryZone() throws {
        var random = SplitMix(seed: 20_261_121)
        for zone in Self.zones + Self.peculiar + Self.peculiar {
            let clock = try SLAClock(random.calendar(in: zone))
            for _ in 0..<12 { try expectLaws(clock, &random) }
        }
    }

    private func expectLaws(_ clock: SLAClock, _ random: inout SplitMix) throws {
        let a = random.instant(),
            b = Instant(microseconds: a.microseconds + Int64(random.below(400 * 86_400)) * 1_000_000 + Int64(random.below(1_000_000)))
        let whole = clock.workingTime(from: a, to: b)
        #expect(whole >= 0 && whole <= b.microseconds - a.microseconds)
        // Additive over any split, and monotone with it.
        let split = Instant(microseconds: a.microseconds + Int64(random.next() % UInt64(b.microseconds - a.microseconds + 1)))
        #expect(clock.workingTime(from: a, to: split) + clock.workingTime(from: split, to: b) == whole, "\(clock.calendar) \(a) \(split) \(b)")
        guard whole > 0 else { return }
        let amount = 1 + Int64(random.next() % UInt64(whole))
        // The earliest instant: the amount is over there, and not a microsecond before.
        let due = try #require(clock.instant(after: a, adding: amount), "\(clock.calendar) \(a) \(amount)")
        #expect(clock.workingTime(from: a, to: due) == amount, "\(clock.calendar) \(a) \(amount) \(due)")
        #expect(clock.workingTime(from: a, to: Instant(microseconds: due.microseconds - 1)) == amount - 1)
        // The latest instant, likewise.
        let begin = try #require(clock.instant(before: b, subtracting: amount), "\(clock.calendar) \(b) \(amount)")
        #expect(clock.workingTime(from: begin, to: b) == amount, "\(clock.calendar) \(begin) \(amount) \(b)")
        #expect(clock.workingTime(from: Instant(microseconds: begin.microseconds + 1), to: b) == amount - 1)
        // The next opening is open, and nothing before it is.
        let opening = try #require(clock.nextOpening(from: split))
        #expect(clock.isOpen(at: opening))
        #expect(clock.workingTime(from: split, to: opening) == 0)
        // What is drawn sums up to what is counted.
        let end = Instant(microseconds: min(b.microseconds, a.microseconds + 20 * 86_400_000_000))
        let drawn = clock.openIntervals(from: a, to: end, atMost: 10_000)
        #expect(drawn.reduce(0) { $0 + $1.end.microseconds - $1.start.microseconds } == clock.workingTime(from: a, to: end))
    }

    /// By the definition itself: the wall time of each minute, as Foundation's zones have it, in an interval of its local date.
    @Test(arguments: peculiar)
    func equalsACountMinuteByMinute(_ zone: String) throws {
        var random = SplitMix(seed: zone.utf8.reduce(7) { ($0 * 31 + UInt64($1)) % 1_000_003 })
        var foundation = Calendar(identifier: .gregorian)
        foundation.timeZone = try #require(TimeZone(identifier: zone))
        for round in 0..<4 {
            let calendar = random.calendar(in: zone)
            let clock = try SLAClock(calendar)
            // Half of the spans lie over a change of the offset, where there is one.
            var start = random.instant(years: 1971...2036)
            let rules = try #require(SystemZones.shared.rules(named: zone))
            if round.isMultiple(of: 2), let change = rules.transition(after: start) { start = change.at.adding(seconds: -86_400) }
            start = Instant(microseconds: start.microseconds.dividedFloor(by: 60_000_000) * 60_000_000)
            let minutes = 2 * 1_440
            var open: Int64 = 0
            for minute in 0..<minutes {
                let instant = start.adding(seconds: Int64(minute) * 60)
                let parts = foundation.dateComponents(
                    [.year, .month, .day, .hour, .minute, .weekday], from: Date(timeIntervalSince1970: Double(instant.microseconds) / 1e6))
                let date = CivilDate(year: parts.year!, month: parts.month!, day: parts.day!)!
                let hours = calendar.datesWithHours[date] ?? calendar.weekly[Weekday.allCases[(parts.weekday! + 5) % 7]]
                let second = parts.hour! * 3_600 + parts.minute! * 60
                let isOpen = hours.intervals.contains { $0.start <= second && second < $0.end }
                if isOpen { open += 60_000_000 }
                #expect(clock.isOpen(at: instant) == isOpen, "\(calendar) \(instant)")
            }
            #expect(clock.workingTime(from: start, to: start.adding(seconds: Int64(minutes) * 60)) == open, "\(calendar) \(start)")
        }
    }
}

extension SplitMix {
    mutating func instant(years: ClosedRange<Int> = 1970...2099) -> Instant {
        let first = CivilDate(year: years.lowerBound, month: 1, day: 1)!.daysSince1970,
            last = CivilDate(year: years.upperBound, month: 12, day: 31)!.daysSince1970
        return Instant(microseconds: first * 86_400_000_000 + Int64(next() % UInt64((last - first) * 86_400_000_000)))
    }

    /// Up to three intervals on whole minutes.
    mutating func hours() -> DayHours {
        let edges = Set((0..<2 * (1 + below(3))).map { _ in below(1_441) * 60 }).sorted()
        return DayHours(stride(from: 0, to: edges.count - 1, by: 2).map { .init(start: edges[$0], end: edges[$0 + 1]) })
    }

    /// Hours of some weekdays, at least one, and some dates with hours of their own.
    mutating func calendar(in zone: String) -> BusinessCalendar {
        var weekly = WeeklyHours()
        for day in Weekday.allCases where below(4) > 0 { weekly[day] = hours() }
        weekly[Weekday.allCases[below(7)]] = below(3) == 0 ? .allDay : DayHours([.init(start: 0, end: 60 * (1 + below(1_440)))])
        var calendar = BusinessCalendar(zone: zone, weekly: weekly)
        for _ in 0..<below(60) { calendar.exceptions[CivilDate(daysSince1970: Int64(below(47_000)))] = below(3) == 0 ? hours() : .closed }
        for _ in 0..<below(4) { calendar.yearly.append(.init(month: 1 + below(12), day: 1 + below(28))) }
        return calendar
    }
}
