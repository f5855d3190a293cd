import ITSMCore

/// "A P2 raised on Friday 16:30 is due …", as the partial `sla-preview` shows it.
struct SLAPreviewView: Sendable {
    let action: String
    let priorities: [FormField.Option]
    let date: String
    let time: String
    /// Whose wall the date and time are read from.
    let zone: String
    /// Such as `A Critical (P1) ticket raised Fri 20 Nov 2026 16:30`.
    let question: String
    let fault: String?
    let answers: [Answer]

    struct Answer: Sendable {
        let metric: String
        /// Such as `Mon 23 Nov 2026 16:30`.
        let due: String
        let iso: String
        /// Such as `8 h by Weekdays: Fri 16:30–17:00 30 min, Mon 09:00–16:30 7 h 30 min`.
        let reason: String
    }

    static let priority = Query<Priority>("priority", "The priority of the ticket.")
    static let date = Query<String>("date", "The day on which it is raised.", maximum: 10)
    static let time = Query<String>("time", "The time of day.", maximum: 8)
    static let queries: [any QueryParameter] = [priority, date, time]

    init(_ agreement: ServiceLevelAgreement, _ call: Call, desk: DeskSnapshot, _ time: ScreenTime) {
        action = "\(SLAPages.policies)/policies/\(agreement.id)"
        let asked = call[Self.priority] ?? .high
        priorities = Priority.allCases.map { .init(value: $0.rawValue, words: $0.words, isChosen: $0 == asked) }
        let typed = (call[Self.date].flatMap { CivilDate($0) }, call[Self.time].flatMap(Self.minutes))
        let day = typed.0 ?? Self.friday(after: time), minute = typed.1 ?? 16 * 60 + 30
        let raised = time.zone.instants(ofLocal: LocalTime(day, hour: minute / 60, minute: minute % 60)!).instant
        date = day.description
        self.time = Self.clock(Int64(minute))
        zone = time.zone.name
        question = "A \(asked.words) ticket raised \(Self.moment(raised, time.zone))"
        let isMistyped = call[Self.date] != nil && typed.0 == nil || call[Self.time] != nil && typed.1 == nil
        fault = isMistyped ? "Give the day as 2026-11-20 and the time as 16:30." : nil
        answers = agreement.preview(asked, raisedAt: raised, clocks: desk.clock(of:)).map { Self.answer($0, desk, time.zone) }
    }

    private static func answer(_ outlook: ServiceLevelAgreement.Outlook, _ desk: DeskSnapshot, _ zone: ZoneRules) -> Answer {
        let calendar = desk.calendars[outlook.goal.calendar]
        let own = calendar.flatMap { SystemZones.shared.rules(named: $0.zone) } ?? zone
        let spans = outlook.spans.map { "\(span($0, own)) \(WorkingTime.exactText($0.seconds))" } + (outlook.isCut ? ["and so on"] : [])
        let place = own.name == zone.name || calendar?.weekly == .everyDay(.allDay) ? "" : " (\(own.name))"
        return Answer(
            metric: outlook.metric.title, due: outlook.due.map { moment($0, zone) } ?? "Never: the calendar does not open again",
            iso: outlook.due?.description ?? "",
            reason: "\(WorkingTime.exactText(outlook.goal.seconds)) by \(calendar?.name ?? "a calendar that is gone")\(place)"
                + (spans.isEmpty ? "" : ": \(spans.joined(separator: ", "))"))
    }

    /// `Fri 16:30–17:00`, or with the day of the end where that is another.
    private static func span(_ span: ServiceLevelAgreement.Outlook.Span, _ zone: ZoneRules) -> String {
        let start = zone.localTime(at: span.start), end = zone.localTime(at: span.end)
        let isOneDay = start.date == end.date
        return "\(weekday(start.date)) \(clock(start))–\(isOneDay ? "" : "\(weekday(end.date)) ")\(clock(end))"
    }

    private static func moment(_ instant: Instant, _ zone: ZoneRules) -> String {
        let local = zone.localTime(at: instant)
        return "\(weekday(local.date)) \(local.date.day) \(SLACalendarDrawing.months[local.date.month - 1]) \(local.date.year) \(clock(local))"
    }

    private static func clock(_ local: LocalTime) -> String { clock(local.microsecondsInDay / 60_000_000) }
    private static func clock(_ minutes: Int64) -> String { "\(two(minutes / 60)):\(two(minutes % 60))" }
    private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    private static func weekday(_ date: CivilDate) -> String { date.weekday.rawValue.prefix(1).uppercased() + date.weekday.rawValue.dropFirst() }

    /// `16:30`, with or without seconds.
    private static func minutes(_ text: String) -> Int? {
        let parts = text.split(separator: ":").map { Int($0) }
        guard (2...3).contains(parts.count), let hour = parts[0], let minute = parts[1], (0..<24).contains(hour), (0..<60).contains(minute) else {
            return nil
        }
        return hour * 60 + minute
    }

    private static func friday(after time: ScreenTime) -> CivilDate {
        let today = time.zone.localTime(at: time.now).date.daysSince1970
        return (today..<today + 7).map { CivilDate(daysSince1970: $0) }.first { $0.weekday == .fri } ?? CivilDate(daysSince1970: today)
    }
}
