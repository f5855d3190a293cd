/// Writes CSV (RFC 4180) that `CSVReader` reads back as the same cells.
public struct CSVWriter: Sendable {
    public var delimiter: UInt8
    public var lineBreak: String
    private let needsQuotes: Set<UInt8>

    public init(delimiter: UInt8 = UInt8(ascii: ","), lineBreak: String = "\n") {
        self.delimiter = delimiter
        self.lineBreak = lineBreak
        needsQuotes = [delimiter, UInt8(ascii: "\""), 10, 13]
    }

    /// One record with its line end, as UTF-8.
    public func line(_ cells: [String]) -> [UInt8] {
        var line: [UInt8] = []
        for (place, cell) in cells.enumerated() {
            if place > 0 { line.append(delimiter) }
            // A lone empty cell would be a blank line, and blanks at either end are cut off by some readers.
            let isQuoted =
                cell.utf8.contains(where: needsQuotes.contains) || cell.utf8.first == 32 || cell.utf8.last == 32 || (cells.count == 1 && cell.isEmpty)
            if isQuoted { line.append(UInt8(ascii: "\"")) }
            for byte in cell.utf8 {
                if byte == UInt8(ascii: "\"") { line.append(byte) }
                line.append(byte)
            }
            if isQuoted { line.append(UInt8(ascii: "\"")) }
        }
        return line + lineBreak.utf8
    }
}
