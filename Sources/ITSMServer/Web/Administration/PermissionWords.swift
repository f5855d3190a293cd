import ITSMCore

extension Permission {
    /// What it allows, as people say it.
    var words: String {
        switch self {
        case .readTickets: "See tickets"
        case .readConfidentialTickets: "See confidential tickets"
        case .createTickets: "Raise tickets"
        case .createTicketsForOthers: "Raise tickets for others"
        case .updateTickets: "Change tickets"
        case .assignTickets: "Assign tickets"
        case .transitionTickets: "Move tickets to another state"
        case .overridePriority: "Override the priority"
        case .bulkTickets: "Change many tickets at once"
        case .importTickets: "Import tickets"
        case .exportTickets: "Export tickets"
        case .reply: "Write public replies"
        case .note: "Read and write work notes"
        case .editOwnComments: "Edit their own comments"
        case .editAnyComment: "Edit anybody's comments"
        case .deleteComments: "Delete comments and files"
        case .readPeople: "See people and groups"
        case .managePeople: "Manage people and groups"
        case .manageRoles: "Manage roles and grant them"
        case .manageSettings: "Manage settings, services and categories"
        case .readAudit: "Read the audit trail"
        case .readEvents: "Read events of all records"
        case .manageSLA: "Manage service levels"
        case .manageRules: "Manage rules"
        case .readKnowledge: "Read internal articles"
        case .writeKnowledge: "Write articles"
        case .publishKnowledge: "Publish articles"
        case .readCMDB: "See configuration items"
        case .writeCMDB: "Change configuration items"
        case .readReports: "Read reports"
        }
    }

    /// The heading under which the grid shows it.
    var area: String {
        switch rawValue.split(separator: ":")[0] {
        case "tickets": "Tickets"
        case "comments": "Replies, notes and files"
        case "kb": "Knowledge"
        case "cmdb": "Configuration items"
        case "reports": "Reports"
        case "sla", "rules": "Service levels and rules"
        default: "People and administration"
        }
    }
}

extension Scope {
    /// The grid's column.
    var words: String {
        switch self {
        case .own: "Own"
        case .group: "Groups'"
        case .all: "All"
        }
    }
}
