import ITSMCore

/// The viewer of the audit trail, and the trail as a file.
struct AuditPages {
    let activity: ActivityService
    let desk: CurrentDesk

    static let address = "/admin/audit"

    func add(to table: inout RouteTable) {
        let (activity, desk) = (activity, desk)
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
            let view = AuditView(page, query, error, time, next: call.next(after: page), first: call.first)
            return WebPage(title: "Audit", template: "audit", view: view, place: "admin:audit", status: error == nil ? .ok : .unprocessableContent)
        }
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

    /// The trail names its own parameters; the page has fields.
    private static func atField(_ error: ITSMError) -> ITSMError {
        error.code == .notFound ? ITSMError.invalid("/record", error.detail) : ITSMError.invalid("/actor", error.detail)
    }
}
