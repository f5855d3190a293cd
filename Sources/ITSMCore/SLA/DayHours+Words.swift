extension DayHours {
    /// `09:00–12:30, 13:00–17:00`; nothing where it is closed.
    public var words: String { intervals.map { "\(Self.text($0.start))–\(Self.text($0.end))" }.joined(separator: ", ") }

    /// Reads hours as people write them: `9-17`, `09:00–12:30, 13:00–17:00`, `all day`; nothing, `-` and `closed` mean no work. Nil for anything else.
    public init?(words: String) {
        let text = words.lowercased().filter { $0 != " " }
        switch text {
        case "", "-", "–", "closed": self = .closed
        case "allday", "24h": self = .allDay
        default:
            self.init()
            for part in text.split(separator: ",") {
                let ends = part.split(omittingEmptySubsequences: false) { $0 == "-" || $0 == "–" }.map { Self.time(String($0)) }
                guard ends.count == 2, let start = ends[0], let end = ends[1] else { return nil }
                intervals.append(Interval(start: start, end: end))
            }
        }
    }

    /// `9`, `9:30` and `09:30` alike.
    private static func time(_ text: String) -> Int? {
        let whole = text.contains(":") ? text : text + ":00"
        return second(whole.prefix { $0 != ":" }.count == 1 ? "0" + whole : whole)
    }
}
