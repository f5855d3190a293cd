import Foundation

/// A point in time: microseconds since 1970-01-01T00:00:00Z, the only time type of core and store.
///
/// On the wire RFC 3339 in UTC with three decimals, `2026-11-21T08:00:00.123Z`. Range: years 0001 to 9999.
public struct Instant: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
    /// Negative before 1970.
    public var microseconds: Int64

    public init(microseconds: Int64) { self.microseconds = microseconds }
    public init(seconds: Int64) { microseconds = seconds * 1_000_000 }

    /// The first and the last instant that the wire format can say.
    public static let range = Instant(microseconds: -62_135_596_800_000_000)...Instant(microseconds: 253_402_300_799_999_999)

    public static func < (a: Self, b: Self) -> Bool { a.microseconds < b.microseconds }

    /// So many seconds later; a negative number goes back.
    public func adding(seconds: Int64) -> Instant { Instant(microseconds: microseconds + seconds * 1_000_000) }

    /// Cut down to whole milliseconds, as every "now" is at birth, so that what is stored equals what the wire says.
    public var truncatedToMilliseconds: Instant { Instant(microseconds: microseconds.dividedFloor(by: 1_000) * 1_000) }

    /// Cut down to the minute.
    var truncatedToMinutes: Instant { Instant(microseconds: microseconds.dividedFloor(by: 60_000_000) * 60_000_000) }

    public var description: String {
        String(unsafeUninitializedCapacity: Self.textLength) {
            write(to: $0)
            return Self.textLength
        }
    }

    /// The number of ASCII characters in the wire form.
    public static let textLength = 24

    /// Writes the wire form to the first `textLength` bytes of `text`.
    public func write(to text: UnsafeMutableBufferPointer<UInt8>) {
        let days = microseconds.dividedFloor(by: 86_400_000_000)
        let inDay = microseconds - days * 86_400_000_000
        let date = CivilDate(daysSince1970: days)
        func put(_ value: Int64, _ digits: Int, at offset: Int) {
            var rest = value
            for place in stride(from: offset + digits - 1, through: offset, by: -1) {
                text[place] = 48 + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
        }
        put(Int64(date.year), 4, at: 0)
        text[4] = UInt8(ascii: "-")
        put(Int64(date.month), 2, at: 5)
        text[7] = UInt8(ascii: "-")
        put(Int64(date.day), 2, at: 8)
        text[10] = UInt8(ascii: "T")
        put(inDay / 3_600_000_000, 2, at: 11)
        text[13] = UInt8(ascii: ":")
        put(inDay / 60_000_000 % 60, 2, at: 14)
        text[16] = UInt8(ascii: ":")
        put(inDay / 1_000_000 % 60, 2, at: 17)
        text[19] = UInt8(ascii: ".")
        put(inDay / 1_000 % 1_000, 3, at: 20)
        text[23] = UInt8(ascii: "Z")
    }

    /// Reads RFC 3339 section 5.6: a `T` or `t` or space, any number of decimals (beyond microseconds cut), `Z` or an offset.
    /// Nil for anything else, for dates that do not exist, and outside `range`. A leap second `:60` is the next minute's start.
    public init?(_ text: some StringProtocol) {
        var parser = RFC3339Parser(Array(text.utf8))
        guard let value = parser.instant(), Self.range.contains(value) else { return nil }
        self = value
    }

    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = Self(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "is not an RFC 3339 time such as 2026-11-21T08:00:00Z"))
        }
        self = value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// Tells the time. The core has no "now" of its own: a front hands a clock in.
public protocol WallClock: Sendable {
    /// The present instant.
    func now() -> Instant
}

/// The machine's clock, cut to milliseconds.
public struct SystemClock: WallClock {
    public init() {}

    /// The present instant, by the machine's real-time clock.
    public func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000).truncatedToMilliseconds
    }
}

/// A date of the proleptic Gregorian calendar, without a zone.
public struct CivilDate: Hashable, Sendable, Comparable {
    /// 1 to 9999.
    public var year: Int
    /// 1 to 12.
    public var month: Int
    /// 1 to the month's length.
    public var day: Int

    /// Nil when there is no such day.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...12).contains(month), day >= 1, day <= Self.length(ofMonth: month, in: year) else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
    }

    /// The day that is `days` after 1970-01-01, counted in whole 400-year cycles that begin on 1 March.
    public init(daysSince1970 days: Int64) {
        let shifted = days + 719_468
        let era = shifted.dividedFloor(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
        month = Int(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9)
        year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
    }

    /// 0 for 1970-01-01; negative before.
    public var daysSince1970: Int64 {
        let shiftedYear = Int64(month <= 2 ? year - 1 : year)
        let era = shiftedYear.dividedFloor(by: 400)
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * Int64(month > 2 ? month - 3 : month + 9) + 2) / 5 + Int64(day) - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    public static func < (a: Self, b: Self) -> Bool { (a.year, a.month, a.day) < (b.year, b.month, b.day) }

    /// The days of a month.
    ///
    /// - Parameter month: 1 to 12.
    public static func length(ofMonth month: Int, in year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension Int64 {
    /// Division that rounds towards minus infinity, as dates before 1970 need.
    func dividedFloor(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}

private struct RFC3339Parser {
    let bytes: [UInt8]
    var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func instant() -> Instant? {
        guard let year = number(4), skip("-"), let month = number(2), skip("-"), let day = number(2),
            let date = CivilDate(year: year, month: month, day: day), year >= 1,
            skip("T") || skip("t") || skip(" "),
            let hour = number(2), hour < 24, skip(":"), let minute = number(2), minute < 60, skip(":"), let second = number(2), second <= 60
        else { return nil }
        var fraction: Int64 = 0
        if skip(".") {
            var scale: Int64 = 100_000
            let start = position
            while position < bytes.count, (48...57).contains(bytes[position]) {
                fraction += Int64(bytes[position] - 48) * scale
                scale /= 10
                position += 1
            }
            guard position > start else { return nil }
        }
        guard let offset = offsetSeconds(), position == bytes.count else { return nil }
        let seconds = date.daysSince1970 * 86_400 + Int64(hour * 3_600 + minute * 60 + second) - offset
        return Instant(microseconds: seconds * 1_000_000 + fraction)
    }

    private mutating func offsetSeconds() -> Int64? {
        if skip("Z") || skip("z") { return 0 }
        let sign: Int64 = skip("+") ? 1 : skip("-") ? -1 : 0
        guard sign != 0, let hour = number(2), hour < 24, skip(":"), let minute = number(2), minute < 60 else { return nil }
        return sign * Int64(hour * 3_600 + minute * 60)
    }

    private mutating func number(_ digits: Int) -> Int? {
        guard position + digits <= bytes.count else { return nil }
        var value = 0
        for _ in 0..<digits {
            guard (48...57).contains(bytes[position]) else { return nil }
            value = value * 10 + Int(bytes[position] - 48)
            position += 1
        }
        return value
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }
}
