import Foundation
import ITSMCore
import Yams

/// Writes records in the form that was asked for, a page at a time, so that a list of any length needs little memory.
struct RecordPrinter {
    private let console: Console
    private let format: OutputFormat
    private let shape: RecordShape
    private let fields: [String]?
    private let columns: [Column]
    private let cells: CellFormat
    private var widths: [Int]?
    private var count = 0

    init(_ shape: RecordShape, _ form: OutputForm, on console: Console) {
        self.console = console
        self.shape = shape
        format = form.format
        fields = form.fields
        let everything = format == .wide || format == .csv
        columns = fields?.map(Column.init(field:)) ?? shape.columns.filter { everything || !$0.isWide }
        let isForPeople = format == .table || format == .wide
        cells = CellFormat(timeZone: isForPeople ? form.timeZone : nil)
    }

    /// Prints the next records of a list.
    mutating func print(_ records: [JSONValue]) throws {
        guard !records.isEmpty else { return }
        defer { count += records.count }
        switch format {
        case .table, .wide: try printTable(records)
        case .tsv: try console.write(records.map { rowCells($0).joined(separator: "\t") + "\n" }.joined())
        case .csv:
            if count == 0 { try console.write(CSV.line(columns.map(\.path))) }
            try console.write(records.map { CSV.line(rowCells($0)) }.joined())
        case .json:
            let items = try records.map { try "  " + JSONText.pretty(selected($0), indent: "  ") }
            try console.write((count == 0 ? "[\n" : ",\n") + items.joined(separator: ",\n"))
        case .ndjson: try console.write(records.map { try JSONText.compact(selected($0)) + "\n" }.joined())
        case .yaml: try console.write(YAMLText.of(.array(records.map(selected))))
        case .name: try console.write(records.map { ($0.value(at: shape.name)?.cell ?? "") + "\n" }.joined())
        }
    }

    /// Closes what a list's form needs closed.
    func finish() throws {
        switch format {
        case .json: try console.write(count == 0 ? "[]\n" : "\n]\n")
        case .yaml where count == 0: try console.write("[]\n")
        case .csv where count == 0: try console.write(CSV.line(columns.map(\.path)))
        default: break
        }
    }

    /// Prints one record: a card for people, an object for programs.
    mutating func printCard(_ record: JSONValue) throws {
        switch format {
        case .table, .wide, .tsv: try printDetails(record)
        case .json: try console.write(JSONText.pretty(selected(record)) + "\n")
        case .yaml: try console.write(YAMLText.of(selected(record)))
        case .csv, .ndjson, .name: try print([record])
        }
    }

    private mutating func printTable(_ records: [JSONValue]) throws {
        let rows = records.map(rowCells)
        let isFirst = widths == nil
        let widths = widths ?? TableLayout.widths(columns, rows: rows, fitting: console.isOutputTerminal ? console.width : nil)
        self.widths = widths
        let paint = Paint(isOn: console.usesColor)
        var text = ""
        if isFirst { text += paint.heading(TableLayout.line(columns.map(\.header), widths, cuts: false)) + "\n" }
        for row in rows {
            text += TableLayout.line(row, widths, cuts: console.isOutputTerminal) { paint.cell($1, of: columns[$0].path, padded: $2) } + "\n"
        }
        try console.write(text)
    }

    private func printDetails(_ record: JSONValue) throws {
        let lines = fields?.map(Column.init(field:)) ?? shape.details ?? shape.columns
        let shown = lines.map { ($0, cells.text($0, of: record)) }.filter { fields != nil || !$0.1.isEmpty }
        if format == .tsv { return try console.write(shown.map { "\($0.0.path)\t\($0.1)\n" }.joined() + longText(record)) }
        let width = shown.map { $0.0.header.displayWidth }.max() ?? 0
        let paint = Paint(isOn: console.usesColor)
        let card = shown.map { paint.heading($0.0.header.padded(to: width)) + "  " + paint.cell($0.1, of: $0.0.path, padded: $0.1) + "\n" }
        try console.write(card.joined() + longText(record))
    }

    private func longText(_ record: JSONValue) -> String {
        guard fields == nil, let path = shape.text, let text = record.value(at: path)?.string, !text.isEmpty else { return "" }
        return "\n" + text.safeForTerminal(multiline: true) + "\n"
    }

    private func rowCells(_ record: JSONValue) -> [String] { columns.map { cells.text($0, of: record) } }

    private func selected(_ record: JSONValue) -> JSONValue {
        guard let fields else { return record }
        return .object(Dictionary(fields.compactMap { path in record.value(at: path).map { (path, $0) } }, uniquingKeysWith: { $1 }))
    }
}

/// How a value becomes one cell: with a zone for people, without one as it is on the wire.
struct CellFormat: Sendable {
    var timeZone: TimeZone?

    func text(_ column: Column, of record: JSONValue) -> String {
        let text = record.value(at: column.path)?.cell ?? ""
        if column.style == .time, let timeZone, let instant = Instant(text) { return Self.shown(instant, in: timeZone) }
        return text.safeForTerminal()
    }

    /// `2026-11-21 14:05`
    static func shown(_ instant: Instant, in zone: TimeZone) -> String {
        let seconds = instant.microseconds / 1_000_000
        let offset = zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))
        let text = instant.adding(seconds: Int64(offset)).description
        return text.prefix(10) + " " + text.dropFirst(11).prefix(5)
    }
}
