/// What applying a file of holidays would do to a calendar, event by event.
public struct HolidayPreview: Sendable, Hashable, Codable {
    public var events: [Row]
    public var unread: [HolidayFile.Unread]
    public var from: CivilDate
    public var until: CivilDate

    /// One event of the file, and what applying it would do.
    public struct Row: Sendable, Hashable, Codable {
        public var uid: String
        public var name: String
        /// The days that it has in the file.
        public var days: [Holiday]
        public var effect: Effect
        /// Whether it is applied unless the person says otherwise.
        public var isChosen: Bool
        public var notes: [String]
    }

    /// What applying an event does to the days that the calendar has under its UID.
    public enum Effect: String, Sendable, Codable, CaseIterable { case adds, changes, removes, same }
}

extension SLACalendar {
    /// What applying `file` would do.
    public func preview(of file: HolidayFile) -> HolidayPreview {
        let rows = file.events.map { event in
            let old = days(of: event.uid, in: file.window)
            let new = outcome(of: event, replacing: old)
            let effect: HolidayPreview.Effect = old == new ? .same : old.isEmpty ? .adds : new.isEmpty ? .removes : .changes
            let isChosen =
                switch effect {
                case .adds: !event.isCancelled && !event.isTransparent
                case .changes, .removes: true
                case .same: false
                }
            return HolidayPreview.Row(uid: event.uid, name: event.name, days: event.days, effect: effect, isChosen: isChosen, notes: event.allNotes)
        }
        return HolidayPreview(events: rows, unread: file.unread, from: file.window.lowerBound, until: file.window.upperBound)
    }

    /// The calendar's holidays once the chosen events are applied. The days of the same UID change with them; those of others, those outside the file's
    /// window and those that people entered stay.
    ///
    /// - Parameter chosen: UIDs; nil for those that the preview proposes.
    /// - Throws: `invalidValue` for a UID that is not in the file.
    public func holidays(applying file: HolidayFile, chosen: Set<String>? = nil) throws -> [Holiday] {
        let known = Set(file.events.map(\.uid))
        if let stranger = chosen?.subtracting(known).min() {
            throw ITSMError.invalid("/uid", "There is no event with the UID \"\(stranger.prefix(100))\" in this file.")
        }
        let applied = chosen ?? Set(preview(of: file).events.filter(\.isChosen).map(\.uid))
        var holidays = holidays.filter { !($0.uid.map(applied.contains) ?? false) || !file.window.contains($0.date) }
        for event in file.events where applied.contains(event.uid) {
            holidays += outcome(of: event, replacing: days(of: event.uid, in: file.window))
        }
        return holidays.sorted(by: Self.byDate)
    }

    private func days(of uid: String, in window: ClosedRange<CivilDate>) -> [Holiday] {
        holidays.filter { $0.uid == uid && window.contains($0.date) }.sorted(by: Self.byDate)
    }

    /// An event that was called off takes away the days that it brought; one that was never there can be applied all the same.
    private func outcome(of event: HolidayFile.Event, replacing old: [Holiday]) -> [Holiday] {
        event.isCancelled && !old.isEmpty ? [] : event.days.sorted(by: Self.byDate)
    }
}
