// What people have of their own, and what works for them.

/// A field of what the desk told its reader.
public enum NoticeField: String, CaseIterable, Sendable, FieldOfRecord {
    case id, kind, ticketID = "ticket.id", ticketNumber = "ticket.number", ticketTitle = "ticket.title", subject, body, createdAt, readAt

    static let root = "notice"
    var meaning: RecordField.Meaning {
        switch self {
        case .id: .init(.string, "The notice's own id.")
        case .kind: .word(Notice.Kind.self, "Why it was sent.")
        case .ticketID: .init(.string, "The id of the ticket that it is about.")
        case .ticketNumber: .init(.string, "Such as INC0000042.")
        case .ticketTitle: .init(.string, "The title of the ticket as it is now.")
        case .subject: .init(.string, "One line.")
        case .body: .init(.nullable(.string), "What stands below it.")
        case .createdAt: .init(.timestamp, "When it was sent.")
        case .readAt: .init(.nullable(.timestamp), "When it was read.")
        }
    }
}

/// A field of work in the background.
public enum JobField: String, CaseIterable, Sendable, FieldOfRecord {
    case id, kind, status, done = "progress.done", total = "progress.total", errorCode = "error.code", errorDetail = "error.detail"
    case createdAt, startedAt, finishedAt

    static let root = "job"
    var meaning: RecordField.Meaning {
        switch self {
        case .id: .init(.string, "The job's own id.")
        case .kind: .init(.string, "Such as ticketImport, slaRecompute, bulkChange or bulkUndo.")
        case .status: .word(Job.Status.self, "How far it is.")
        case .done: .init(.int, "How much is done, such as rows.")
        case .total: .init(.int, "How much there is; 0 while it is not known.")
        case .errorCode: .init(.nullable(.string), "What went wrong last.")
        case .errorDetail: .init(.nullable(.string), "The same in words.")
        case .createdAt: .init(.timestamp, "When it was asked for.")
        case .startedAt: .init(.nullable(.timestamp), "When it was begun first.")
        case .finishedAt: .init(.nullable(.timestamp), "When it came to its end.")
        }
    }
}

/// A field of a view. What it shows is none: hidden fields are taken out of that for some readers.
public enum ViewField: String, CaseIterable, Sendable, FieldOfRecord {
    case id, name, owner, sharing, groups, grouping, pinned, order, version, createdAt, updatedAt

    static let root = "view"
    var meaning: RecordField.Meaning {
        switch self {
        case .id: .init(.string, "The view's own id.")
        case .name: .init(.string, "Unique among its owner's.")
        case .owner: .init(.person, "Who made it.")
        case .sharing: .word(SavedView.Sharing.self, "Who else may use it.")
        case .groups: .init(.list(.group), "The groups that it is shared with.")
        case .grouping: .word(TicketGrouping.self, isOptional: true, "By what its tickets are grouped.")
        case .pinned: .init(.bool, "Among the tabs of the queue.")
        case .order: .init(.int, "Its place among others.")
        case .version: .init(.int, "Rises with each edit.")
        case .createdAt: .init(.timestamp, "When it was made.")
        case .updatedAt: .init(.timestamp, "When it was changed last.")
        }
    }
}
