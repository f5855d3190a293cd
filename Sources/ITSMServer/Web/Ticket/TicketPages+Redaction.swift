import ITSMCore

/// Taking a file out of a ticket for good: a page that asks for the reason, since nothing brings it back.
extension TicketPages {
    private static let file = "/tickets/{key}/attachments/{attachment}/redact"

    func addRedaction(to table: inout RouteTable) {
        let (pages, tickets, database) = (self, tickets, database)
        table.page(Self.file, "Take a file out for good", query: [Self.from]) { call in
            try await pages.redaction(call)
        }
        table.form(Self.file, "Take a file out for good", query: [Self.from]) { call, form in
            let (key, caller, reason) = (try call.ticketKey, call.principal, form.exact("reason"))
            let id = try call.id("attachment", of: Attachment.self, called: "attachment")
            do {
                try await database.write { try tickets.redactAttachment(id, on: key, reason: reason, in: $0, as: caller) }
                return .seeOther("/tickets/\(key)\(call.from)", notice: "The file was redacted.")
            } catch let error as ITSMError where error.isForForm {
                return .page(try await pages.redaction(call, form, error))
            }
        }
    }

    private func redaction(_ call: Call, _ form: Form? = nil, _ error: ITSMError? = nil) async throws -> WebPage {
        let (key, caller) = (try call.ticketKey, call.principal)
        let id = try call.id("attachment", of: Attachment.self, called: "attachment")
        guard caller.isSuperAdmin else { throw ITSMError.forbidden("Only a superAdmin may redact a file.") }
        let file = try await tickets.attachment(id, on: key, as: caller)
        let (address, fields) = ("/tickets/\(key)", FormFields(form, error))
        let view = RecordPage(
            title: "Redact \(file.fileName)", parent: .init(address: address + call.from, words: key.description),
            intro:
                "For what should never have been added. The file goes for good, with its name and what the record says of it. That there was one, who redacted it, "
                + "when and why stays on record.",
            faults: fields.faults,
            form: FormView(
                to: "\(address)/attachments/\(id)/redact\(call.from)", submit: "Redact the file", back: address + call.from, isDangerous: true,
                sections: [.init(fields: [fields.text("reason", "Reason", help: "It stays on record, with your name, and shows in the ticket.")])]))
        return WebPage(title: view.title, template: "record", view: view, place: "queue", status: error?.status ?? .ok)
    }
}
