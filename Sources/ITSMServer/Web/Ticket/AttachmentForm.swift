import ITSMCore
import ITSMStore

/// A file that is added to a ticket without scripts: one at a time, as the API takes them.
struct AttachmentForm {
    let tickets: TicketService
    let files: AttachmentFolder

    static let visibility = Query<String>("visibility", "Who may see it: public, or workNote.")

    /// - Parameters:
    ///   - query: what the form's address may say.
    ///   - ticket: the address of the ticket's page, which follows.
    func add(
        to table: inout RouteTable, at address: String, query: [any QueryParameter] = [], ticket: @escaping @Sendable (TicketKey, Call) -> String
    ) {
        let (tickets, files) = (tickets, files)
        table.fileForm(
            address, "Add a file to a ticket", query: query, fields: [Self.visibility], fileLimit: Limits.attachment,
            check: { call in _ = try await tickets.find(try call.ticketKey, as: call.principal) }
        ) { call, upload, form in
            let (key, caller) = (try call.ticketKey, call.principal)
            let visibility = Comment.Visibility(rawValue: form[Self.visibility.name]) ?? .public
            let draft = Attachment.Draft(fileName: upload.fileName, mediaType: upload.mediaType, visibility: visibility, comment: nil)
            try await tickets.checkAttachment(draft, to: key, as: caller)
            let blob = try await files.store(upTo: tickets.attachmentLimit) { try await upload.next().map { Array($0.readableBytesView) } }
            // What a browser sends where no file was chosen.
            guard blob.size > 0 else { throw ITSMError.invalid("/file", "Choose a file that is not empty.") }
            let file = try await call.environment.database.write { try tickets.addAttachment(draft, blob, to: key, in: $0, as: caller) }
            return .seeOther(ticket(key, call), notice: "The file \(file.fileName) was added.")
        }
    }
}
