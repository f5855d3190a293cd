/// How a text file's bytes stand for characters.
public enum TextEncoding: String, Codable, Sendable, Hashable, CaseIterable {
    case utf8 = "utf-8"
    case utf16LittleEndian = "utf-16le"
    case utf16BigEndian = "utf-16be"
    /// What Windows programs in western Europe and America write; ISO 8859-1 is read as this.
    case windows1252 = "windows-1252"
}

/// Turns a stream of bytes into UTF-8 whose every sequence is valid.
///
/// The encoding is given, or told by a byte order mark, or found: zero bytes among the first two mean UTF-16, and the first run of bytes that are not
/// ASCII decides between UTF-8 and Windows-1252. What it finds does not depend on how the stream is cut into chunks.
struct TextDecoder {
    /// Nil as long as all bytes were ASCII and no mark was there.
    private(set) var encoding: TextEncoding?
    private(set) var hadByteOrderMark = false
    private var hasBegun = false
    /// Bytes that cannot be decoded before more arrive.
    private var pending: [UInt8] = []

    /// A longer run of bytes that are not ASCII is not waited for.
    private static let longestRun = 4_096
    private static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

    /// - Parameter encoding: taken for granted unless a byte order mark says otherwise; nil to find it.
    init(encoding: TextEncoding? = nil) { self.encoding = encoding }

    /// Appends the text of `chunk` to `text`, and to `faults` the places in `text` where U+FFFD stands for bytes that mean nothing.
    mutating func decode(_ chunk: [UInt8], isLast: Bool, into text: inout [UInt8], faults: inout [Int]) {
        var bytes = chunk
        if !pending.isEmpty {
            bytes = pending + chunk
            pending = []
        }
        if !hasBegun {
            guard bytes.count >= 4 || isLast else {
                pending = bytes
                return
            }
            hasBegun = true
            begin(&bytes)
        }
        bytes.withUnsafeBufferPointer { bytes in
            switch encoding {
            case .utf8: decodeUTF8(bytes[...], isLast, &text, &faults)
            case .windows1252: decodeWindows1252(bytes[...], &text, &faults)
            case .utf16LittleEndian: decodeUTF16(bytes, bigEndian: false, isLast, &text, &faults)
            case .utf16BigEndian: decodeUTF16(bytes, bigEndian: true, isLast, &text, &faults)
            case nil: decodeUndecided(bytes, isLast, &text, &faults)
            }
        }
    }

    private mutating func begin(_ bytes: inout [UInt8]) {
        let marks: [([UInt8], TextEncoding)] = [
            ([0xEF, 0xBB, 0xBF], .utf8), ([0xFF, 0xFE], .utf16LittleEndian), ([0xFE, 0xFF], .utf16BigEndian),
        ]
        for (mark, marked) in marks where bytes.starts(with: mark) {
            bytes.removeFirst(mark.count)
            encoding = marked
            hadByteOrderMark = true
            return
        }
        guard encoding == nil, bytes.count >= 2 else { return }
        if bytes[1] == 0, bytes[0] != 0 { encoding = .utf16LittleEndian }
        if bytes[0] == 0, bytes[1] != 0 { encoding = .utf16BigEndian }
    }

    private typealias Bytes = UnsafeBufferPointer<UInt8>

    private mutating func decodeUndecided(_ bytes: Bytes, _ isLast: Bool, _ text: inout [UInt8], _ faults: inout [Int]) {
        let start = UTF8Scanner.endOfASCII(bytes, from: 0)
        text.append(contentsOf: bytes[..<start])
        guard start < bytes.count else { return }
        let limit = min(bytes.count, start + Self.longestRun)
        let end = bytes[start..<limit].firstIndex { $0 < 0x80 } ?? limit
        let isWhole = end < limit || isLast || end - start == Self.longestRun
        guard isWhole else {
            pending = Array(bytes[start...])
            return
        }
        encoding = UTF8Scanner.isValid(bytes, start..<end, mayBeCut: end - start == Self.longestRun) ? .utf8 : .windows1252
        if encoding == .utf8 { decodeUTF8(bytes[start...], isLast, &text, &faults) } else { decodeWindows1252(bytes[start...], &text, &faults) }
    }

    private mutating func decodeUTF8(_ bytes: Slice<Bytes>, _ isLast: Bool, _ text: inout [UInt8], _ faults: inout [Int]) {
        let all = bytes.base
        var copied = bytes.startIndex
        var index = bytes.startIndex
        while index < bytes.endIndex {
            if all[index] < 0x80 {
                index = UTF8Scanner.endOfASCII(all, from: index)
                continue
            }
            switch UTF8Scanner.sequence(all, at: index) {
            case .valid(let length):
                index += length
            case .cut where !isLast:
                text.append(contentsOf: all[copied..<index])
                pending = Array(all[index...])
                return
            case .cut, .invalid:
                text.append(contentsOf: all[copied..<index])
                faults.append(text.count)
                text.append(contentsOf: Self.replacement)
                index += UTF8Scanner.brokenLength(all, at: index)
                copied = index
            }
        }
        text.append(contentsOf: all[copied..<bytes.endIndex])
    }

    private mutating func decodeWindows1252(_ bytes: Slice<Bytes>, _ text: inout [UInt8], _ faults: inout [Int]) {
        for byte in bytes {
            switch byte {
            case 0..<0x80: text.append(byte)
            case 0x80..<0xA0:
                guard let scalar = Windows1252.high[Int(byte - 0x80)] else {
                    faults.append(text.count)
                    text.append(contentsOf: Self.replacement)
                    continue
                }
                text.append(contentsOf: UTF8.encode(scalar)!)
            default: text.append(contentsOf: [0xC0 | byte >> 6, 0x80 | byte & 0x3F])
            }
        }
    }

    private mutating func decodeUTF16(_ bytes: Bytes, bigEndian: Bool, _ isLast: Bool, _ text: inout [UInt8], _ faults: inout [Int]) {
        func unit(_ index: Int) -> UInt16 {
            bigEndian ? UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1]) : UInt16(bytes[index + 1]) << 8 | UInt16(bytes[index])
        }
        var index = 0
        while index + 1 < bytes.count {
            let first = unit(index)
            if first & 0xF800 != 0xD800 {
                text.append(contentsOf: UTF8.encode(Unicode.Scalar(first)!)!)
                index += 2
                continue
            }
            if first < 0xDC00, index + 3 >= bytes.count, !isLast { break }
            if first < 0xDC00, index + 3 < bytes.count, unit(index + 2) & 0xFC00 == 0xDC00 {
                let value = 0x10000 + (UInt32(first & 0x3FF) << 10 | UInt32(unit(index + 2) & 0x3FF))
                text.append(contentsOf: UTF8.encode(Unicode.Scalar(value)!)!)
                index += 4
                continue
            }
            faults.append(text.count)
            text.append(contentsOf: Self.replacement)
            index += 2
        }
        if isLast, index < bytes.count {
            faults.append(text.count)
            text.append(contentsOf: Self.replacement)
        } else {
            pending = Array(bytes[index...])
        }
    }
}

private enum Windows1252 {
    /// 0x80 to 0x9F; nil where the code page has no character.
    static let high: [Unicode.Scalar?] = [
        "\u{20AC}", nil, "\u{201A}", "\u{0192}", "\u{201E}", "\u{2026}", "\u{2020}", "\u{2021}",
        "\u{02C6}", "\u{2030}", "\u{0160}", "\u{2039}", "\u{0152}", nil, "\u{017D}", nil,
        nil, "\u{2018}", "\u{2019}", "\u{201C}", "\u{201D}", "\u{2022}", "\u{2013}", "\u{2014}",
        "\u{02DC}", "\u{2122}", "\u{0161}", "\u{203A}", "\u{0153}", nil, "\u{017E}", "\u{0178}",
    ]
}
