import Foundation
import Testing

@testable import ITSMCore

@Suite("TZif files")
struct TZifTests {
    /// A file made of the parts of RFC 9636.
    struct File {
        var times: [Int64] = []
        var typeOfTime: [UInt8] = []
        var offsets: [Int32] = [3_600]
        var footer: String? = "CET-1CEST,M3.5.0,M10.5.0/3"
        var leapSeconds: UInt32 = 0

        var bytes: [UInt8] {
            func big<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] { withUnsafeBytes(of: value.bigEndian, Array.init) }
            func header(_ leaps: UInt32, _ times: Int, _ types: Int) -> [UInt8] {
                let counts = [0, 0, leaps, UInt32(times), UInt32(types), 4]
                return Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15) + counts.flatMap { big($0) }
            }
            var bytes = header(0, 0, 1) + big(offsets.first ?? 0)
            bytes += [0, 0] + Array("LMT\0".utf8)
            bytes += header(leapSeconds, times.count, offsets.count) + times.flatMap { big($0) } + typeOfTime
            bytes += offsets.flatMap { big($0) + [0, 0] } + Array("LMT\0".utf8)
            bytes += [UInt8](repeating: 0, count: Int(min(leapSeconds, 4)) * 12)
            if let footer { bytes += Array("\n\(footer)\n".utf8) }
            return bytes
        }
    }

    @Test("A file that is nothing but a rule holds in every year, past and future")
    func ruleOnly() throws {
        let rules = try ZoneRules(tzif: File().bytes, name: "Test")
        for year in ["0500", "1000", "1969", "2026", "2500", "9000"] {
            #expect(rules.offset(at: Instant("\(year)-01-15T00:00:00Z")!) == 3_600, "\(year)")
            #expect(rules.offset(at: Instant("\(year)-07-15T00:00:00Z")!) == 7_200, "\(year)")
        }
        #expect(rules.transition(after: Instant("0500-01-15T00:00:00Z")!)?.at.description == "0500-03-28T01:00:00.000Z")
    }

    @Test("A table is followed by its rule; without a rule the last offset stays")
    func tableAndRule() throws {
        var file = File(times: [0, 1_000_000_000], typeOfTime: [1, 0], offsets: [3_600, -7_200])
        var rules = try ZoneRules(tzif: file.bytes, name: "Test")
        #expect(rules.offset(at: Instant(seconds: -1)) == 3_600)
        #expect(rules.offset(at: Instant(seconds: 0)) == -7_200)
        #expect(rules.offset(at: Instant(seconds: 1_000_000_000)) == 3_600)
        #expect(rules.offset(at: Instant("2026-07-01T00:00:00Z")!) == 7_200)
        file.footer = ""
        rules = try ZoneRules(tzif: file.bytes, name: "Test")
        #expect(rules.offset(at: Instant("2026-07-01T00:00:00Z")!) == 3_600)
    }

    @Test("The oldest version has a table of 32 bits and no rule")
    func versionOne() throws {
        var bytes = File().bytes
        bytes[4] = 0
        #expect(try ZoneRules(tzif: bytes, name: "Test").offset(at: Instant("2026-07-01T00:00:00Z")!) == 3_600)
    }

    @Test(
        "Rules in every form",
        arguments: [
            ("EST5EDT,M3.2.0,M11.1.0", "2026-07-01T00:00:00Z", -14_400),
            ("EST5EDT,M3.2.0,M11.1.0", "2026-12-01T00:00:00Z", -18_000),
            ("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2026-01-01T00:00:00Z", 39_600),
            ("IST-1GMT0,M10.5.0,M3.5.0/1", "2026-01-01T00:00:00Z", 0),
            ("IST-1GMT0,M10.5.0,M3.5.0/1", "2026-07-01T00:00:00Z", 3_600),
            // Daylight time all the year round (RFC 9636, 3.3.1).
            ("XXX3EDT4,0/0,J365/23", "2026-01-01T03:30:00Z", -14_400),
            ("XXX3EDT4,0/0,J365/23", "2027-01-01T03:59:59Z", -14_400),
            // 60 counts 29 February as J60 does not.
            ("AAA0BBB,60/0,J365/0", "2024-02-29T12:00:00Z", 0),
            ("AAA0BBB,60/0,J365/0", "2024-03-01T00:00:00Z", 3_600),
            ("AAA0BBB,J60/0,J365/0", "2023-03-01T00:00:00Z", 3_600),
            ("AAA0BBB,J60/0,J365/0", "2024-03-01T00:00:00Z", 3_600),
            ("AAA0BBB,J60/0,J365/0", "2024-02-29T23:59:59Z", 0),
            ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T00:59:59Z", -7_200),
            ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T01:00:00Z", -3_600),
        ])
    func rule(text: String, at: String, offset: Int) throws {
        let rules = try ZoneRules(tzif: File(footer: text).bytes, name: "Test")
        #expect(rules.offset(at: Instant(at)!) == offset)
    }

    @Test(
        "What is no rule is refused",
        arguments: [
            "C", "CET", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0",
            "CET-25",
            "CET-1CEST,M3.5.0,M10.5.0/168", "CET-1CEST,J0,J365", "CET-1CEST,366,J365", "<C>1", "CET-1CEST,M3.5.0,M10.5.0,", "CET-1:60", "CET--1",
        ])
    func noRule(text: String) {
        #expect(throws: ZoneFormatError.self) { try ZoneRules(tzif: File(footer: text).bytes, name: "Test") }
    }

    @Test(
        "Contradictions are refused",
        arguments: [
            File(times: [5, 5], typeOfTime: [0, 0]), File(times: [5, 4], typeOfTime: [0, 0]), File(times: [5], typeOfTime: [1]), File(offsets: []),
            File(offsets: [100_000]), File(offsets: [.min]), File(times: [.min], typeOfTime: [0]), File(times: [.max], typeOfTime: [0]),
            File(footer: nil),
            File(leapSeconds: 1), File(leapSeconds: .max),
        ])
    func contradiction(file: File) {
        #expect(throws: ZoneFormatError.self) { try ZoneRules(tzif: file.bytes, name: "Test") }
    }

    @Test("A file cut anywhere, or with any byte changed, gives rules or an error")
    func hostile() throws {
        let file = try Array(Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/Europe/Berlin")))
        for end in 0..<file.count - 1 {
            #expect(throws: ZoneFormatError.self) { try ZoneRules(tzif: Array(file[..<end]), name: "Test") }
        }
        // The first half is skipped by readers of version 2; changing every third byte of it is enough.
        for place in file.indices where place < 64 || place.isMultiple(of: 3) || place > file.count - 64 {
            for value in [0, 0x7F, 0xFF, UInt8.random(in: 0...255)] {
                var changed = file
                changed[place] = value
                guard let rules = try? ZoneRules(tzif: changed, name: "Test") else { continue }
                for seconds in [-(Int64(1) << 42), -1, 0, 1_700_000_000, 1 << 42] {
                    _ = rules.offset(at: Instant(seconds: seconds))
                    _ = rules.instants(ofLocal: LocalTime(microseconds: seconds * 1_000_000))
                    _ = rules.transition(after: Instant(seconds: seconds))
                }
            }
        }
        for _ in 0..<2_000 {
            let noise = Array("TZif2".utf8) + (0..<Int.random(in: 0...300)).map { _ in UInt8.random(in: 0...255) }
            _ = try? ZoneRules(tzif: noise, name: "Test")
        }
    }
}
