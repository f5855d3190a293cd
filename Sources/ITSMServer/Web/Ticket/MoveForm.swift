import ITSMCore

/// A state that a ticket can be moved to, and what that takes.
struct TicketMove: Sendable {
    let value: String
    let mark: Mark
    let needsReason: Bool
    let isWait: Bool
    /// Work ends there: with a code and notes.
    let isEnd: Bool
    let isChosen: Bool

    init(_ status: TicketStatus, of kind: TicketKind, isChosen: Bool) {
        value = status.rawValue
        mark = status.mark
        isWait = status.isWait
        needsReason = status.isWait || status == .cancelled || status == .rejected
        isEnd = status.category == .resolved || kind == .change && status == .closed
        self.isChosen = isChosen
    }
}

/// The form that moves a ticket to another state.
struct MoveForm: Sendable {
    let moves: [TicketMove]
    let codes: [Choice]
    let reason: String
    let notes: String
    let until: String
    let version: Int
    /// Open where it was sent and something is wrong with it.
    let isOpen: Bool
    let faults: FormFaults?
    let toFault: String?
    let reasonFault: String?
    let codeFault: String?
    let notesFault: String?
    let untilFault: String?

    /// - Parameter form: what was typed, where it was sent.
    init(_ story: TicketStory, form: Form? = nil, error: ITSMError? = nil) {
        let kind = story.ticket.kind
        moves = story.rights.moves.map { TicketMove($0, of: kind, isChosen: $0.rawValue == form?["to"]) }
        codes = Ticket.Resolution.Code.allowed(for: kind).map {
            Choice(value: $0.rawValue, label: $0.rawValue.asWords, isChosen: $0.rawValue == form?["code"])
        }
        reason = form?["reason"] ?? ""
        notes = form?["notes"] ?? ""
        until = form?["pendingUntil"] ?? ""
        version = story.ticket.version
        isOpen = error != nil
        let faults = error.map { FormFaults($0) }
        self.faults = faults
        func fault(_ pointer: String) -> String? { error?.problems.filter { $0.pointer == pointer }.map(\.message).joined(separator: " ").nilIfEmpty }
        toFault = fault("/to")
        reasonFault = fault("/reason")
        codeFault = fault("/resolution/code")
        notesFault = fault("/resolution/notes")
        untilFault = fault("/pendingUntil")
    }

    /// What the form asks for.
    ///
    /// - Throws: 422 for an end of the wait that is no time.
    static func transition(_ form: Form, time: ScreenTime) throws -> TicketTransition {
        guard let target = TicketStatus(rawValue: form["to"]) else { throw ITSMError.invalid("/to", .required, "Choose the state to move to.") }
        var transition = TicketTransition(to: target)
        if target.isWait || target == .cancelled || target == .rejected { transition.reason = form.text("reason") }
        if target.isWait, let text = form.text("pendingUntil") {
            guard let until = time.instant(text) else {
                throw ITSMError.invalid("/pendingUntil", "Write the end of the wait as a date and a time, such as 2026-11-21T14:00.")
            }
            transition.pendingUntil = until
        }
        if let code = form.text("code"), target.category == .resolved || target == .closed {
            transition.resolution = .init(code: Ticket.Resolution.Code(rawValue: code), notes: form.text("notes"))
        } else if target.category == .resolved {
            transition.resolution = .init(code: nil, notes: form.text("notes"))
        }
        return transition
    }
}

extension ScreenTime {
    /// The instant that the reader means by `2026-11-21T14:05`, as a browser's field for date and time gives it; nil where it is none.
    func instant(_ text: String) -> Instant? {
        if let instant = Instant(text) { return instant }
        guard let parts = text.wholeMatch(of: /(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::\d\d)?/)?.output,
            let date = CivilDate(year: Int(parts.1)!, month: Int(parts.2)!, day: Int(parts.3)!),
            let local = LocalTime(date, hour: Int(parts.4)!, minute: Int(parts.5)!)
        else { return nil }
        return zone.instants(ofLocal: local).instant
    }
}
