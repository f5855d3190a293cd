import CLibPQ
import Foundation

extension Connection {
    /// Streams rows into a table in COPY's binary format; for imports and seeds. Leaves the pipeline for as long as it lasts.
    ///
    /// ```swift
    /// try connection.copyIn("COPY tags (id, name) FROM STDIN (FORMAT binary)") { copy in
    ///     for tag in tags { try copy.row(tag.id, tag.name) }
    /// }
    /// ```
    /// The columns' types must be exactly those of the values: COPY converts nothing.
    ///
    /// - Returns: the number of rows.
    @discardableResult
    package func copyIn(
        _ sql: SQL, file: StaticString = #fileID, line: UInt = #line, _ body: (inout CopyWriter) throws -> Void
    ) throws -> Int {
        requireAlone("copyIn")
        precondition(sql.parameters.count == 0, "COPY takes no parameters")
        let site = CallSite(file: file, line: line)
        try leavePipeline(site)
        guard let handle else { throw lose() }
        let fault = { (result: OpaquePointer?) in
            result.map { PostgresError(result: $0, site: site, statement: sql.text) }
                ?? PostgresError(.connection, message: "no answer to COPY", site: site)
        }
        let start = PQexec(handle, sql.text)
        defer { PQclear(start) }
        guard PQresultStatus(start) == PGRES_COPY_IN else { throw failCopy(fault(start)) }
        var thrown: (any Error)?
        var writer = CopyWriter(handle: handle)
        do {
            try body(&writer)
            try writer.finish()
        } catch {
            thrown = error
        }
        guard PQputCopyEnd(handle, thrown == nil ? nil : "given up") == 1 else { throw lose() }
        var rows = 0
        var failure: PostgresError?
        while let result = PQgetResult(handle) {
            defer { PQclear(result) }
            if PQresultStatus(result) == PGRES_COMMAND_OK {
                rows = Rows(result: result, site: site).affected
            } else if failure == nil {
                failure = fault(result)
            }
        }
        if let thrown {
            // The server's own words would be that we gave up.
            _ = failCopy(PostgresError(.parameter, message: "the copy was given up", site: site, statement: sql.text))
            throw thrown
        }
        if let failure { throw failCopy(failure) }
        try enterPipeline()
        return rows
    }

    /// Asks all there is to ask and ends the pipeline; the transaction stays open.
    private func leavePipeline(_ site: CallSite) throws {
        if transaction == .due {
            transaction = .open
            try send("BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE", role: .control, site: site)
        }
        try flushQueue()
        try queueSync(site)
        try drain()
        try throwFault()
        guard PQexitPipelineMode(handle) == 1, PQsetnonblocking(handle, 0) == 0 else { throw lose() }
    }

    private func enterPipeline() throws {
        guard PQstatus(handle) == CONNECTION_OK, PQsetnonblocking(handle, 1) == 0, PQenterPipelineMode(handle) == 1 else { throw lose() }
    }

    private func failCopy(_ fault: PostgresError) -> PostgresError {
        faults[owner] = fault
        do { try enterPipeline() } catch { /* The connection is closed, and the fault is told. */  }
        return fault
    }
}

/// Writes rows in the binary format of COPY.
package struct CopyWriter {
    private let handle: OpaquePointer
    private var buffer = BinaryWriter()
    private static let chunk = 64 * 1024

    init(handle: OpaquePointer) {
        self.handle = handle
        buffer.reserve(Self.chunk + 4096)
        // The format's signature, its flags and the length of its extension.
        buffer.append(bytes: Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0])
        buffer.append(Int64(0))
    }

    /// One row: as many values as the statement names columns.
    package mutating func row<each Value: SQLValue>(_ value: repeat each Value) throws {
        var count: Int16 = 0
        for _ in repeat (each Value).self { count += 1 }
        buffer.append(count)
        for value in repeat each value { buffer.appendSized { value.write(to: &$0) } }
        if let fault = buffer.fault { throw PostgresError(.parameter, message: fault) }
        if buffer.count >= Self.chunk { try send() }
    }

    mutating func finish() throws {
        buffer.append(Int16(-1))
        try send()
    }

    private mutating func send() throws {
        let sent = buffer.bytes.withUnsafeBytes { PQputCopyData(handle, $0.bindMemory(to: CChar.self).baseAddress, Int32($0.count)) }
        guard sent == 1 else { throw PostgresError(.connection, message: String(cString: PQerrorMessage(handle))) }
        buffer.removeAll()
    }
}
