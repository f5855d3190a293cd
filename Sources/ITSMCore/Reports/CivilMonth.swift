/// A month of the calendar, without a zone: `2026-11`.
public struct CivilMonth: Hashable, Sendable, Comparable, Codable, LosslessStringConvertible {
    /// Months since January of the year 0.
    private var count: Int

    private init(count: Int) { self.count = count }

    /// - Parameter month: 1 to 12; nil for what is none.
    public init?(year: Int, month: Int) {
        guard (1...9_998).contains(year), (1...12).contains(month) else { return nil }
        count = year * 12 + month - 1
    }

    /// The month in which clocks of `zone` show `instant`.
    public init(of instant: Instant, in zone: ZoneRules) {
        let date = zone.localTime(at: instant).date
        count = date.year * 12 + date.month - 1
    }

    /// Reads `2026-11`.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2], parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }), let year = Int(parts[0]),
            let month = Int(parts[1])
        else { return nil }
        self.init(year: year, month: month)
    }

    public var year: Int { count / 12 }
    /// 1 to 12.
    public var month: Int { count % 12 + 1 }

    /// So many months later; a negative number goes back.
    public func adding(_ months: Int) -> CivilMonth { CivilMonth(count: count + months) }

    /// How many months after `other` it is.
    public func distance(from other: CivilMonth) -> Int { count - other.count }

    /// When it begins in `zone`.
    public func start(in zone: ZoneRules) -> Instant {
        guard let date = CivilDate(year: year, month: month, day: 1), let midnight = LocalTime(date) else {
            preconditionFailure("every month of the years 1 to 9998 has a first day")
        }
        return zone.instants(ofLocal: midnight).instant
    }

    public static func < (a: Self, b: Self) -> Bool { a.count < b.count }

    public var description: String {
        let (year, month) = (String(year), String(month))
        return String(repeating: "0", count: 4 - year.count) + year + "-" + (month.count == 1 ? "0" : "") + month
    }

    public init(from decoder: any Decoder) throws {
        guard let month = Self(try decoder.singleValueContainer().decode(String.self)) else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "is not a month such as 2026-11"))
        }
        self = month
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
