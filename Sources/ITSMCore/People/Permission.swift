/// What a role can allow (domain.md, 3). The raw value is its name on the wire.
public enum Permission: String, Codable, Sendable, CaseIterable, Hashable, CodingKeyRepresentable {
    case readTickets = "tickets:read"
    case readConfidentialTickets = "tickets:readConfidential"
    case createTickets = "tickets:create"
    case createTicketsForOthers = "tickets:createForOthers"
    case updateTickets = "tickets:update"
    case assignTickets = "tickets:assign"
    case transitionTickets = "tickets:transition"
    case overridePriority = "tickets:overridePriority"
    case bulkTickets = "tickets:bulk"
    case importTickets = "tickets:import"
    case exportTickets = "tickets:export"
    case reply = "comments:reply"
    case note = "comments:note"
    case editOwnComments = "comments:editOwn"
    case editAnyComment = "comments:editAny"
    case deleteComments = "comments:delete"
    case readPeople = "people:read"
    case managePeople = "people:manage"
    case manageRoles = "roles:manage"
    case manageSettings = "settings:manage"
    case readAudit = "audit:read"
    case readEvents = "events:read"
    case manageSLA = "sla:manage"
    case manageRules = "rules:manage"
    case readKnowledge = "kb:read"
    case writeKnowledge = "kb:write"
    case publishKnowledge = "kb:publish"
    case readCMDB = "cmdb:read"
    case writeCMDB = "cmdb:write"
    case readReports = "reports:read"
}

/// How far a permission reaches; a wider scope holds what a narrower one holds.
public enum Scope: String, Codable, Sendable, CaseIterable, Comparable {
    /// Requester, opener or watcher of the ticket.
    case own
    /// The ticket's group is one of mine, or I am its assignee.
    case group
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
