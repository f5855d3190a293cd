/// When a team works: hours of the week in one zone, and the dates on which they differ.
///
/// The calendar is open at an instant exactly when the wall time there lies in one of the intervals of that local date (sla.md, 1). So an hour that
/// daylight saving skips counts nothing, and one that it repeats counts twice, without a rule of its own.
///
/// ```swift
/// let calendar = BusinessCalendar(zone: "Europe/Berlin", weekly: .weekdays(.hours(9, 17)), exceptions: [CivilDate(year: 2026, month: 12, day: 25)!: .closed])
/// let clock = try SLAClock(calendar)
/// let due = clock.instant(after: opened, adding: 8 * 3_600_000_000)
/// ```
public struct BusinessCalendar: Sendable, Hashable {
    /// The IANA name of the zone whose wall clocks count, such as `Europe/Berlin`.
    public var zone: String
    /// The hours of ordinary days.
    public var weekly: WeeklyHours
    /// Hours of single dates, in place of the weekly ones: holidays, half days, extra Saturdays.
    public var exceptions: [CivilDate: DayHours]
    /// Dates of every year, such as 25 December; a dated exception goes before them.
    public var yearly: [YearlyRule]

    public init(zone: String, weekly: WeeklyHours, exceptions: [CivilDate: DayHours] = [:], yearly: [YearlyRule] = []) {
        self.zone = zone
        self.weekly = weekly
        self.exceptions = exceptions
        self.yearly = yearly
    }

    /// Open at every instant.
    public static let roundTheClock = BusinessCalendar(zone: "UTC", weekly: .everyDay(.allDay))

    /// One date of every year. 29 February is in leap years only.
    public struct YearlyRule: Sendable, Hashable, Codable {
        /// 1 to 12.
        public var month: Int
        /// 1 to 31, as the month has it.
        public var day: Int
        /// What the day is called.
        public var name: String?
        public var hours: DayHours

        public init(month: Int, day: Int, name: String? = nil, hours: DayHours = .closed) {
            self.month = month
            self.day = day
            self.name = name
            self.hours = hours
        }
    }

    /// The years in which yearly rules hold.
    static let yearlyRange = 1900...2200

    /// Every date with hours of its own, yearly rules written out.
    var datesWithHours: [CivilDate: DayHours] {
        guard !yearly.isEmpty else { return exceptions }
        var dates: [CivilDate: DayHours] = [:]
        for rule in yearly {
            for year in Self.yearlyRange {
                if let date = CivilDate(year: year, month: rule.month, day: rule.day) { dates[date] = rule.hours }
            }
        }
        return dates.merging(exceptions) { $1 }
    }

    /// Every fault at once: an unknown zone, hours that are empty or overlap, dates that do not exist, and a calendar that is never open.
    public func problems(knowing zones: SystemZones = .shared) -> [FieldProblem] {
        var problems = ProblemList()
        if zones.rules(named: zone) == nil {
            problems.add("/zone", "There is no time zone of the name \"\(zone.prefix(64))\". Use an IANA name such as Europe/Berlin.")
        }
        for day in Weekday.allCases { weekly[day].check("/weekly/\(day.rawValue)", &problems) }
        for (date, hours) in exceptions.sorted(by: { $0.key < $1.key }) { hours.check("/exceptions/\(date)", &problems) }
        for (index, rule) in yearly.enumerated() {
            // 2000 was a leap year.
            if CivilDate(year: 2000, month: rule.month, day: rule.day) == nil {
                problems.add("/yearly/\(index)", "There is no day \(rule.day) in month \(rule.month).")
            }
            rule.hours.check("/yearly/\(index)/hours", &problems)
        }
        if weekly.isNeverOpen, exceptions.values.allSatisfy(\.isClosed), yearly.allSatisfy(\.hours.isClosed) {
            problems.add("/weekly", "The calendar is never open. Give at least one day hours.")
        }
        return problems.problems
    }
}

/// A day of the week; the raw value is its name on the wire.
public enum Weekday: String, Sendable, Codable, CaseIterable, Hashable, CodingKeyRepresentable {
    case mon, tue, wed, thu, fri, sat, sun
}

/// The hours of an ordinary week.
public struct WeeklyHours: Sendable, Hashable, Codable {
    private var days: [Weekday: DayHours]

    public init(_ days: [Weekday: DayHours] = [:]) { self.days = days.filter { !$0.value.isClosed } }

    /// The same hours from Monday to Friday.
    public static func weekdays(_ hours: DayHours) -> WeeklyHours { WeeklyHours([.mon: hours, .tue: hours, .wed: hours, .thu: hours, .fri: hours]) }

    /// The same hours on all seven days.
    public static func everyDay(_ hours: DayHours) -> WeeklyHours {
        WeeklyHours(Dictionary(uniqueKeysWithValues: Weekday.allCases.map { ($0, hours) }))
    }

    /// The hours of one day of the week; setting closed hours takes the day out.
    public subscript(day: Weekday) -> DayHours {
        get { days[day] ?? .closed }
        set { days[day] = newValue.isClosed ? nil : newValue }
    }

    var isNeverOpen: Bool { days.isEmpty }

    public init(from decoder: any Decoder) throws { self.init(try decoder.singleValueContainer().decode([Weekday: DayHours].self)) }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(days)
    }
}

extension BusinessCalendar: Codable {
    private enum CodingKeys: String, CodingKey { case zone, weekly, exceptions, yearly }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        zone = try fields.decode(String.self, forKey: .zone)
        weekly = try fields.decode(WeeklyHours.self, forKey: .weekly)
        exceptions = try fields.decodeIfPresent([CivilDate: DayHours].self, forKey: .exceptions) ?? [:]
        yearly = try fields.decodeIfPresent([YearlyRule].self, forKey: .yearly) ?? []
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(zone, forKey: .zone)
        try fields.encode(weekly, forKey: .weekly)
        try fields.encode(exceptions, forKey: .exceptions)
        if !yearly.isEmpty { try fields.encode(yearly, forKey: .yearly) }
    }
}
