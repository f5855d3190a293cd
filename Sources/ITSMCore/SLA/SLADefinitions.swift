/// The promises and hours that clocks run under: those in force, and old versions of them.
public protocol SLADefinitions {
    /// Those that cover tickets now, in the order in which they are asked.
    var agreements: [ServiceLevelAgreement] { get }
    /// Those that fire now.
    var rules: [EscalationRule] { get }
    /// The tree in which coverage by category is looked up.
    var categories: CategoryTree { get }
    /// Their conditions, compiled.
    var conditions: ConditionLibrary { get }
    /// What conditions know of names.
    var names: any NamedRecords { get }
    /// The version of a calendar in force; nil when there is no such calendar.
    func edition(of calendar: ID<SLACalendar>) -> Edition<SLACalendar>?
    /// One version of an agreement, whether in force or not.
    func agreement(_ edition: Edition<ServiceLevelAgreement>) throws -> ServiceLevelAgreement
    /// The clock of one version of a calendar, whether in force or not.
    func clock(_ edition: Edition<SLACalendar>) throws -> SLAClock
}

extension SLADefinitions {
    /// The term that a new clock of a ticket runs under: of the first agreement in order that covers it and has a goal for it.
    func term(for metric: SLAMetric, _ facts: TicketFacts) -> SLATerm? {
        for agreement in agreements where covers(agreement, facts) {
            if let term = self.term(for: metric, facts.priority, of: agreement, calendars: [:]) { return term }
        }
        return nil
    }

    /// Whether the ticket is what an agreement is about. A condition without an answer covers nothing.
    func covers(_ agreement: ServiceLevelAgreement, _ facts: TicketFacts) -> Bool {
        guard agreement.coverage.covers(facts, in: categories) else { return false }
        guard let text = agreement.condition else { return true }
        return (try? conditions.condition(text, .agreement).matches(facts, ConditionNames(names))) ?? false
    }

    /// The term that `agreement` gives; nil when it has no goal for that priority.
    ///
    /// - Parameter calendars: versions that the clock is held to already.
    func term(
        for metric: SLAMetric, _ priority: Priority, of agreement: ServiceLevelAgreement, calendars: [ID<SLACalendar>: Edition<SLACalendar>]
    ) -> SLATerm? {
        guard let goal = agreement.target(for: metric)?.goals[priority], let calendar = calendars[goal.calendar] ?? edition(of: goal.calendar) else {
            return nil
        }
        return SLATerm(agreement: agreement.edition, priority: priority, seconds: goal.seconds, calendar: calendar)
    }

    /// One version of an agreement; nil for one that was deleted, which must not keep a ticket from being changed.
    func known(_ edition: Edition<ServiceLevelAgreement>) throws -> ServiceLevelAgreement? {
        do { return try agreement(edition) } catch let error as ITSMError where error.code == .notFound { return nil }
    }

    /// True when the answer to "which agreement covers it?" may differ between the two.
    func isCoverageOpen(from old: TicketFacts, to new: TicketFacts) -> Bool {
        old != new && agreements.contains { $0.reads(aChangeFrom: old, to: new) }
    }
}

/// Definitions that differ from others in their agreements alone, and under which nothing fires: for measuring a past again.
protocol SLAVariation: SLADefinitions {
    associatedtype Others: SLADefinitions
    var others: Others { get }
}

extension SLAVariation {
    var rules: [EscalationRule] { [] }
    var categories: CategoryTree { others.categories }
    var conditions: ConditionLibrary { others.conditions }
    var names: any NamedRecords { others.names }
    func edition(of calendar: ID<SLACalendar>) -> Edition<SLACalendar>? { others.edition(of: calendar) }
    func clock(_ edition: Edition<SLACalendar>) throws -> SLAClock { try others.clock(edition) }
}

/// Definitions held in memory, for programs that have no database.
///
/// ```swift
/// let office = SLACalendar(
///     id: calendarID, name: "Office", zone: "Europe/Berlin", weekly: .weekdays(.hours(9, 17)), createdAt: now, updatedAt: now)
/// let goals = [Priority.high: ServiceLevelAgreement.Goal(seconds: 8 * 3_600, calendar: office.id)]
/// let gold = ServiceLevelAgreement(id: goldID, name: "Gold", order: 1, targets: [.init(.resolution, goals: goals)], createdAt: now, updatedAt: now)
/// let book = try SLABook(agreements: [gold], calendars: [office])
/// ```
public struct SLABook: SLADefinitions, Sendable {
    public let agreements: [ServiceLevelAgreement]
    public let rules: [EscalationRule]
    public let categories: CategoryTree
    public let conditions = ConditionLibrary()
    private let current: [ID<SLACalendar>: Edition<SLACalendar>]
    private let clocks: [Edition<SLACalendar>: SLAClock]
    private let editions: [Edition<ServiceLevelAgreement>: ServiceLevelAgreement]

    /// - Parameters:
    ///   - agreements: all versions that clocks run under; the newest of each is in force, unless archived.
    ///   - calendars: likewise.
    /// - Throws: `invalidValue` with every fault of a calendar.
    public init(
        agreements: [ServiceLevelAgreement], calendars: [SLACalendar], rules: [EscalationRule] = [], categories: CategoryTree = CategoryTree(),
        zones: SystemZones = .shared
    ) throws {
        let newest = Dictionary(agreements.map { ($0.id, $0) }, uniquingKeysWith: { $0.version > $1.version ? $0 : $1 }).values
        self.agreements = newest.filter { $0.archivedAt == nil }.sorted { ($0.order, $0.id) < ($1.order, $1.id) }
        self.rules = rules.filter { $0.archivedAt == nil }
        self.categories = categories
        current = Dictionary(
            calendars.map { ($0.id, Edition($0.id, version: $0.version)) }, uniquingKeysWith: { $0.version > $1.version ? $0 : $1 })
        clocks = Dictionary(
            try calendars.map { (Edition($0.id, version: $0.version), try SLAClock($0.businessCalendar, zones: zones)) }, uniquingKeysWith: { $1 })
        editions = Dictionary(agreements.map { ($0.edition, $0) }, uniquingKeysWith: { $1 })
    }

    public var names: any NamedRecords { categories }

    public func edition(of calendar: ID<SLACalendar>) -> Edition<SLACalendar>? { current[calendar] }

    public func agreement(_ edition: Edition<ServiceLevelAgreement>) throws -> ServiceLevelAgreement {
        guard let found = editions[edition] else { throw ITSMError.notFound("agreement") }
        return found
    }

    public func clock(_ edition: Edition<SLACalendar>) throws -> SLAClock {
        guard let found = clocks[edition] else { throw ITSMError.notFound("calendar") }
        return found
    }
}

/// Names of categories alone.
extension CategoryTree: NamedRecords {
    /// None: the tree knows categories alone.
    public func name(of group: ID<SupportGroup>) -> String? { nil }
    /// None: the tree knows categories alone.
    public func name(of service: ID<BusinessService>) -> String? { nil }
    /// The path of a category; nil where it is not in the tree.
    public func path(of category: ID<Category>) -> String? { self[category]?.path }
}
