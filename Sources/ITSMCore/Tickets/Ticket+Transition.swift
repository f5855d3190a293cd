/// What a caller sends to move a ticket to another state.
public struct TicketTransition: Sendable, Hashable, Codable {
    /// Needed.
    public var to: TicketStatus?
    /// Needed for a wait, a cancellation and a rejection.
    public var reason: String?
    /// When a wait ends by itself.
    public var pendingUntil: Instant?
    /// Needed where work ends.
    public var resolution: Ticket.Resolution?
    /// Who takes it on with the move; needs the right to assign.
    public var assignee: RefInput<User>?
    public var group: RefInput<SupportGroup>?

    public init(
        to: TicketStatus, reason: String? = nil, pendingUntil: Instant? = nil, resolution: Ticket.Resolution? = nil,
        assignee: RefInput<User>? = nil, group: RefInput<SupportGroup>? = nil
    ) {
        self.to = to
        self.reason = reason
        self.pendingUntil = pendingUntil
        self.resolution = resolution
        self.assignee = assignee
        self.group = group
    }
}

extension Ticket {
    /// Decides a move to another state, with all that it needs and brings along.
    ///
    /// - Throws: `illegalTransition` with the legal ones named; 422 with every need that was not met.
    mutating func transition(
        _ request: TicketTransition, assignee newAssignee: ID<User>?, group newGroup: ID<SupportGroup>?, settings: DeskSettings, at now: Instant
    ) throws -> [Activity] {
        guard let target = request.to else { throw ITSMError.invalid("/to", .required, "To is required: the state to move to.") }
        let before = self
        let lifecycle = kind.lifecycle
        guard lifecycle.allows(status, to: target) else { throw illegal(target) }
        if status == .closed, lifecycle.isReopening(from: status, to: target), !isReopenable(settings, at: now) {
            throw ITSMError(
                .illegalTransition,
                "\(number) was closed more than \(settings.reopenWindowDays) days ago and cannot be reopened; raise a new ticket and link it.")
        }
        try checkNeeds(of: target, request, at: now)
        assignee = newAssignee ?? assignee
        group = newGroup ?? group
        enter(target, reason: request.reason, until: request.pendingUntil, resolution: request.resolution, at: now)
        if kind == .incident, status == .assigned, assignee == nil {
            throw ITSMError.invalid("/assignee", .required, "Somebody must be assigned; send assignee.")
        }
        return changed(since: before, reason: request.reason, at: now)
    }

    /// Sets the state and the times, reasons and resolution that belong to it, unasked: for transitions that were allowed.
    mutating func enter(_ target: TicketStatus, reason: String? = nil, until: Instant? = nil, resolution outcome: Resolution? = nil, at now: Instant)
    {
        let from = status
        if kind.lifecycle.isReopening(from: from, to: target) {
            reopenCount += 1
            resolution = nil
            resolvedAt = nil
            closedAt = nil
        }
        let waits = target.category == .pending
        statusBeforePending = waits ? (from.category == .pending ? statusBeforePending : from) : nil
        pendingReason = waits ? reason : nil
        pendingUntil = waits ? until : nil
        status = target
        switch target.category {
        case .resolved:
            resolvedAt = now
            resolution = outcome
        case .closed:
            closedAt = now
            if target == .closed { resolution = outcome ?? resolution } else { resolution = Resolution(code: nil, notes: reason) }
        case .open, .pending: break
        }
    }

    /// Where a waiting ticket stands again once its wait is over.
    var statusAfterPending: TicketStatus {
        guard let before = statusBeforePending else { return kind.lifecycle.reopened ?? kind.lifecycle.initial }
        // An incident that was never begun is assigned, if somebody has it.
        return before == .new && kind == .incident && assignee != nil ? .assigned : before
    }

    /// Ends a wait by itself or by a reply.
    mutating func resume(at now: Instant) -> [Activity] {
        let before = self
        enter(statusAfterPending, at: now)
        return changed(since: before, at: now)
    }

    /// Closes resolved work that nobody objected to.
    mutating func close(at now: Instant) -> [Activity] {
        let before = self
        enter(.closed, at: now)
        return changed(since: before, at: now)
    }

    /// Takes up finished work again.
    mutating func reopen(at now: Instant) -> [Activity] {
        let before = self
        if let target = kind.lifecycle.reopened { enter(target, at: now) }
        return changed(since: before, at: now)
    }

    /// True when a reply takes this finished ticket up again rather than beginning a follow-up.
    func isReopenable(_ settings: DeskSettings, at now: Instant) -> Bool {
        guard let target = kind.lifecycle.reopened, kind.lifecycle.allows(status, to: target) else { return false }
        guard let closedAt else { return true }
        return now <= closedAt.adding(seconds: Int64(settings.reopenWindowDays) * 86_400)
    }

    /// Where a person may move the ticket from here, in the lifecycle's order.
    public func moves(_ settings: DeskSettings, at now: Instant) -> [TicketStatus] {
        kind.lifecycle.next(after: status).filter {
            status != .closed || !kind.lifecycle.isReopening(from: status, to: $0) || isReopenable(settings, at: now)
        }
    }

    private func illegal(_ target: TicketStatus) -> ITSMError {
        let legal = kind.lifecycle.next(after: status).map(\.rawValue)
        let remedy = legal.isEmpty ? "It is final." : "From there it can go to \(legal.joined(separator: ", "))."
        return ITSMError(.illegalTransition, "\(number) is \(status.rawValue) and cannot become \(target.rawValue). \(remedy)")
    }

    private func checkNeeds(of target: TicketStatus, _ request: TicketTransition, at now: Instant) throws {
        var problems = ProblemList()
        let needsReason = target.isWait || target == .cancelled || target == .rejected
        problems.check(text: request.reason, "/reason", limit: Limits.reason, optional: !needsReason, multiline: true)
        if let until = request.pendingUntil {
            if !target.isWait { problems.add("/pendingUntil", "Only a wait has an end; \(target.rawValue) is none.") }
            if until <= now { problems.add("/pendingUntil", "The end of a wait lies in the future; it is now \(now).") }
        }
        let endsWork = target.category == .resolved || (kind == .change && target == .closed)
        if endsWork {
            let codes = Resolution.Code.allowed(for: kind)
            let names = codes.map(\.rawValue).joined(separator: ", ")
            if let code = request.resolution?.code {
                if !codes.contains(code) { problems.add("/resolution/code", "A \(kind.rawValue) ends with one of \(names).") }
            } else {
                problems.add("/resolution/code", .required, "A resolution code is required: \(names).")
            }
            problems.check(
                text: request.resolution?.notes, "/resolution/notes", limit: Limits.longText, optional: kind == .change, multiline: true)
        } else if request.resolution != nil {
            problems.add("/resolution", "A resolution belongs to the end of work; \(target.rawValue) is not that.")
        }
        try problems.throwIfAny()
    }
}
