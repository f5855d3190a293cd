/// A named day on which the team does not work, or works less. Imported ones carry the identity that their source gave them, so that a second import
/// of the same source changes them rather than adding to them.
public struct Holiday: Sendable, Hashable, Codable {
    public var date: CivilDate
    public var name: String
    /// The hours that it closes, of those of that weekday; all of them by default.
    public var closes: DayHours
    /// The event's UID (RFC 5545, 3.8.4.7); nil for a day that a person entered.
    public var uid: String?

    public init(date: CivilDate, name: String, closes: DayHours = .allDay, uid: String? = nil) {
        self.date = date
        self.name = name
        self.closes = closes
        self.uid = uid
    }

    private enum CodingKeys: String, CodingKey { case date, name, closes, uid }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        date = try fields.decode(CivilDate.self, forKey: .date)
        name = try fields.decode(String.self, forKey: .name)
        closes = try fields.decodeIfPresent(DayHours.self, forKey: .closes) ?? .allDay
        uid = try fields.decodeIfPresent(String.self, forKey: .uid)
    }
}
