import CICal
import ITSMCore

/// When an event begins or ends: a date, or a time on some wall (RFC 5545, 3.3.4 and 3.3.5).
struct EventTime: Sendable, Hashable {
    /// Midnight, for a date.
    var local: LocalTime
    var isDate: Bool
    /// A time in UTC, whatever zone the event is in.
    var isUTC: Bool

    /// `20261225`, `20261225T090000` or `20261225T090000Z`; nil for anything else.
    init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int? {
            let digits = bytes[range]
            return digits.allSatisfy { (48...57).contains($0) } ? digits.reduce(0) { $0 * 10 + Int($1) - 48 } : nil
        }
        guard [8, 15, 16].contains(bytes.count), let year = number(0..<4), let month = number(4..<6), let day = number(6..<8), year > 0,
            let date = CivilDate(year: year, month: month, day: day)
        else { return nil }
        isDate = bytes.count == 8
        isUTC = bytes.count == 16
        if isDate {
            local = LocalTime(date)!
            return
        }
        guard bytes[8] == UInt8(ascii: "T"), !isUTC || bytes[15] == UInt8(ascii: "Z"), let hour = number(9..<11), let minute = number(11..<13),
            let second = number(13..<15), let time = LocalTime(date, hour: hour, minute: minute, second: min(second, 59))
        else { return nil }
        local = time
    }
}

/// Whose wall an event's times are read from.
struct EventZone: Sendable {
    let rules: ZoneRules

    func instant(of time: EventTime) -> Instant { time.isUTC ? Instant(microseconds: time.local.microseconds) : instant(of: time.local) }
    func instant(of local: LocalTime) -> Instant { rules.instants(ofLocal: local).instant }
}

extension ZoneRules {
    /// The zone that a file describes itself, under a name that no database knows (3.6.5); nil when its description cannot be followed.
    init?(_ zone: ICalendarComponent, named name: String) {
        var changes: [(at: Instant, secondsFromUTC: Int)] = []
        var initial: Int?
        for part in zone.children where part.name == "STANDARD" || part.name == "DAYLIGHT" {
            guard part.lines.count <= 100, let start = part.first("DTSTART").flatMap({ EventTime($0.value) }),
                let from = part.first("TZOFFSETFROM")?.utcOffset,
                let to = part.first("TZOFFSETTO")?.utcOffset
            else { return nil }
            var onsets: Set<LocalTime> = [start.local]
            for line in part.all("RRULE") {
                // Zones change once a year by each rule; what does more is no zone.
                guard let rule = RecurrenceRule(line.value), rule.isYearly, let times = rule.times(from: start, until: nil) else { return nil }
                for _ in 0..<1_000 {
                    guard let next = times.next(), next.date.year <= 2_100 else { break }
                    onsets.insert(next)
                }
            }
            for line in part.all("RDATE") {
                for text in line.value.split(separator: ",") { if let time = EventTime(text) { onsets.insert(time.local) } }
            }
            changes += onsets.map { (Instant(microseconds: $0.microseconds - Int64(from) * 1_000_000), to) }
            if initial == nil || part.name == "STANDARD" { initial = part.name == "STANDARD" ? to : from }
        }
        guard let initial else { return nil }
        self.init(name: name, initialSecondsFromUTC: initial, changes: changes.sorted { $0.at < $1.at })
    }
}

extension ContentLine {
    /// `+0100`, in seconds (3.3.14).
    fileprivate var utcOffset: Int? {
        let digits = value.dropFirst()
        guard let sign = value.first, sign == "+" || sign == "-", [4, 6].contains(digits.count), let number = Int(digits) else { return nil }
        let whole = digits.count == 4 ? number * 100 : number
        let seconds = whole / 10_000 * 3_600 + whole / 100 % 100 * 60 + whole % 100
        return seconds < 86_400 ? (sign == "-" ? -seconds : seconds) : nil
    }

    /// A length of time in seconds, and whether it is whole days by its form (3.3.6); nil for what is none, or goes backwards.
    var duration: Int64? {
        let duration = icaldurationtype_from_string(value)
        guard icaldurationtype_is_bad_duration(duration) == 0, duration.is_neg == 0 else { return nil }
        let days = Int64(duration.weeks) * 7 + Int64(duration.days)
        return days * 86_400 + Int64(duration.hours) * 3_600 + Int64(duration.minutes) * 60 + Int64(duration.seconds)
    }
}
