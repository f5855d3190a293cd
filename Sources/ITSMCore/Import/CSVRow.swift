/// One record of a CSV file, its cells unquoted.
public struct CSVRow: Sendable, Hashable {
    /// As a spreadsheet counts: the header is 1, a blank line counts, a line break inside a cell does not.
    public let number: Int
    /// What is wrong with the record as CSV, if anything is; the cells are then a best guess.
    public let fault: CSVFault?
    /// The cells' UTF-8, one after the other, and where each ends.
    private let bytes: [UInt8]
    private let ends: [Int]

    init(number: Int, bytes: [UInt8], ends: [Int], fault: CSVFault?) {
        self.number = number
        self.bytes = bytes
        self.ends = ends
        self.fault = fault
    }

    /// How many cells it has.
    public var count: Int { ends.count }

    /// The cell's text. Traps outside `0..<count`.
    public subscript(index: Int) -> String { String(decoding: bytes[range(index)], as: UTF8.self) }

    public var cells: [String] { ends.indices.map { self[$0] } }

    /// The cell's UTF-8.
    func utf8(_ index: Int) -> ArraySlice<UInt8> { bytes[range(index)] }

    func isEmpty(_ index: Int) -> Bool { range(index).isEmpty }

    /// How much memory it takes, roughly.
    var size: Int { bytes.count + ends.count * 8 + 64 }

    private func range(_ index: Int) -> Range<Int> { (index == 0 ? 0 : ends[index - 1])..<ends[index] }
}

/// What is wrong with one record as CSV.
public struct CSVFault: Sendable, Hashable {
    /// What breaks the format (RFC 4180).
    public enum Problem: String, Sendable, Hashable {
        case unterminatedQuote, textAfterQuote, invalidEncoding, nul
    }

    public var problem: Problem
    /// The cell, from 0.
    public var column: Int

    /// What is wrong and what to do about it.
    public var message: String {
        switch problem {
        case .unterminatedQuote: "A quote is opened here and never closed."
        case .textAfterQuote: "Text follows a closing quote; a quote inside a quoted cell is written twice."
        case .invalidEncoding: "The cell holds bytes that the file's encoding does not know; say which encoding the file has."
        case .nul: "The cell holds a NUL character; remove it."
        }
    }
}

/// Why a file cannot be read on as CSV.
public enum CSVError: Error, Sendable, Hashable, CustomStringConvertible {
    /// There is no header line.
    case empty
    case rowTooLong(row: Int, limit: Int)
    case tooManyColumns(row: Int, limit: Int)
    case cellTooLong(row: Int, column: Int, limit: Int)

    public var description: String {
        switch self {
        case .empty: "The file has no header line."
        case .rowTooLong(let row, let limit): "Row \(row) is longer than \(limit) bytes; perhaps a quote in it is not closed."
        case .tooManyColumns(let row, let limit): "Row \(row) has more than \(limit) columns."
        case .cellTooLong(let row, let column, let limit):
            "The cell in row \(row), column \(column) is longer than \(limit) bytes; perhaps a quote in it is not closed."
        }
    }
}
