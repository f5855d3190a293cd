/// One thing that happened to one record: who, when, what changed and why. Append-only; timeline, audit, feed and automation all read it.
public struct Activity: Sendable, Hashable {
    public var kind: Kind
    public var record: Record
    /// The ticket whose reader may see this; nil for records other than tickets.
    public var ticket: ID<Ticket>?
    /// True when only those who see the ticket's work notes may see this.
    public var isRestricted: Bool
    /// What changed: `{"field": {"old": …, "new": …}}`, or what the kind says. Never the body of a comment.
    public var payload: JSONValue
    /// Business time: what timelines and reports order by.
    public var occurredAt: Instant

    public init(_ kind: Kind, on record: Record, ticket: ID<Ticket>? = nil, isRestricted: Bool = false, payload: JSONValue = [:], occurredAt: Instant)
    {
        self.kind = kind
        self.record = record
        self.ticket = ticket
        self.isRestricted = isRestricted
        self.payload = payload
        self.occurredAt = occurredAt
    }

    /// Which record of which kind.
    public struct Record: Sendable, Hashable, Codable {
        public var type: RecordType
        public var id: ID<AnyRecord>

        public init<R>(_ type: RecordType, _ id: ID<R>) {
            self.type = type
            self.id = id.retyped()
        }
    }

    public enum RecordType: String, Sendable, Codable, CaseIterable {
        case ticket, user, group, role, signIn, apiToken, service, category, priorityMatrix, settings, slaCalendar, slaPolicy, escalationRule,
            customField, assignmentRule, view, identityProvider, `import`
    }

    /// What happened, as `record.verb`; a closed list, so that readers know what they can meet.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        case ticketCreated = "ticket.created"
        case ticketUpdated = "ticket.updated"
        case ticketStatusChanged = "ticket.statusChanged"
        case ticketAssigned = "ticket.assigned"
        case ticketCommented = "ticket.commented"
        case commentEdited = "ticket.commentEdited"
        case commentDeleted = "ticket.commentDeleted"
        case commentRedacted = "ticket.commentRedacted"
        case attachmentAdded = "ticket.attachmentAdded"
        case attachmentDeleted = "ticket.attachmentDeleted"
        case attachmentRedacted = "ticket.attachmentRedacted"
        /// Somebody read a confidential ticket. It stands beside the ticket, not in its timeline.
        case ticketRead = "ticket.read"
        case linkAdded = "ticket.linkAdded"
        case linkRemoved = "ticket.linkRemoved"
        case watcherAdded = "ticket.watcherAdded"
        case watcherRemoved = "ticket.watcherRemoved"
        case assignmentDecided = "assignment.decided"
        case slaBreached = "sla.breached"
        case escalationFired = "escalation.fired"
        /// The clock came to the rule's point, and its condition did not hold.
        case escalationPassedOver = "escalation.passedOver"
        case userCreated = "user.created"
        case userUpdated = "user.updated"
        case userDisabled = "user.disabled"
        case userEnabled = "user.enabled"
        case userPasswordChanged = "user.passwordChanged"
        case userPasswordResetIssued = "user.passwordResetIssued"
        case secondFactorAdded = "user.secondFactorAdded"
        case secondFactorReplaced = "user.secondFactorReplaced"
        case secondFactorRemoved = "user.secondFactorRemoved"
        /// Taken away by somebody else.
        case secondFactorReset = "user.secondFactorReset"
        case recoveryCodesRenewed = "user.recoveryCodesRenewed"
        case recoveryCodeUsed = "user.recoveryCodeUsed"
        case deviceTrusted = "user.deviceTrusted"
        case deviceForgotten = "user.deviceForgotten"
        case userRoleGranted = "user.roleGranted"
        case userRoleRevoked = "user.roleRevoked"
        case identityLinked = "user.identityLinked"
        case identityUnlinked = "user.identityUnlinked"
        case groupCreated = "group.created"
        case groupUpdated = "group.updated"
        case groupArchived = "group.archived"
        case groupDeleted = "group.deleted"
        case groupMemberAdded = "group.memberAdded"
        case groupMemberRemoved = "group.memberRemoved"
        case groupRoleGranted = "group.roleGranted"
        case groupRoleRevoked = "group.roleRevoked"
        case roleCreated = "role.created"
        case roleUpdated = "role.updated"
        case roleDeleted = "role.deleted"
        case signInSucceeded = "signIn.succeeded"
        case signInFailed = "signIn.failed"
        case signInEnded = "signIn.ended"
        case signInReuseDetected = "signIn.reuseDetected"
        case apiTokenCreated = "apiToken.created"
        case apiTokenRevoked = "apiToken.revoked"
        case serviceCreated = "service.created"
        case serviceUpdated = "service.updated"
        case serviceArchived = "service.archived"
        case serviceDeleted = "service.deleted"
        case categoryCreated = "category.created"
        case categoryUpdated = "category.updated"
        case categoryArchived = "category.archived"
        case categoryDeleted = "category.deleted"
        case priorityMatrixUpdated = "priorityMatrix.updated"
        case settingsUpdated = "settings.updated"
        case secretKeyReplaced = "settings.secretKeyReplaced"
        case secretKeyDropped = "settings.secretKeyDropped"
        case slaCalendarCreated = "slaCalendar.created"
        case slaCalendarUpdated = "slaCalendar.updated"
        case slaCalendarArchived = "slaCalendar.archived"
        case slaCalendarDeleted = "slaCalendar.deleted"
        case slaPolicyCreated = "slaPolicy.created"
        case slaPolicyUpdated = "slaPolicy.updated"
        case slaPolicyArchived = "slaPolicy.archived"
        case slaPolicyDeleted = "slaPolicy.deleted"
        case escalationRuleCreated = "escalationRule.created"
        case escalationRuleUpdated = "escalationRule.updated"
        case escalationRuleArchived = "escalationRule.archived"
        case escalationRuleDeleted = "escalationRule.deleted"
        case customFieldCreated = "customField.created"
        case customFieldUpdated = "customField.updated"
        case customFieldArchived = "customField.archived"
        case customFieldDeleted = "customField.deleted"
        case assignmentRuleCreated = "assignmentRule.created"
        case assignmentRuleUpdated = "assignmentRule.updated"
        case assignmentRuleArchived = "assignmentRule.archived"
        case assignmentRuleDeleted = "assignmentRule.deleted"
        case viewCreated = "view.created"
        case viewUpdated = "view.updated"
        case viewDeleted = "view.deleted"
        case identityProviderCreated = "identityProvider.created"
        case identityProviderUpdated = "identityProvider.updated"
        case identityProviderDeleted = "identityProvider.deleted"
        case importStarted = "import.started"
        case importFinished = "import.finished"
        case activityRedacted = "activity.redacted"
    }
}

/// The old and new value of each changed field, as activity keeps them.
public struct FieldChanges: Sendable, Hashable {
    public private(set) var changes: [String: JSONValue] = [:]

    public init() {}

    public var isEmpty: Bool { changes.isEmpty }
    public var payload: JSONValue { .object(changes) }

    /// Notes a change of `field`; nothing when both values are equal.
    public mutating func note(_ field: String, from old: JSONValue, to new: JSONValue) {
        if old != new { changes[field] = ["old": old, "new": new] }
    }

    /// Adds what is no field of the record, but belongs to the change.
    public mutating func add(_ name: String, _ value: JSONValue) { changes[name] = value }

    /// Notes what differs between two records as they are shown; everything, without an old one.
    init(from old: (some Encodable)?, to new: some Encodable, in fields: [String]) throws {
        let (before, after) = (try old.map { try JSONValue(encoding: $0) } ?? [:], try JSONValue(encoding: new))
        for field in fields { note(field, from: before[field] ?? .null, to: after[field] ?? .null) }
    }
}
