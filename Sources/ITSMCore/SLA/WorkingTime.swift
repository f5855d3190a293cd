/// Amounts of working time as people read and write them.
public enum WorkingTime {
    /// Such as `45 min`, `3 h 20 min` or `26 h`; days are not used, since how long a working day is depends on the calendar.
    ///
    /// - Parameter seconds: cut to whole minutes, but for less than one.
    public static func text(_ seconds: Int64) -> String {
        let (amount, sign) = (abs(seconds), seconds < 0 ? "-" : "")
        let (hours, minutes) = (amount / 3_600, amount / 60 % 60)
        if hours == 0, minutes == 0 { return amount == 0 ? "0 min" : "\(sign)\(amount) s" }
        if hours == 0 { return "\(sign)\(minutes) min" }
        return minutes == 0 ? "\(sign)\(hours) h" : "\(sign)\(hours) h \(minutes) min"
    }

    /// The same where there is little room: from a hundred hours on without the minutes.
    public static func brief(_ seconds: Int64) -> String { text(abs(seconds) < 360_000 ? seconds : seconds / 3_600 * 3_600) }

    /// To the second, for sums that have to add up: `2 h 47 min 25 s`.
    ///
    /// - Parameter seconds: not below zero.
    public static func exactText(_ seconds: Int64) -> String {
        let parts = [(seconds / 3_600, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s")].filter { $0.0 != 0 }
        return parts.isEmpty ? "0 s" : parts.map { "\($0.0) \($0.1)" }.joined(separator: " ")
    }
}
