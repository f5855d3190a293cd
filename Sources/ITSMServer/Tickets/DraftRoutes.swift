import ITSMCore

/// What a person is writing on a ticket, and who else is there.
struct DraftRoutes {
    let tickets: TicketService

    func add(to table: inout RouteTable) {
        for collection in TicketCollection.all {
            addDrafts(collection, to: &table)
            addPresence(collection, to: &table)
        }
    }

    private func addDrafts(_ collection: TicketCollection, to table: inout RouteTable) {
        let tickets = tickets
        let path = "\(collection.path)/{key}/drafts"
        table.list(path, "List your own drafts on it", "Nobody else ever sees them.", tag: collection.tag, of: SavedDraft.self) { call, _ in
            Page(items: try await tickets.drafts(on: collection.key(of: call), as: call.principal))
        }
        table.get("\(path)/{visibility}", "Read your draft of a reply or a work note", tag: collection.tag, answer: .ok(SavedDraft.self)) { call in
            .ok(try await tickets.draft(call.visibility, on: collection.key(of: call), as: call.principal))
        }
        table.put(
            "\(path)/{visibility}", "Keep what you are writing",
            "An empty body removes it. It also goes when you post a comment of this visibility, and after 30 days without change.",
            tag: collection.tag, body: SavedDraft.Text.self, answer: .ok(SavedDraft.self), ifMatch: false
        ) { call, text in
            let (key, visibility) = (try collection.key(of: call), try call.visibility)
            return try await call.write { tx in
                try tickets.saveDraft(text, visibility, on: key, in: tx, as: call.principal)
            } answer: {
                .ok($0)
            }
        }
        table.delete("\(path)/{visibility}", "Remove your draft, if there is one", tag: collection.tag, answer: .noContent) { call in
            let (key, visibility) = (try collection.key(of: call), try call.visibility)
            return try await call.write { tx in
                try tickets.deleteDraft(visibility, on: key, in: tx, as: call.principal)
            } answer: { _ in
                .noContent
            }
        }
    }

    private func addPresence(_ collection: TicketCollection, to table: inout RouteTable) {
        let tickets = tickets
        table.post(
            "\(collection.path)/{key}/presence", "Say that you are on it, and learn who else is",
            """
            Call it every 10 s while the page is in sight; a report counts for \(Presence.lifetimeSeconds) s. Only among those who read the work notes: \
            for others the list is empty, and they are not shown.
            """, tag: collection.tag, body: Presence.Report.self, answer: .ok(List<Presence>.self), idempotent: false
        ) { call, report in
            .ok(List(items: try await tickets.report(report, on: collection.key(of: call), as: call.principal)))
        }
    }
}

extension Call {
    /// The kind of comment that the path names.
    fileprivate var visibility: Comment.Visibility {
        get throws {
            guard let visibility = Comment.Visibility(rawValue: try parameter("visibility")) else { throw ITSMError.notFound("draft") }
            return visibility
        }
    }
}

extension SavedDraft: WireType {
    static var schema: Schema {
        .object(
            "Draft", "What you have begun to write and not sent.",
            [
                .required("visibility", Comment.Visibility.self), .required("body", String.self, "Markdown."), .required("updatedAt", Instant.self),
            ])
    }
}

extension SavedDraft.Text: WireType {
    static var schema: Schema { .object("DraftText", [.optional("body", .text(), "Markdown; empty removes the draft.")]) }
}

extension Presence: WireType {
    static var schema: Schema {
        .object(
            "Presence", "Somebody who is on a ticket just now.",
            [
                .required("user", Ref<User>.self), .required("state", State.self), .required("since", Instant.self),
            ])
    }
}

extension Presence.State: WireType {}
extension Presence.Report.State: WireType {}

extension Presence.Report: WireType {
    static var schema: Schema { .object("PresenceReport", [.optional("state", State.self)]) }
}
