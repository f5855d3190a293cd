import ITSMCore

/// What the desk told the caller. Nobody reaches another's: it is as if it were not there.
struct NoticeRoutes: Sendable {
    let notices: NoticeService

    private static let tag = "Notices"
    private static let unread = Query<Bool>("unread", "true: only those that are not read; false: all, as when absent.")

    func add(to table: inout RouteTable) {
        let notices = notices
        table.list(
            "notifications", "One's own notices, newest first", "Those of tickets that the caller may no longer see are left out, and not counted.",
            tag: Self.tag, query: [Self.unread, FilterQuery.notices.parameter], counts: true, of: Notice.self
        ) { call, page in
            try await notices.list(
                unreadOnly: call[Self.unread] ?? false, where: FilterQuery.notices.condition(call), page: page, count: call.countMode,
                as: call.principal)
        }
        table.post(
            "notifications/{id}/read", "Mark a notice read", "One that is read already stays as it is.", tag: Self.tag, answer: .ok(Notice.self)
        ) { call in
            let (id, caller) = (try call.id(of: Notice.self, called: "notice"), call.principal)
            return try await call.write { tx in
                try notices.markRead(id, in: tx, as: caller)
            } answer: {
                .ok($0)
            }
        }
        table.post(
            "notifications/read", "Mark all notices read", "All that were sent up to a time, so that none is passed over which came meanwhile.",
            tag: Self.tag, body: NoticesRead.self, answer: .ok(NoticesMarked.self)
        ) { call, read in
            let caller = call.principal
            return try await call.write { tx in
                try notices.markAllRead(upTo: read.upTo, in: tx, as: caller)
            } answer: {
                .ok(NoticesMarked(marked: $0))
            }
        }
    }
}

// MARK: - On the wire

extension Notice.Kind: WireType {}

extension Notice: WireType {
    static var schema: Schema {
        .object(
            "Notice", "One message to one person.",
            [
                .required("id", ID<Notice>.self), .required("recipient", ID<User>.self, "The caller."), .required("kind", Kind.self),
                .required("ticket", TicketRef.self, "What it is about."), .required("subject", String.self), .optional("body", String.self),
                .required("createdAt", Instant.self), .optional("readAt", Instant.self, "Absent while it is unread."),
            ])
    }
}

/// Which notices are read by now.
struct NoticesRead: Codable, Sendable, WireType {
    /// Nil for all.
    var upTo: Instant?

    static var schema: Schema {
        .object(
            "NoticesRead", "Which notices are read by now.", [.optional("upTo", Instant.self, "Those that were sent until then; all when absent.")])
    }
}

/// What became of it.
struct NoticesMarked: Codable, Sendable, WireType {
    var marked: Int

    static var schema: Schema { .object("NoticesMarked", "What was marked.", [.required("marked", Int.self, "How many were unread.")]) }
}
