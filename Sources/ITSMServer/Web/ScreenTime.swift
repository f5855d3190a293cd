import ITSMCore

/// How times stand on the screen: in the reader's zone, 24 hours, `21 Nov 2026 14:05` (api.md, 2).
struct ScreenTime: Sendable {
    let zone: ZoneRules
    /// `Europe/Lisbon`.
    let zoneName: String
    let now: Instant

    /// - Parameter zones: the reader's own, then the desk's; the first that this machine knows is taken.
    init(zones: [String?], now: Instant) {
        let known = zones.lazy.compactMap { name in name.flatMap { name in SystemZones.shared.rules(named: name).map { (name, $0) } } }.first
        (zoneName, zone) = known ?? ("UTC", .utc)
        self.now = now
    }

    /// What a template shows of an instant: `<time datetime="{{iso}}" title="{{full}}">{{short}}</time>`.
    struct Moment: Sendable {
        let iso: String
        /// `21 Nov 2026 14:05`.
        let full: String
        /// `14:05` today, `yesterday 14:05`, `18 Nov 14:05` this year, else with the year.
        let short: String
        /// How long ago, in one unit: `now`, `4 min`, `2 h`, `3 d`; beyond 30 days the date.
        let ago: String
    }

    func callAsFunction(_ instant: Instant) -> Moment {
        Moment(iso: instant.description, full: full(instant), short: short(instant), ago: ago(instant))
    }

    /// `21 Nov 2026`.
    func day(_ instant: Instant) -> String { Self.day(zone.localTime(at: instant).date) }

    /// `Mon 2 Nov 09:00–12:00`, or `Mon 2 Nov 22:00 – Tue 3 Nov 06:00`; with seconds where there are some, and the year where it is not this one.
    func span(_ from: Instant, _ to: Instant) -> String {
        let isOneDay = zone.localTime(at: from).date == zone.localTime(at: to).date
        return isOneDay ? "\(exact(from))–\(exactClock(to))" : "\(exact(from)) – \(exact(to))"
    }

    /// `Mon 2 Nov 09:00:12`.
    func exact(_ instant: Instant) -> String { "\(weekday(zone.localTime(at: instant).date)) \(exactClock(instant))" }

    /// `Mon 2 Nov`, with the year where it is not this one.
    func weekday(_ date: CivilDate) -> String {
        let year = date.year == zone.localTime(at: now).date.year ? "" : " \(date.year)"
        return "\(date.weekday.rawValue.asWords) \(date.day) \(Self.months[date.month - 1])\(year)"
    }

    private func exactClock(_ instant: Instant) -> String {
        let seconds = zone.localTime(at: instant).microsecondsInDay / 1_000_000 % 60
        return clock(instant) + (seconds == 0 ? "" : ":\(Self.two(seconds))")
    }

    private func full(_ instant: Instant) -> String { "\(day(instant)) \(clock(instant))" }

    private func short(_ instant: Instant) -> String {
        let (date, today) = (zone.localTime(at: instant).date, zone.localTime(at: now).date)
        switch today.daysSince1970 - date.daysSince1970 {
        case 0: return clock(instant)
        case 1: return "yesterday \(clock(instant))"
        default: return date.year == today.year ? "\(date.day) \(Self.months[date.month - 1]) \(clock(instant))" : full(instant)
        }
    }

    private func ago(_ instant: Instant) -> String {
        let seconds = (now.microseconds - instant.microseconds) / 1_000_000
        switch seconds {
        case ..<60: return "now"
        case ..<3_600: return "\(seconds / 60) min"
        case ..<86_400: return "\(seconds / 3_600) h"
        case ..<(30 * 86_400): return "\(seconds / 86_400) d"
        default: return day(instant)
        }
    }

    private func clock(_ instant: Instant) -> String {
        let minutes = zone.localTime(at: instant).microsecondsInDay / 60_000_000
        return "\(Self.two(minutes / 60)):\(Self.two(minutes % 60))"
    }

    private static func day(_ date: CivilDate) -> String { "\(date.day) \(months[date.month - 1]) \(date.year)" }
    private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}
