/// What a rule would do to the tickets of the last days, were they raised today with nobody named (rules.md, Rehearse). Nothing is changed by it.
///
/// Its condition is asked of each ticket as it stands now, and as though it were being raised by whoever raised it.
public struct AssignmentRehearsal: Sendable, Hashable, Codable {
    /// Tickets that were looked at.
    public internal(set) var tickets = 0
    /// Of these, those that meet the condition.
    public internal(set) var matched = 0
    /// Of these, those that are elsewhere than the rule would have them.
    public internal(set) var differing = 0
    /// Tickets for which the condition had no answer.
    public internal(set) var failed = 0
    /// Why, of the first of them.
    public internal(set) var failure: String?
    /// Those that matched, the newest first; no more than `mostRows` of them.
    public internal(set) var rows: [Row] = []

    /// How many tickets are told one by one.
    public static let mostRows = 500

    /// A ticket that matched: where it is, and where the rule would have it.
    public struct Row: Sendable, Hashable, Codable {
        public var ticket: TicketRef
        /// As it stands.
        public var group: Ref<SupportGroup>?
        public var assignee: Ref<User>?
        /// As the rule would set it; nil where it leaves it.
        public var newGroup: Ref<SupportGroup>?
        public var newAssignee: Ref<User>?
        /// How the person would be chosen.
        public var choice: AssignmentRule.Choice
        public var differs: Bool
    }

    public init() {}

    mutating func add(_ record: TicketRecord, _ rule: AssignmentRule, _ condition: Condition?, desk: DeskSnapshot, at now: Instant) {
        tickets += 1
        let ticket = record.ticket
        // Nothing else of whoever raised it is kept with the ticket.
        let caller = Principal(
            id: ticket.openedBy, username: "", name: record.openedByName, grants: Grants(), origin: .init(channel: ticket.channel))
        let names = ConditionNames(desk, people: record.peopleNames, parent: record.parent)
        do {
            guard try condition?.matches(ConditionSubject(ticket, caller: caller, now: now, names: names)) ?? true else { return }
        } catch {
            failed += 1
            if failure == nil { failure = "\(ticket.number): \(error)" }
            return
        }
        matched += 1
        let differs =
            rule.group.map { $0.id != ticket.group } ?? false || rule.person.map { $0.id != ticket.assignee } ?? false
            || rule.choice.asksGroup && ticket.assignee == nil
        if differs { differing += 1 }
        guard rows.count < Self.mostRows else { return }
        rows.append(
            Row(
                ticket: TicketRef(ticket), group: ticket.group.flatMap { desk.ref(of: $0) },
                assignee: ticket.assignee.map { Ref(id: $0, name: record.assigneeName ?? "") }, newGroup: rule.group, newAssignee: rule.person,
                choice: rule.choice, differs: differs))
    }
}
