/// A file on a ticket. Its bytes are a blob that other attachments may share; a deleted one leaves a tombstone.
public struct Attachment: Sendable, Hashable {
    public let id: ID<Attachment>
    public let ticket: ID<Ticket>
    /// The comment it hangs on, whose visibility it shares.
    public let comment: ID<Comment>?
    /// Its comment's, or its own where it hangs on none.
    public let visibility: Comment.Visibility
    public let fileName: FileName
    public let mediaType: MediaType
    /// The bytes.
    public let blob: Blob
    public let addedBy: ID<User>
    public let addedAt: Instant
    public var deletedAt: Instant?
    public var deletedBy: ID<User>?

    public init(
        id: ID<Attachment>, ticket: ID<Ticket>, comment: ID<Comment>?, visibility: Comment.Visibility, fileName: FileName, mediaType: MediaType,
        blob: Blob,
        addedBy: ID<User>, addedAt: Instant, deletedAt: Instant? = nil, deletedBy: ID<User>? = nil
    ) {
        self.id = id
        self.ticket = ticket
        self.comment = comment
        self.visibility = visibility
        self.fileName = fileName
        self.mediaType = mediaType
        self.blob = blob
        self.addedBy = addedBy
        self.addedAt = addedAt
        self.deletedAt = deletedAt
        self.deletedBy = deletedBy
    }

    /// What a caller says of a file that is to be attached.
    public struct Draft: Sendable, Hashable {
        public var fileName: FileName
        /// As the caller names it; `application/octet-stream` when absent.
        public var mediaType: String?
        /// That of the comment, or `public`, when absent.
        public var visibility: Comment.Visibility?
        /// A comment of the caller's own to hang it on.
        public var comment: ID<Comment>?

        public init(fileName: FileName, mediaType: String? = nil, visibility: Comment.Visibility? = nil, comment: ID<Comment>? = nil) {
            self.fileName = fileName
            self.mediaType = mediaType
            self.visibility = visibility
            self.comment = comment
        }

        /// - Throws: 422 where it says something that is no media type.
        func checkedMediaType() throws -> MediaType {
            guard let mediaType else { return .unknown }
            guard let checked = MediaType(mediaType) else {
                throw ITSMError.invalid("/file", "The file's Content-Type is not a media type such as text/plain or image/png.")
            }
            return checked
        }
    }
}

/// What kind of file something is said to be: `type/subtype` in lower case, without parameters (RFC 6838, 4.2). Nobody checked that it is.
public struct MediaType: Sendable, Hashable, Codable, RawRepresentable, CustomStringConvertible {
    public let rawValue: String
    public var description: String { rawValue }

    /// What a file is served as whose type nobody knows.
    public static let unknown = MediaType("application/octet-stream")!

    public init?(rawValue: String) { self.init(rawValue) }

    /// Nil when `text` is no media type. Parameters are dropped.
    public init?(_ text: String) {
        let parts = text.prefix { $0 != ";" }.lowercased().split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy(Self.isName) else { return nil }
        rawValue = parts.joined(separator: "/")
    }

    private static func isName(_ text: Substring) -> Bool {
        guard (1...127).contains(text.utf8.count), let first = text.first, first.isASCII, first.isLetter || first.isNumber else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: "!#$&-^_.+".utf8.contains(byte)
            }
        }
    }
}

/// An attachment as callers read it.
public struct AttachmentView: Sendable, Hashable, Codable {
    public var id: ID<Attachment>
    public var fileName: FileName
    public var mediaType: MediaType
    /// Bytes.
    public var size: Int64
    public var sha256: Blob.Digest
    public var visibility: Comment.Visibility
    public var comment: ID<Comment>?
    public var addedBy: Ref<User>
    public var addedAt: Instant

    public init(_ attachment: Attachment, addedByName: String) {
        id = attachment.id
        fileName = attachment.fileName
        mediaType = attachment.mediaType
        size = attachment.blob.size
        sha256 = attachment.blob.digest
        visibility = attachment.visibility
        comment = attachment.comment
        addedBy = Ref(id: attachment.addedBy, name: addedByName)
        addedAt = attachment.addedAt
    }

    /// Its bytes.
    public var blob: Blob { Blob(digest: sha256, size: size) }
}
