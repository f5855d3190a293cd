import ITSMCore

extension TicketView: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", id)
            json.field("number", number.description)
            json.field("kind", kind)
            json.field("title", title)
            json.field("description", description)
            json.field("status", status)
            json.field("statusCategory", statusCategory)
            json.field("pendingReason", pendingReason)
            json.field("pendingUntil", pendingUntil)
            json.field("impact", impact)
            json.field("urgency", urgency)
            json.field("priority", priority)
            json.field("priorityReason", priorityReason)
            json.field("major", major)
            json.field("category", category)
            json.field("requester", requester)
            json.field("openedBy", openedBy)
            json.field("assignee", assignee)
            json.field("group", group)
            json.field("service", service)
            json.field("channel", channel)
            json.field("tags", tags)
            json.field("customFields", JSONValue.object(customFields))
            json.field("parent", parent)
            json.field("confidential", confidential)
            json.field("firstRespondedAt", firstRespondedAt)
            json.field("resolvedAt", resolvedAt)
            json.field("closedAt", closedAt)
            json.field("resolution", resolution)
            json.field("reopenCount", reopenCount)
            json.field("escalationLevel", escalationLevel)
            json.field("externalRef", externalRef)
            json.field("version", version)
            json.field("createdAt", createdAt)
            json.field("updatedAt", updatedAt)
        }
    }
}

extension TicketRef: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", id)
            json.field("number", number.description)
            json.field("title", title)
        }
    }
}

extension Ticket.Resolution: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("code", code)
            json.field("notes", notes)
        }
    }
}

extension Ticket.ExternalRef: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("source", source)
            json.field("id", id)
        }
    }
}
