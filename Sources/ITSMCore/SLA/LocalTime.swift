/// What a clock on the wall shows: a date and a time of day without a zone. Only a zone's rules make an `Instant` of it.
public struct LocalTime: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Microseconds since 1970-01-01 00:00 on the same wall.
    public var microseconds: Int64

    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// Nil when `hour`, `minute`, `second` or `microsecond` is out of range. 24:00 is the next day's 00:00.
    public init?(_ date: CivilDate, hour: Int = 0, minute: Int = 0, second: Int = 0, microsecond: Int = 0) {
        guard (0..<24).contains(hour) || (hour == 24 && minute == 0 && second == 0 && microsecond == 0), (0..<60).contains(minute),
            (0..<60).contains(second), (0..<1_000_000).contains(microsecond), (-200_000...200_000).contains(date.year)
        else { return nil }
        let seconds = date.daysSince1970 * 86_400 + Int64(hour * 3_600 + minute * 60 + second)
        microseconds = seconds * 1_000_000 + Int64(microsecond)
    }

    public var date: CivilDate { CivilDate(daysSince1970: microseconds.dividedFloor(by: 86_400_000_000)) }

    /// Microseconds since the date's 00:00, 0 to 86,399,999,999.
    public var microsecondsInDay: Int64 { microseconds - microseconds.dividedFloor(by: 86_400_000_000) * 86_400_000_000 }

    public static func < (a: Self, b: Self) -> Bool { a.microseconds < b.microseconds }

    /// `2026-03-29 02:30:00`.
    public var description: String {
        let text = Instant(microseconds: microseconds).description
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(8))"
    }
}

/// The instants at which a zone's clocks show one wall time.
public enum LocalReading: Hashable, Sendable {
    case unique(Instant)
    /// The clocks jumped over this wall time; the instant is the one as far after the jump as the wall time lies after its start
    /// (02:30 in a gap from 02:00 to 03:00 is 03:30).
    case gap(movedForward: Instant)
    /// The clocks were set back and show this wall time twice.
    case repeated(first: Instant, second: Instant)

    /// The one instant to take: a time in a gap moves forward, a repeated one is the first.
    public var instant: Instant {
        switch self {
        case .unique(let instant), .gap(let instant), .repeated(let instant, _): instant
        }
    }
}
