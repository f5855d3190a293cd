import Synchronization

/// The reading of one file: looked over once for its shape, then read again ticket by ticket. Its methods block.
final class ImportReading: Sendable {
    let plan: ImportPlan
    /// Rows in all.
    let rows: Int
    private let state: Mutex<State>
    private let writer: CSVWriter
    /// What the file of rejected rows begins with.
    let rejectsHeader: [UInt8]

    private struct State: Sendable {
        var groups: TicketRows
        var fold: HistoryFold
    }

    /// Some tickets with all of their rows, folded.
    struct Batch: Sendable {
        var items: [Item] = []
        var rows = 0

        struct Item: Sendable {
            var group: TicketRows.Group
            var outcome: HistoryFold.Outcome
        }
    }

    /// - Throws: 422 with every fault of map, header and zone, or when the file is no CSV.
    init(_ request: ImportRequest, fields: CustomFieldList, in folder: any ImportFolder) throws {
        let format = CSVFormat(delimiter: request.map.delimiter?.utf8.first, encoding: request.map.encoding)
        do {
            var reader = try CSVReader(format: format, source: folder.open())
            plan = try ImportPlan(request.map, header: reader.header, timeZone: request.timeZone, fields: fields)
            let scan = try ImportScan(&reader, plan: plan)
            rows = scan.rows
            // Only now is it known for certain: the first character that is not ASCII may stand far down.
            let found = CSVFormat(delimiter: reader.delimiter, encoding: format.encoding)
            let again = try CSVReader(format: found, source: folder.open())
            state = Mutex(State(groups: TicketRows(again, plan: plan, scan: scan), fold: HistoryFold(plan)))
            writer = CSVWriter(delimiter: reader.delimiter, lineBreak: reader.lineBreak)
            // Rejected rows are UTF-8 whatever the file was; the mark says so to whoever reads them next.
            let mark: [UInt8] = reader.encoding == .utf8 ? [] : [0xEF, 0xBB, 0xBF]
            rejectsHeader = mark + writer.line(reader.header)
        } catch let error as CSVError {
            throw ITSMError.invalid("/file", .malformed, error.description)
        }
    }

    /// The next `limit` tickets, or fewer when they have many rows; nil at the end.
    func next(limit: Int, rowLimit: Int) throws -> Batch? {
        try state.withLock { state in
            var batch = Batch()
            while batch.items.count < limit, batch.rows < rowLimit, let group = try state.groups.next() {
                batch.rows += group.rows.count
                batch.items.append(.init(group: group, outcome: state.fold.fold(group)))
            }
            return batch.items.isEmpty ? nil : batch
        }
    }

    /// Passes by the first `count` tickets.
    func skip(_ count: Int) throws {
        try state.withLock { state in
            for _ in 0..<count { _ = try state.groups.next() }
        }
    }

    /// The rows of a ticket as the file of rejected rows has them.
    func rejects(_ group: TicketRows.Group) -> [UInt8] { group.rows.flatMap { writer.line($0.cells) } }
}
