/// A field of a ticket as conditions name it: `ticket.priority`. The names and forms are those of the JSON, but that priority is its level, 1 (critical)
/// to 4 (low), so that it can be compared; a field that is not set is null (rules.md).
public enum TicketField: String, CaseIterable, Sendable {
    case id, number, kind, title, description, status, statusCategory, pendingReason, pendingUntil, impact, urgency, priority, priorityReason, major
    case category, requester, openedBy, assignee, group, service, channel, tags, watchers, parent, confidential, firstRespondedAt, resolvedAt,
        closedAt
    case dueAt, resolution, reopenCount, escalationLevel, externalRef, version, createdAt, updatedAt

    /// What a condition may do with it.
    public var type: CELDeclaredType {
        switch self {
        case .id, .number, .kind, .title, .status, .statusCategory, .impact, .urgency, .channel: .string
        case .description, .pendingReason, .priorityReason, .category: .nullable(.string)
        case .priority, .reopenCount, .escalationLevel, .version: .int
        case .major, .confidential: .bool
        case .createdAt, .updatedAt: .timestamp
        case .pendingUntil, .firstRespondedAt, .resolvedAt, .closedAt, .dueAt: .nullable(.timestamp)
        case .requester, .openedBy: .person
        case .assignee: .nullable(.person)
        case .group: .nullable(.group)
        case .service: .nullable(.service)
        case .parent: .nullable(.object("parent ticket", ["id": .string, "number": .string]))
        case .resolution: .nullable(.object("resolution", ["code": .nullable(.string), "notes": .nullable(.string)]))
        case .externalRef: .nullable(.object("external reference", ["source": .string, "id": .string]))
        case .tags: .list(.string)
        case .watchers: .list(.person)
        }
    }

    /// The words that it takes, where these are a closed list.
    public var choices: [String]? {
        switch self {
        case .kind: TicketKind.allCases.map(\.rawValue)
        case .status: TicketStatus.allCases.map(\.rawValue)
        case .statusCategory: StatusCategory.allCases.map(\.rawValue)
        case .impact: Impact.allCases.map(\.rawValue)
        case .urgency: Urgency.allCases.map(\.rawValue)
        case .channel: Channel.allCases.map(\.rawValue)
        default: nil
        }
    }

    /// What it means, for the help of whoever writes a condition.
    public var help: String {
        switch self {
        case .id: "The ticket's own id."
        case .number: "Such as INC0000042."
        case .kind: "What kind of work it is."
        case .title: "One line."
        case .description: "The text as it was raised, Markdown."
        case .status: "The state in the life of its kind."
        case .statusCategory: "What the state means: open, pending, resolved or closed."
        case .pendingReason: "Why it waits."
        case .pendingUntil: "When its wait ends by itself."
        case .impact: "How much of the business suffers."
        case .urgency: "How soon it must end."
        case .priority: "1 critical, 2 high, 3 medium, 4 low."
        case .priorityReason: "Why a person set the priority against the matrix."
        case .major: "A major incident."
        case .category: "The path, such as network/vpn."
        case .requester: "Who needs help."
        case .openedBy: "Who raised it."
        case .assignee: "Who works on it."
        case .group: "The team that has it."
        case .service: "The business service that it is about."
        case .channel: "How it came in."
        case .tags: "Words in lower case."
        case .watchers: "Who follows it."
        case .parent: "The ticket that it belongs to."
        case .confidential: "Seen by few."
        case .firstRespondedAt: "When the requester was first answered."
        case .resolvedAt: "When it was resolved."
        case .closedAt: "When it was closed."
        case .dueAt: "The earliest target of its running clocks."
        case .resolution: "How the work ended."
        case .reopenCount: "How often it came back."
        case .escalationLevel: "How often it was escalated."
        case .externalRef: "The system that it was imported from, and its name there."
        case .version: "Rises with each edit."
        case .createdAt: "When it was raised."
        case .updatedAt: "When anything happened to it last."
        }
    }
}
