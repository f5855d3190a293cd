extension WorkingTime {
    private static let units: [String: Int64] = [
        "s": 1, "sec": 1, "second": 1, "seconds": 1, "m": 60, "min": 60, "mins": 60, "minute": 60, "minutes": 60, "h": 3_600, "hr": 3_600,
        "hour": 3_600, "hours": 3_600, "d": 86_400, "day": 86_400, "days": 86_400, "w": 604_800, "week": 604_800, "weeks": 604_800,
    ]

    /// Seconds of a length of time as people write it: `8h`, `30 min`, `1d 4h`, a day being 24 hours whatever the calendar. Nil for what is none. A number without a unit is none, as it could be anything.
    public static func seconds(_ text: String) -> Int64? {
        var rest = text.lowercased()[...]
        var total: Double = 0
        var isAnything = false
        while true {
            rest = rest.drop { $0 == " " || $0 == "," }
            if rest.isEmpty { break }
            let number = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
            rest = rest.dropFirst(number.count).drop { $0 == " " }
            let unit = rest.prefix(while: \.isLetter)
            rest = rest.dropFirst(unit.count)
            guard let value = Double(number), value < 1e9, let seconds = units[String(unit)] else { return nil }
            total += value * Double(seconds)
            isAnything = true
        }
        guard isAnything, total < 1e12, total.rounded() == total else { return nil }
        return Int64(total)
    }
}
