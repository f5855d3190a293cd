import ITSMCore
import ITSMStore

/// Files of a ticket.
struct AttachmentRoutes {
    let tickets: TicketService
    let files: AttachmentFolder

    private static let visibility = Query<Comment.Visibility>("visibility", "Who sees it; `public` when absent, that of the comment on one.")
    private static let comment = Query<ID<Comment>>("comment", "A comment of one's own to hang it on.")

    func add(to table: inout RouteTable) {
        for collection in TicketCollection.all {
            addReading(collection, to: &table)
            addWriting(collection, to: &table)
        }
    }

    private func addReading(_ collection: TicketCollection, to table: inout RouteTable) {
        let (tickets, files) = (tickets, files)
        let path = "\(collection.path)/{key}/attachments"
        table.list(
            path, "List the files that you may see", tag: collection.tag, query: [FilterQuery.attachments.parameter], of: AttachmentView.self
        ) { call, page in
            try await tickets.attachments(
                on: collection.key(of: call), where: FilterQuery.attachments.condition(call), page: page, as: call.principal)
        }
        table.get("\(path)/{attachment}", "Read what is known of a file", tag: collection.tag, answer: .ok(AttachmentView.self)) { call in
            .ok(try await Self.find(call, in: collection, tickets))
        }
        table.download(
            "\(path)/{attachment}/content", "Download a file", "The ETag is the SHA-256 of the content.", tag: collection.tag
        ) { call in
            let attachment = try await Self.find(call, in: collection, tickets)
            return try call.download(await files.file(attachment.blob), as: attachment.fileName, mediaType: attachment.mediaType.rawValue)
        }
    }

    private func addWriting(_ collection: TicketCollection, to table: inout RouteTable) {
        let (tickets, files) = (tickets, files)
        let path = "\(collection.path)/{key}/attachments"
        table.upload(
            path, "Add a file", "At most as large as the desk's setting attachmentLimitBytes allows.", tag: collection.tag,
            fields: [Self.visibility, Self.comment], fileLimit: Limits.attachment, answer: .created(AttachmentView.self)
        ) { call, upload in
            let key = try collection.key(of: call)
            let draft = Attachment.Draft(
                fileName: upload.fileName, mediaType: upload.mediaType, visibility: upload[Self.visibility], comment: upload[Self.comment])
            try await tickets.checkAttachment(draft, to: key, as: call.principal)
            let blob = try await files.store(upTo: tickets.attachmentLimit) { try await upload.next().map { Array($0.readableBytesView) } }
            return try await call.write(digest: upload.digest) { tx in
                try tickets.addAttachment(draft, blob, to: key, in: tx, as: call.principal)
            } answer: {
                .created($0, at: "tickets/\(key)/attachments/\($0.id)")
            }
        }
        table.post(
            "\(path)/{attachment}/redact", "Take a file out for good",
            """
            Its bytes within the hour, its name, and what the record says of it; for what should never have been added. Only for superAdmins; that it was \
            done stays on record.
            """, tag: collection.tag, body: RedactionOrder.self, answer: .noContent
        ) { call, order in
            let key = try collection.key(of: call)
            let id = try call.id("attachment", of: Attachment.self, called: "attachment")
            return try await call.write { tx in
                try tickets.redactAttachment(id, on: key, reason: order.reason, in: tx, as: call.principal)
            } answer: { _ in
                .noContent
            }
        }
        table.delete("\(path)/{attachment}", "Delete a file", tag: collection.tag, answer: .noContent) { call in
            let key = try collection.key(of: call)
            let id = try call.id("attachment", of: Attachment.self, called: "attachment")
            return try await call.write { tx in
                try tickets.deleteAttachment(id, on: key, in: tx, as: call.principal)
            } answer: { _ in
                .noContent
            }
        }
    }

    private static func find(_ call: Call, in collection: TicketCollection, _ tickets: TicketService) async throws -> AttachmentView {
        let id = try call.id("attachment", of: Attachment.self, called: "attachment")
        return try await tickets.attachment(id, on: collection.key(of: call), as: call.principal)
    }
}

extension SHA256Digest: WireType {
    static var schema: Schema { .text(64).described("SHA-256 in hexadecimal.") }
}

extension FileName: WireType {
    static var schema: Schema { .text(limit) }
}

extension MediaType: WireType {
    static var schema: Schema { .text(255).described("As whoever added it said.") }
}

extension AttachmentView: WireType {
    static var schema: Schema {
        .object(
            "Attachment", "A file on a ticket.",
            [
                .required("id", ID<Attachment>.self), .required("fileName", FileName.self), .required("mediaType", MediaType.self),
                .required("size", Int64.self, "Bytes."), .required("sha256", Blob.Digest.self), .required("visibility", Comment.Visibility.self),
                .optional("comment", ID<Comment>.self, "The comment that it hangs on."), .required("addedBy", Ref<User>.self),
                .required("addedAt", Instant.self),
            ])
    }
}
