import ITSMCore

/// Turns a scenario into a ticket with a past: what happened when, by whom, and how far it has come by now.
struct DemoStory {
    let scenario: DemoScenario
    let requester: ID<User>
    let agent: ID<User>
    let group: ID<SupportGroup>
    let desk: DeskSnapshot
    let now: Instant
    let ids: any IDSource

    /// A ticket raised at `start`; what would lie in the future has not happened.
    func history(from start: Instant, using random: inout some RandomNumberGenerator) -> TicketHistory {
        var ticket = Ticket(
            id: newID(start), number: TicketNumber(kind: scenario.kind, value: 0), title: scenario.title, description: scenario.description,
            status: scenario.kind.lifecycle.initial, impact: scenario.impact, urgency: scenario.urgency,
            priority: desk.matrix[scenario.impact, scenario.urgency], category: desk.category(path: scenario.category), requester: requester,
            openedBy: requester, group: group, service: desk.resolve(service: .name(scenario.service)),
            channel: [.web, .web, .email, .phone].randomElement(using: &random)!, tags: scenario.tags, createdAt: start, updatedAt: start)
        if let site = scenario.site, DemoDesk.site.kinds?.contains(scenario.kind) == true { ticket.customFields["site"] = .string(site.lowercased()) }
        var steps = [TicketHistory.Step(at: start, by: requester, ticket: ticket)]
        var comments: [Comment] = []
        var at = start
        func pass(_ minutes: ClosedRange<Int64>) -> Bool {
            at = at.adding(seconds: Int64.random(in: minutes, using: &random) * 60 + Int64.random(in: 0..<60, using: &random))
            return at <= now
        }
        func say(_ text: String, _ visibility: Comment.Visibility, by author: ID<User>) {
            comments.append(
                Comment(
                    id: newID(at), ticket: ticket.id, author: author, visibility: visibility, body: text,
                    channel: author == requester ? ticket.channel : .web, createdAt: at))
        }
        for status in path(isOld: now.microseconds - start.microseconds > Self.oldAge, using: &random) {
            guard pass(status.category == .closed ? 5 * 1_440...6 * 1_440 : pace) else { break }
            ticket.move(to: status, scenario, by: agent, at: at)
            steps.append(.init(at: at, by: agent, ticket: ticket))
            if comments.isEmpty {
                ticket.firstRespondedAt = at
                steps[steps.count - 1].ticket = ticket
                say(scenario.reply, .public, by: agent)
            } else if let note = scenario.note, comments.count == 1, pass(1...30) {
                say(note, .workNote, by: agent)
            }
            if status == .pendingRequester, pass(30...2_000) { say("Here is what you asked for. Thank you!", .public, by: requester) }
        }
        ticket.updatedAt = max(ticket.updatedAt, comments.last?.createdAt ?? start)
        steps[steps.count - 1].ticket = ticket
        return TicketHistory(steps: steps, comments: comments)
    }

    /// The states it goes through; some stop early, as if work were waiting.
    private func path(isOld: Bool, using random: inout some RandomNumberGenerator) -> [TicketStatus] {
        let whole: [TicketStatus] =
            switch scenario.kind {
            case .incident:
                [
                    [.assigned, .inProgress, .resolved, .closed], [.assigned, .inProgress, .pendingRequester, .inProgress, .resolved, .closed],
                    [.assigned, .inProgress, .pendingVendor, .inProgress, .resolved, .closed],
                    [.inProgress, .resolved, .inProgress, .resolved, .closed],
                    [.assigned, .inProgress, .resolved, .closed],
                ].randomElement(using: &random)!
            case .request: [.inFulfilment, .pendingVendor, .inFulfilment, .fulfilled, .closed]
            case .problem: [.investigating, .rootCauseIdentified, .knownError, .resolved, .closed]
            case .change: [.assessment, .awaitingApproval, .scheduled, .implementing, .review, .closed]
            case .workOrder: [.inProgress, .done, .closed]
            }
        // A desk that keeps its promises leaves little lying for long.
        switch Int.random(in: isOld ? 1..<60 : 0..<6, using: &random) {
        case 0: return Array(whole.prefix(Int.random(in: 0...2, using: &random)))
        case 1, 11, 21, 31: return scenario.kind == .change ? whole : [.cancelled]
        case 2: return Array(whole.prefix(3))
        default: return whole
        }
    }

    /// Older than this, work is done but for a few.
    private static let oldAge: Int64 = 2 * 86_400_000_000

    /// Minutes from one step to the next; what presses is taken up sooner.
    private var pace: ClosedRange<Int64> {
        switch desk.matrix[scenario.impact, scenario.urgency] {
        case .critical: 2...18
        case .high: 5...70
        case .medium: 10...150
        case .low: 20...400
        }
    }

    private func newID<Record>(_ at: Instant) -> ID<Record> { ID(uuid: ids.next(at: at)) }
}

extension Ticket {
    /// The state and what belongs to it, as a person would have left it.
    fileprivate mutating func move(to target: TicketStatus, _ scenario: DemoScenario, by agent: ID<User>, at now: Instant) {
        if (status.category == .resolved || status.category == .closed) && target.category == .open {
            reopenCount += 1
            resolvedAt = nil
            resolution = nil
        }
        assignee = assignee ?? agent
        statusBeforePending = target.category == .pending ? status : nil
        pendingReason = target.isWait ? (target == .pendingRequester ? "Waiting for an answer" : "Waiting for the supplier") : nil
        status = target
        version += 1
        updatedAt = now
        switch target {
        case .resolved, .fulfilled, .done:
            resolvedAt = now
            resolution = .init(code: scenario.code, notes: scenario.resolution)
        case .closed:
            closedAt = now
            if kind == .change { resolution = .init(code: scenario.code, notes: scenario.resolution) }
        case .cancelled, .rejected:
            closedAt = now
            resolution = .init(code: nil, notes: "Withdrawn by the requester")
        default: break
        }
    }
}
