// What hangs on a ticket, and comes in pages.

/// A field of a reply or a work note.
public enum CommentField: String, CaseIterable, Sendable, FieldOfRecord {
    case id, author, visibility, body, version, channel, createdAt, editedAt, deletedAt

    static let root = "comment"
    var meaning: RecordField.Meaning {
        switch self {
        case .id: .init(.string, "The comment's own id.")
        case .author: .init(.person, "Who wrote it.")
        case .visibility: .word(Comment.Visibility.self, "Who sees it.")
        case .body: .init(.string, "Its text, Markdown; empty once it is deleted.")
        case .version: .init(.int, "Rises with each edit.")
        case .channel: .word(Channel.self, "How it came in.")
        case .createdAt: .init(.timestamp, "When it was written.")
        case .editedAt: .init(.nullable(.timestamp), "When it was edited last.")
        case .deletedAt: .init(.nullable(.timestamp), "When its text was removed.")
        }
    }
}

/// A field of a file on a ticket.
public enum AttachmentField: String, CaseIterable, Sendable, FieldOfRecord {
    case id, fileName, mediaType, size, sha256, visibility, comment, addedBy, addedAt

    static let root = "attachment"
    var meaning: RecordField.Meaning {
        switch self {
        case .id: .init(.string, "The file's own id.")
        case .fileName: .init(.string, "Such as screenshot.png.")
        case .mediaType: .init(.string, "Such as image/png, as whoever added it said.")
        case .size: .init(.int, "Bytes.")
        case .sha256: .init(.string, "Of its content, in hexadecimal.")
        case .visibility: .word(Comment.Visibility.self, "Who sees it.")
        case .comment: .init(.nullable(.string), "The id of the comment that it hangs on.")
        case .addedBy: .init(.person, "Who added it.")
        case .addedAt: .init(.timestamp, "When it was added.")
        }
    }
}

/// A field of what became of one ticket in a bulk change.
public enum OutcomeField: String, CaseIterable, Sendable, FieldOfRecord {
    case key, id, number, result, version, problemCode = "problem.code", problemDetail = "problem.detail", undoneResult = "undone.result"

    static let root = "outcome"
    var meaning: RecordField.Meaning {
        switch self {
        case .key: .init(.string, "The ticket as it was named.")
        case .id: .init(.nullable(.string), "The id of the ticket, where there is one for its reader.")
        case .number: .init(.nullable(.string), "The number of the ticket.")
        case .result: .word(BulkOutcome.Result.self, "What became of it.")
        case .version: .init(.nullable(.int), "The version of the ticket after it.")
        case .problemCode: .word(ErrorCode.self, isOptional: true, "Why it was refused.")
        case .problemDetail: .init(.nullable(.string), "The same in words.")
        case .undoneResult: .word(BulkOutcome.Result.self, isOptional: true, "What became of it when the change was undone.")
        }
    }
}
