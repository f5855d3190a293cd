import Foundation

/// How a CSV file is written; what is nil is found by looking at it.
public struct CSVFormat: Sendable, Hashable {
    /// One ASCII character.
    public var delimiter: UInt8?
    public var encoding: TextEncoding?

    public init(delimiter: UInt8? = nil, encoding: TextEncoding? = nil) {
        self.delimiter = delimiter
        self.encoding = encoding
    }
}

/// Reads CSV (RFC 4180) record by record from chunks of bytes.
///
/// Delimiter (`,` `;` tab `|`) and encoding are found unless given; a byte order mark, CRLF, LF or CR line ends, quoted line breaks, doubled quotes,
/// blank lines and Excel's `sep=;` line are understood. Its memory is bounded by one record.
public struct CSVReader: Sendable {
    /// The header's names, trimmed; one that is empty is called by its place, such as `column 5`.
    public private(set) var header: [String] = []
    public private(set) var delimiter = UInt8(ascii: ",")
    /// How the header line ends.
    public private(set) var lineBreak = "\n"

    private let source: @Sendable () throws -> [UInt8]?
    private var decoder: TextDecoder
    /// UTF-8 that was read and not yet handed out, from `position` on.
    private var buffer: [UInt8] = []
    private var position = 0
    /// Where in `buffer` U+FFFD stands for bytes that could not be decoded.
    private var badPlaces: ArraySlice<Int> = []
    private var hasEnded = false
    private var rowNumber = 0

    /// Bytes of UTF-8.
    public static let longestCell = 1 << 20
    /// Bytes of UTF-8, line breaks within quotes included.
    public static let longestRow = 8 << 20
    /// Cells of a row.
    public static let mostColumns = 4_096
    static let delimiters: [UInt8] = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t"), UInt8(ascii: "|")]
    private static let sampleSize = 64 << 10

    /// Reads the header line.
    ///
    /// - Parameter source: hands out the file's next bytes, nil at its end; a chunk may have any size.
    /// - Throws: `CSVError`, and what `source` throws.
    public init(format: CSVFormat = .init(), source: @escaping @Sendable () throws -> [UInt8]?) throws {
        self.source = source
        decoder = TextDecoder(encoding: format.encoding)
        try fill(to: Self.sampleSize)
        let announced = skipAnnouncement()
        if let given = format.delimiter ?? announced { delimiter = given } else { delimiter = try detectDelimiter() }
        guard let names = try next() else { throw CSVError.empty }
        header = names.cells.enumerated().map { place, name in
            let name = name.trimmingCharacters(in: .whitespacesAndNewlines)
            return name.isEmpty ? "column \(place + 1)" : name
        }
    }

    /// The file's encoding as far as it is known; ASCII counts as UTF-8.
    public var encoding: TextEncoding { decoder.encoding ?? .utf8 }

    /// The next record; nil at the end of the file.
    ///
    /// - Throws: `CSVError` when a record passes the limits, and what the source throws. A record that is not well formed is returned with its fault.
    public mutating func next() throws -> CSVRow? {
        while true {
            guard let record = try record() else { return nil }
            rowNumber += 1
            if record.isBlank { continue }
            return CSVRow(number: rowNumber, bytes: record.bytes, ends: record.ends, fault: record.fault ?? encodingFault(in: record))
        }
    }

    // MARK: - The buffer

    private mutating func record() throws -> CSVRecord? {
        while true {
            if position == buffer.count, hasEnded { return nil }
            let scanned = try buffer.withUnsafeBufferPointer { bytes in
                try CSVRecord.scan(bytes, from: position, delimiter: delimiter, hasEnded: hasEnded, row: rowNumber + 1)
            }
            guard let record = scanned else {
                // At least doubling what is there keeps a long record from being scanned too often.
                try fill(to: max(Self.sampleSize, (buffer.count - position) * 2))
                continue
            }
            if rowNumber == 0, record.endsWithCRLF { lineBreak = "\r\n" }
            position = record.end
            return record
        }
    }

    /// Reads until at least `size` unread bytes are in the buffer, or the source has ended.
    private mutating func fill(to size: Int) throws {
        if position > 0 {
            buffer.removeSubrange(..<position)
            badPlaces = ArraySlice(badPlaces.compactMap { $0 >= position ? $0 - position : nil })
            position = 0
        }
        while !hasEnded, buffer.count < size {
            let chunk = try source()
            hasEnded = chunk == nil
            var bad: [Int] = []
            decoder.decode(chunk ?? [], isLast: hasEnded, into: &buffer, faults: &bad)
            badPlaces += bad
        }
    }

    /// The first undecodable place of a record, as the fault of its cell.
    private mutating func encodingFault(in record: CSVRecord) -> CSVFault? {
        while let first = badPlaces.first, first < record.start { badPlaces.removeFirst() }
        guard let place = badPlaces.first, place < record.end else { return nil }
        let cell = buffer.withUnsafeBufferPointer { CSVRecord.cell(at: place, in: $0, of: record, delimiter: delimiter) }
        return CSVFault(problem: .invalidEncoding, column: cell)
    }

    // MARK: - What the file tells of itself

    /// Excel's first line `sep=;`.
    private mutating func skipAnnouncement() -> UInt8? {
        guard buffer.starts(with: "sep=".utf8), buffer.count > 5, buffer[4] < 0x80, ![10, 13, UInt8(ascii: "\"")].contains(buffer[4]),
            buffer[5] == 10 || buffer[5] == 13
        else { return nil }
        position = buffer[5] == 13 && buffer.count > 6 && buffer[6] == 10 ? 7 : 6
        rowNumber = 1
        return buffer[4]
    }

    /// The delimiter by which most of the first ten records have as many cells as the header; of several the one with the most cells.
    private mutating func detectDelimiter() throws -> UInt8 {
        var best = (score: 0, cells: 1, delimiter: Self.delimiters[0])
        for candidate in Self.delimiters {
            let counts = try cellCounts(with: candidate)
            guard let cells = counts.first, cells > 1 else { continue }
            let score = counts.count { $0 == cells }
            if (score, cells) > (best.score, best.cells) { best = (score, cells, candidate) }
        }
        return best.delimiter
    }

    private mutating func cellCounts(with candidate: UInt8) throws -> [Int] {
        var counts: [Int] = []
        var place = position
        while counts.count < 10, place < buffer.count {
            let scanned = try buffer.withUnsafeBufferPointer {
                try CSVRecord.scan($0, from: place, delimiter: candidate, hasEnded: hasEnded, row: 1)
            }
            guard let record = scanned else {
                if !counts.isEmpty { break }
                try fill(to: (buffer.count - position) * 2)
                place = position
                continue
            }
            if !record.isBlank { counts.append(record.ends.count) }
            place = record.end
        }
        return counts
    }
}
