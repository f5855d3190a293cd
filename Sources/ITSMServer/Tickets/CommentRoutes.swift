import ITSMCore

/// Replies, work notes, links and watchers of a ticket.
struct CommentRoutes {
    let tickets: TicketService

    func add(to table: inout RouteTable) {
        for collection in TicketCollection.all {
            addComments(collection, to: &table)
            addLinks(collection, to: &table)
            addWatchers(collection, to: &table)
        }
    }

    private func addComments(_ collection: TicketCollection, to table: inout RouteTable) {
        let tickets = tickets
        let path = "\(collection.path)/{key}/comments"
        table.list(
            path, "List replies and the work notes that you may read", tag: collection.tag, query: [FilterQuery.comments.parameter],
            of: CommentView.self
        ) { call, page in
            try await tickets.comments(
                on: collection.key(of: call), where: FilterQuery.comments.condition(call), page: page, as: call.principal)
        }
        table.post(
            path, "Add a reply or a work note",
            "A requester's reply ends a wait for them, reopens resolved work, or begins a follow-up where the reopen window has passed.",
            tag: collection.tag, body: Comment.Draft.self, answer: .created(CommentView.self)
        ) { call, draft in
            let key = try collection.key(of: call)
            return try await call.write { tx in
                try tickets.addComment(draft, to: key, in: tx, as: call.principal)
            } answer: {
                .created($0, at: "tickets/\($0.ticket.number)/comments/\($0.id)")
            }
        }
        table.put(
            "\(path)/{comment}", "Replace the text; the old text stays on record", tag: collection.tag, body: Comment.Draft.self,
            answer: .ok(CommentView.self), ifMatch: false
        ) { call, draft in
            let key = try collection.key(of: call)
            let id = try call.id("comment", of: Comment.self, called: "comment")
            return try await call.write { tx in
                try tickets.editComment(id, on: key, draft, in: tx, as: call.principal)
            } answer: {
                .ok($0)
            }
        }
        table.post(
            "\(path)/{comment}/redact", "Take the text out for good",
            "In all its versions, for what should never have been written. Only for superAdmins; that it was done stays on record.",
            tag: collection.tag, body: RedactionOrder.self, answer: .noContent
        ) { call, order in
            let key = try collection.key(of: call)
            let id = try call.id("comment", of: Comment.self, called: "comment")
            return try await call.write { tx in
                try tickets.redactComment(id, on: key, reason: order.reason, in: tx, as: call.principal)
            } answer: { _ in
                .noContent
            }
        }
        table.delete("\(path)/{comment}", "Remove the text, leaving a tombstone", tag: collection.tag, answer: .noContent) { call in
            let key = try collection.key(of: call)
            let id = try call.id("comment", of: Comment.self, called: "comment")
            return try await call.write { tx in
                try tickets.deleteComment(id, on: key, in: tx, as: call.principal)
            } answer: { _ in
                .noContent
            }
        }
    }

    private func addLinks(_ collection: TicketCollection, to table: inout RouteTable) {
        let tickets = tickets
        let path = "\(collection.path)/{key}/links"
        table.wholeList(path, "List links to tickets that you may see", tag: collection.tag, filter: .links, of: TicketLinkView.self) { call in
            try await tickets.links(on: collection.key(of: call), as: call.principal)
        }
        table.post(path, "Link to another ticket", tag: collection.tag, body: TicketLink.Draft.self, answer: .created(TicketLinkView.self)) {
            call, draft in
            let key = try collection.key(of: call)
            return try await call.write { tx in
                try tickets.addLink(draft, to: key, in: tx, as: call.principal)
            } answer: {
                .created($0, at: "tickets/\(key)/links/\($0.id)")
            }
        }
        table.delete("\(path)/{link}", "Remove a link", tag: collection.tag, answer: .noContent) { call in
            let key = try collection.key(of: call)
            let id = try call.id("link", of: TicketLink.self, called: "link")
            return try await call.write { tx in
                try tickets.removeLink(id, from: key, in: tx, as: call.principal)
            } answer: { _ in
                .noContent
            }
        }
    }

    private func addWatchers(_ collection: TicketCollection, to table: inout RouteTable) {
        let tickets = tickets
        let path = "\(collection.path)/{key}/watchers"
        table.wholeList(path, "List who follows the ticket", tag: collection.tag, filter: .watchers, of: Watcher.self) { call in
            try await tickets.watchers(of: collection.key(of: call), as: call.principal)
        }
        table.post(path, "Let a person follow the ticket", tag: collection.tag, body: Watcher.Draft.self, answer: .created(Watcher.self)) {
            call, draft in
            let key = try collection.key(of: call)
            return try await call.write { tx in
                try tickets.addWatcher(draft, to: key, in: tx, as: call.principal)
            } answer: {
                .created($0, at: "tickets/\(key)/watchers/\($0.id)")
            }
        }
        table.delete("\(path)/{user}", "End a person's following", tag: collection.tag, answer: .noContent) { call in
            let key = try collection.key(of: call)
            let user = try call.id("user", of: User.self, called: "watcher")
            return try await call.write { tx in
                try tickets.removeWatcher(user, from: key, in: tx, as: call.principal)
            } answer: { _ in
                .noContent
            }
        }
    }
}
