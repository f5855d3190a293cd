import ITSMCore

extension TicketView: JSONWritable {
    func write(to json: inout JSONWriter) { json.object(writeMembers) }

    /// The members without the braces, for what holds more beside them.
    func writeMembers(to json: inout JSONWriter) {
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
        json.field("dueAt", dueAt)
        json.field("resolution", resolution)
        json.field("reopenCount", reopenCount)
        json.field("escalationLevel", escalationLevel)
        json.field("externalRef", externalRef)
        json.field("version", version)
        json.field("createdAt", createdAt)
        json.field("updatedAt", updatedAt)
    }
}

extension TicketDetail: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            ticket.writeMembers(to: &json)
            if let comments { json.field("comments", comments) }
            if let attachments { json.field("attachments", attachments) }
            if let links { json.field("links", links) }
            if let watchers { json.field("watchers", watchers) }
            if let timeline { json.field("timeline", timeline) }
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

extension CommentView: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", id)
            json.field("ticket", ticket)
            json.field("author", author)
            json.field("visibility", visibility)
            json.field("body", body)
            json.field("version", version)
            json.field("channel", channel)
            json.field("createdAt", createdAt)
            json.field("editedAt", editedAt)
            json.field("deletedAt", deletedAt)
            json.field("redactedAt", redactedAt)
        }
    }
}

extension TicketLinkView: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", id)
            json.field("type", type)
            json.field("direction", direction)
            json.field("ticket", ticket)
            json.field("createdAt", createdAt)
        }
    }
}

extension Watcher: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", id)
            json.field("name", name)
            json.field("addedAt", addedAt)
        }
    }
}

extension ActivityEntry: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", id.description)
            json.field("kind", kind)
            json.name("record")
            json.object { json in
                json.field("type", record.type)
                json.field("id", record.id)
            }
            json.field("ticket", ticket)
            json.field("restricted", restricted)
            json.field("occurredAt", occurredAt)
            json.field("recordedAt", recordedAt)
            json.field("principal", principal)
            json.field("onBehalfOf", onBehalfOf)
            json.field("channel", channel)
            if let changes {
                json.name("changes")
                json.raw(changes.bytes)
            }
            json.field("redacted", redacted)
            json.field("cause", cause)
            json.field("depth", depth)
            json.field("requestId", requestId)
            json.field("address", address)
        }
    }
}

extension AttachmentView: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", id)
            json.field("fileName", fileName.description)
            json.field("mediaType", mediaType.description)
            json.field("size", size)
            json.field("sha256", sha256.description)
            json.field("visibility", visibility)
            json.field("comment", comment)
            json.field("addedBy", addedBy)
            json.field("addedAt", addedAt)
        }
    }
}
