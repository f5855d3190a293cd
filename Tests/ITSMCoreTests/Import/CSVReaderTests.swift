import Synchronization
import Testing

@testable import ITSMCore

/// Hands `bytes` out in chunks of `size`.
func chunks(_ bytes: [UInt8], of size: Int = 1 << 16) -> @Sendable () throws -> [UInt8]? {
    let rest = Rest(bytes[...])
    return { rest.bytes.withLock { bytes in bytes.isEmpty ? nil : Array(bytes.take(size)) } }
}

private final class Rest: Sendable {
    let bytes: Mutex<ArraySlice<UInt8>>

    init(_ bytes: ArraySlice<UInt8>) { self.bytes = Mutex(bytes) }
}

extension ArraySlice {
    fileprivate mutating func take(_ count: Int) -> ArraySlice {
        defer { self = dropFirst(count) }
        return prefix(count)
    }
}

/// Reads all of `bytes`, handed out in chunks of `size`.
func readCSV(_ bytes: [UInt8], chunk size: Int = 1 << 16, format: CSVFormat = .init()) throws -> (header: [String], rows: [CSVRow], reader: CSVReader)
{
    var reader = try CSVReader(format: format, source: chunks(bytes, of: size))
    var rows: [CSVRow] = []
    while let row = try reader.next() { rows.append(row) }
    return (reader.header, rows, reader)
}

@Suite("CSV reader")
struct CSVReaderTests {
    @Test(
        "Records and cells",
        arguments: [
            ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
            ("a,b\n1,2", [["a", "b"], ["1", "2"]]),
            ("a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]),
            ("a,b\r1,2\r", [["a", "b"], ["1", "2"]]),
            ("a,b\n,\n", [["a", "b"], ["", ""]]),
            ("a,b\n1,", [["a", "b"], ["1", ""]]),
            ("a;b\n1,5;2\n", [["a", "b"], ["1,5", "2"]]),
            ("a\tb\n1\t2\n", [["a", "b"], ["1", "2"]]),
            ("a|b\n1|2\n", [["a", "b"], ["1", "2"]]),
            ("sep=;\na;b\n1;2\n", [["a", "b"], ["1", "2"]]),
            ("sep=|\r\na|b\r\n1|2", [["a", "b"], ["1", "2"]]),
            ("a,b\n\"1,1\",\"2\"\"2\"\n", [["a", "b"], ["1,1", "2\"2"]]),
            ("a,b\n\"1\n1\",\"2\r\n2\"\n", [["a", "b"], ["1\n1", "2\r\n2"]]),
            ("a,b\n\"\",\"\"\n", [["a", "b"], ["", ""]]),
            ("a,b\n\n1,2\n\n\n3,4\n", [["a", "b"], ["1", "2"], ["3", "4"]]),
            ("a\n\"\"\n1\n", [["a"], [""], ["1"]]),
            ("a,b\nx\"y,z\n", [["a", "b"], ["x\"y", "z"]]),
            ("a,b\n\"\"\"\",2\n", [["a", "b"], ["\"", "2"]]),
            ("a,b,a\n1,2,3\n", [["a", "b", "a"], ["1", "2", "3"]]),
            (" a , b\n1 , 2\n", [["a", "b"], ["1 ", " 2"]]),
            ("a,,c\n1,2,3\n", [["a", "column 2", "c"], ["1", "2", "3"]]),
            ("\u{FEFF}a,b\nä,ö\n", [["a", "b"], ["ä", "ö"]]),
        ])
    func cells(text: String, expected: [[String]]) throws {
        for size in [1, 2, 3, 5, 1_000] {
            let read = try readCSV(Array(text.utf8), chunk: size)
            #expect([read.header] + read.rows.map(\.cells) == expected, "in chunks of \(size)")
            #expect(read.rows.allSatisfy { $0.fault == nil })
        }
    }

    @Test("Rows are counted as a spreadsheet counts them")
    func rowNumbers() throws {
        let read = try readCSV(Array("a,b\n1,\"x\ny\"\n\n3,4\n".utf8))
        #expect(read.rows.map(\.number) == [2, 4])
    }

    @Test(
        "The delimiter is the one by which the records are alike",
        arguments: [
            ("a;b;c\n1,5;2,5;3,5\n", ";"), ("a,b;c\n1,2;3\n", ","), ("name;note\nx;a,b,c\ny;d\n", ";"), ("one\ntwo\n", ","),
            ("a\tb,c\n1\t2,3\n1\t2\n", "\t"),
            ("\"a;b\",c\n\"1;2\",3\n", ","),
        ])
    func delimiter(text: String, expected: Character) throws {
        let read = try readCSV(Array(text.utf8))
        #expect(Character(Unicode.Scalar(read.reader.delimiter)) == expected)
    }

    @Test(
        "What ends a line or a cell is no delimiter, whatever the first line says",
        arguments: ["sep=\r\na;b\r\n1;2\r\n", "sep=\n\na;b\n", "sep=\"\na;b\n"])
    func noSuchDelimiter(text: String) throws { #expect(try readCSV(Array(text.utf8)).reader.delimiter != text.utf8.dropFirst(4).first) }

    @Test("A given delimiter is not guessed")
    func givenDelimiter() throws {
        let read = try readCSV(Array("a;b,c\n1;2,3\n".utf8), format: CSVFormat(delimiter: UInt8(ascii: ",")))
        #expect(read.header == ["a;b", "c"])
    }

    @Test(
        "What is broken is told by row and cell, and the rows after it are read",
        arguments: [
            ("a,b\n1,\"x\"y\n3,4\n", CSVFault.Problem.textAfterQuote, 2, 1, 2),
            ("a,b\n1,2\n3,\"x\n5,6\n", .unterminatedQuote, 3, 1, 2),
            ("a,b\n\0,2\n3,4\n", .nul, 2, 0, 2),
            ("a,b\n1,2\0\n3,4\n", .nul, 2, 1, 2),
        ])
    func faults(text: String, problem: CSVFault.Problem, row: Int, column: Int, rows: Int) throws {
        for size in [1, 4, 1_000] {
            let read = try readCSV(Array(text.utf8), chunk: size)
            let faulty = try #require(read.rows.first { $0.fault != nil })
            #expect(faulty.fault == CSVFault(problem: problem, column: column))
            #expect(faulty.number == row)
            #expect(read.rows.count == rows)
        }
    }

    @Test("Bytes that the encoding does not know are told by row and cell")
    func encodingFault() throws {
        let bytes = Array("a,b\nä,\"x,".utf8) + [0xC3] + Array("\"\n1,2\n".utf8)
        for size in [1, 4, 1_000] {
            let read = try readCSV(bytes, chunk: size)
            #expect(read.rows.map(\.fault) == [CSVFault(problem: .invalidEncoding, column: 1), nil])
        }
    }

    @Test("A cell, a row, and a number of columns have their limits")
    func limits() throws {
        let long = [UInt8](repeating: 120, count: CSVReader.longestCell + 1)
        #expect(throws: CSVError.cellTooLong(row: 2, column: 2, limit: CSVReader.longestCell)) { try readCSV(Array("a,b\n1,".utf8) + long + [10]) }
        #expect(throws: CSVError.rowTooLong(row: 2, limit: CSVReader.longestRow)) {
            try readCSV(Array("a,b\n1,\"".utf8) + [UInt8](repeating: 120, count: 3 * CSVReader.longestRow))
        }
        #expect(throws: CSVError.tooManyColumns(row: 1, limit: CSVReader.mostColumns)) {
            try readCSV([UInt8](repeating: UInt8(ascii: ","), count: CSVReader.mostColumns + 10))
        }
        #expect(throws: CSVError.empty) { try readCSV([]) }
        #expect(throws: CSVError.empty) { try readCSV(Array("\u{FEFF}\n\n".utf8)) }
    }

    @Test("What the writer writes is read back, however it is cut")
    func roundTrip() throws {
        let alphabet = Array("ab ,;\t|\"\n\r'=ä€😀\\").map(String.init)
        for round in 0..<300 {
            let delimiter = CSVReader.delimiters[round % 4]
            let writer = CSVWriter(delimiter: delimiter, lineBreak: round.isMultiple(of: 2) ? "\n" : "\r\n")
            let columns = Int.random(in: 1...6)
            let header = (0..<columns).map { "h\($0)" }
            let rows = (0..<Int.random(in: 0...8)).map { _ in
                (0..<columns).map { _ in (0..<Int.random(in: 0...6)).map { _ in alphabet.randomElement()! }.joined() }
            }
            let bytes = ([header] + rows).flatMap(writer.line)
            for size in [1, 2, 7, bytes.count] {
                let read = try readCSV(bytes, chunk: size, format: CSVFormat(delimiter: delimiter, encoding: .utf8))
                #expect(read.header == header)
                #expect(read.rows.map(\.cells) == rows, "\(rows) in chunks of \(size)")
            }
        }
    }

    @Test("Any bytes at all are read or refused, the same however they are cut")
    func noise() {
        let alphabet: [UInt8] = [0, 10, 13, 34, 44, 59, 65, 0x80, 0xC3, 0xA4, 0xE2, 0xFF, 0xFE]
        for _ in 0..<500 {
            let bytes = (0..<Int.random(in: 0...60)).map { _ in alphabet.randomElement()! }
            let results = [1, 3, 100].map { size in
                (try? readCSV(bytes, chunk: size)).map {
                    [$0.header] + $0.rows.map(\.cells) + [$0.rows.map { "\($0.number) \(String(describing: $0.fault))" }]
                }
            }
            #expect(results[0] == results[1] && results[1] == results[2], "\(bytes)")
        }
    }
}
