extension ImportMap {
    /// The maps that come with the product, by the name that `preset` takes.
    public static let presets: [String: ImportMap] = ["servicenow": .serviceNow]

    /// ServiceNow's incidents: the list export (one row an incident, columns by field name or by label) and the audit log (one row an update, in the
    /// order of sys_mod_count). Field names and codes are those of the table `incident`.
    public static let serviceNow = ImportMap(
        source: "servicenow",
        dates: ["yyyy-MM-dd HH:mm:ss", "d/M/yyyy HH:mm", "d/M/yyyy HH:mm:ss", "yyyy-MM-dd", "rfc3339"],
        absent: ["?"],
        headers: [
            "incident_state": "state", "incident state": "state", "opened": "opened_at", "opened by": "opened_by", "caller": "caller_id",
            "short description": "short_description", "assignment group": "assignment_group", "assigned to": "assigned_to",
            "business service": "business_service", "service": "business_service", "channel": "contact_type", "contact type": "contact_type",
            "resolved": "resolved_at", "closed": "closed_at", "created": "sys_created_on", "sys_created_at": "sys_created_on",
            "updated": "sys_updated_on", "sys_updated_at": "sys_updated_on", "updated by": "sys_updated_by", "updates": "sys_mod_count",
            "close code": "close_code", "closed_code": "close_code", "resolution code": "close_code", "close notes": "close_notes",
            "resolution notes": "close_notes", "reopen count": "reopen_count", "on hold reason": "hold_reason", "tags": "sys_tags",
        ],
        fields: [
            .externalId: FieldSource("number"),
            .order: FieldSource("sys_mod_count"),
            .updatedAt: FieldSource("sys_updated_on"),
            .updatedBy: FieldSource("sys_updated_by"),
            .title: FieldSource("short_description", fallback: ["category", "subcategory", "u_symptom"]),
            .description: FieldSource("description"),
            .status: FieldSource("state", "hold_reason", separator: "/"),
            .impact: FieldSource("impact"),
            .urgency: FieldSource("urgency"),
            .priority: FieldSource("priority"),
            .category: FieldSource("category", "subcategory"),
            .service: FieldSource("business_service"),
            .channel: FieldSource("contact_type", otherwise: "import"),
            .requester: FieldSource("caller_id"),
            .openedBy: FieldSource("opened_by"),
            .assignee: FieldSource("assigned_to"),
            .group: FieldSource("assignment_group"),
            .createdAt: FieldSource("opened_at", fallback: ["sys_created_on"]),
            .resolvedAt: FieldSource("resolved_at"),
            .closedAt: FieldSource("closed_at"),
            .resolutionCode: FieldSource(otherwise: "fixed"),
            .resolutionNotes: FieldSource("close_code", "close_notes", prefix: "ServiceNow: ", otherwise: "ServiceNow gave no close code."),
            .reopenCount: FieldSource("reopen_count"),
            .tags: FieldSource("sys_tags"),
        ],
        values: [
            .status: [
                "1": "new", "2": "inProgress", "3": "pendingRequester", "6": "resolved", "7": "closed", "8": "cancelled",
                "New": "new", "Active": "inProgress", "In Progress": "inProgress", "Awaiting User Info": "pendingRequester",
                "Awaiting Evidence": "pendingRequester", "Awaiting Vendor": "pendingVendor", "Awaiting Problem": "pendingChange",
                "On Hold": "pendingRequester", "On Hold/Awaiting Caller": "pendingRequester", "On Hold/Awaiting Vendor": "pendingVendor",
                "On Hold/Awaiting Change": "pendingChange", "On Hold/Awaiting Problem": "pendingChange",
                "Resolved": "resolved", "Closed": "closed", "Canceled": "cancelled", "Cancelled": "cancelled", "-100": ImportMap.keepsState,
            ],
            .impact: ["1": "high", "2": "medium", "3": "low", "1 - High": "high", "2 - Medium": "medium", "3 - Low": "low"],
            .urgency: ["1": "high", "2": "medium", "3": "low", "1 - High": "high", "2 - Medium": "medium", "3 - Low": "low"],
            .priority: [
                "1": "critical", "2": "high", "3": "medium", "4": "low", "5": "low", "1 - Critical": "critical", "2 - High": "high",
                "3 - Moderate": "medium", "4 - Low": "low", "5 - Planning": "low",
            ],
            .channel: [
                "Phone": "phone", "Email": "email", "Self-service": "web", "Web": "web", "Walk-in": "inPerson", "Chat": "web",
                "Virtual Agent": "web", "Monitoring": "monitoring", "Event": "monitoring", "Direct opening": "import", "IVR": "phone",
            ],
        ],
        keep: .all, optional: .all)
}
