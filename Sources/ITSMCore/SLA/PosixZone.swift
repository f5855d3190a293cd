/// A zone by rule: the POSIX `TZ` string that ends a TZif file, such as `CET-1CEST,M3.5.0,M10.5.0/3` (RFC 9636, 3.3).
struct PosixZone: Equatable {
    /// Seconds east of UTC.
    var standard: Int32
    var daylight: Daylight?

    struct Daylight: Equatable {
        var offset: Int32
        /// On the standard clock.
        var begins: Rule
        /// On the daylight clock.
        var ends: Rule
    }

    struct Rule: Equatable {
        enum Day: Equatable {
            /// 1 to 365; 29 February is never counted.
            case julian(Int)
            /// 0 to 365; 29 February is counted.
            case dayOfYear(Int)
            /// Month 1 to 12, week 1 to 5 (5 is the last), weekday 0 (Sunday) to 6.
            case weekday(month: Int, week: Int, weekday: Int)
        }

        var day: Day
        /// Seconds after that day's midnight, -167 to 167 hours.
        var seconds: Int64

        /// Seconds since 1970 on the wall clock.
        func wallSeconds(in year: Int) -> Int64 {
            let newYear = CivilDate(year: year, month: 1, day: 1)!.daysSince1970
            let days: Int64
            switch day {
            case .julian(let number):
                let passesLeapDay = number >= 60 && CivilDate.length(ofMonth: 2, in: year) == 29
                days = newYear + Int64(number - 1) + (passesLeapDay ? 1 : 0)
            case .dayOfYear(let number):
                days = newYear + Int64(number)
            case .weekday(let month, let week, let weekday):
                let first = CivilDate(year: year, month: month, day: 1)!.daysSince1970
                let weekdayOfFirst = Int((first + 4) - (first + 4).dividedFloor(by: 7) * 7)
                var day = (weekday - weekdayOfFirst + 7) % 7 + (week - 1) * 7
                if day >= CivilDate.length(ofMonth: month, in: year) { day -= 7 }
                days = first + Int64(day)
            }
            return days * 86_400 + seconds
        }
    }

    /// The changes of offset that the rule makes in `years`, ascending, no two at one instant, and some in the ten days before and after.
    func changes(in years: ClosedRange<Int>) -> [(at: Int64, offset: Int32)] {
        guard let daylight else { return [] }
        var changes: [(at: Int64, offset: Int32, isBegin: Bool)] = []
        for year in years.lowerBound - 1...years.upperBound + 1 {
            changes.append((daylight.begins.wallSeconds(in: year) - Int64(standard), daylight.offset, true))
            changes.append((daylight.ends.wallSeconds(in: year) - Int64(daylight.offset), standard, false))
        }
        // Where one year's daylight time ends at the very instant the next year's begins, it goes on: of two at one instant the later holds.
        changes.sort { ($0.at, $0.isBegin ? 1 : 0) < ($1.at, $1.isBegin ? 1 : 0) }
        // What the outermost years do alone, without their neighbours, is left out. A rule may reach nine days into the next year.
        let margin = Int64(10 * 86_400)
        let range = Self.newYear(years.lowerBound) - margin..<Self.newYear(years.upperBound + 1) + margin
        return changes.indices.filter { index in
            range.contains(changes[index].at) && !(changes.indices.contains(index + 1) && changes[index + 1].at == changes[index].at)
        }
        .map { (changes[$0].at, changes[$0].offset) }
    }

    private static func newYear(_ year: Int) -> Int64 { CivilDate(year: year, month: 1, day: 1)!.daysSince1970 * 86_400 }
}

extension PosixZone {
    /// Nil when `text` is not a `TZ` string with an explicit rule for its daylight time.
    init?(_ text: some Sequence<UInt8>) {
        var parser = PosixZoneParser(bytes: Array(text))
        guard let zone = parser.zone() else { return nil }
        self = zone
    }
}

private struct PosixZoneParser {
    let bytes: [UInt8]
    var position = 0

    mutating func zone() -> PosixZone? {
        guard name(), let west = time(hours: 24) else { return nil }
        var zone = PosixZone(standard: Int32(-west), daylight: nil)
        if position == bytes.count { return zone }
        guard name() else { return nil }
        var daylight = Int64(zone.standard) + 3_600
        if peek != UInt8(ascii: ",") {
            guard let west = time(hours: 24) else { return nil }
            daylight = -west
        }
        guard let begins = rule(), let ends = rule(), position == bytes.count else { return nil }
        zone.daylight = .init(offset: Int32(daylight), begins: begins, ends: ends)
        return zone
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    /// Three letters or more, or `<` letters, digits and signs `>`.
    private mutating func name() -> Bool {
        func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte & 0xDF) }
        let start = position
        if skip("<") {
            while let byte = peek, isLetter(byte) || (48...57).contains(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") {
                position += 1
            }
            return skip(">") && position - start >= 5
        }
        while let byte = peek, isLetter(byte) { position += 1 }
        return position - start >= 3
    }

    private mutating func number(upTo limit: Int) -> Int? {
        var value = 0
        let start = position
        while let byte = peek, (48...57).contains(byte), position - start < 3 {
            value = value * 10 + Int(byte - 48)
            position += 1
        }
        return position > start && value <= limit ? value : nil
    }

    /// `[+|-]hh[:mm[:ss]]` in seconds.
    private mutating func time(hours limit: Int) -> Int64? {
        let sign: Int64 = skip("-") ? -1 : 1
        if sign == 1 { _ = skip("+") }
        guard let hours = number(upTo: limit) else { return nil }
        var seconds = Int64(hours) * 3_600
        if skip(":") {
            guard let minutes = number(upTo: 59) else { return nil }
            seconds += Int64(minutes) * 60
            if skip(":") {
                guard let rest = number(upTo: 59) else { return nil }
                seconds += Int64(rest)
            }
        }
        return sign * seconds
    }

    private mutating func rule() -> PosixZone.Rule? {
        guard skip(",") else { return nil }
        let day: PosixZone.Rule.Day
        if skip("M") {
            guard let month = number(upTo: 12), month >= 1, skip("."), let week = number(upTo: 5), week >= 1, skip("."), let weekday = number(upTo: 6)
            else { return nil }
            day = .weekday(month: month, week: week, weekday: weekday)
        } else if skip("J") {
            guard let number = number(upTo: 365), number >= 1 else { return nil }
            day = .julian(number)
        } else {
            guard let number = number(upTo: 365) else { return nil }
            day = .dayOfYear(number)
        }
        var seconds: Int64 = 2 * 3_600
        if skip("/") {
            guard let given = time(hours: 167) else { return nil }
            seconds = given
        }
        return PosixZone.Rule(day: day, seconds: seconds)
    }
}
