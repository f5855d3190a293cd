import ITSMCore

/// Reads holidays out of an iCalendar file (RFC 5545). Bounded in everything, as the file may come from anywhere.
///
/// It takes time: run it with `BlockingWork`.
struct HolidayFileReader {
    /// Bytes; ten years of the holidays of all countries have less.
    static let largestFile = 1 << 20
    private static let mostEvents = 5_000
    /// Repetitions looked at in one file, whether they fall into the window or not.
    private static let mostRepetitions = 1_000_000
    /// For all repetitions together: a rule that falls on no day at all takes half a second to say so.
    private static let patience = Duration.seconds(3)
    private static let mostDays = 20_000
    private static let longestEvent: Int64 = 366

    private let zone: ZoneRules
    private let window: ClosedRange<CivilDate>
    private var file: HolidayFile
    private var zones: [String: EventZone?] = [:]
    private var described: [String: ICalendarComponent] = [:]
    private var repetitionsLeft = mostRepetitions
    private let deadline = ContinuousClock.now + patience
    private var daysLeft = mostDays

    /// - Parameters:
    ///   - zone: that of the calendar, in which its hours are told.
    ///   - now: from which the window is counted.
    /// - Throws: `malformed` for what is no iCalendar file, `tooLarge` for too many events.
    static func read(_ bytes: [UInt8], zone: ZoneRules, at now: Instant) throws -> HolidayFile {
        let (calendars, strange) = try ICalendarComponent.read(bytes)
        var reader = HolidayFileReader(zone: zone, window: HolidayFile.window(around: now, in: zone))
        reader.file.unread = strange
        for calendar in calendars { try reader.read(calendar) }
        return reader.file
    }

    private init(zone: ZoneRules, window: ClosedRange<CivilDate>) {
        self.zone = zone
        self.window = window
        file = HolidayFile(window: window)
    }

    private mutating func read(_ calendar: ICalendarComponent) throws {
        guard calendar.name == "VCALENDAR" else { return skip(calendar, "Only calendars can be read.") }
        var events: [ICalendarComponent] = []
        for child in calendar.children {
            switch child.name {
            case "VEVENT": events.append(child)
            case "VTIMEZONE": if let name = child.first("TZID")?.value { described[name] = child }
            default: skip(child, "Only events can close a calendar.")
            }
        }
        guard events.count <= Self.mostEvents else {
            throw ITSMError(.tooLarge, "The file holds \(events.count) events; at most \(Self.mostEvents) are read.")
        }
        zones = [:]
        let isCancelled = calendar.first("METHOD")?.value.uppercased() == "CANCEL"
        var order: [String] = []
        var byUID: [String: [ICalendarComponent]] = [:]
        for event in events {
            let uid = Self.uid(of: event)
            if byUID[uid] == nil { order.append(uid) }
            byUID[uid, default: []].append(event)
        }
        for uid in order { add(uid, byUID[uid] ?? [], isCancelled: isCancelled) }
    }

    private mutating func skip(_ component: ICalendarComponent, _ why: String) {
        let name = component.first("SUMMARY").map { " \(Self.cleaned($0.text).quotedForPeople)" } ?? ""
        file.unread.append(.init("\(component.name.prefix(40))\(name) in line \(component.line)", why))
    }

    // MARK: - One event: what shares a UID

    private mutating func add(_ uid: String, _ parts: [ICalendarComponent], isCancelled: Bool) {
        var (occurrences, replacements): ([Occurrence], [Occurrence]) = ([], [])
        var (left, notes) = (LeftOut(), [String]())
        var masters: [ICalendarComponent] = []
        // Those that take the place of one repetition come after all repetitions, wherever they stand in the file.
        for part in parts where part.first("RECURRENCE-ID") == nil {
            guard let event = event(part, &notes) else { continue }
            masters.append(part)
            occurrences += self.occurrences(of: event, part, &notes)
        }
        for part in parts {
            guard let line = part.first("RECURRENCE-ID") else { continue }
            guard let event = event(part, &notes), let replaced = EventTime(line.value) else {
                skip(part, "It takes the place of a repetition that cannot be told.")
                continue
            }
            if line.parameters["RANGE"] != nil { notes.append("A change of all later repetitions is not understood; it is taken for the one.") }
            left.insert(replaced, in: zone(of: line, &notes))
            if !part.isCancelled {
                masters.append(part)
                replacements.append(Occurrence(event: event, start: event.start.local))
            }
        }
        occurrences.removeAll(where: left.holds)
        occurrences += replacements
        guard let master = masters.first ?? parts.first(where: \.isCancelled) else { return }
        var found: [Holiday] = []
        for occurrence in occurrences where found.count <= daysLeft { found += days(of: occurrence, uid: uid) }
        guard found.count <= daysLeft else { return skip(master, "The file has more than \(Self.mostDays) days; this one is not read.") }
        daysLeft -= found.count
        let days = Set(found).sorted(by: SLACalendar.byDate)
        if days.isEmpty, !masters.isEmpty { return skip(master, "It closes nothing from \(window.lowerBound) to \(window.upperBound).") }
        file.events.append(
            .init(
                uid: uid, name: Self.name(of: master), days: days, isCancelled: isCancelled || master.isCancelled,
                isTransparent: master.first("TRANSP")?.value.uppercased() == "TRANSPARENT",
                notes: notes.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }))
    }

    /// When an event is, apart from its repetitions.
    private struct Event {
        var start: EventTime
        /// Days of a date, seconds of a time.
        var length: Int64
        var zone: EventZone
        var name: String
    }

    /// One time that an event takes place, by the wall of its zone.
    private struct Occurrence {
        var event: Event
        var start: LocalTime
    }

    /// The times of an event that do not take place, or not as the others.
    private struct LeftOut {
        private var dates: Set<CivilDate> = []
        private var allDates: Set<CivilDate> = []
        private var instants: Set<Instant> = []

        mutating func insert(_ time: EventTime, in zone: EventZone) {
            allDates.insert(time.local.date)
            if time.isDate { dates.insert(time.local.date) } else { instants.insert(zone.instant(of: time)) }
        }

        func holds(_ occurrence: Occurrence) -> Bool {
            // Some programs give a time for what is a date.
            if occurrence.event.start.isDate { return allDates.contains(occurrence.start.date) }
            return dates.contains(occurrence.start.date)
                || !instants.isEmpty && instants.contains(occurrence.event.zone.instant(of: occurrence.start))
        }
    }

    private mutating func event(_ part: ICalendarComponent, _ notes: inout [String]) -> Event? {
        guard let line = part.first("DTSTART"), var start = EventTime(line.value) else {
            skip(part, "It does not say in a way that is understood when it begins.")
            return nil
        }
        var zone = zone(of: line, &notes)
        if start.isUTC {
            // Repetitions of it are counted on UTC's wall.
            zone = EventZone(rules: .utc)
            start.isUTC = false
        }
        var length: Int64 = start.isDate ? 1 : 0
        if let line = part.first("DTEND") {
            if let end = EventTime(line.value), end.isDate == start.isDate {
                length =
                    start.isDate
                    ? end.local.date.daysSince1970 - start.local.date.daysSince1970
                    : (self.zone(of: line, &notes).instant(of: end).microseconds - zone.instant(of: start).microseconds) / 1_000_000
            } else {
                notes.append("Its end is not understood.")
            }
        } else if let line = part.first("DURATION") {
            if let seconds = line.duration {
                length = start.isDate ? seconds / 86_400 : seconds
            } else {
                notes.append("Its length is not understood.")
            }
        }
        if length < 1, start.isDate { length = 1 }
        if length < 1 {
            skip(part, "It ends when it begins, so it closes nothing.")
            return nil
        }
        let longest = start.isDate ? Self.longestEvent : Self.longestEvent * 86_400
        if length > longest { notes.append("It is longer than a year, of which the first is taken.") }
        return Event(start: start, length: min(length, longest), zone: zone, name: Self.name(of: part))
    }

    /// The event's first time and its repetitions, without those that it leaves out.
    private mutating func occurrences(of event: Event, _ part: ICalendarComponent, _ notes: inout [String]) -> [Occurrence] {
        var starts: Set<LocalTime> = [event.start.local]
        for line in part.all("RRULE") {
            guard let rule = RecurrenceRule(line.value), let times = times(of: rule, event) else {
                notes.append("Its repetition \(line.value.quotedForPeople) is not understood; only its own day is taken.")
                continue
            }
            // Nothing that begins a year before the window, the longest event, can reach into it.
            let first = window.lowerBound.daysSince1970 - Self.longestEvent, last = window.upperBound.daysSince1970
            while repetitionsLeft > 0, ContinuousClock.now < deadline, let next = times.next(), next.date.daysSince1970 <= last {
                repetitionsLeft -= 1
                if next.date.daysSince1970 >= first { starts.insert(next) }
            }
            if repetitionsLeft <= 0 || ContinuousClock.now >= deadline {
                notes.append("The file repeats too often to be read whole; days may be missing.")
            }
        }
        if part.first("EXRULE") != nil { notes.append("It leaves days out by a rule (EXRULE), which is not understood.") }
        for line in part.all("RDATE") {
            for time in times(in: line, event, &notes) { starts.insert(time) }
        }
        var left = LeftOut()
        for line in part.all("EXDATE") {
            let zone = zone(of: line, &notes)
            for text in line.value.split(separator: ",") {
                guard let time = EventTime(text) else {
                    notes.append("A day that it leaves out is not understood: \(String(text).quotedForPeople).")
                    continue
                }
                left.insert(time, in: zone)
            }
        }
        return starts.map { Occurrence(event: event, start: $0) }.filter { !left.holds($0) }
    }

    /// The rule's times, its end moved to the event's own wall.
    private func times(of rule: RecurrenceRule, _ event: Event) -> RecurrenceRule.Times? {
        guard let until = rule.until, until.isUTC, !event.start.isDate else { return rule.times(from: event.start, until: nil) }
        return rule.times(from: event.start, until: event.zone.rules.localTime(at: Instant(microseconds: until.time.microseconds)))
    }

    /// The dates of an RDATE on the event's wall; of a period its begin.
    private mutating func times(in line: ContentLine, _ event: Event, _ notes: inout [String]) -> [LocalTime] {
        let zone = zone(of: line, &notes)
        return line.value.split(separator: ",").compactMap { text in
            guard let time = EventTime(text.split(separator: "/").first ?? "") else {
                notes.append("A further day is not understood: \(String(text).quotedForPeople).")
                return nil
            }
            if event.start.isDate || time.isDate { return LocalTime(time.local.date) }
            return event.zone.rules.localTime(at: zone.instant(of: time))
        }
    }

    // MARK: - Days

    private func days(of occurrence: Occurrence, uid: String) -> [Holiday] {
        let event = occurrence.event
        if event.start.isDate {
            let first = occurrence.start.date.daysSince1970
            return (first..<first + event.length).map { CivilDate(daysSince1970: $0) }.filter(window.contains)
                .map { Holiday(date: $0, name: event.name, uid: uid) }
        }
        let start = event.zone.instant(of: occurrence.start)
        let from = zone.localTime(at: start), to = zone.localTime(at: start.adding(seconds: event.length))
        return (from.date.daysSince1970...max(from.date.daysSince1970, to.date.daysSince1970)).compactMap { day in
            let date = CivilDate(daysSince1970: day)
            let opens = date == from.date ? Int(from.microsecondsInDay / 1_000_000) : 0
            let ends = date == to.date ? Int(to.microsecondsInDay / 1_000_000) : 86_400
            guard opens < ends, window.contains(date) else { return nil }
            return Holiday(date: date, name: event.name, closes: DayHours([.init(start: opens, end: ends)]), uid: uid)
        }
    }

    // MARK: - Zones

    /// The zone that a time's TZID names: by the system's own data, else as the file describes it; without one the calendar's.
    private mutating func zone(of line: ContentLine, _ notes: inout [String]) -> EventZone {
        guard let name = line.parameters["TZID"] else { return EventZone(rules: zone) }
        if let known = zones[name] { return known ?? unknown(name, &notes) }
        // Some programs write a path before the name.
        let plain = name.split(separator: "/").suffix(2).joined(separator: "/")
        let rules =
            SystemZones.shared.rules(named: name) ?? SystemZones.shared.rules(named: plain) ?? described[name].flatMap { ZoneRules($0, named: name) }
        zones[name] = .some(rules.map { EventZone(rules: $0) })
        return rules.map { EventZone(rules: $0) } ?? unknown(name, &notes)
    }

    private func unknown(_ name: String, _ notes: inout [String]) -> EventZone {
        notes.append("Its time zone \(name.quotedForPeople) is not known; the calendar's is taken.")
        return EventZone(rules: zone)
    }

    // MARK: - Text

    private static func name(of part: ICalendarComponent) -> String {
        let name = cleaned(part.first("SUMMARY")?.text ?? "")
        return name.isEmpty ? "Holiday" : String(String.UnicodeScalarView(name.unicodeScalars.prefix(Limits.name)))
    }

    /// Events without a UID, which there should not be, are known by when they begin and what they are called.
    private static func uid(of part: ICalendarComponent) -> String {
        let uid = cleaned(part.first("UID")?.value ?? "")
        let known = uid.isEmpty ? "\(part.first("DTSTART")?.value ?? "") \(cleaned(part.first("SUMMARY")?.text ?? ""))" : uid
        return String(String.UnicodeScalarView(known.unicodeScalars.prefix(Limits.shortText)))
    }

    /// On one line, without control characters.
    private static func cleaned(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : $0 })).split(separator: " ").joined(
            separator: " ")
    }
}

extension ICalendarComponent {
    var isCancelled: Bool { first("STATUS")?.value.uppercased() == "CANCELLED" }
}
