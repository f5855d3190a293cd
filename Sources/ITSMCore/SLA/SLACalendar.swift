/// A business calendar as the desk keeps it: named, versioned, with its holidays by name. Each saved edit is a new version; those before it stay, for the
/// clocks that run under them.
public struct SLACalendar: Sendable, Hashable, Codable {
    public let id: ID<SLACalendar>
    /// Unique among calendars without regard to case.
    public var name: String
    /// The IANA name of the zone whose wall clocks count.
    public var zone: String
    public var weekly: WeeklyHours
    /// Hours of single dates, in place of the weekly ones and of a holiday on that date: half days, extra Saturdays.
    public var exceptions: [CivilDate: DayHours]
    /// Dates of every year, such as 25 December.
    public var yearly: [BusinessCalendar.YearlyRule]
    /// In order of date.
    public var holidays: [Holiday]
    /// Set once it is hidden from pickers.
    public var archivedAt: Instant?
    /// 1 or more; rises with every change of the fields above.
    public var version: Int
    public let createdAt: Instant
    public var updatedAt: Instant

    public init(
        id: ID<SLACalendar>, name: String, zone: String, weekly: WeeklyHours, exceptions: [CivilDate: DayHours] = [:],
        yearly: [BusinessCalendar.YearlyRule] = [], holidays: [Holiday] = [], archivedAt: Instant? = nil, version: Int = 1, createdAt: Instant,
        updatedAt: Instant
    ) {
        self.id = id
        self.name = name
        self.zone = zone
        self.weekly = weekly
        self.exceptions = exceptions
        self.yearly = yearly
        self.holidays = holidays
        self.archivedAt = archivedAt
        self.version = version
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    public var ref: Ref<SLACalendar> { Ref(id: id, name: name) }
    public var edition: Edition<SLACalendar> { Edition(id, version: version) }

    /// What the clock counts by: a date's own hours first, then what its holidays leave of the weekday's, then the yearly rules.
    public var businessCalendar: BusinessCalendar {
        var dates: [CivilDate: DayHours] = [:]
        for holiday in holidays {
            let hours = dates[holiday.date] ?? weekly[holiday.date.weekday]
            dates[holiday.date] = hours.without(holiday.closes)
        }
        return BusinessCalendar(zone: zone, weekly: weekly, exceptions: dates.merging(exceptions) { $1 }, yearly: yearly)
    }
}

/// One version of a record that keeps its old versions.
public struct Edition<Record>: Sendable, Hashable {
    public var id: ID<Record>
    /// 1 or more.
    public var version: Int

    public init(_ id: ID<Record>, version: Int) {
        self.id = id
        self.version = version
    }
}

extension DayHours {
    /// What is left of these hours when `closed` are taken out.
    func without(_ closed: DayHours) -> DayHours {
        var left = intervals
        for gap in closed.intervals {
            left = left.flatMap { interval in
                [
                    Interval(start: interval.start, end: min(interval.end, gap.start)),
                    Interval(start: max(interval.start, gap.end), end: interval.end),
                ].filter { $0.start < $0.end }
            }
        }
        return DayHours(left)
    }
}

extension CivilDate {
    public var weekday: Weekday {
        // 1970-01-01 was a Thursday.
        let days = daysSince1970 + 3
        return Weekday.allCases[Int(days - days.dividedFloor(by: 7) * 7)]
    }
}
