/// An instant with nanoseconds, from the year 1 to the year 9999 (CEL language definition, Timestamps).
public struct CELTimestamp: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Seconds since 1970 in UTC.
    public let seconds: Int64
    /// 0 to 999,999,999.
    public let nanoseconds: Int32

    private static let range = -62_135_596_800...Int64(253_402_300_799)

    /// The instant, or nil outside the years 1 to 9999; `nanoseconds` is 0 to 999,999,999.
    public init?(seconds: Int64, nanoseconds: Int32 = 0) {
        guard Self.range.contains(seconds), (0..<1_000_000_000).contains(nanoseconds) else { return nil }
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// Reads RFC 3339, such as `2026-11-21T08:00:00.5+01:00`.
    init(text: String) throws {
        func malformed() -> CELFailure { CELFailure(.invalidArgument, "\(text.prefix(40)) is not an RFC 3339 time such as 2026-11-21T08:00:00Z") }
        let bytes = Array(text.utf8)
        var at = 0
        func number(_ digits: Int) throws -> Int64 {
            guard at + digits <= bytes.count else { throw malformed() }
            var value: Int64 = 0
            for byte in bytes[at..<at + digits] {
                guard (48...57).contains(byte) else { throw malformed() }
                value = value * 10 + Int64(byte - 48)
            }
            at += digits
            return value
        }
        func skip(_ allowed: String) throws {
            guard at < bytes.count, allowed.utf8.contains(bytes[at]) else { throw malformed() }
            at += 1
        }
        let yearDigits = bytes.firstIndex(of: UInt8(ascii: "-")) ?? 0
        guard (4...5).contains(yearDigits) else { throw malformed() }
        let year = try number(yearDigits)
        try skip("-")
        let month = try number(2)
        try skip("-")
        let day = try number(2)
        try skip("Tt")
        let hour = try number(2)
        try skip(":")
        let minute = try number(2)
        try skip(":")
        let second = try number(2)
        var nanoseconds: Int64 = 0
        if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
            at += 1
            let start = at
            var unit: Int64 = 100_000_000
            while at < bytes.count, (48...57).contains(bytes[at]) {
                nanoseconds += Int64(bytes[at] - 48) * unit
                unit /= 10
                at += 1
            }
            guard at > start else { throw malformed() }
        }
        var offset: Int64 = 0
        guard at < bytes.count else { throw malformed() }
        let sign = bytes[at]
        try skip("Zz+-")
        if sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
            let hours = try number(2)
            try skip(":")
            let minutes = try number(2)
            guard hours < 24, minutes < 60 else { throw malformed() }
            offset = (hours * 60 + minutes) * (sign == UInt8(ascii: "-") ? -60 : 60)
        }
        guard at == bytes.count, (1...12).contains(month), hour < 24, minute < 60, second < 60, day >= 1,
            day <= CELCivilTime.days(inMonth: month, year: year)
        else { throw malformed() }
        let seconds = CELCivilTime.daysSince1970(year: year, month: month, day: day) * 86_400 + hour * 3600 + minute * 60 + second - offset
        guard let value = CELTimestamp(seconds: seconds, nanoseconds: Int32(nanoseconds)) else { throw Self.outOfRange }
        self = value
    }

    static let outOfRange = CELFailure(.range, "timestamp out of range: the years are 1 to 9999")

    public static func < (left: CELTimestamp, right: CELTimestamp) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }

    /// This instant and so much later; an error outside the years 1 to 9999.
    func adding(_ duration: CELDuration) throws -> CELTimestamp { try moved(duration, 1) }

    /// This instant and so much earlier; an error outside the years 1 to 9999.
    func subtracting(_ duration: CELDuration) throws -> CELTimestamp { try moved(duration, -1) }

    private func moved(_ duration: CELDuration, _ direction: Int64) throws -> CELTimestamp {
        let (whole, part) = duration.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        let (carry, rest) = (Int64(nanoseconds) + direction * part).floored(by: 1_000_000_000)
        guard let result = CELTimestamp(seconds: seconds + direction * whole + carry, nanoseconds: Int32(rest)) else { throw Self.outOfRange }
        return result
    }

    /// The time from `other` to this instant; an error where it passes the range of durations.
    func since(_ other: CELTimestamp) throws -> CELDuration {
        let (nanoseconds, overflow) = (seconds - other.seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carried) = nanoseconds.addingReportingOverflow(Int64(self.nanoseconds - other.nanoseconds))
        guard !overflow, !carried else { throw CELDuration.outOfRange }
        return CELDuration(nanoseconds: sum)
    }

    /// RFC 3339 in UTC, with as many decimals as it needs.
    public var description: String {
        let time = CELCivilTime(secondsSince1970: seconds)
        func padded(_ number: Int64, _ digits: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
        }
        return "\(padded(time.year, 4))-\(padded(time.month, 2))-\(padded(time.day, 2))T\(padded(time.hour, 2)):\(padded(time.minute, 2))"
            + ":\(padded(time.second, 2))\(CELDuration.decimals(Int64(nanoseconds)))Z"
    }
}
