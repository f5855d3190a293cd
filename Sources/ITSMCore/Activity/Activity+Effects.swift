extension Activity.Kind {
    /// True when somebody's rights, name or way to sign in may differ from before: what is remembered of people must be read anew.
    public var changesRights: Bool {
        switch self {
        case .userUpdated, .userDisabled, .userEnabled, .userRoleGranted, .userRoleRevoked, .groupDeleted, .groupMemberAdded, .groupMemberRemoved,
            .groupRoleGranted, .groupRoleRevoked, .roleUpdated, .roleDeleted, .secondFactorAdded, .secondFactorRemoved, .secondFactorReset,
            .signInEnded, .signInReuseDetected, .apiTokenRevoked:
            true
        default: false
        }
    }

    /// True when the desk's snapshot may differ from before.
    public var changesDesk: Bool {
        switch self {
        case .groupCreated, .groupUpdated, .groupArchived, .groupDeleted, .serviceCreated, .serviceUpdated, .serviceArchived, .serviceDeleted,
            .categoryCreated, .categoryUpdated, .categoryArchived, .categoryDeleted, .priorityMatrixUpdated, .settingsUpdated,
            .slaCalendarCreated, .slaCalendarUpdated, .slaCalendarArchived, .slaCalendarDeleted, .slaPolicyCreated, .slaPolicyUpdated,
            .slaPolicyArchived, .slaPolicyDeleted, .escalationRuleCreated, .escalationRuleUpdated, .escalationRuleArchived, .escalationRuleDeleted,
            .customFieldCreated, .customFieldUpdated, .customFieldArchived, .customFieldDeleted,
            .assignmentRuleCreated, .assignmentRuleUpdated, .assignmentRuleArchived, .assignmentRuleDeleted,
            // Rules that name a person ask whether they are there.
            .userUpdated, .userDisabled, .userEnabled:
            true
        default: false
        }
    }

    /// True when a clock of a ticket may have something to do earlier than was known.
    public var movesClocks: Bool { SLAHistoryEntry.kinds.contains(self) || changesDesk }
}
