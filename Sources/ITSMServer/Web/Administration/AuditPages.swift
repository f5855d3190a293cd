import ITSMCore

/// The viewer of the audit trail, and the trail as a file.
struct AuditPages {
    let services: DeskServices
    let desk: CurrentDesk
    /// Signalled when a check of the record was begun.
    let newJobs: WakeUp

    static let address = "/admin/audit"

    func add(to table: inout RouteTable) {
        let (activity, record, desk) = (services.activity, services.record, desk)
        table.adminPage(Self.address, "The audit trail", .readAudit, query: AuditQuery.all + [StandardQueries.cursor]) { call in
            let time = ScreenTime(for: call.principal, desk)
            let query = AuditQuery(call, zone: time.zone)
            var (page, error) = (Page<ActivityEntry>(items: []), query.error)
            if error == nil {
                do {
                    page = try await activity.audit(query.filter, page: call.pageRequest(), as: call.principal)
                } catch let found as ITSMError where PageFilter.isFault(found) {
                    error = PageFilter.atField(found)
                } catch let found as ITSMError where [.invalidValue, .notFound].contains(found.code) {
                    error = Self.atField(found)
                }
            }
            let seals = SealView(try await record.state(as: call.principal), for: call.principal, time)
            let view = AuditView(
                page, query, error, time, next: call.next(after: page), first: call.first, seals: seals, mayRedact: call.principal.isSuperAdmin)
            return WebPage(title: "Audit", template: "audit", view: view, place: "admin:audit", status: error == nil ? .ok : .unprocessableContent)
        }
        addChecks(to: &table)
        addRedaction(to: &table)
        table.pageDownload(
            "\(Self.address)/export", "The audit trail as a file", needs: .permission(.readAudit), query: AuditQuery.all + [AuditQuery.format]
        ) { call in
            try call.principal.require(.readAudit)
            let query = AuditQuery(call, zone: ScreenTime(for: call.principal, desk).zone)
            if let error = query.error { throw error }
            guard let format = ExportFormat(rawValue: call[AuditQuery.format] ?? "csv") else {
                throw ITSMError.badRequest([.init("?format", .invalidValue, "The format is csv or ndjson.")])
            }
            return try await AuditExport(format: format, activity: activity, filter: query.filter, caller: call.principal).response()
        }
    }

    private func addChecks(to table: inout RouteTable) {
        let (record, newJobs) = (services.record, newJobs)
        table.form("\(Self.address)/checks", "Check the whole record", needs: .permission(.readAudit)) { call, _ in
            _ = try await record.beginCheck(as: call.principal)
            newJobs.signal()
            return .seeOther(Self.address, notice: "The record is being checked.")
        }
    }

    private func addRedaction(to table: inout RouteTable) {
        let (activity, database) = (services.activity, services.database)
        table.adminPage("\(Self.address)/entries/{id}/redact", "Take the values out of an entry", .readAudit) { call in
            Self.redaction(try Self.entry(of: call))
        }
        table.adminForm("\(Self.address)/entries/{id}/redact", "Take the values out of an entry", .readAudit) { call, form in
            let (id, caller, reason) = (try Self.entry(of: call), call.principal, form.exact("reason"))
            try await database.write { try activity.redact(id, reason: reason, in: $0, as: caller) }
            return .seeOther(Self.address, notice: "The values were taken out.")
        } again: { call, form, error in
            Self.redaction(try Self.entry(of: call), FormFields(form, error))
        }
    }

    /// - Throws: `forbidden` for everyone but a superAdmin, before anything is said of the entry.
    private static func entry(of call: Call) throws -> FeedCursor {
        guard call.principal.isSuperAdmin else { throw ITSMError.forbidden("Only a superAdmin may redact the record.") }
        guard let id = FeedCursor(try call.parameter("id")) else { throw ITSMError.notFound("activity") }
        return id
    }

    private static func redaction(_ id: FeedCursor, _ fields: FormFields = FormFields()) -> WebPage {
        let form = FormView(
            to: "\(address)/entries/\(id)/redact", submit: "Take the values out", back: address, isDangerous: true,
            sections: [.init(fields: [fields.text("reason", "Reason", help: "It stays on record, with your name.")])])
        let page = RecordPage(
            title: "Redact entry \(id)", parent: .init(address: address, words: "Audit"),
            intro: "For what should never have been written. The values go for good; that something happened, by whom and when stays.",
            faults: fields.faults, form: form)
        return WebPage(title: page.title, template: "record", view: page, place: "admin:audit")
    }

    /// The trail names its own parameters; the page has fields.
    private static func atField(_ error: ITSMError) -> ITSMError {
        error.code == .notFound ? ITSMError.invalid("/record", error.detail) : ITSMError.invalid("/actor", error.detail)
    }
}
