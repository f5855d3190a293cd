import Testing
@testable import ITSMCore

/// A desk in Berlin with the promises of a new installation, for tests of clocks: one ticket, followed event by event.
struct SLADesk {
    static func id<Record>(_ number: Int) -> ID<Record> {
        let digits = String(number)
        return ID("00000000-0000-7000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits)!
    }

    static let weekdays = SLACalendar(
        id: id(1), name: "Weekdays", zone: "Europe/Berlin", weekly: .weekdays(.hours(9, 17)),
        holidays: [Holiday(date: CivilDate("2026-12-25")!, name: "Christmas Day")], createdAt: Instant(seconds: 0), updatedAt: Instant(seconds: 0))
    static let always = SLACalendar(
        id: id(2), name: "24x7", zone: "UTC", weekly: .everyDay(.allDay), createdAt: Instant(seconds: 0), updatedAt: Instant(seconds: 0))
    static let hour: Int64 = 3_600

    static func agreement(
        _ number: Int, order: Int = 1, version: Int = 1, coverage: Coverage = Coverage(), _ targets: [ServiceLevelAgreement.Target]
    ) -> ServiceLevelAgreement {
        ServiceLevelAgreement(
            id: id(number), name: "Agreement \(number)", order: order, coverage: coverage, targets: targets, version: version,
            createdAt: Instant(seconds: 0), updatedAt: Instant(seconds: 0))
    }

    /// The same goal for every priority.
    static func goal(_ hours: Double, _ calendar: SLACalendar = weekdays) -> [Priority: ServiceLevelAgreement.Goal] {
        Dictionary(uniqueKeysWithValues: Priority.allCases.map { ($0, .init(seconds: Int64(hours * 3_600), calendar: calendar.id)) })
    }

    static let standard = agreement(
        10,
        [
            .init(
                .firstResponse,
                goals: [
                    .critical: .init(seconds: 900, calendar: always.id), .high: .init(seconds: 1_800, calendar: always.id),
                    .medium: .init(seconds: 4 * hour, calendar: weekdays.id), .low: .init(seconds: 8 * hour, calendar: weekdays.id),
                ]),
            .init(
                .resolution,
                goals: [
                    .critical: .init(seconds: hour, calendar: always.id), .high: .init(seconds: 4 * hour, calendar: always.id),
                    .medium: .init(seconds: 8 * hour, calendar: weekdays.id), .low: .init(seconds: 24 * hour, calendar: weekdays.id),
                ]),
            .init(.nextResponse, goals: goal(2)),
        ])

    var book: SLABook
    var facts: TicketFacts
    var clocks = TicketClocks(ticket: SLADesk.id(99))
    private(set) var history: [SLAEvent] = []

    init(_ agreements: [ServiceLevelAgreement] = [standard], rules: [EscalationRule] = [], categories: [ITSMCore.Category] = []) throws {
        book = try SLABook(agreements: agreements, calendars: [Self.weekdays, Self.always], rules: rules, categories: CategoryTree(categories))
        facts = TicketFacts(kind: .incident, status: .new, priority: .medium)
    }

    /// `at` is Berlin's wall time in November 2026, such as `16 09:00` (a Monday), or a whole instant.
    static func instant(_ at: String) -> Instant {
        if let whole = Instant(at) { return whole }
        let parts = at.split(separator: " ")
        return Instant("2026-11-\(parts[0])T\(parts[1]):00+01:00")!
    }

    mutating func event(_ at: String, _ what: SLAEvent.What = .changed, _ change: (inout TicketFacts) -> Void = { _ in }) throws {
        try event(Self.instant(at), what, change)
    }

    mutating func event(_ at: Instant, _ what: SLAEvent.What = .changed, _ change: (inout TicketFacts) -> Void = { _ in }) throws {
        change(&facts)
        history.append(SLAEvent(at: at, what, facts))
        let history = history
        try clocks.follow(history[history.count - 1], under: book) { history }
    }

    func cycle(_ name: String) throws -> SLACycle {
        let name = try #require(SLACycle.Name(name))
        return try #require(clocks.cycles.first { $0.name == name })
    }

    /// Working hours so far.
    func hours(_ name: String, at: String) throws -> Double {
        Double(try cycle(name).ledger.elapsed(at: Self.instant(at), book.clock)) / 3_600_000_000
    }
}
