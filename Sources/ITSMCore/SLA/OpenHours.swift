/// How much of local time is open, as a measure: `measure(x)` grows by one microsecond for each open one on a wall clock that never jumps.
///
/// Whole weeks are counted, not walked, and the dates that differ from their weekday are summed up beforehand, so a question costs the search for one date.
struct OpenHours: Sendable {
    static let day: Int64 = 86_400_000_000

    /// The open intervals of a day, in microseconds since its midnight, as a range of `starts` and `ends`.
    private struct Hours {
        var from: Int
        var to: Int
        /// Open microseconds.
        var length: Int64
    }

    private var starts: [Int64] = []
    private var ends: [Int64] = []
    /// By weekday, Monday first.
    private var week: [Hours] = []
    /// Open microseconds of the week before each weekday; the eighth is the whole week.
    private var weekBefore: [Int64] = [0]

    /// Dates with hours of their own, as days since 1970.
    private let dates: AscendingNumbers
    private var dateHours: [Hours] = []
    /// By how much the dates before this one add to the measure of ordinary weeks; one more than there are dates.
    private var added: [Int64] = [0]
    /// `measure` at the midnight that begins each date, and at the one that ends it.
    private var measureAtDate = AscendingNumbers([])
    private var measureAfterDate = AscendingNumbers([])

    /// - Parameter dates: hours in place of the weekday's.
    init(_ weekly: WeeklyHours, dates: [CivilDate: DayHours]) {
        let sorted = dates.map { (day: $0.key.daysSince1970, hours: $0.value) }.sorted { $0.day < $1.day }
        self.dates = AscendingNumbers(sorted.map(\.day))
        var (before, after): ([Int64], [Int64]) = ([], [])
        for day in Weekday.allCases {
            week.append(add(weekly[day]))
            weekBefore.append(weekBefore.last! + week.last!.length)
        }
        for (day, hours) in sorted {
            dateHours.append(add(hours))
            before.append(measureOfWeeks(atDay: day) + added.last!)
            after.append(before.last! + dateHours.last!.length)
            added.append(added.last! + dateHours.last!.length - week[Self.weekday(day)].length)
        }
        (measureAtDate, measureAfterDate) = (AscendingNumbers(before), AscendingNumbers(after))
    }

    private mutating func add(_ hours: DayHours) -> Hours {
        let from = starts.count
        for interval in hours.intervals {
            // Intervals that touch are one.
            if starts.count > from, ends[ends.count - 1] == Int64(interval.start) * 1_000_000 {
                ends[ends.count - 1] = Int64(interval.end) * 1_000_000
            } else {
                starts.append(Int64(interval.start) * 1_000_000)
                ends.append(Int64(interval.end) * 1_000_000)
            }
        }
        return Hours(from: from, to: starts.count, length: Int64(hours.seconds) * 1_000_000)
    }

    // MARK: Measuring

    /// Open microseconds before the local time `x`, against those before 1970-01-05 (a Monday); negative before it.
    func measure(_ x: Int64) -> Int64 {
        let day = x.dividedFloor(by: Self.day)
        let inDay = x - day * Self.day
        let index = dates.count(below: day)
        if index < dateHours.count, dates.values[index] == day { return measureAtDate.values[index] + measure(dateHours[index], inDay) }
        return measureOfWeeks(atDay: day) + added[index] + measure(week[Self.weekday(day)], inDay)
    }

    /// Whether the wall time `x` is open.
    func isOpen(_ x: Int64) -> Bool {
        let day = x.dividedFloor(by: Self.day)
        let inDay = x - day * Self.day
        let hours = hours(ofDay: day)
        return (hours.from..<hours.to).contains { starts[$0] <= inDay && inDay < ends[$0] }
    }

    /// Where the interval ends in which the open wall time `x` lies.
    func closing(after x: Int64) -> Int64 {
        let day = x.dividedFloor(by: Self.day)
        let inDay = x - day * Self.day
        let hours = hours(ofDay: day)
        return day * Self.day + (ends[hours.from..<hours.to].first { inDay < $0 } ?? Self.day)
    }

    private func hours(ofDay day: Int64) -> Hours {
        let index = dates.count(below: day)
        return index < dateHours.count && dates.values[index] == day ? dateHours[index] : week[Self.weekday(day)]
    }

    private func measureOfWeeks(atDay day: Int64) -> Int64 {
        // 1970-01-05 was a Monday, so day 0 is the fourth of its week.
        let shifted = day + 3
        let weeks = shifted.dividedFloor(by: 7)
        return (weeks - 1) * weekBefore[7] + weekBefore[Int(shifted - weeks * 7)]
    }

    private func measure(_ hours: Hours, _ inDay: Int64) -> Int64 {
        var open: Int64 = 0
        for index in hours.from..<hours.to {
            if inDay <= starts[index] { break }
            open += min(inDay, ends[index]) - starts[index]
        }
        return open
    }

    // MARK: Finding

    /// The earliest local time whose measure is `m`; nil when none is so large.
    func earliest(_ m: Int64) -> Int64? {
        // The last date that begins below `m`: `m` lies within its hours or after them.
        let index = measureAtDate.count(below: m) - 1
        if index >= 0, m <= measureAfterDate.values[index] {
            return dates.values[index] * Self.day + earliest(m - measureAtDate.values[index], in: dateHours[index])
        }
        guard weekBefore[7] > 0 else { return nil }
        let (weeks, rest) = Self.split(m - added[index + 1], by: weekBefore[7], upTo: true)
        var weekday = 6
        while weekBefore[weekday] >= rest { weekday -= 1 }
        let monday = 7 * (weeks + 1) - 3
        return (monday + Int64(weekday)) * Self.day + earliest(rest - weekBefore[weekday], in: week[weekday])
    }

    /// The latest local time whose measure is `m`; nil when the calendar stays closed for ever after.
    func latest(_ m: Int64) -> Int64? {
        // The first date that ends above `m`: `m` lies within its hours or before them.
        let index = measureAfterDate.count(atMost: m)
        if index < dateHours.count, measureAtDate.values[index] <= m {
            return dates.values[index] * Self.day + latest(m - measureAtDate.values[index], in: dateHours[index])
        }
        guard weekBefore[7] > 0 else { return nil }
        let (weeks, rest) = Self.split(m - added[index], by: weekBefore[7], upTo: false)
        var weekday = 0
        while weekBefore[weekday + 1] <= rest { weekday += 1 }
        let monday = 7 * (weeks + 1) - 3
        return (monday + Int64(weekday)) * Self.day + latest(rest - weekBefore[weekday], in: week[weekday])
    }

    /// The closed times between two open ones that are longer than `length`. Only hours without a week, or with hundreds of closed dates, can have any.
    func gaps(longerThan length: Int64) -> [(from: Int64, to: Int64)] {
        guard weekBefore[7] == 0 || dateHours.count > 500 else { return [] }
        var gaps: [(from: Int64, to: Int64)] = []
        for after in measureAfterDate.values {
            guard let from = earliest(after), let to = latest(after), to - from > length, gaps.last?.to != to else { continue }
            gaps.append((from, to))
        }
        return gaps
    }

    private func earliest(_ m: Int64, in hours: Hours) -> Int64 {
        var rest = m
        var index = hours.from
        while index < hours.to - 1, rest > ends[index] - starts[index] {
            rest -= ends[index] - starts[index]
            index += 1
        }
        return starts[index] + rest
    }

    private func latest(_ m: Int64, in hours: Hours) -> Int64 {
        var rest = m
        var index = hours.from
        while index < hours.to - 1, rest >= ends[index] - starts[index] {
            rest -= ends[index] - starts[index]
            index += 1
        }
        return starts[index] + rest
    }

    /// Whole weeks and the rest of them: in `(0, week]` with `upTo`, else in `[0, week)`.
    private static func split(_ m: Int64, by week: Int64, upTo: Bool) -> (weeks: Int64, rest: Int64) {
        let weeks = (upTo ? m - 1 : m).dividedFloor(by: week)
        return (weeks, m - weeks * week)
    }

    /// Monday is 0.
    private static func weekday(_ day: Int64) -> Int { let shifted = day + 3; return Int(shifted - shifted.dividedFloor(by: 7) * 7) }
}
