import ITSMCore

/// A file of a ticket, where its bytes are, and whether a browser can show it as a picture.
struct TicketFile: Sendable {
    let id: String
    let name: String
    let address: String
    /// `412 KB`.
    let size: String
    let isImage: Bool
    let isNote: Bool
    let by: String
    let time: ScreenTime.Moment
    /// The form that removes it; nil where the reader may not.
    let removal: String?
    /// The page that takes it out for good; nil where the reader may not.
    let redaction: String?

    init(_ file: AttachmentView, of ticket: String, mayRemove: Bool, mayRedact: Bool = false, time: ScreenTime) {
        id = file.id.description
        name = file.fileName.description
        address = "/api/v1/tickets/\(ticket)/attachments/\(file.id)/content"
        size = Self.size(file.size)
        isImage = ["image/png", "image/jpeg", "image/gif", "image/webp"].contains(file.mediaType.rawValue)
        isNote = file.visibility == .workNote
        by = file.addedBy.name
        self.time = time(file.addedAt)
        removal = mayRemove ? "/tickets/\(ticket)/attachments/\(file.id)/remove" : nil
        redaction = mayRedact ? "/tickets/\(ticket)/attachments/\(file.id)/redact" : nil
    }

    /// In one unit of 1,000s, as people speak of files.
    static func size(_ bytes: Int64) -> String {
        switch bytes {
        case 1: "1 byte"
        case ..<1_000: "\(bytes) bytes"
        case ..<1_000_000: "\((bytes + 500) / 1_000) KB"
        default: "\((bytes + 50_000) / 1_000_000).\((bytes + 50_000) / 100_000 % 10) MB"
        }
    }
}
