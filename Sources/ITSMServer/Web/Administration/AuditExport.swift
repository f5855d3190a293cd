import Hummingbird
import ITSMCore

/// The audit trail as a file: the same entries, with the same values left out, as its reader sees on the page and in the API.
struct AuditExport: Sendable {
    let format: ExportFormat
    let activity: ActivityService
    let filter: ActivityFilter
    let caller: Principal

    private static let columns = [
        "id", "occurredAt", "recordedAt", "kind", "recordType", "recordId", "ticket", "principalId", "principal", "onBehalfOf", "channel",
        "restricted", "redacted", "cause", "depth", "requestId", "address", "changes",
    ]

    /// - Throws: what is wrong with the filter, or with the reader's rights, before anything is sent.
    func response() async throws -> Response {
        try await RecordExport(format: format, name: "audit", columns: Self.columns, cells: Self.cells) { [self] position in
            try await activity.audit(filter, page: PageRequest(limit: Limits.pageMaximum, after: position)!, as: caller)
        }.response()
    }

    @Sendable private static func cells(of entry: ActivityEntry) throws -> [String] {
        let changes = try entry.changes.map { String(buffer: try WireEncoding.encode($0.value)) }
        return [
            entry.id.description, entry.occurredAt.description, entry.recordedAt.description, entry.kind.rawValue, entry.record.type.rawValue,
            entry.record.id.description, entry.ticket?.description ?? "", entry.principal.id.description, entry.principal.name,
            entry.onBehalfOf?.name ?? "", entry.channel.rawValue, "\(entry.restricted)", "\(entry.redacted)", entry.cause ?? "", "\(entry.depth)",
            entry.requestId ?? "", entry.address ?? "", changes ?? "",
        ]
    }
}
