import ITSMCore

/// A calendar as a picture: its week, and a year with its holidays. Each says in words what it shows, too.
struct SLACalendarDrawing: Sendable {
    let week: [Day]
    /// The hours along the top.
    let hours: [Mark]
    let weekWords: String
    let year: String
    let months: [Month]
    /// The days of the year that are not as the week says.
    let special: [Special]
    let hasNone: Bool
    let earlier: String
    let later: String

    struct Day: Sendable {
        let name: String
        let y: Int
        let textY: Int
        let bars: [Bar]
    }

    struct Bar: Sendable {
        let x: Int
        let width: Int
    }

    struct Mark: Sendable {
        let words: String
        let x: Int
    }

    struct Month: Sendable {
        let name: String
        let x: Int
        let y: Int
        let cells: [Cell]
    }

    struct Cell: Sendable {
        let x: Int
        let y: Int
        /// `open`, `closed`, `short` or `off`.
        let style: String
        /// What a pointer over it says; nil for an ordinary day.
        let words: String?
    }

    struct Special: Sendable {
        let day: String
        let words: String
    }

    static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    static let days: [Weekday: String] = [
        .mon: "Monday", .tue: "Tuesday", .wed: "Wednesday", .thu: "Thursday", .fri: "Friday", .sat: "Saturday", .sun: "Sunday",
    ]
    static let yearQuery = Query<Int>("year", "The year whose days are shown.")
    private static let years = 1970...2199
    // In the picture's own units.
    private static let (left, hourWidth, rowHeight, cell, monthWidth, monthHeight) = (46, 26, 24, 16, 136, 128)

    init(_ calendar: SLACalendar, year asked: Int?, now: CivilDate, address: String) {
        let year = Self.years.contains(asked ?? now.year) ? asked ?? now.year : now.year
        self.year = "\(year)"
        earlier = "\(address)?year=\(year - 1)#year"
        later = "\(address)?year=\(year + 1)#year"
        hours = stride(from: 0, through: 24, by: 3).map { Mark(words: "\($0)", x: Self.left + $0 * Self.hourWidth) }
        week = Weekday.allCases.enumerated().map { row, day in
            let y = 20 + row * Self.rowHeight
            let bars = calendar.weekly[day].intervals.map { interval in
                let x = Self.left + interval.start * Self.hourWidth / 3_600
                return Bar(x: x, width: max(1, Self.left + interval.end * Self.hourWidth / 3_600 - x))
            }
            return Day(name: String(Self.days[day]!.prefix(3)), y: y, textY: y + 14, bars: bars)
        }
        weekWords = Weekday.allCases.map { "\(Self.days[$0]!): \(Self.words(calendar.weekly[$0]))" }.joined(separator: "; ") + "."
        var special: [Special] = []
        let days = Self.specialDays(of: calendar, in: year)
        months = (1...12).map { month in
            let first = CivilDate(year: year, month: month, day: 1)!
            let offset = Weekday.allCases.firstIndex(of: first.weekday)!
            let cells = (1...31).compactMap { CivilDate(year: year, month: month, day: $0) }.map { date -> Cell in
                let place = offset + date.day - 1, usual = calendar.weekly[date.weekday]
                let (x, y) = (place % 7 * Self.cell, 18 + place / 7 * Self.cell)
                guard let found = days[date] else { return Cell(x: x, y: y, style: usual.isClosed ? "closed" : "open", words: nil) }
                let day = "\(date.day) \(Self.months[month - 1]) \(year), \(Self.days[date.weekday]!)"
                special.append(Special(day: day, words: "\(found.name): \(Self.words(found.hours))"))
                return Cell(x: x, y: y, style: found.hours.isClosed ? "off" : "short", words: "\(day), \(found.name): \(Self.words(found.hours))")
            }
            return Month(
                name: Self.months[month - 1], x: (month - 1) % 4 * Self.monthWidth, y: (month - 1) / 4 * Self.monthHeight, cells: cells)
        }
        self.special = special
        hasNone = special.isEmpty
    }

    /// What is open on the dates of a year that have hours or a name of their own.
    private static func specialDays(of calendar: SLACalendar, in year: Int) -> [CivilDate: (name: String, hours: DayHours)] {
        var days: [CivilDate: (name: String, hours: DayHours)] = [:]
        for rule in calendar.yearly {
            if let date = CivilDate(year: year, month: rule.month, day: rule.day) { days[date] = (rule.name ?? "Every year", rule.hours) }
        }
        let dates = calendar.businessCalendar.exceptions
        for holiday in calendar.holidays where holiday.date.year == year {
            // Several sources may know the same day.
            let names = Set(calendar.holidays.filter { $0.date == holiday.date }.map(\.name))
            days[holiday.date] = (names.sorted().joined(separator: ", "), dates[holiday.date] ?? .closed)
        }
        for (date, hours) in calendar.exceptions where date.year == year { days[date] = (days[date]?.name ?? "Other hours", hours) }
        return days
    }

    static func words(_ hours: DayHours) -> String { hours.isClosed ? "closed" : hours == .allDay ? "all day" : hours.words }
}
