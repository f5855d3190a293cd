/// What a file of holidays holds (iCalendar, RFC 5545), as its reader understood it, with every repetition written out.
public struct HolidayFile: Sendable, Hashable {
    public var events: [Event]
    /// What was not understood: nothing of a file is dropped without a word.
    public var unread: [Unread]
    /// The dates that were looked at: from five years back to ten ahead.
    public var window: ClosedRange<CivilDate>

    public init(events: [Event] = [], unread: [Unread] = [], window: ClosedRange<CivilDate>) {
        self.events = events
        self.unread = unread
        self.window = window
    }

    /// One event with all its days: those that share a UID are one.
    public struct Event: Sendable, Hashable {
        public var uid: String
        public var name: String
        /// In order of date, all within the window.
        public var days: [Holiday]
        /// Called off (STATUS, or the METHOD of the whole file).
        public var isCancelled: Bool
        /// Takes up no time in its owner's calendar (TRANSP).
        public var isTransparent: Bool
        /// What a person should know of it before it is applied.
        public var notes: [String]

        public init(uid: String, name: String, days: [Holiday], isCancelled: Bool = false, isTransparent: Bool = false, notes: [String] = []) {
            self.uid = uid
            self.name = name
            self.days = days
            self.isCancelled = isCancelled
            self.isTransparent = isTransparent
            self.notes = notes
        }
    }

    /// A part of the file that was passed over, and why.
    public struct Unread: Sendable, Hashable, Codable {
        /// Such as `Line 12` or `VTODO "Buy cake"`.
        public var what: String
        public var why: String

        public init(_ what: String, _ why: String) {
            self.what = what
            self.why = why
        }
    }

    /// Whole years around the one that it is now.
    public static func window(around now: Instant, in zone: ZoneRules) -> ClosedRange<CivilDate> {
        let today = zone.localTime(at: now).date
        return CivilDate(year: today.year - 5, month: 1, day: 1)!...CivilDate(year: today.year + 10, month: 12, day: 31)!
    }
}

extension HolidayFile.Event {
    /// Why it is not proposed comes first.
    var allNotes: [String] {
        (isCancelled ? ["It was called off."] : isTransparent ? ["Its source shows the time as free."] : []) + notes
    }
}
