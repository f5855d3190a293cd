import Foundation

/// One record as found in the bytes of a CSV file.
struct CSVRecord {
    /// The cells' text, one after the other, and where each ends in it.
    var bytes: [UInt8] = []
    var ends: [Int] = []
    var fault: CSVFault?
    /// Nothing at all between two line ends.
    var isBlank = false
    var endsWithCRLF = false
    /// Where in the scanned bytes it begins, and where the next one does.
    var start: Int
    var end: Int

    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed: UInt8 = 10
    private static let carriageReturn: UInt8 = 13

    /// Finds the record that begins at `start`.
    ///
    /// - Returns: nil when its end is not among the bytes and more may come.
    static func scan(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, delimiter: UInt8, hasEnded: Bool, row: Int) throws(CSVError) -> CSVRecord?
    {
        guard let base = bytes.baseAddress else { return nil }
        var record = CSVRecord(start: start, end: start)
        record.bytes.reserveCapacity(512)
        record.ends.reserveCapacity(40)
        var index = start
        let count = bytes.count
        while true {
            let column = record.ends.count
            let isQuoted = index < count && base[index] == quote
            if isQuoted {
                guard let next = record.quoted(base, count, from: index + 1, column, hasEnded) else {
                    return try cut(count - start, row, column)
                }
                index = next
                if index < count, base[index] != delimiter, base[index] != lineFeed, base[index] != carriageReturn, record.fault == nil {
                    record.fault = CSVFault(problem: .textAfterQuote, column: column)
                }
            }
            var end = index
            while end < count, base[end] != delimiter, base[end] != lineFeed, base[end] != carriageReturn { end += 1 }
            if end == count, !hasEnded { return try cut(count - start, row, column) }
            record.bytes.append(contentsOf: UnsafeBufferPointer(start: base + index, count: end - index))
            record.close(isQuoted: isQuoted)
            try record.check(row)
            index = end
            if index < count, base[index] == delimiter {
                index += 1
                if index == count, !hasEnded { return nil }
                continue
            }
            if index < count, base[index] == carriageReturn {
                if index + 1 == count, !hasEnded { return nil }
                record.endsWithCRLF = index + 1 < count && base[index + 1] == lineFeed
            }
            record.end = min(count, index + (record.endsWithCRLF ? 2 : 1))
            record.findNUL()
            return record
        }
    }

    /// Reads a quoted cell whose first character is at `start`; returns the place after its closing quote, nil when more bytes are needed.
    private mutating func quoted(_ base: UnsafePointer<UInt8>, _ count: Int, from start: Int, _ column: Int, _ hasEnded: Bool) -> Int? {
        var index = start
        while true {
            guard let found = memchr(base + index, Int32(Self.quote), count - index) else {
                guard hasEnded else { return nil }
                bytes.append(contentsOf: UnsafeBufferPointer(start: base + index, count: count - index))
                fault = fault ?? CSVFault(problem: .unterminatedQuote, column: column)
                return count
            }
            let place = UnsafeRawPointer(found) - UnsafeRawPointer(base)
            if place + 1 == count, !hasEnded { return nil }
            let isDoubled = place + 1 < count && base[place + 1] == Self.quote
            bytes.append(contentsOf: UnsafeBufferPointer(start: base + index, count: place - index + (isDoubled ? 1 : 0)))
            if !isDoubled { return place + 1 }
            index = place + 2
        }
    }

    private mutating func close(isQuoted: Bool) {
        isBlank = ends.isEmpty && bytes.isEmpty && !isQuoted
        ends.append(bytes.count)
    }

    private mutating func findNUL() {
        let place = bytes.withUnsafeBytes { bytes in
            bytes.baseAddress.flatMap { base in memchr(base, 0, bytes.count).map { UnsafeRawPointer($0) - base } }
        }
        guard fault == nil, let place else { return }
        fault = CSVFault(problem: .nul, column: ends.firstIndex { $0 > place } ?? 0)
    }

    private func check(_ row: Int) throws(CSVError) {
        let length = bytes.count - (ends.count > 1 ? ends[ends.count - 2] : 0)
        if length > CSVReader.longestCell { throw .cellTooLong(row: row, column: ends.count, limit: CSVReader.longestCell) }
        if bytes.count > CSVReader.longestRow { throw .rowTooLong(row: row, limit: CSVReader.longestRow) }
        if ends.count > CSVReader.mostColumns { throw .tooManyColumns(row: row, limit: CSVReader.mostColumns) }
    }

    /// A record that is not at its end yet is waited for only up to the limit.
    private static func cut(_ length: Int, _ row: Int, _ column: Int) throws(CSVError) -> CSVRecord? {
        if length > CSVReader.longestRow { throw .rowTooLong(row: row, limit: CSVReader.longestRow) }
        return nil
    }

    /// The cell in which `place` of the scanned bytes lies.
    static func cell(at place: Int, in bytes: UnsafeBufferPointer<UInt8>, of record: CSVRecord, delimiter: UInt8) -> Int {
        var cell = 0
        var isInQuotes = false
        for index in record.start..<place {
            if bytes[index] == quote { isInQuotes.toggle() }
            if bytes[index] == delimiter, !isInQuotes { cell += 1 }
        }
        return min(cell, max(record.ends.count - 1, 0))
    }
}
