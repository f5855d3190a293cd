/// A column of a list of tickets that can be shown or left out; the number and the title always stand.
public enum TicketColumn: String, CaseIterable, Sendable, Codable {
    case priority, status, requester, service, assignee, timeLeft, updated
}

/// By what tickets stand together in a list: only what it can be sorted by, so that a group is whole and stands once however many pages are read.
public enum TicketGrouping: String, CaseIterable, Sendable, Codable {
    case status, priority, assignee, timeLeft

    public var key: TicketQuery.Sort.Key {
        switch self {
        case .status: .status
        case .priority: .priority
        case .assignee: .assignee
        case .timeLeft: .dueAt
        }
    }
}
