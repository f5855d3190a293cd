import HTTPTypes
import Hummingbird
import ITSMCore
import NIOCore

/// The audit trail as a file: the same entries, with the same values left out, as its reader sees on the page and in the API.
struct AuditExport: Sendable {
    enum Format: String, Sendable, CaseIterable {
        case csv, ndjson
    }

    let format: Format
    let activity: ActivityService
    let filter: ActivityFilter
    let caller: Principal

    private static let columns = [
        "id", "occurredAt", "recordedAt", "kind", "recordType", "recordId", "ticket", "principalId", "principal", "onBehalfOf", "channel",
        "restricted", "redacted", "cause", "depth", "requestId", "address", "changes",
    ]

    /// Streams it page by page, so that a trail of any length takes no memory.
    ///
    /// - Throws: what is wrong with the filter, or with the reader's rights, before anything is sent.
    func response() async throws -> Response {
        let first = try await page(after: nil)
        let mediaType = format == .csv ? "text/csv; charset=utf-8" : "application/x-ndjson"
        let headers: HTTPFields = [
            .contentType: mediaType, .contentDisposition: "attachment; filename=\"audit.\(format.rawValue)\"", .xContentTypeOptions: "nosniff",
            .cacheControl: "no-store",
        ]
        let export = self
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { writer in
                if export.format == .csv { try await writer.write(ByteBuffer(bytes: CSVWriter(lineBreak: "\r\n").line(Self.columns))) }
                var page = first
                while true {
                    try await writer.write(export.lines(of: page.items))
                    guard let next = page.next else { break }
                    page = try await export.page(after: next)
                }
                try await writer.finish(nil)
            })
    }

    private func page(after position: PagePosition?) async throws -> Page<ActivityEntry> {
        try await activity.audit(filter, page: PageRequest(limit: Limits.pageMaximum, after: position)!, as: caller)
    }

    private func lines(of entries: [ActivityEntry]) throws -> ByteBuffer {
        var lines = ByteBuffer()
        let csv = CSVWriter(lineBreak: "\r\n")
        for entry in entries {
            switch format {
            case .ndjson:
                lines.writeImmutableBuffer(try WireEncoding.encode(entry))
                lines.writeString("\n")
            case .csv: lines.writeBytes(csv.line(try Self.cells(of: entry).map(Self.harmless)))
            }
        }
        return lines
    }

    private static func cells(of entry: ActivityEntry) throws -> [String] {
        let changes = try entry.changes.map { String(buffer: try WireEncoding.encode($0.value)) }
        return [
            entry.id.description, entry.occurredAt.description, entry.recordedAt.description, entry.kind.rawValue, entry.record.type.rawValue,
            entry.record.id.description, entry.ticket?.description ?? "", entry.principal.id.description, entry.principal.name,
            entry.onBehalfOf?.name ?? "", entry.channel.rawValue, "\(entry.restricted)", "\(entry.redacted)", entry.cause ?? "", "\(entry.depth)",
            entry.requestId ?? "", entry.address ?? "", changes ?? "",
        ]
    }

    /// A spreadsheet takes a cell that begins so for a formula and runs it; behind an apostrophe it is text (OWASP, CSV injection).
    static func harmless(_ cell: String) -> String {
        guard let first = cell.unicodeScalars.first, "=+-@\t\r\n".unicodeScalars.contains(first) else { return cell }
        return "'" + cell
    }
}
