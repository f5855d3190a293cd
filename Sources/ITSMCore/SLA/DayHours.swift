/// When people work on one date: half-open intervals of local wall time, in order, without overlap. `24:00` is a legal end; hours that cross midnight are
/// written as two, one on each date.
public struct DayHours: Sendable, Hashable {
    /// Open time in seconds of the day by the clock on the wall: `start` belongs to it, `end` does not.
    public struct Interval: Sendable, Hashable {
        /// The first open second of the day, 0 to 86,399.
        public var start: Int
        /// The first closed second after it, 1 to 86,400.
        public var end: Int

        public init(start: Int, end: Int) {
            self.start = start
            self.end = end
        }
    }

    public var intervals: [Interval]

    public init(_ intervals: [Interval] = []) { self.intervals = intervals }

    /// No work at all.
    public static let closed = DayHours()
    /// From midnight to midnight.
    public static let allDay = DayHours([Interval(start: 0, end: 86_400)])

    /// From one full hour to another, such as `hours(9, 17)`.
    public static func hours(_ start: Int, _ end: Int) -> DayHours { DayHours([Interval(start: start * 3_600, end: end * 3_600)]) }

    public var isClosed: Bool { intervals.isEmpty }

    /// Open seconds of the day.
    public var seconds: Int { intervals.reduce(0) { $0 + $1.end - $1.start } }

    /// As on the wire: `[["09:00", "12:00"], ["13:00", "17:00"]]`.
    public var texts: [[String]] { intervals.map { [Self.text($0.start), Self.text($0.end)] } }

    /// Adds every fault: ends outside the day, intervals that are empty, out of order or overlapping.
    func check(_ pointer: String, _ problems: inout ProblemList) {
        for (index, interval) in intervals.enumerated() {
            let place = "\(pointer)/\(index)"
            guard (0...86_400).contains(interval.start), (0...86_400).contains(interval.end) else {
                problems.add(place, "Times of day lie between 00:00 and 24:00.")
                continue
            }
            if interval.start >= interval.end {
                problems.add(
                    place,
                    "\(Self.text(interval.start)) to \(Self.text(interval.end)) is empty. Hours that cross midnight are written as two, one on each day."
                )
            }
            if index > 0, intervals[index - 1].end > interval.start {
                problems.add(place, "\(Self.text(interval.start)) to \(Self.text(interval.end)) overlaps what stands before it, or is out of order.")
            }
        }
    }

    /// `09:00`, or `09:00:30` where there are seconds.
    static func text(_ second: Int) -> String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let seconds = second % 60
        return "\(two(second / 3_600)):\(two(second / 60 % 60))" + (seconds == 0 ? "" : ":\(two(seconds))")
    }

    /// Reads `HH:MM` or `HH:MM:SS`, up to `24:00`.
    static func second(_ text: String) -> Int? {
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count) else { return nil }
        var numbers: [Int] = []
        for part in parts {
            guard part.count == 2, part.allSatisfy({ (48...57).contains($0) }) else { return nil }
            numbers.append(part.reduce(0) { $0 * 10 + Int($1) - 48 })
        }
        let second = numbers[0] * 3_600 + numbers[1] * 60 + (numbers.count == 3 ? numbers[2] : 0)
        guard numbers[1] < 60, numbers.count == 2 || numbers[2] < 60, second <= 86_400 else { return nil }
        return second
    }
}

extension DayHours: Codable {
    /// `[["09:00", "12:00"], ["13:00", "17:00"]]`.
    public init(from decoder: any Decoder) throws {
        self.init()
        var list = try decoder.unkeyedContainer()
        while !list.isAtEnd {
            let texts = try list.decode([String].self)
            let seconds = texts.compactMap(Self.second)
            guard texts.count == 2, seconds.count == 2 else {
                let path = decoder.codingPath + [IndexKey(list.currentIndex - 1)]
                throw DecodingError.dataCorrupted(.init(codingPath: path, debugDescription: "is not a pair of times such as [\"09:00\", \"17:00\"]"))
            }
            intervals.append(Interval(start: seconds[0], end: seconds[1]))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var list = encoder.unkeyedContainer()
        for pair in texts { try list.encode(pair) }
    }

    private struct IndexKey: CodingKey {
        let intValue: Int?
        var stringValue: String { "\(intValue ?? 0)" }
        init(_ index: Int) { intValue = index }
        init?(intValue: Int) { self.intValue = intValue }
        init?(stringValue: String) { return nil }
    }
}
