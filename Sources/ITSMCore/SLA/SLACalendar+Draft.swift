extension SLACalendar {
    /// The most dates of each kind that a calendar may hold.
    public static let mostDates = 5_000

    /// What a caller sends to add a calendar. Name and hours are needed; without a zone it is the desk's.
    public struct Draft: Sendable, Hashable, Codable {
        public var name: String?
        public var zone: String?
        public var weekly: [Weekday: DayHours]?
        public var exceptions: [CivilDate: DayHours]?
        public var yearly: [BusinessCalendar.YearlyRule]?
        public var holidays: [Holiday]?

        public init(
            name: String? = nil, zone: String? = nil, weekly: [Weekday: DayHours]? = nil, exceptions: [CivilDate: DayHours]? = nil,
            yearly: [BusinessCalendar.YearlyRule]? = nil, holidays: [Holiday]? = nil
        ) {
            self.name = name
            self.zone = zone
            self.weekly = weekly
            self.exceptions = exceptions
            self.yearly = yearly
            self.holidays = holidays
        }
    }

    /// What a caller sends to change a calendar.
    public struct Patch: Sendable, Equatable, Codable {
        public var name: ITSMCore.Patch<String> = .absent
        public var zone: ITSMCore.Patch<String> = .absent
        /// Days that are named are set, `null` and `[]` close them; the others stay.
        public var weekly: ITSMCore.Patch<[Weekday: DayHours?]> = .absent
        /// Dates that are named are set (`[]` closes them), `null` gives a date its ordinary hours back; the others stay.
        public var exceptions: ITSMCore.Patch<[CivilDate: DayHours?]> = .absent
        /// All of them.
        public var yearly: ITSMCore.Patch<[BusinessCalendar.YearlyRule]> = .absent
        /// All of them.
        public var holidays: ITSMCore.Patch<[Holiday]> = .absent
        /// True hides the calendar from pickers, false shows it again.
        public var archived: ITSMCore.Patch<Bool> = .absent
        /// `follow` when absent.
        public var runningCycles: RunningCycles?

        public init() {}

        private enum CodingKeys: String, CodingKey { case name, zone, weekly, exceptions, yearly, holidays, archived, runningCycles }

        public init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            name = try fields.decodePatch(forKey: .name)
            zone = try fields.decodePatch(forKey: .zone)
            weekly = try fields.decodePatch(forKey: .weekly)
            exceptions = try fields.decodePatch(forKey: .exceptions)
            yearly = try fields.decodePatch(forKey: .yearly)
            holidays = try fields.decodePatch(forKey: .holidays)
            archived = try fields.decodePatch(forKey: .archived)
            runningCycles = try fields.decodeIfPresent(RunningCycles.self, forKey: .runningCycles)
        }

        public func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encodePatch(name, forKey: .name)
            try fields.encodePatch(zone, forKey: .zone)
            try fields.encodePatch(weekly, forKey: .weekly)
            try fields.encodePatch(exceptions, forKey: .exceptions)
            try fields.encodePatch(yearly, forKey: .yearly)
            try fields.encodePatch(holidays, forKey: .holidays)
            try fields.encodePatch(archived, forKey: .archived)
            try fields.encodeIfPresent(runningCycles, forKey: .runningCycles)
        }
    }

    /// A new calendar.
    ///
    /// - Parameter zone: the desk's, for a draft that names none.
    /// - Throws: `invalid` with every fault.
    public init(_ draft: Draft, id: ID<SLACalendar>, zone: String, at now: Instant) throws {
        var problems = ProblemList()
        self.init(
            id: id, name: draft.name ?? "", zone: draft.zone ?? zone, weekly: WeeklyHours(draft.weekly ?? [:]), exceptions: draft.exceptions ?? [:],
            yearly: draft.yearly ?? [], holidays: (draft.holidays ?? []).sorted(by: Self.byDate), createdAt: now, updatedAt: now)
        if draft.name == nil { problems.add("/name", .required, "Name is required.") }
        if draft.weekly == nil { problems.add("/weekly", .required, "Weekly is required: the hours of each day on which there is work.") }
        check(&problems, hasName: draft.name != nil, hasHours: draft.weekly != nil)
        try problems.throwIfAny()
    }

    /// Changes what `patch` sets; the version rises when anything differs.
    ///
    /// - Throws: `invalid` with every fault, and then nothing is changed.
    public mutating func apply(_ patch: Patch, at now: Instant) throws {
        var problems = ProblemList()
        var new = self
        new.name = problems.value(patch.name, else: name, "/name")
        new.zone = problems.value(patch.zone, else: zone, "/zone")
        for (day, hours) in problems.value(patch.weekly, else: [:], "/weekly") { new.weekly[day] = hours ?? .closed }
        switch patch.exceptions {
        case .absent: break
        case .null: new.exceptions = [:]
        case .value(let dates): for (date, hours) in dates { new.exceptions[date] = hours }
        }
        new.yearly = patch.yearly.isAbsent ? yearly : patch.yearly.set ?? []
        new.holidays = patch.holidays.isAbsent ? holidays : (patch.holidays.set ?? []).sorted(by: Self.byDate)
        let isArchived = problems.value(patch.archived, else: archivedAt != nil, "/archived")
        new.archivedAt = isArchived ? archivedAt ?? now : nil
        new.check(&problems)
        try problems.throwIfAny()
        guard new != self else { return }
        new.version += 1
        new.updatedAt = now
        self = new
    }

    /// The order in which a calendar keeps its holidays.
    public static func byDate(_ a: Holiday, _ b: Holiday) -> Bool { (a.date, a.name, a.uid ?? "") < (b.date, b.name, b.uid ?? "") }

    private func check(_ problems: inout ProblemList, hasName: Bool = true, hasHours: Bool = true) {
        if hasName { problems.check(text: name, "/name", limit: Limits.name) }
        for (pointer, count) in [("/exceptions", exceptions.count), ("/holidays", holidays.count)] where count > Self.mostDates {
            return problems.add(pointer, .tooLong, "A calendar holds at most \(Self.mostDates) of them; these are \(count).")
        }
        if yearly.count > 366 { return problems.add("/yearly", .tooLong, "A year has 366 days at most; these are \(yearly.count) rules.") }
        let hours = BusinessCalendar(zone: zone, weekly: weekly, exceptions: exceptions, yearly: yearly)
        problems.add(contentsOf: hours.problems().filter { hasHours || $0.pointer != "/weekly" })
        for (index, rule) in yearly.enumerated() {
            problems.check(text: rule.name, "/yearly/\(index)/name", limit: Limits.name, optional: true)
        }
        for (index, holiday) in holidays.enumerated() {
            problems.check(text: holiday.name, "/holidays/\(index)/name", limit: Limits.name)
            problems.check(text: holiday.uid, "/holidays/\(index)/uid", limit: Limits.shortText, optional: true)
            holiday.closes.check("/holidays/\(index)/closes", &problems)
        }
    }

    /// What differs from `old`, with the days that came and went instead of all of them; everything, for a new calendar.
    public func changes(since old: SLACalendar?) throws -> FieldChanges {
        var changes = FieldChanges()
        changes.note("name", from: .optional(old?.name), to: .string(name))
        changes.note("zone", from: .optional(old?.zone), to: .string(zone))
        changes.note("weekly", from: try old.map { try JSONValue(encoding: $0.weekly) } ?? .null, to: try JSONValue(encoding: weekly))
        changes.note("yearly", from: try JSONValue(encoding: old?.yearly ?? []), to: try JSONValue(encoding: yearly))
        let dates = old?.exceptions ?? [:]
        changes.note(
            "exceptions", from: try JSONValue(encoding: dates.filter { exceptions[$0.key] != $0.value }),
            to: try JSONValue(encoding: exceptions.filter { dates[$0.key] != $0.value }))
        let (before, after) = (Set(old?.holidays ?? []), Set(holidays))
        changes.note(
            "holidays", from: try JSONValue(encoding: before.subtracting(after).sorted(by: Self.byDate)),
            to: try JSONValue(encoding: after.subtracting(before).sorted(by: Self.byDate)))
        changes.note("archived", from: .bool(old?.archivedAt != nil), to: .bool(archivedAt != nil))
        return changes
    }
}

extension SLACalendar {
    /// The calendar "Weekdays 09:00–17:00" that a new desk begins with.
    public static let weekdaysID = ID<SLACalendar>("00000000-0000-7000-8000-000000000302")!

    /// The same in another zone, for a desk that chooses its own: nil once anybody has given it hours, days or a zone of its own.
    func following(zone new: String, insteadOf old: String, at now: Instant) -> SLACalendar? {
        guard id == Self.weekdaysID, zone == old, new != old, weekly == .weekdays(.hours(9, 17)), exceptions.isEmpty, yearly.isEmpty, holidays.isEmpty
        else { return nil }
        var moved = self
        moved.zone = new
        moved.version += 1
        moved.updatedAt = now
        return moved
    }
}
