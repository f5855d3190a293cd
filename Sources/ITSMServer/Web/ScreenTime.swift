import ITSMCore

/// How times stand on the screen: in the reader's zone, 24 hours, `21 Nov 2026 14:05` (api.md, 2).
struct ScreenTime: Sendable {
    let zone: ZoneRules
    let now: Instant

    /// - Parameter zones: the reader's own, then the desk's; the first that this machine knows is taken.
    init(zones: [String?], now: Instant) {
        zone = zones.lazy.compactMap { $0.flatMap(SystemZones.shared.rules(named:)) }.first ?? .utc
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
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}
