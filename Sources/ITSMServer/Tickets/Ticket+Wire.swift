import ITSMCore

// What tickets and what hangs on them look like on the wire.

extension Impact: WireType, QueryValue {}
extension Urgency: WireType, QueryValue {}
extension Priority: WireType, QueryValue {}
extension TicketKind: WireType, QueryValue {}
extension TicketStatus: WireType, QueryValue {}
extension StatusCategory: WireType, QueryValue {}
extension Channel: WireType, QueryValue {}
extension Comment.Visibility: WireType, QueryValue {}
extension TicketLink.Kind: WireType {}
extension TicketLink.Direction: WireType {}
extension Ticket.Resolution.Code: WireType {}

extension TicketNumber: WireType {
    static var schema: Schema { .text(21).described("A number such as INC0000042.") }
}

extension TicketReference: WireType {
    static var schema: Schema {
        .oneOf([.text(36), .object([.required("id", ID<Ticket>.self), .optional("number", String.self), .optional("title", String.self)])])
            .described("A ticket's id or number, or the object that an answer held.")
    }
}

extension TicketRef: WireType {
    static var schema: Schema {
        .object(
            "TicketReference", "A ticket as others show it.",
            [
                .required("id", ID<Ticket>.self), .required("number", TicketNumber.self), .required("title", String.self),
            ])
    }
}

extension Ticket.Resolution: WireType {
    static var schema: Schema {
        .object(
            "Resolution", "How work ended.",
            [
                .optional("code", Code.self, "Needed where work ends; absent where a reason says it all (cancelled, rejected)."),
                .optional("notes", .text(Limits.longText)),
            ])
    }
}

extension Ticket.ExternalRef: WireType {
    static var schema: Schema {
        .object(
            "ExternalReference", "Where it came from: another system and its name there.",
            [
                .required("source", .text(Limits.name)), .required("id", .text(Limits.name)),
            ])
    }
}

extension TicketDraft: WireType {
    static var schema: Schema {
        .object(
            "TicketDraft", "What raises a ticket. Only the title is needed.",
            [
                .optional("kind", TicketKind.self, "On /tickets only: which kind; incident when absent."),
                .optional("title", .text(), "At most \(Limits.title) characters."),
                .optional("description", .text(), "Markdown."),
                .optional("impact", Impact.self, "The desk's default when absent; not for requesters."),
                .optional("urgency", Urgency.self, "The desk's default when absent."),
                .optional("priority", Priority.self, "Overrides the matrix; needs priorityReason and the right to."),
                .optional("priorityReason", .text()),
                .optional("major", Bool.self),
                .optional("category", .text(), "A path such as network/vpn."),
                .optional("requester", RefInput<User>.self, "The caller when absent."),
                .optional("assignee", RefInput<User>.self),
                .optional("group", RefInput<SupportGroup>.self),
                .optional("service", RefInput<BusinessService>.self),
                .optional("channel", Channel.self),
                .optional("tags", .array(of: .text())),
                .optional("customFields", CustomField.values, "By name; GET /custom-fields lists them. What is not named has its default."),
                .optional("parent", TicketReference.self),
                .optional("confidential", Bool.self),
                .optional("externalRef", Ticket.ExternalRef.self),
            ])
    }
}

extension TicketPatch: WireType {
    static var schema: Schema {
        .object(
            "TicketPatch", "Status changes by transitions only.",
            [
                .optional("title", .text()),
                .clearable("description", .text()),
                .optional("impact", Impact.self),
                .optional("urgency", Urgency.self),
                .clearable("priority", Priority.self, "With priorityReason; null lets the matrix rule again."),
                .clearable("priorityReason", .text()),
                .optional("major", Bool.self),
                .clearable("category", .text()),
                .optional("requester", RefInput<User>.self),
                .clearable("assignee", RefInput<User>.self),
                .clearable("group", RefInput<SupportGroup>.self),
                .clearable("service", RefInput<BusinessService>.self),
                .clearable("tags", .array(of: .text())),
                .optional("customFields", CustomField.values, "By name: what is not named stays, null takes a value away."),
                .clearable("parent", TicketReference.self),
                .optional("confidential", Bool.self),
                .clearable("pendingUntil", Instant.self),
            ])
    }
}

extension TicketTransition: WireType {
    static var schema: Schema {
        .object(
            "TicketTransition", "A move to another state and what it needs.",
            [
                .optional("to", TicketStatus.self),
                .optional("reason", .text(), "Needed for a wait, a cancellation and a rejection."),
                .optional("pendingUntil", Instant.self, "When a wait ends by itself."),
                .optional("resolution", Ticket.Resolution.self, "Needed where work ends."),
                .optional("assignee", RefInput<User>.self),
                .optional("group", RefInput<SupportGroup>.self),
            ])
    }
}

extension TicketView: WireType {
    static var schema: Schema { .object("Ticket", "A ticket of any kind.", members) }

    static let members: [Schema.Member] = [
        .required("id", ID<Ticket>.self),
        .required("number", TicketNumber.self),
        .required("kind", TicketKind.self),
        .required("title", String.self),
        .optional("description", String.self, "Markdown. Lists leave it out."),
        .required("status", TicketStatus.self),
        .required("statusCategory", StatusCategory.self),
        .optional("pendingReason", String.self),
        .optional("pendingUntil", Instant.self),
        .required("impact", Impact.self),
        .required("urgency", Urgency.self),
        .required("priority", Priority.self),
        .optional("priorityReason", String.self, "Why a person set the priority against the matrix."),
        .required("major", Bool.self),
        .optional("category", String.self, "A path such as network/vpn."),
        .required("requester", Ref<User>.self),
        .required("openedBy", Ref<User>.self),
        .optional("assignee", Ref<User>.self),
        .optional("group", Ref<SupportGroup>.self),
        .optional("service", Ref<BusinessService>.self),
        .required("channel", Channel.self),
        .required("tags", [String].self),
        .required("customFields", CustomField.values, "By name, as far as the caller sees them; GET /custom-fields tells what they are."),
        .optional("parent", TicketRef.self),
        .required("confidential", Bool.self),
        .optional("firstRespondedAt", Instant.self),
        .optional("resolvedAt", Instant.self),
        .optional("closedAt", Instant.self),
        .optional("dueAt", Instant.self, "The earliest target of its clocks that run."),
        .optional("resolution", Ticket.Resolution.self),
        .required("reopenCount", Int.self),
        .required("escalationLevel", Int.self),
        .optional("externalRef", Ticket.ExternalRef.self),
        .required("version", Int.self),
        .required("createdAt", Instant.self),
        .required("updatedAt", Instant.self),
    ]
}

extension TicketExpansion: WireType, QueryValue {}

extension TicketDetail: WireType {
    static var schema: Schema {
        .object(
            "TicketDetail", "A ticket, and the lists that were asked for with it.",
            TicketView.members + [
                .optional("comments", [CommentView].self),
                .optional("attachments", [AttachmentView].self),
                .optional("links", [TicketLinkView].self),
                .optional("watchers", [Watcher].self),
                .optional("timeline", [ActivityEntry].self, "Oldest first."),
            ])
    }
}

extension Comment.Draft: WireType {
    static var schema: Schema {
        .object(
            "CommentDraft", "A reply that the requester reads, or a work note.",
            [
                .optional("body", .text(), "Markdown."), .optional("visibility", Comment.Visibility.self, "public when absent."),
            ])
    }
}

extension CommentView: WireType {
    static var schema: Schema {
        .object(
            "Comment", "A reply or a work note. A deleted one has no text.",
            [
                .required("id", ID<Comment>.self),
                .required("ticket", TicketRef.self, "Where it stands: a follow-up where a reply came too late for the old ticket."),
                .required("author", Ref<User>.self),
                .required("visibility", Comment.Visibility.self),
                .required("body", String.self),
                .required("version", Int.self),
                .required("channel", Channel.self),
                .required("createdAt", Instant.self),
                .optional("editedAt", Instant.self),
                .optional("deletedAt", Instant.self),
                .optional("redactedAt", Instant.self, "When its text was taken out for good."),
            ])
    }
}

extension TicketLink.Draft: WireType {
    static var schema: Schema {
        .object(
            "LinkDraft", "Read as a sentence: this ticket … the other.",
            [
                .optional("type", TicketLink.Kind.self), .optional("ticket", TicketReference.self),
            ])
    }
}

extension TicketLinkView: WireType {
    static var schema: Schema {
        .object(
            "Link", "A link as seen from one of its ends; the other stands in ticket.",
            [
                .required("id", ID<TicketLink>.self), .required("type", TicketLink.Kind.self), .required("direction", TicketLink.Direction.self),
                .required("ticket", TicketRef.self), .required("createdAt", Instant.self),
            ])
    }
}

extension Watcher: WireType {
    static var schema: Schema {
        .object(
            "Watcher", "Somebody who follows a ticket.",
            [
                .required("id", ID<User>.self), .required("name", String.self), .required("addedAt", Instant.self),
            ])
    }
}

extension Watcher.Draft: WireType {
    static var schema: Schema { .object("WatcherDraft", nil, [.optional("user", RefInput<User>.self)]) }
}
