import ITSMCore
import Testing

@testable import ITSMServer

@Suite struct HolidayFileReaderTests {
    static let now = Instant("2026-11-21T12:00:00Z")!

    static func read(_ events: String, zone: String = "Europe/Berlin") throws -> HolidayFile {
        try read(file: "BEGIN:VCALENDAR\nVERSION:2.0\n\(events)\nEND:VCALENDAR\n", zone: zone)
    }

    static func read(file: String, zone: String = "Europe/Berlin") throws -> HolidayFile {
        try HolidayFileReader.read(Array(file.utf8), zone: SystemZones.shared.rules(named: zone)!, at: now)
    }

    /// The dates of one event with these lines, and the hours that it closes where that is not all day.
    static func days(_ lines: String, zone: String = "Europe/Berlin") throws -> [String] {
        let file = try read("BEGIN:VEVENT\nUID:a\nSUMMARY:A\n\(lines)\nEND:VEVENT", zone: zone)
        return (file.events.first?.days ?? []).map { day in
            let hours = day.closes == .allDay ? "" : " " + day.closes.intervals.map { "\($0.start / 60)-\($0.end / 60)" }.joined()
            return "\(day.date)\(hours)"
        }
    }

    private static func years(_ range: ClosedRange<Int>, _ day: String) -> [String] { range.map { "\($0)-\(day)" } }

    @Test(arguments: [
        // Dates: the end is exclusive, and missing it is one day.
        ("DTSTART;VALUE=DATE:20261225", ["2026-12-25"]),
        ("DTSTART;VALUE=DATE:20261225\nDTEND;VALUE=DATE:20261227", ["2026-12-25", "2026-12-26"]),
        ("DTSTART;VALUE=DATE:20261225\nDTEND;VALUE=DATE:20261225", ["2026-12-25"]),
        ("DTSTART;VALUE=DATE:20261225\nDURATION:P2D", ["2026-12-25", "2026-12-26"]),
        ("DTSTART;VALUE=DATE:20261225\nDURATION:P1W", (25...31).map { "2026-12-\($0)" }),
        // Five years back and ten ahead.
        ("DTSTART;VALUE=DATE:20001225\nRRULE:FREQ=YEARLY", years(2021...2036, "12-25")),
        ("DTSTART;VALUE=DATE:20201231\nDTEND;VALUE=DATE:20210103", ["2021-01-01", "2021-01-02"]),
        ("DTSTART;VALUE=DATE:20251225\nRRULE:FREQ=YEARLY;COUNT=3", years(2025...2027, "12-25")),
        ("DTSTART;VALUE=DATE:20251225\nRRULE:FREQ=YEARLY;UNTIL=20271225", years(2025...2027, "12-25")),
        ("DTSTART;VALUE=DATE:20251225\nRRULE:FREQ=YEARLY;UNTIL=20271225T000000Z", years(2025...2027, "12-25")),
        (
            "DTSTART;VALUE=DATE:20211225\nRRULE:FREQ=YEARLY;INTERVAL=5",
            years(2021...2021, "12-25") + years(2026...2026, "12-25") + ["2031-12-25", "2036-12-25"]
        ),
        ("DTSTART;VALUE=DATE:20261126\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=+4TH;COUNT=3", ["2026-11-26", "2027-11-25", "2028-11-23"]),
        ("DTSTART;VALUE=DATE:20260525\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO;COUNT=3", ["2026-05-25", "2027-05-31", "2028-05-29"]),
        (
            "DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=YEARLY;BYMONTH=1,12;BYMONTHDAY=1,31;COUNT=4",
            ["2026-01-01", "2026-01-31", "2026-12-01", "2026-12-31"]
        ),
        ("DTSTART;VALUE=DATE:20280229\nRRULE:FREQ=YEARLY", ["2028-02-29", "2032-02-29", "2036-02-29"]),
        ("DTSTART;VALUE=DATE:20261201\nRRULE:FREQ=WEEKLY;COUNT=3\nEXDATE;VALUE=DATE:20261208", ["2026-12-01", "2026-12-15"]),
        ("DTSTART;VALUE=DATE:20261201\nRRULE:FREQ=WEEKLY;COUNT=3\nEXDATE;VALUE=DATE:20261208,20261201", ["2026-12-15"]),
        ("DTSTART;VALUE=DATE:20261201\nRRULE:FREQ=WEEKLY;COUNT=2\nEXDATE;TZID=Europe/Berlin:20261208T000000", ["2026-12-01"]),
        ("DTSTART;VALUE=DATE:20261201\nRDATE;VALUE=DATE:20261203,20261205", ["2026-12-01", "2026-12-03", "2026-12-05"]),
        // Times close just those hours, told on the calendar's wall; over midnight they are two.
        ("DTSTART:20261224T120000Z\nDTEND:20261224T230000Z", ["2026-12-24 780-1440"]),
        ("DTSTART;TZID=America/New_York:20261224T120000\nDTEND;TZID=America/New_York:20261224T210000", ["2026-12-24 1080-1440", "2026-12-25 0-180"]),
        ("DTSTART:20261224T140000\nDURATION:PT2H30M", ["2026-12-24 840-990"]),
        ("DTSTART;TZID=Europe/Berlin:20261224T000000\nDTEND;TZID=Europe/Berlin:20261225T000000", ["2026-12-24"]),
        (
            "DTSTART;TZID=Europe/Berlin:20261023T090000\nDTEND;TZID=Europe/Berlin:20261023T100000\nRRULE:FREQ=DAILY;UNTIL=20261026T080000Z",
            ["2026-10-23 540-600", "2026-10-24 540-600", "2026-10-25 540-600", "2026-10-26 540-600"]
        ),
        (
            "DTSTART:20261224T140000Z\nDTEND:20261224T150000Z\nRRULE:FREQ=DAILY;COUNT=2\nEXDATE;TZID=Europe/Berlin:20261225T150000",
            ["2026-12-24 900-960"]
        ),
        ("DTSTART:20261224T140000Z\nDTEND:20261224T150000Z\nRDATE;VALUE=PERIOD:20261226T140000Z/PT1H", ["2026-12-24 900-960", "2026-12-26 900-960"]),
    ])
    func daysOfAnEvent(lines: String, expected: [String]) throws {
        #expect(try Self.days(lines) == expected, "\(lines)")
    }

    @Test func oneRepetitionCanBeElsewhereOrFallOut() throws {
        let file = try Self.read(
            """
            BEGIN:VEVENT
            UID:moved
            RECURRENCE-ID;VALUE=DATE:20261208
            DTSTART;VALUE=DATE:20261209
            SUMMARY:Moved
            END:VEVENT
            BEGIN:VEVENT
            UID:moved
            DTSTART;VALUE=DATE:20261201
            RRULE:FREQ=WEEKLY;COUNT=4
            SUMMARY:Weekly
            END:VEVENT
            BEGIN:VEVENT
            UID:moved
            RECURRENCE-ID;VALUE=DATE:20261215
            DTSTART;VALUE=DATE:20261215
            STATUS:CANCELLED
            END:VEVENT
            """)
        #expect(file.events.map(\.name) == ["Weekly"])
        #expect(file.events[0].days.map { "\($0.date) \($0.name)" } == ["2026-12-01 Weekly", "2026-12-09 Moved", "2026-12-22 Weekly"])
    }

    @Test func whatDoesNotCloseIsToldApart() throws {
        let file = try Self.read(
            """
            BEGIN:VEVENT
            UID:free
            DTSTART;VALUE=DATE:20261224
            TRANSP:TRANSPARENT
            SUMMARY:Party\\, with
              friends\\nand all
            END:VEVENT
            BEGIN:VEVENT
            UID:off
            DTSTART;VALUE=DATE:20261225
            STATUS:CANCELLED
            END:VEVENT
            """)
        #expect(file.events.map(\.isTransparent) == [true, false] && file.events.map(\.isCancelled) == [false, true])
        #expect(file.events.map(\.name) == ["Party, with friends and all", "Holiday"])
        let off = try Self.read("METHOD:CANCEL\nBEGIN:VEVENT\nUID:a\nDTSTART;VALUE=DATE:20261225\nEND:VEVENT")
        #expect(off.events[0].isCancelled)
    }

    @Test(arguments: [
        ("BEGIN:VTODO\nSUMMARY:Buy cake\nEND:VTODO", "VTODO \"Buy cake\" in line 3"),
        ("BEGIN:VEVENT\nUID:a\nSUMMARY:A\nEND:VEVENT", "VEVENT \"A\" in line 3"),
        ("BEGIN:VEVENT\nUID:a\nDTSTART:tomorrow\nEND:VEVENT", "VEVENT in line 3"),
        ("BEGIN:VEVENT\nUID:a\nDTSTART:20261224T140000Z\nEND:VEVENT", "VEVENT in line 3"),
        ("BEGIN:VEVENT\nUID:a\nDTSTART;VALUE=DATE:19991224\nEND:VEVENT", "VEVENT in line 3"),
        ("BEGIN:VEVENT\nUID:a\nthis is nothing\nDTSTART;VALUE=DATE:19991224\nEND:VEVENT", "Line 5"),
    ])
    func whatIsNotUnderstoodIsListed(text: String, what: String) throws {
        let file = try Self.read(text)
        #expect(file.events.isEmpty && file.unread.first?.what == what, "\(file)")
    }

    @Test(arguments: [
        ("RRULE:FREQ=HOURLY", "Its repetition \"FREQ=HOURLY\""), ("RRULE:FREQ=YEARLY;BYHOUR=5", "Its repetition"),
        ("RRULE:nonsense", "Its repetition"),
        ("RRULE:RSCALE=CHINESE;FREQ=YEARLY", "Its repetition"), ("EXRULE:FREQ=YEARLY", "It leaves days out by a rule"),
        ("EXDATE:someday", "A day that it leaves out"), ("RDATE:someday", "A further day"), ("DTEND:someday", "Its end"),
        ("DURATION:long", "Its length"),
    ])
    func whatIsUnderstoodInPartIsNoted(line: String, note: String) throws {
        let file = try Self.read("BEGIN:VEVENT\nUID:a\nDTSTART;VALUE=DATE:20261224\n\(line)\nEND:VEVENT")
        #expect(file.events.first?.days.map(\.date.description) == ["2026-12-24"])
        #expect(file.events.first?.notes.first?.hasPrefix(note) == true, "\(file)")
    }

    @Test func aZoneThatTheFileDescribesIsFollowed() throws {
        let zone = """
            BEGIN:VTIMEZONE
            TZID:W. Europe Standard Time
            BEGIN:STANDARD
            DTSTART:16010101T030000
            TZOFFSETFROM:+0200
            TZOFFSETTO:+0100
            RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
            END:STANDARD
            BEGIN:DAYLIGHT
            DTSTART:16010101T020000
            TZOFFSETFROM:+0100
            TZOFFSETTO:+0200
            RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
            END:DAYLIGHT
            END:VTIMEZONE

            """
        func event(_ zone: String) -> String {
            """
            BEGIN:VEVENT
            UID:a
            DTSTART;TZID="\(zone)":20260724T090000
            DTEND;TZID="\(zone)":20260724T100000
            RRULE:FREQ=MONTHLY;INTERVAL=5;COUNT=2
            END:VEVENT
            """
        }
        let file = try Self.read(zone + event("W. Europe Standard Time"), zone: "UTC")
        #expect(file.events[0].days.map { "\($0.date) \($0.closes.intervals[0].start / 3_600)" } == ["2026-07-24 7", "2026-12-24 8"])
        #expect(file.events[0].notes.isEmpty)
        let unknown = try Self.read(event("Mars Standard Time"), zone: "UTC")
        #expect(unknown.events[0].days.first?.closes == .hours(9, 10) && unknown.events[0].notes.first?.contains("Mars Standard Time") == true)
        let path = try Self.read(event("/freeassociation.sourceforge.net/Europe/Berlin"), zone: "UTC")
        #expect(path.events[0].days.first?.closes == .hours(7, 8) && path.events[0].notes.isEmpty)
    }

    @Test(arguments: [
        "", "Hello", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a", "BEGIN:VCALENDAR\nEND:VEVENT", "BEGIN:VEVENT\nEND:VEVENT",
        String(repeating: "BEGIN:VCALENDAR\n", count: 50), "BEGIN:VCALENDAR\nX:\u{FFFF}\n",
    ])
    func whatIsNoSuchFileIsRefused(text: String) {
        #expect(throws: ITSMError.self) { try Self.read(file: text) }
    }

    @Test func textThatIsNotUTF8IsRefused() {
        let bytes = Array("BEGIN:VCALENDAR\nSUMMARY:".utf8) + [0xFF, 0xFE] + Array("\nEND:VCALENDAR".utf8)
        #expect(throws: ITSMError.self) { try HolidayFileReader.read(bytes, zone: .utc, at: Self.now) }
    }

    @Test func aHostileFileIsBounded() throws {
        let slow = (0..<500).map { "BEGIN:VEVENT\nUID:\($0)\nDTSTART;VALUE=DATE:19000101\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30\nEND:VEVENT" }
        #expect(try Self.read(slow.joined(separator: "\n")).events.isEmpty)
        let many = (0..<100).map { "BEGIN:VEVENT\nUID:\($0)\nDTSTART;VALUE=DATE:20210101\nDURATION:P366D\nRRULE:FREQ=DAILY\nEND:VEVENT" }
        let file = try Self.read(many.joined(separator: "\n"))
        #expect(file.events.reduce(0) { $0 + $1.days.count } <= 20_000)
        #expect(file.unread.count + file.events.count == 100)
        let events = String(repeating: "BEGIN:VEVENT\nEND:VEVENT\n", count: 5_001)
        #expect(#expect(throws: ITSMError.self) { try Self.read(events) }?.code == .tooLarge)
    }

    // MARK: Files as well-known programs write them

    @Test func asTheBritishGovernmentPublishesThem() throws {
        let file = try Self.read(
            file: """
                BEGIN:VCALENDAR\r
                VERSION:2.0\r
                METHOD:PUBLISH\r
                PRODID:-//uk.gov/GOVUK calendars//EN\r
                CALSCALE:GREGORIAN\r
                BEGIN:VEVENT\r
                DTEND;VALUE=DATE:20261226\r
                DTSTART;VALUE=DATE:20261225\r
                SUMMARY:Christmas Day\r
                UID:ca6af7456b0088abad9a69f9f620f5ac-16@gov.uk\r
                SEQUENCE:0\r
                DTSTAMP:20260710T120347Z\r
                END:VEVENT\r
                BEGIN:VEVENT\r
                DTEND;VALUE=DATE:20261229\r
                DTSTART;VALUE=DATE:20261228\r
                SUMMARY:Boxing Day (substitute day)\r
                UID:ca6af7456b0088abad9a69f9f620f5ac-17@gov.uk\r
                SEQUENCE:0\r
                DTSTAMP:20260710T120347Z\r
                END:VEVENT\r
                END:VCALENDAR\r
                """, zone: "Europe/London")
        #expect(
            file.events.map { "\($0.days.map(\.date)) \($0.name)" } == ["[2026-12-25] Christmas Day", "[2026-12-28] Boxing Day (substitute day)"])
        #expect(file.unread.isEmpty && file.events.allSatisfy { $0.notes.isEmpty && !$0.isTransparent })
    }

    @Test func asGoogleWritesThem() throws {
        let file = try Self.read(
            file: """
                BEGIN:VCALENDAR
                PRODID:-//Google Inc//Google Calendar 70.9054//EN
                X-WR-CALNAME:Feiertage in Deutschland
                X-WR-TIMEZONE:UTC
                BEGIN:VEVENT
                DTSTART;VALUE=DATE:20261003
                DTEND;VALUE=DATE:20261004
                DTSTAMP:20261101T000000Z
                UID:20261003_v0cnlkm9j3tdvbkgjrtr2qg5vs@google.com
                CLASS:PUBLIC
                DESCRIPTION:Gesetzlicher Feiertag\\nUm Feiertage auszublenden\\, rufe die Einst
                 ellungen auf
                STATUS:CONFIRMED
                SUMMARY:Tag der Deutschen Einheit
                TRANSP:TRANSPARENT
                END:VEVENT
                END:VCALENDAR
                """)
        #expect(file.events.map(\.name) == ["Tag der Deutschen Einheit"] && file.events[0].isTransparent && file.unread.isEmpty)
    }

    @Test func asOutlookWritesThem() throws {
        let file = try Self.read(
            file: """
                BEGIN:VCALENDAR
                PRODID:-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN
                VERSION:2.0
                METHOD:PUBLISH
                X-MS-OLK-FORCEINSPECTOROPEN:TRUE
                BEGIN:VTIMEZONE
                TZID:Eastern Standard Time
                BEGIN:STANDARD
                DTSTART:16011104T020000
                RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11
                TZOFFSETFROM:-0400
                TZOFFSETTO:-0500
                END:STANDARD
                BEGIN:DAYLIGHT
                DTSTART:16010311T020000
                RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3
                TZOFFSETFROM:-0500
                TZOFFSETTO:-0400
                END:DAYLIGHT
                END:VTIMEZONE
                BEGIN:VEVENT
                CLASS:PUBLIC
                DTEND;TZID="Eastern Standard Time":20261127T000000
                DTSTART;TZID="Eastern Standard Time":20261126T000000
                PRIORITY:5
                RRULE:FREQ=YEARLY;COUNT=3;BYDAY=4TH;BYMONTH=11
                SUMMARY;LANGUAGE=en-us:Thanksgiving
                TRANSP:OPAQUE
                UID:040000008200E00074C5B7101A82E0080000000020B2FC0F5E5BDC01
                X-MICROSOFT-CDO-BUSYSTATUS:OOF
                BEGIN:VALARM
                TRIGGER:-PT15M
                ACTION:DISPLAY
                END:VALARM
                END:VEVENT
                END:VCALENDAR
                """, zone: "America/New_York")
        #expect(file.events.map(\.name) == ["Thanksgiving"] && file.unread.isEmpty)
        #expect(file.events[0].days.map(\.date.description) == ["2026-11-26", "2027-11-25", "2028-11-23"])
        #expect(file.events[0].days.allSatisfy { $0.closes == .allDay })
    }
}
