/// What a first look over a whole file tells: how many rows it has, and how many of them each ticket.
struct ImportScan: Sendable {
    /// Rows after the header, blank lines left out.
    private(set) var rows = 0
    /// By the source's number of the ticket.
    private(set) var rowsOfTicket: [String: Int32] = [:]

    /// - Throws: what the reader throws.
    init(_ reader: inout CSVReader, plan: ImportPlan) throws {
        while let row = try reader.next() {
            rows += 1
            if let id = plan.text(.externalId, in: row)?.text { rowsOfTicket[id, default: 0] += 1 }
        }
    }
}

/// Hands out the rows of a file ticket by ticket, as soon as a ticket has all of its rows; always in the same order.
struct TicketRows {
    private var reader: CSVReader
    private let plan: ImportPlan
    /// How many rows each open ticket still lacks.
    private var missing: [String: Int32]
    private var open: [String: Group] = [:]
    private var openBytes = 0
    private let seed: ContentDigest

    /// All rows of one ticket, in the order of the file.
    struct Group: Sendable {
        /// Nil for a row that names no ticket.
        var externalID: String?
        var rows: [CSVRow] = []
        var digest: ContentDigest
    }

    /// What may be held of tickets whose rows are spread over the file.
    static let mostOpenBytes = 256 << 20

    init(_ reader: CSVReader, plan: ImportPlan, scan: ImportScan) {
        self.reader = reader
        self.plan = plan
        missing = scan.rowsOfTicket
        seed = plan.fingerprint
    }

    /// - Throws: what the reader throws, and `tooLarge` when the rows of tickets are too far apart.
    mutating func next() throws -> Group? {
        while let row = try reader.next() {
            guard let id = plan.text(.externalId, in: row)?.text else { return Group(externalID: nil, rows: [row], digest: seed) }
            let left = (missing[id] ?? 1) - 1
            missing[id] = left
            var group = open.removeValue(forKey: id) ?? Group(externalID: id, digest: seed)
            group.rows.append(row)
            group.digest.add(row)
            openBytes += row.size
            if left <= 0 {
                openBytes -= group.rows.reduce(0) { $0 + $1.size }
                return group
            }
            open[id] = group
            if openBytes > Self.mostOpenBytes {
                throw ITSMError(.tooLarge, "The rows of tickets are too far apart to be held together; sort the file by the ticket's number.")
            }
        }
        return nil
    }
}
