import HTTPTypes
import Hummingbird
import ITSMCore
import NIOCore

/// A list of any length as a file, streamed page by page, so that it takes no memory.
struct RecordExport<Record: Encodable & Sendable>: Sendable {
    let format: ExportFormat
    /// Of the file, without its end.
    let name: String
    let columns: [String]
    /// One text for each column.
    let cells: @Sendable (Record) throws -> [String]
    let page: @Sendable (PagePosition?) async throws -> Page<Record>

    /// - Throws: what is wrong with the request, or with the reader's rights, before anything is sent.
    func response() async throws -> Response {
        let first = try await page(nil)
        let headers: HTTPFields = [
            .contentType: format.mediaType, .contentDisposition: "attachment; filename=\"\(name).\(format.rawValue)\"",
            .xContentTypeOptions: "nosniff", .cacheControl: "no-store",
        ]
        let export = self
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { writer in
                if export.format == .csv { try await writer.write(ByteBuffer(bytes: CSVWriter(lineBreak: "\r\n").line(export.columns))) }
                var page = first
                while true {
                    try await writer.write(export.lines(of: page.items))
                    guard let next = page.next else { break }
                    page = try await export.page(next)
                }
                try await writer.finish(nil)
            })
    }

    private func lines(of records: [Record]) throws -> ByteBuffer {
        var lines = ByteBuffer()
        let csv = CSVWriter(lineBreak: "\r\n")
        for record in records {
            switch format {
            case .ndjson:
                lines.writeImmutableBuffer(try WireEncoding.encode(record))
                lines.writeString("\n")
            case .csv: lines.writeBytes(csv.line(try cells(record).map(SpreadsheetCell.harmless)))
            }
        }
        return lines
    }
}

enum ExportFormat: String, CaseIterable, QueryValue, Sendable {
    case csv, ndjson

    var mediaType: String { self == .csv ? "text/csv; charset=utf-8" : "application/x-ndjson" }
}

enum SpreadsheetCell {
    /// A spreadsheet takes a cell that begins so for a formula and runs it; behind an apostrophe it is text (OWASP, CSV injection).
    static func harmless(_ cell: String) -> String {
        guard let first = cell.unicodeScalars.first, "=+-@\t\r\n".unicodeScalars.contains(first) else { return cell }
        return "'" + cell
    }
}
