import Foundation
import Testing

@testable import ITSMCore

@Suite("Zone rules")
struct ZoneRulesTests {
    static func rules(_ name: String) throws -> ZoneRules { try #require(SystemZones.shared.rules(named: name)) }

    static func local(_ text: String) -> LocalTime { LocalTime(microseconds: Instant(text + "Z")!.microseconds) }

    /// RFC 9636, 3.3.1: daylight time all year is a rule that ends where it begins anew.
    @Test("A zone with daylight time all year never changes")
    func daylightTimeAllYear() throws {
        let zone = try #require(PosixZone("EST5EDT,0/0,J365/25".utf8))
        #expect(zone.changes(in: 2000...2400).allSatisfy { $0.offset == -4 * 3_600 })
        let rules = ZoneRules(name: "x", initialOffset: -4 * 3_600, changes: zone.changes(in: 2000...2400))
        #expect(rules.transition(after: Instant(seconds: 0)) == nil)
    }

    @Test(
        "A wall time is unique, skipped or repeated",
        arguments: [
            ("Europe/Berlin", "2026-06-01T12:00:00", "unique 2026-06-01T10:00:00.000Z"),
            ("Europe/Berlin", "2026-03-29T02:00:00", "gap 2026-03-29T01:00:00.000Z"),
            ("Europe/Berlin", "2026-03-29T02:30:00", "gap 2026-03-29T01:30:00.000Z"),
            ("Europe/Berlin", "2026-03-29T03:00:00", "unique 2026-03-29T01:00:00.000Z"),
            ("Europe/Berlin", "2026-10-25T02:30:00", "repeated 2026-10-25T00:30:00.000Z 2026-10-25T01:30:00.000Z"),
            ("Europe/Berlin", "2026-10-25T03:00:00", "unique 2026-10-25T02:00:00.000Z"),
            ("Europe/Berlin", "2026-10-25T02:00:00", "repeated 2026-10-25T00:00:00.000Z 2026-10-25T01:00:00.000Z"),
            // Brazil put its clocks forward at midnight.
            ("America/Sao_Paulo", "2018-11-04T00:30:00", "gap 2018-11-04T03:30:00.000Z"),
            ("America/Sao_Paulo", "2018-02-17T23:30:00", "repeated 2018-02-18T01:30:00.000Z 2018-02-18T02:30:00.000Z"),
            // Lord Howe moves by half an hour.
            ("Australia/Lord_Howe", "2026-10-04T02:15:00", "gap 2026-10-03T15:45:00.000Z"),
            ("Australia/Lord_Howe", "2026-04-05T01:45:00", "repeated 2026-04-04T14:45:00.000Z 2026-04-04T15:15:00.000Z"),
            // Samoa left out a whole day.
            ("Pacific/Apia", "2011-12-30T12:00:00", "gap 2011-12-30T22:00:00.000Z"),
            ("Pacific/Apia", "2011-12-29T23:59:59", "unique 2011-12-30T09:59:59.000Z"),
            ("Asia/Kathmandu", "2026-01-01T00:00:00", "unique 2025-12-31T18:15:00.000Z"),
            ("Africa/Casablanca", "2026-07-01T12:00:00", "unique 2026-07-01T11:00:00.000Z"),
            ("America/New_York", "3026-03-12T02:30:00", "gap 3026-03-12T07:30:00.000Z"),
            ("America/New_York", "9999-07-01T00:00:00", "unique 9999-07-01T04:00:00.000Z"),
            ("UTC", "2026-01-01T00:00:00", "unique 2026-01-01T00:00:00.000Z"),
        ])
    func wallTime(zone: String, local: String, expected: String) throws {
        let found =
            switch try Self.rules(zone).instants(ofLocal: Self.local(local)) {
            case .unique(let instant): "unique \(instant)"
            case .gap(let instant): "gap \(instant)"
            case .repeated(let first, let second): "repeated \(first) \(second)"
            }
        #expect(found == expected)
    }

    @Test("Every zone agrees with Foundation from 1970 to 2024")
    func foundation() throws {
        var differing: [String] = []
        for name in TimeZone.knownTimeZoneIdentifiers {
            guard let rules = SystemZones.shared.rules(named: name), let oracle = TimeZone(identifier: name) else { continue }
            var seconds: Int64 = 0
            while seconds < 1_735_689_600 {
                let expected = oracle.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))
                if rules.offset(at: Instant(seconds: seconds)) != expected {
                    differing.append("\(name) \(Instant(seconds: seconds))")
                    break
                }
                seconds += Int64.random(in: 100_000...2_000_000)
            }
        }
        // Both have their own copy of the tz database, which may differ by a release; the rules of a few zones then do.
        #expect(differing.count <= 5, "\(differing)")
    }

    @Test(
        "Around each of its transitions a zone agrees with Foundation",
        arguments: [
            "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia", "America/Sao_Paulo", "Asia/Kathmandu",
            "Europe/Dublin", "America/Vancouver", "Asia/Gaza", "Antarctica/Troll",
        ])
    func transitions(zone: String) throws {
        let rules = try Self.rules(zone)
        let oracle = try #require(TimeZone(identifier: zone))
        var at = Instant(seconds: 0)
        let end = Instant("2037-01-01T00:00:00Z")!
        while let next = rules.transition(after: at), next.at < end {
            #expect(next.before != next.after)
            for (instant, offset) in [(next.at.adding(seconds: -1), next.before), (next.at, next.after)] {
                #expect(rules.offset(at: instant) == offset)
                #expect(
                    oracle.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant.microseconds / 1_000_000))) == offset, "\(zone) \(instant)")
            }
            at = next.at
        }
    }

    @Test(
        "Wall time and instant are inverse, over 1,000 years", arguments: ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Tokyo"])
    func inverse(zone: String) throws {
        let rules = try Self.rules(zone)
        for _ in 0..<20_000 {
            let instant = Instant(seconds: Int64.random(in: -2_000_000_000...30_000_000_000))
            switch rules.instants(ofLocal: rules.localTime(at: instant)) {
            case .unique(let found): #expect(found == instant)
            case .repeated(let first, let second):
                #expect(first == instant || second == instant)
                #expect(first < second)
            case .gap: Issue.record("\(instant) shows a wall time that \(zone) skips")
            }
        }
    }

    @Test("The rule repeats every 400 years")
    func cycle() throws {
        let rules = try Self.rules("Europe/Berlin")
        for _ in 0..<20_000 {
            let seconds = Int64.random(in: 2_500_000_000...10_000_000_000)
            #expect(rules.offset(at: Instant(seconds: seconds)) == rules.offset(at: Instant(seconds: seconds + 5 * ZoneRules.cycle)))
        }
        #expect(rules.transition(after: Instant("9998-12-01T00:00:00Z")!)?.at.description == "9999-03-28T01:00:00.000Z")
        #expect(rules.transition(after: Instant("9999-12-01T00:00:00Z")!) == nil)
    }

    @Test("Foundation's data serves where there is no zone folder", arguments: ["Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia", "UTC"])
    func fallback(zone: String) throws {
        let fallback = try #require(SystemZones(folder: "/nowhere").rules(named: zone))
        let rules = try Self.rules(zone)
        for _ in 0..<10_000 {
            let instant = Instant(seconds: Int64.random(in: 0...1_735_689_600))
            #expect(fallback.offset(at: instant) == rules.offset(at: instant), "\(instant)")
        }
    }

    @Test(
        "No name leads out of the folder or to a file that is no zone",
        arguments: [
            "", "/etc/passwd", "../../../etc/passwd", "Europe/../Europe/Berlin", "Europe//Berlin", "Europe/", "localtime", "posixrules", "tzdata.zi",
            "Europe/Berlin\0", "Europe/Atlantis", "Europe", "right/Europe/Berlin", String(repeating: "A", count: 10_000),
        ])
    func names(name: String) {
        #expect(SystemZones.shared.rules(named: name) == nil)
    }
}
