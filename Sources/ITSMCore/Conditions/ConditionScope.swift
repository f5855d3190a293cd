/// Where a condition stands, which decides what it may name.
public enum ConditionScope: String, CaseIterable, Sendable, Codable {
    /// Lists, views, exports, reports and bulk work: the ticket, who reads, and now.
    case list
    /// What follows from a change, such as assignment: the ticket, how it was before, who changed it, and now.
    case change
    /// Agreements: what clocks remember of a ticket, so that a past can be measured again and gives the same.
    case agreement
    /// Escalation rules: the ticket, and now.
    case escalation
    /// Lists of other records: the record, who reads, and now.
    case people, groups, services, categories, roles
    /// The audit trail: its entry, who reads, and now.
    case activity
    /// What hangs on a ticket: its timeline, comments, files, and what became of it in a bulk change.
    case timeline, comments, attachments, outcomes
    /// What the reader has of their own.
    case notices, jobs, views
    /// What the desk defines.
    case assignmentRules, policies, escalationRules, calendars
    /// Lists that are always answered whole, and are asked in memory.
    case customFields, identityProviders, links, watchers, clocks

    /// Whether lists are asked in the database, so that the condition must be possible in SQL.
    public var isOfLists: Bool { self == .list || !isOfTickets && !isOfWholeLists }

    /// Whether the list is always answered whole, so that it is at hand before the condition is asked.
    public var isOfWholeLists: Bool { [.customFields, .identityProviders, .links, .watchers, .clocks].contains(self) }

    /// Whether `ticket` is what it is about.
    var isOfTickets: Bool { recordFields.isEmpty }

    /// What may be named of a record that is no ticket.
    var recordFields: [RecordField] {
        switch self {
        case .list, .change, .agreement, .escalation: []
        case .people: PersonField.allCases.map(RecordField.person)
        case .groups: GroupField.allCases.map(RecordField.group)
        case .services: ServiceField.allCases.map(RecordField.service)
        case .categories: CategoryField.allCases.map(RecordField.category)
        case .roles: RoleField.allCases.map(RecordField.role)
        case .activity: ActivityField.allCases.map(RecordField.activity)
        // Where a call came from is for the audit trail alone.
        case .timeline: ActivityField.allCases.filter { ![.requestID, .address].contains($0) }.map(RecordField.activity)
        case .comments: CommentField.allCases.map(RecordField.comment)
        case .attachments: AttachmentField.allCases.map(RecordField.attachment)
        case .outcomes: OutcomeField.allCases.map(RecordField.outcome)
        case .notices: NoticeField.allCases.map(RecordField.notice)
        case .jobs: JobField.allCases.map(RecordField.job)
        case .views: ViewField.allCases.map(RecordField.view)
        case .assignmentRules: AssignmentRuleField.allCases.map(RecordField.assignmentRule)
        case .policies: PolicyField.allCases.map(RecordField.policy)
        case .escalationRules: EscalationRuleField.allCases.map(RecordField.escalationRule)
        case .calendars: CalendarField.allCases.map(RecordField.calendar)
        case .customFields: CustomFieldField.allCases.map(RecordField.customField)
        case .identityProviders: IdentityProviderField.allCases.map(RecordField.identityProvider)
        case .links: LinkField.allCases.map(RecordField.link)
        case .watchers: WatcherField.allCases.map(RecordField.watcher)
        case .clocks: ClockField.allCases.map(RecordField.clock)
        }
    }

    /// Whether `ticket.field` may be named.
    func admits(_ field: TicketField) -> Bool { isOfTickets && (self != .agreement || TicketField.remembered.contains(field)) }

    /// Of a field's type what may be read here: of people in the past only who they were.
    func type(of field: TicketField) -> CELDeclaredType {
        self == .agreement && field == .requester ? .nullable(.object("person", ["id": .string])) : field.type
    }

    var admitsCustomFields: Bool { isOfTickets && self != .agreement }
    var knowsNow: Bool { self != .agreement }
    var knowsPrincipal: Bool { self != .agreement && self != .escalation }
    var knowsChange: Bool { self == .change }
}
