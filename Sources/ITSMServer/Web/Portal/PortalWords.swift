import ITSMCore

// What requesters read: the states of tickets without the desk's own language.

extension TicketStatus {
    /// The state as a requester reads it.
    var wordForRequester: String {
        switch self {
        case .new, .draft: "New"
        case .assigned, .inProgress, .approved, .inFulfilment, .investigating, .rootCauseIdentified, .knownError, .assessment, .implementing, .review:
            "We are working on it"
        case .pendingRequester: "Waiting for you"
        case .pendingVendor: "Waiting for a supplier"
        case .pendingChange, .scheduled: "Waiting for a planned change"
        case .pending: "On hold"
        case .awaitingApproval: "Waiting for approval"
        case .resolved, .fulfilled, .done: "Resolved"
        case .closed: "Closed"
        case .cancelled: "Cancelled"
        case .rejected: "Not approved"
        }
    }

    var markForRequester: Mark { Mark(word: wordForRequester, icon: mark.icon, style: mark.style) }
}

extension TicketKind {
    var wordForRequester: String {
        switch self {
        case .incident: "Something is broken"
        case .request: "I need something"
        case .problem, .change, .workOrder: word
        }
    }
}

extension TicketView {
    /// What happens next, or what the reader can do; in sentences.
    ///
    /// - Parameter isRequester: whether the reader is who it is for.
    func nextStep(_ settings: DeskSettings, isRequester: Bool, time: ScreenTime) -> String {
        let wait = pendingUntil.map { " We look at it again on \(time.day($0)) at the latest." } ?? ""
        switch status {
        case .pendingRequester:
            return isRequester ? "We need something from you to go on: please answer below." : "\(requester.name) has to answer before we can go on."
        case .pendingVendor: return "A supplier has to act first; we keep an eye on it.\(wait)"
        case .pendingChange, .scheduled: return "It is solved with a change that is planned.\(wait)"
        case .pending: return "It rests for a while.\(wait)"
        case .awaitingApproval: return "Somebody has to approve it first. You need not do anything."
        case .resolved, .fulfilled, .done:
            let days = settings.autoCloseDays == 1 ? "a working day" : "\(settings.autoCloseDays) working days"
            return "If it is not solved, tell us below. Otherwise it closes by itself after \(days)."
        case .closed, .cancelled, .rejected: return "There is nothing left to do."
        default: break
        }
        if let assignee { return "\(assignee.name) takes care of it. You will find the answer here." }
        return status.category == .open && status.wordForRequester != "New"
            ? "Somebody takes care of it. You will find the answer here." : "Somebody will look at it soon. The answer will stand here."
    }
}

extension SLATimer {
    /// What those who wait are told of the clocks that run: by when, and where that has passed, that it has.
    static func promise(of timers: [SLATimer], time: ScreenTime) -> String? {
        func first(_ metrics: Set<SLAMetric>) -> SLATimer? {
            timers.filter { $0.state == .running && $0.dueAt != nil && metrics.contains($0.metric) }.min { $0.dueAt! < $1.dueAt! }
        }
        let aims = [("answer", first([.firstResponse, .nextResponse])), ("solve it", first([.resolution]))].compactMap { verb, timer in
            timer.map { (text: "to \(verb) by \(time($0.dueAt!).short)", isLate: $0.secondsLeft < 0) }
        }
        let (open, late) = (aims.filter { !$0.isLate }.map(\.text), aims.filter(\.isLate).map(\.text))
        let sentences = [
            late.isEmpty ? nil : "We wanted \(late.joined(separator: " and ")) and are late.",
            open.isEmpty ? nil : "We aim \(open.joined(separator: " and ")).",
        ]
        return sentences.compactMap(\.self).joined(separator: " ").nilIfEmpty
    }
}

extension ReplyEffect {
    /// What is said beside the button before a reply is sent; nil where it is a reply and no more.
    var notice: String? {
        switch self {
        case .nothing: nil
        case .resumes: "With your answer the work goes on."
        case .reopens: "Your reply reopens this ticket."
        case .beginsFollowUp: "This was closed some time ago: your reply begins a new ticket that follows up on it."
        }
    }

    var button: String {
        switch self {
        case .nothing, .resumes: "Send"
        case .reopens: "Send and reopen"
        case .beginsFollowUp: "Send as a new ticket"
        }
    }
}

/// What a requester reads of a ticket's past besides what people wrote.
enum PortalEvent {
    /// Raised, resolved, reopened, closed and how else it ended; nil for everything that is the desk's own affair.
    static func event(_ entry: ActivityEntry) -> TicketEvent? {
        switch entry.kind {
        case .ticketCreated: return TicketEvent("plus", "raised it")
        case .ticketStatusChanged:
            guard let change = entry.changes?.value["status"], let old = change["old"]?.string.flatMap(TicketStatus.init),
                let new = change["new"]?.string.flatMap(TicketStatus.init)
            else { return nil }
            return event(from: old, to: new)
        default: return nil
        }
    }

    private static func event(from old: TicketStatus, to new: TicketStatus) -> TicketEvent? {
        let ended: Set<StatusCategory> = [.resolved, .closed]
        switch new {
        case .resolved, .fulfilled, .done: return TicketEvent(new.mark.icon, "resolved it")
        case .closed: return TicketEvent(new.mark.icon, "closed it")
        case .cancelled: return TicketEvent(new.mark.icon, "cancelled it")
        case .rejected: return TicketEvent(new.mark.icon, "did not approve it")
        default: return ended.contains(old.category) && !ended.contains(new.category) ? TicketEvent("refresh", "reopened it") : nil
        }
    }
}
