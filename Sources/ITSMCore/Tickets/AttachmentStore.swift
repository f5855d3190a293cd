/// Where attachments are kept. The caller holds the ticket's lock for every change.
public protocol AttachmentStore {
    /// Queues the insert, and marks the blob as used. The blob was announced and its bytes are in place.
    func insert(_ attachment: Attachment) throws
    /// Queues the tombstone; a blob that nothing uses any more begins to age.
    func delete(_ attachment: Attachment) throws
    /// Queues the tombstone without a name; its bytes go with the next removal of what nothing uses.
    func redact(_ attachment: Attachment) throws
    /// How many other attachments that are there have these bytes.
    func others(with digest: Blob.Digest, than attachment: ID<Attachment>) throws -> Int
    /// The attachment with the name of who added it; nil when it is not on that ticket, or was deleted.
    func first(_ id: ID<Attachment>, on ticket: ID<Ticket>) throws -> (attachment: Attachment, addedByName: String)?
    /// Queues the read of those that are there, in order of time, work notes' only if `includesNotes`.
    ///
    /// - Parameter condition: what must hold besides; of the scope `attachments`.
    func list(
        on ticket: ID<Ticket>, includesNotes: Bool, where condition: Condition?, page: PageRequest, for reader: Principal
    ) throws -> Later<Page<(attachment: Attachment, addedByName: String)>>
    /// Those that hang on a comment and are there.
    func all(on comment: ID<Comment>) throws -> [Attachment]
    /// How many are there.
    func count(on ticket: ID<Ticket>) throws -> Int
}

/// What is known of the bytes of attachments. A blob's row is written before its file gets its name, and goes after its file: no file is ever unknown.
public protocol BlobStore {
    /// Whose they are: the desk's own id, which marks its folder of files, and whether it has any.
    func owner() throws -> (desk: String, hasBlobs: Bool)
    /// Says that the bytes are about to be put in place; they are kept for `Blob.keptUnusedSeconds` from now, used or not.
    ///
    /// - Returns: false while a server is removing the same bytes.
    func announce(_ blob: Blob) throws -> Bool
    /// Up to `limit` blobs that nothing has used for `Blob.keptUnusedSeconds`, for the caller to remove their files. Nil when there are none.
    func beginRemoval(limit: Int) throws -> BlobRemoval?
    /// Queues the end: the files are gone.
    func finish(_ removal: BlobRemoval) throws
}
