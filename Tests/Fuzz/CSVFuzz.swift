// Files to import: CSV in any encoding, and the times in its cells. See scripts/fuzz.

/// An input is a file, read whole and in small pieces.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCSV(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: size))
    guard let whole = file(bytes, piece: .max) else {
        claim(file(bytes, piece: 3) == nil, "what cannot be read cannot be read in pieces either")
        return 0
    }
    claim(file(bytes, piece: 3) == whole, "it is the same in pieces")
    for row in whole.rows {
        for cell in row.cells { for format in formats { _ = format.read(cell.utf8) } }
        guard row.fault == nil else { continue }
        // Behind a header without delimiters but our own, so that nothing has to be guessed.
        let writer = CSVWriter(delimiter: whole.delimiter, lineBreak: whole.lineBreak)
        let again = file(writer.line(["a", "b"]) + writer.line(row.cells), piece: .max, as: CSVFormat(delimiter: whole.delimiter, encoding: .utf8))
        claim(again?.rows.first?.cells == row.cells, "what is written reads back the same")
    }
    return 0
}

private struct File: Equatable {
    var header: [String]
    var delimiter: UInt8
    var lineBreak: String
    var rows: [CSVRow]
}

/// Nil for a file that is refused.
private func file(_ bytes: [UInt8], piece: Int, as format: CSVFormat = .init()) -> File? {
    nonisolated(unsafe) var rest = bytes[...]
    do {
        var reader = try CSVReader(format: format) {
            let next = rest.prefix(piece)
            rest = rest.dropFirst(next.count)
            return next.isEmpty ? nil : Array(next)
        }
        var rows: [CSVRow] = []
        while let row = try reader.next() { rows.append(row) }
        return File(header: reader.header, delimiter: reader.delimiter, lineBreak: reader.lineBreak, rows: rows)
    } catch is CSVError {
        return nil
    } catch {
        fatalError("\(error)")
    }
}

private let formats = [
    "rfc3339", "epochSeconds", "epochMilliseconds", "excel", "yyyy-MM-dd HH:mm:ss", "d/M/yyyy HH:mm", "dd/MMM/yy h:mm a", "yyyyMMdd'T'HHmmssX",
    "yyyy-MM-ddTHH:mm:ss.SX",
].compactMap { DateFormat($0) }
