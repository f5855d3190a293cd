import Foundation

/// The accessors of timestamps and durations (CEL language definition, List of Standard Definitions).
enum CELClockPart: String, Sendable, CaseIterable {
    case getDate, getDayOfMonth, getDayOfWeek, getDayOfYear, getFullYear, getHours, getMilliseconds, getMinutes, getMonth, getSeconds

    /// The part at a clock that is so many seconds ahead of UTC. Months, days of the year and `getDayOfMonth` count from zero, `getDate` from one.
    func value(of time: CELTimestamp, offset: Int64) -> Int64 {
        let civil = CELCivilTime(secondsSince1970: time.seconds + offset)
        return switch self {
        case .getDate: civil.day
        case .getDayOfMonth: civil.day - 1
        case .getDayOfWeek: civil.weekday
        case .getDayOfYear: civil.dayOfYear
        case .getFullYear: civil.year
        case .getHours: civil.hour
        case .getMilliseconds: Int64(time.nanoseconds / 1_000_000)
        case .getMinutes: civil.minute
        case .getMonth: civil.month - 1
        case .getSeconds: civil.second
        }
    }

    /// Whether durations have this part too.
    var isOfDurations: Bool { value(of: CELDuration(nanoseconds: 0)) != nil }

    /// The whole duration in this unit; of milliseconds only those behind the second, as the standard has it. Nil where durations have no such part.
    func value(of duration: CELDuration) -> Int64? {
        switch self {
        case .getHours: duration.nanoseconds / 3_600_000_000_000
        case .getMinutes: duration.nanoseconds / 60_000_000_000
        case .getSeconds: duration.nanoseconds / 1_000_000_000
        case .getMilliseconds: duration.nanoseconds / 1_000_000 % 1000
        default: nil
        }
    }
}

/// Where the offsets of named zones come from.
public struct CELZones: Sendable {
    private let named: @Sendable (_ name: String, _ secondsSince1970: Int64) -> Int64?

    /// Zones by a function that answers the seconds ahead of UTC, or nil where it does not know the name.
    public init(_ named: @escaping @Sendable (_ name: String, _ secondsSince1970: Int64) -> Int64?) { self.named = named }

    /// Foundation's zones by their IANA names.
    public static let foundation = CELZones { name, seconds in
        guard let zone = TimeZone(identifier: name) else { return nil }
        return Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds))))
    }

    /// The seconds ahead of UTC in a zone: an IANA name, or a fixed offset such as `+02:00`, `-02:30`, `02:00`.
    func offset(of zone: String, at seconds: Int64) throws -> Int64 {
        if zone == "UTC" || zone == "" { return 0 }
        let digits = zone.hasPrefix("-") || zone.hasPrefix("+") ? zone.dropFirst() : zone[...]
        let parts = digits.split(separator: ":", omittingEmptySubsequences: false)
        if parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (48...57).contains($0) } }),
            let hours = Int64(parts[0]), let minutes = Int64(parts[1]), hours < 24, minutes < 60
        {
            return (hours * 3600 + minutes * 60) * (zone.hasPrefix("-") ? -1 : 1)
        }
        guard let offset = named(zone, seconds) else { throw CELFailure(.invalidArgument, "there is no time zone \(zone.prefix(40))") }
        return offset
    }
}
