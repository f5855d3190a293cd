/// The form in which ledgers are stored: the terms, then the spans by the number of their term, such as
/// `019…/3 high 28800 019…/2|r0@1763712000000000 w0pendingRequester@1763715600000000 s0@1763719200000000`.
extension SLALedger: LosslessStringConvertible {
    public var description: String {
        var terms: [SLATerm] = []
        var spans = ""
        for span in self.spans {
            if !spans.isEmpty { spans += " " }
            let term = span.state.term
            let number = terms.firstIndex(of: term) ?? terms.count
            if number == terms.count { terms.append(term) }
            switch span.state {
            case .running: spans += "r\(number)"
            case .paused(let wait, _): spans += "w\(number)\(wait.rawValue)"
            case .stopped: spans += "s\(number)"
            }
            spans += "@\(span.from.microseconds)"
        }
        let texts = terms.map {
            "\($0.agreement.id)/\($0.agreement.version) \($0.priority.rawValue) \($0.seconds) \($0.calendar.id)/\($0.calendar.version)"
        }
        return texts.joined(separator: ";") + "|" + spans
    }

    /// Nil for what is no ledger.
    public init?(_ text: String) {
        let halves = text.split(separator: "|", omittingEmptySubsequences: false)
        guard halves.count == 2 else { return nil }
        var terms: [SLATerm] = []
        for part in halves[0].split(separator: ";") {
            guard let term = Self.term(part) else { return nil }
            terms.append(term)
        }
        var spans: [Span] = []
        for part in halves[1].split(separator: " ") {
            guard let at = part.lastIndex(of: "@"), let microseconds = Int64(part[part.index(after: at)...]),
                let state = Self.state(part[..<at], terms)
            else { return nil }
            spans.append(Span(from: Instant(microseconds: microseconds), state: state))
        }
        self.init(spans: spans)
    }

    private static func term(_ text: Substring) -> SLATerm? {
        let words = text.split(separator: " ")
        guard words.count == 4, let agreement = edition(words[0], of: ServiceLevelAgreement.self),
            let priority = Priority(rawValue: String(words[1])),
            let seconds = Int64(words[2]), let calendar = edition(words[3], of: SLACalendar.self)
        else { return nil }
        return SLATerm(agreement: agreement, priority: priority, seconds: seconds, calendar: calendar)
    }

    private static func edition<Record>(_ text: Substring, of record: Record.Type) -> Edition<Record>? {
        let parts = text.split(separator: "/")
        guard parts.count == 2, let id = ID<Record>(String(parts[0])), let version = Int(parts[1]) else { return nil }
        return Edition(id, version: version)
    }

    private static func state(_ text: Substring, _ terms: [SLATerm]) -> State? {
        let digits = text.dropFirst().prefix { $0.isWholeNumber }
        let rest = text.dropFirst(1 + digits.count)
        guard let number = Int(digits), terms.indices.contains(number) else { return nil }
        switch text.first {
        case "r" where rest.isEmpty: return .running(terms[number])
        case "s" where rest.isEmpty: return .stopped(terms[number])
        case "w": return TicketStatus(rawValue: String(rest)).map { .paused($0, terms[number]) }
        default: return nil
        }
    }
}
