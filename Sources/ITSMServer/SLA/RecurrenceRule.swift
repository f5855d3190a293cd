import CICal
import ITSMCore

/// A rule by which an event repeats (RFC 5545, 3.3.10), written out by libical.
struct RecurrenceRule {
    private var rule: icalrecurrencetype

    /// Whether it repeats by years.
    var isYearly: Bool { rule.freq == ICAL_YEARLY_RECURRENCE }

    /// Nil for what is no rule, and for what no holiday needs: repetition within a day, other calendars than the Gregorian.
    init?(_ text: String) {
        let capitals = text.uppercased()
        guard text.utf8.count <= 1_000, text.utf8.allSatisfy({ (32..<127).contains($0) }),
            !["RSCALE", "BYHOUR", "BYMINUTE", "BYSECOND"].contains(where: capitals.contains)
        else { return nil }
        rule = icalrecurrencetype_from_string(capitals)
        guard [ICAL_DAILY_RECURRENCE, ICAL_WEEKLY_RECURRENCE, ICAL_MONTHLY_RECURRENCE, ICAL_YEARLY_RECURRENCE].contains(rule.freq) else { return nil }
    }

    /// When it ends, if it says so: as the file has it, on the wall of the event.
    var until: (time: LocalTime, isUTC: Bool)? {
        guard icaltime_is_null_time(rule.until) == 0, let time = LocalTime(rule.until) else { return nil }
        return (time, icaltime_is_utc(rule.until) != 0)
    }

    /// The times on the wall at which it falls, from `start` on and without an end unless it has one.
    ///
    /// - Parameter until: the last, on the same wall, where the rule's own has to be moved to it.
    func times(from start: EventTime, until: LocalTime?) -> Times? {
        var rule = rule
        if let until { rule.until = icaltimetype(until, isDate: start.isDate) }
        guard let iterator = icalrecur_iterator_new(rule, icaltimetype(start.local, isDate: start.isDate)) else { return nil }
        return Times(iterator)
    }

    final class Times: IteratorProtocol {
        private let iterator: OpaquePointer

        fileprivate init(_ iterator: OpaquePointer) { self.iterator = iterator }
        deinit { icalrecur_iterator_free(iterator) }

        func next() -> LocalTime? {
            let time = icalrecur_iterator_next(iterator)
            return icaltime_is_null_time(time) == 0 ? LocalTime(time) : nil
        }
    }
}

extension LocalTime {
    fileprivate init?(_ time: icaltimetype) {
        guard let date = CivilDate(year: Int(time.year), month: Int(time.month), day: Int(time.day)) else { return nil }
        self.init(date, hour: Int(time.hour), minute: Int(time.minute), second: min(Int(time.second), 59))
    }
}

extension icaltimetype {
    fileprivate init(_ local: LocalTime, isDate: Bool) {
        self = icaltime_null_time()
        let (date, second) = (local.date, Int32(local.microsecondsInDay / 1_000_000))
        (year, month, day) = (Int32(date.year), Int32(date.month), Int32(date.day))
        (hour, minute, self.second) = (second / 3_600, second / 60 % 60, second % 60)
        is_date = isDate ? 1 : 0
    }
}
