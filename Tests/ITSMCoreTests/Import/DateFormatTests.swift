import Testing

@testable import ITSMCore

@Suite("Date formats")
struct DateFormatTests {
    @Test(
        "A time is read by its pattern",
        arguments: [
            ("d/M/yyyy HH:mm", "29/2/2016 06:10", "2016-02-29 06:10:00"),
            ("d/M/yyyy HH:mm", "12/3/2016 23:59", "2016-03-12 23:59:00"),
            ("M/d/yyyy h:mm a", "3/12/2016 12:05 AM", "2016-03-12 00:05:00"),
            ("M/d/yyyy h:mm a", "3/12/2016 12:05 pm", "2016-03-12 12:05:00"),
            ("dd/MMM/yy h:mm a", "25/Feb/26 10:17 PM", "2026-02-25 22:17:00"),
            ("d MMMM yyyy", "1 september 2026", "2026-09-01 00:00:00"),
            ("yyyyMMddHHmmss", "20260225163858", "2026-02-25 16:38:58"),
            ("yyyy-MM-dd HH:mm:ss.S", "2026-02-25 16:38:58.679", "2026-02-25 16:38:58"),
            ("yyyy-MM-ddTHH:mm:ss", "2026-02-25T16:38:58", "2026-02-25 16:38:58"),
            ("yyyy-MM-dd HH:mm:ssX", "2026-02-25 16:38:58+0130", "2026-02-25T15:08:58.000Z"),
            ("yyyy-MM-dd HH:mm:ssX", "2026-02-25 16:38:58Z", "2026-02-25T16:38:58.000Z"),
            ("yyyy-MM-dd HH:mm:ssX", "2026-02-25 16:38:58-05", "2026-02-25T21:38:58.000Z"),
            ("rfc3339", "2026-02-25T16:38:58+01:00", "2026-02-25T15:38:58.000Z"),
            ("epochSeconds", "1456722600", "2016-02-29T05:10:00.000Z"),
            ("epochMilliseconds", "1456722600123", "2016-02-29T05:10:00.123Z"),
            ("excel", "42429.25694444", "2016-02-29 06:10:00"),
        ])
    func reads(pattern: String, text: String, expected: String) throws {
        let format = try #require(DateFormat(pattern))
        let reading = try #require(format.read(text.utf8))
        switch reading {
        case .instant(let instant): #expect(instant.description == expected)
        case .local(let local): #expect(local.description == expected)
        }
    }

    @Test(
        "What does not fit, or does not exist, is not read",
        arguments: [
            ("d/M/yyyy HH:mm", "30/2/2016 06:10"), ("d/M/yyyy HH:mm", "29/2/2015 06:10"), ("d/M/yyyy HH:mm", "1/13/2016 06:10"),
            ("d/M/yyyy HH:mm", "1/1/2016 25:00"), ("d/M/yyyy HH:mm", "1/1/2016 06:60"), ("d/M/yyyy HH:mm", "1/1/16 06:10"),
            ("d/M/yyyy HH:mm", "1/1/2016"),
            ("d/M/yyyy HH:mm", "1/1/2016 06:10 "), ("d/M/yyyy HH:mm", ""), ("d/M/yyyy HH:mm", "?"), ("d/M/yyyy h:mm a", "1/1/2016 13:00 PM"),
            ("d/M/yyyy h:mm a", "1/1/2016 0:00 AM"), ("dd/MMM/yy", "25/Foo/26"), ("epochSeconds", "9223372036854775807"), ("epochSeconds", "x"),
            ("excel", "0"), ("excel", "nan"), ("excel", "1e300"), ("yyyy-MM-dd", "0000-01-01"),
        ])
    func refuses(pattern: String, text: String) throws {
        let format = try #require(DateFormat(pattern))
        #expect(format.read(text.utf8) == nil)
    }

    @Test("A pattern needs a date and known letters", arguments: ["", "HH:mm", "d/M", "d/M/yyyy q", "d/M/yyyy h:mm", "yyyyy-MM-dd", "d/M/yyyy K"])
    func patterns(pattern: String) {
        #expect(DateFormat(pattern) == nil)
    }
}
