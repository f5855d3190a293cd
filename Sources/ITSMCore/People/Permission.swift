/// What a role can allow (domain.md, 3). The raw value is its name on the wire.
public enum Permission: String, Codable, Sendable, CaseIterable, Hashable, CodingKeyRepresentable {
    /// To see tickets, with their public replies. Confidential ones only where the caller belongs to them.
    case readTickets = "tickets:read"
    /// To see confidential tickets of others as well.
    case readConfidentialTickets = "tickets:readConfidential"
    /// To raise tickets for oneself.
    case createTickets = "tickets:create"
    /// To raise tickets in another person's name.
    case createTicketsForOthers = "tickets:createForOthers"
    /// To change fields, tags and links.
    case updateTickets = "tickets:update"
    /// To give tickets to people and groups.
    case assignTickets = "tickets:assign"
    /// To move tickets to other states.
    case transitionTickets = "tickets:transition"
    /// To set a priority against the matrix, with a reason, and to call a ticket major.
    case overridePriority = "tickets:overridePriority"
    /// To change more than `Limits.bulkTicketsByHand` tickets at once.
    case bulkTickets = "tickets:bulk"
    /// To bring in tickets of another system, with their people, groups and categories.
    case importTickets = "tickets:import"
    /// To take lists of tickets out of the desk.
    case exportTickets = "tickets:export"
    /// To write what the requester reads.
    case reply = "comments:reply"
    /// To write and read work notes.
    case note = "comments:note"
    /// To change one's own comments; the old text stays on record.
    case editOwnComments = "comments:editOwn"
    /// To change anybody's.
    case editAnyComment = "comments:editAny"
    /// To remove comments and files, which leave a tombstone.
    case deleteComments = "comments:delete"
    /// To see people, groups and roles.
    case readPeople = "people:read"
    /// To make and change people and groups, set passwords and end sign-ins.
    case managePeople = "people:manage"
    /// To make roles and hand them out; none that reaches further than one's own rights.
    case manageRoles = "roles:manage"
    /// To change the desk's settings, services, categories, custom fields and shared views.
    case manageSettings = "settings:manage"
    /// To read the record of all: who, when and which kind; values only of records that one may read.
    case readAudit = "audit:read"
    /// To follow the feed of records other than tickets.
    case readEvents = "events:read"
    /// To change agreements, calendars and escalation rules.
    case manageSLA = "sla:manage"
    /// To change assignment rules.
    case manageRules = "rules:manage"
    case readKnowledge = "kb:read"
    case writeKnowledge = "kb:write"
    case publishKnowledge = "kb:publish"
    case readCMDB = "cmdb:read"
    case writeCMDB = "cmdb:write"
    /// To read reports.
    case readReports = "reports:read"
}

/// How far a permission reaches; a wider scope holds what a narrower one holds.
public enum Scope: String, Codable, Sendable, CaseIterable, Comparable {
    /// Requester, opener or watcher of the ticket.
    case own
    /// The ticket's group is one of mine, or I am its assignee.
    case group
    /// Every record.
    case all

    private var rank: Int { self == .own ? 0 : self == .group ? 1 : 2 }
    public static func < (a: Self, b: Self) -> Bool { a.rank < b.rank }
}

/// Permissions with their scopes, as one role holds them or as several add up to.
public struct Grants: Sendable, Hashable, Codable {
    public private(set) var scopes: [Permission: Scope]

    public init(_ scopes: [Permission: Scope] = [:]) { self.scopes = scopes }

    public init(from decoder: any Decoder) throws { scopes = try decoder.singleValueContainer().decode([Permission: Scope].self) }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(scopes)
    }

    /// How far the permission reaches; nil where it is not held.
    public subscript(_ permission: Permission) -> Scope? { scopes[permission] }

    /// Every permission for all records: what the superAdmin role holds, also when a later release adds permissions.
    public static let everything = Grants(Dictionary(uniqueKeysWithValues: Permission.allCases.map { ($0, Scope.all) }))

    /// What both allow together: the wider scope of each.
    public func union(_ other: Grants) -> Grants { Grants(scopes.merging(other.scopes, uniquingKeysWith: max)) }

    /// What both allow: for API tokens, which can only narrow what their owner holds.
    public func intersection(_ allowed: Set<Permission>) -> Grants { Grants(scopes.filter { allowed.contains($0.key) }) }

    /// What these grants allow that `other` does not: new permissions, and old ones with a wider scope.
    public func beyond(_ other: Grants) -> Grants {
        Grants(scopes.filter { permission, scope in other[permission].map { scope > $0 } ?? true })
    }

    /// True when these grants reach nowhere beyond `other`: nobody grants more than they hold.
    public func isSubset(of other: Grants) -> Bool { beyond(other).scopes.isEmpty }

    /// `{"tickets:read": "all"}`, as activity keeps it.
    public var json: JSONValue {
        .object(Dictionary(uniqueKeysWithValues: scopes.map { ($0.key.rawValue, JSONValue.string($0.value.rawValue)) }))
    }
}
