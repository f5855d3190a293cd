/// Everything that people and machines do with tickets. Each step loads, authorises, decides, saves, announces.
///
/// The synchronous forms work inside a unit of work that the caller has open (bulk, import, rules, workers); the asynchronous ones open their own.
public struct TicketService: Sendable {
    let database: any Database
    /// What the desk knows without asking the database; at most a few seconds old.
    let desk: @Sendable () -> DeskSnapshot
    /// For who reads tickets in a unit of work of their own.
    public let reads: ConfidentialReads

    /// - Parameter desk: the definitions as they are now; asked anew for each call.
    public init(database: any Database, desk: @escaping @Sendable () -> DeskSnapshot) {
        self.database = database
        self.desk = desk
        reads = ConfidentialReads(database: database)
    }

    /// Reads what is on one ticket for a person, and puts on record that a confidential one was read.
    func reading<Value: Sendable>(
        _ key: TicketKey, _ part: ConfidentialReads.Part = .ticket, as caller: Principal,
        _ body: @escaping @Sendable (any Transaction, TicketRecord) throws -> Value
    ) async throws -> Value {
        let (ticket, value) = try await database.read { tx in
            let record = try tx.tickets.find(key, visibleTo: caller)
            return (record.ticket, try body(tx, record))
        }
        try await reads.note(ticket.id, isConfidential: ticket.confidential, part, as: caller)
        return value
    }

    // MARK: Raise

    /// Checks what needs no database: the first half of raising a ticket, done before a unit of work is asked for.
    ///
    /// - Throws: `forbidden` with the pointers of fields that the caller may not set; 422 with every fault.
    public func plan(_ draft: TicketDraft, kind: TicketKind, as caller: Principal) throws -> TicketPlan {
        try TicketPlan(draft, kind: kind, desk: desk(), as: caller)
    }

    /// Raises a ticket of `kind`.
    public func create(_ draft: TicketDraft, kind: TicketKind, as caller: Principal) async throws -> TicketView {
        let plan = try plan(draft, kind: kind, as: caller)
        return try await database.write(plan.needsLookUp ? .alone : .grouped) { try create(plan, in: $0, as: caller) }.value
    }

    /// The second half. Unless the plan needs a look-up, nothing is read, so that it may share its commit with others.
    public func create(_ plan: TicketPlan, in tx: any Transaction, as caller: Principal) throws -> Later<TicketView> {
        let names = plan.namesOthers ? try lookUp(plan, in: tx, as: caller) : TicketPlanNames(requester: Ref(id: caller.id, name: caller.name))
        let ticket = Ticket.raise(plan, names: names, id: tx.newID(), at: tx.now, by: caller)
        var record = TicketRecord(
            ticket: ticket, requesterName: names.requester.name, openedByName: caller.name, assigneeName: names.assignee?.name, parent: names.parent)
        let desk = desk()
        let assignment = try assign(&record, by: plan.assignment, in: tx, as: caller)
        let clocks = try startClocks(of: &record.ticket, raisedAs: ticket, desk: desk, in: tx)
        let number = try tx.tickets.insert(record.ticket)
        try tx.activity.append(ticket.created(hiding: desk.customFields.hiddenNames), by: caller)
        try assignment.announce(in: tx)
        try tx.sla.insert(clocks.cycles)
        let raised = record
        return number.map { number in
            var numbered = raised
            numbered.ticket.number = number
            return TicketView(numbered, desk: desk, for: caller)
        }
    }

    private func lookUp(_ plan: TicketPlan, in tx: any Transaction, as caller: Principal) throws -> TicketPlanNames {
        let people = try tx.users.resolve(
            Set([plan.requester, plan.assignee].compactMap(\.self)).union(plan.customFields.people.values), visibleTo: caller)
        var problems = ProblemList()
        let requester = problems.person(plan.requester, "/requester", in: people)
        let assignee = problems.person(plan.assignee, "/assignee", in: people)
        let customFields = plan.customFields.resolved(in: people, &problems)
        let parent = try plan.parent.flatMap { try tx.tickets.references([$0], visibleTo: caller).first }
        if plan.parent != nil, parent == nil { problems.add("/parent", "There is no such ticket.") }
        try problems.throwIfAny()
        return TicketPlanNames(
            requester: requester ?? Ref(id: caller.id, name: caller.name), assignee: assignee, parent: parent, customFields: customFields)
    }

    // MARK: Read

    /// One ticket by id or number.
    ///
    /// - Throws: `notFound` for one that is absent or hidden.
    public func find(_ key: TicketKey, as caller: Principal) async throws -> TicketView {
        guard let record = try await database.read({ try $0.tickets.first(key, visibleTo: caller) }).value else { throw ITSMError.notFound("ticket") }
        return TicketView(record, desk: try await desk(covering: [record]), for: caller)
    }

    /// The same in a unit of work that the caller has open.
    public func find(_ key: TicketKey, in tx: any Transaction, as caller: Principal) throws -> TicketRecord {
        try tx.tickets.find(key, visibleTo: caller)
    }

    /// A page of the tickets that match and that the caller may see.
    ///
    /// - Parameter count: nil where nobody asks how many there are in all.
    public func list(
        _ query: TicketQuery, page: PageRequest = .first, count: CountMode? = nil, as caller: Principal
    ) async throws -> Page<TicketView> {
        let lane: WorkLane = query.isPlain(for: caller) && count != .exact ? .request : .long
        let found = try await database.read(on: lane) { try $0.tickets.list(query, page: page, count: count, visibleTo: caller) }.value
        let desk = try await desk(covering: found.items)
        return found.map { TicketView($0, desk: desk, for: caller) }
    }

    /// A snapshot that knows what `records` point to: the present one, or a new one where that is too old.
    private func desk(covering records: [TicketRecord]) async throws -> DeskSnapshot {
        let snapshot = desk()
        if records.allSatisfy({ snapshot.covers($0.ticket) }) { return snapshot }
        return try await database.read { try $0.desk.load() }
    }

    /// The same in a unit of work that the caller has open.
    public func list(
        _ query: TicketQuery, page: PageRequest = .first, count: CountMode? = nil, in tx: any Transaction, as caller: Principal
    ) throws -> Page<TicketView> {
        let found = try tx.tickets.list(query, page: page, count: count, visibleTo: caller)
        try tx.flush()
        return try found.value.map { try view($0, in: tx, as: caller) }
    }

    /// The record as `caller` reads it, with the names of what it points to; from the snapshot, or from the database where that is too old to know one.
    public func view(_ record: TicketRecord, in tx: any Transaction, as caller: Principal) throws -> TicketView {
        let snapshot = desk()
        return TicketView(record, desk: snapshot.covers(record.ticket) ? snapshot : try tx.desk.load(), for: caller)
    }

    // MARK: Change

    /// Applies a merge patch to the current row, under its lock.
    ///
    /// - Parameter expected: the version that the caller read; nil applies to whatever is there.
    public func update(_ key: TicketKey, _ patch: TicketPatch, expecting expected: Int? = nil, as caller: Principal) async throws -> TicketView {
        try await database.write { try view(update(key, patch, expecting: expected, in: $0, as: caller), in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func update(
        _ key: TicketKey, _ patch: TicketPatch, expecting expected: Int? = nil, in tx: any Transaction, as caller: Principal
    ) throws -> TicketRecord {
        var record = try tx.tickets.lock(key, visibleTo: caller)
        let before = record
        let changes = try edit(&record, patch, expecting: expected, at: tx.now, as: caller) { try lookUp(patch, &$0, in: tx, as: caller) }
        try save(&record.ticket, since: before.ticket, changes, in: tx, as: caller)
        try reassign(&record, since: before, by: patch, in: tx, as: caller)
        return record
    }

    /// Authorises and decides an edit of a ticket that is locked. `names` is asked what the references are, and who the people of the edit, once the caller may make it.
    func edit(
        _ record: inout TicketRecord, _ patch: TicketPatch, expecting expected: Int? = nil, at now: Instant, as caller: Principal,
        names: (inout TicketEdit) throws -> TicketEditNames
    ) throws -> [Activity] {
        let audience = record.audience(for: caller)
        let forbidden = patch.forbiddenFields(for: caller, on: audience)
        guard forbidden.isEmpty else { throw ITSMError.forbidden("You may see this ticket, but not make this change.", problems: forbidden) }
        if patch == TicketPatch() { try caller.require(.updateTickets, on: audience, to: "change it") }
        try record.ticket.expect(version: expected)
        var edit = try TicketEdit(patch, desk: desk(), on: record.ticket, seesHidden: caller.seesNotes(of: audience))
        let names = try names(&edit)
        let changes = try record.ticket.apply(
            edit, requester: names.requester?.id, assignee: names.assignee.map(\.id), parent: names.parent.map(\.id), matrix: desk().matrix, at: now)
        record.adopt(names)
        return changes
    }

    /// Moves a ticket to another state.
    ///
    /// - Throws: `illegalTransition` with the legal ones named; 422 with every need that was not met.
    public func transition(
        _ key: TicketKey, _ request: TicketTransition, expecting expected: Int? = nil, as caller: Principal
    ) async throws -> TicketView {
        try await database.write { try view(transition(key, request, expecting: expected, in: $0, as: caller), in: $0, as: caller) }
    }

    /// The same in a unit of work that the caller has open.
    public func transition(
        _ key: TicketKey, _ request: TicketTransition, expecting expected: Int? = nil, in tx: any Transaction, as caller: Principal
    ) throws -> TicketRecord {
        var record = try tx.tickets.lock(key, visibleTo: caller)
        let before = record.ticket
        let changes = try move(&record, request, expecting: expected, at: tx.now, as: caller) {
            var problems = ProblemList()
            let assignee = try problems.person(request.assignee, "/assignee", in: tx, as: caller)
            let group = problems.resolveGroup(request.group, in: desk())
            try problems.throwIfAny()
            return (assignee, group)
        }
        try save(&record.ticket, since: before, changes, in: tx, as: caller)
        return record
    }

    /// Authorises and decides a transition of a ticket that is locked. `hands` is asked to whom it goes once the caller may make the move.
    func move(
        _ record: inout TicketRecord, _ request: TicketTransition, expecting expected: Int? = nil, at now: Instant, as caller: Principal,
        hands: () throws -> (assignee: Ref<User>?, group: ID<SupportGroup>?)
    ) throws -> [Activity] {
        let audience = record.audience(for: caller)
        try caller.require(.transitionTickets, on: audience, to: "move it to another state")
        if request.assignee != nil || request.group != nil { try caller.require(.assignTickets, on: audience, to: "assign it") }
        try record.ticket.expect(version: expected)
        let (assignee, group) = try hands()
        let changes = try record.ticket.transition(request, assignee: assignee?.id, group: group, settings: desk().settings, at: now)
        if let assignee { record.assigneeName = assignee.name }
        return changes
    }

    private func lookUp(_ patch: TicketPatch, _ edit: inout TicketEdit, in tx: any Transaction, as caller: Principal) throws -> TicketEditNames {
        let people = try tx.users.resolve(
            Set([patch.requester.set, patch.assignee.set].compactMap(\.self)).union(edit.customFields.people.values), visibleTo: caller)
        var problems = ProblemList()
        var names = TicketEditNames()
        names.requester = problems.person(patch.requester.set, "/requester", in: people)
        names.assignee = patch.assignee.compactMap { problems.person($0, "/assignee", in: people) }
        edit.customFields = edit.customFields.resolved(in: people, &problems)
        if let key = patch.parent.set?.key {
            let found = try tx.tickets.references([key], visibleTo: caller).first
            if found == nil { problems.add("/parent", "There is no such ticket.") }
            names.parent = found.map(Patch.value) ?? .absent
        } else if case .null = patch.parent {
            names.parent = .null
        }
        try problems.throwIfAny()
        return names
    }

    /// Saves and announces what was decided; the ticket's clocks follow it in the same transaction.
    ///
    /// - Parameter cycles: the ticket's clocks, where they are locked already.
    func save(
        _ ticket: inout Ticket, since before: Ticket, _ changes: [Activity], cycles: [SLACycle]? = nil, in tx: any Transaction, as caller: Principal
    ) throws {
        guard !changes.isEmpty else { return }
        try followClocks(&ticket, since: before, .changed, cycles: cycles, in: tx)
        try tx.tickets.update(ticket)
        if ticket.customFields != before.customFields { try tx.tickets.replaceCustomFields(of: ticket) }
        try tx.activity.append(changes, by: caller)
    }
}

/// What the references of an edit turned out to be.
struct TicketEditNames: Sendable {
    var requester: Ref<User>?
    var assignee: Patch<Ref<User>> = .absent
    var parent: Patch<TicketRef> = .absent
}

extension TicketRecord {
    mutating func adopt(_ names: TicketEditNames) {
        if let requester = names.requester { requesterName = requester.name }
        if let assignee = names.assignee.set { assigneeName = assignee.name }
        if ticket.assignee == nil { assigneeName = nil }
        parent = names.parent.applied(to: parent)
    }
}

extension Ticket {
    /// - Throws: `versionMismatch` when the ticket is not at the version that the caller read.
    func expect(version expected: Int?) throws {
        if let expected, expected != version { throw ITSMError.versionMismatch(current: version) }
    }
}

extension ProblemList {
    /// The person that `input` names, or a problem when nobody who can be picked is meant.
    mutating func person(_ input: RefInput<User>?, _ pointer: String, in people: RefLookup<User>) -> Ref<User>? {
        guard let input else { return nil }
        return people.resolve(input, at: pointer, as: "person", &self)
    }

    /// The same, asking the database for this one person.
    mutating func person(_ input: RefInput<User>?, _ pointer: String, in tx: any Transaction, as caller: Principal) throws -> Ref<User>? {
        guard let input else { return nil }
        return person(input, pointer, in: try tx.users.resolve([input], visibleTo: caller))
    }
}
