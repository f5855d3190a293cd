/// Where the file of one import lies, and where what it did not take in is left.
public protocol ImportFolder: Sendable {
    /// Begins to read the file; each call of the result hands out the next bytes, nil at the end.
    func open() throws -> @Sendable () throws -> [UInt8]?

    /// Cuts what was left back to what stood there at `mark`: a run that was interrupted may have written more than it had saved.
    func rewind(to mark: ImportMark) throws

    /// Leaves rows and faults, on disk when it returns.
    func append(rejects: [UInt8], faults: [ImportFault]) throws -> ImportMark

    /// The first faults that were left.
    func faults(limit: Int) throws -> [ImportFault]
}

/// How much an import has left behind.
public struct ImportMark: Sendable, Hashable, Codable {
    /// Bytes of the rejected rows, their header included.
    public var rejects: Int64
    /// Bytes of the faults.
    public var faults: Int64

    public init(rejects: Int64 = 0, faults: Int64 = 0) {
        self.rejects = rejects
        self.faults = faults
    }
}

/// How far an import has come: saved in the transaction that wrote the tickets up to here.
struct ImportCheckpoint: Sendable, Hashable, Codable {
    /// Tickets read, counted in the order in which `TicketRows` hands them out.
    var tickets = 0
    var mark = ImportMark()
    var report: ImportReport
}
