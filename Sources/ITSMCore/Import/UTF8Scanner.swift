/// Looks at bytes as UTF-8 (Unicode 16, table 3-7).
enum UTF8Scanner {
    enum Sequence {
        case valid(Int)
        /// So far valid, and then the bytes end.
        case cut
        case invalid
    }

    /// The first place at or after `index` that is not ASCII.
    static func endOfASCII(_ bytes: UnsafeBufferPointer<UInt8>, from index: Int) -> Int {
        let raw = UnsafeRawBufferPointer(bytes)
        var index = index
        while index + 8 <= raw.count, raw.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0 { index += 8 }
        while index < bytes.count, bytes[index] < 0x80 { index += 1 }
        return index
    }

    static func sequence(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Sequence {
        let lead = bytes[index]
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch lead {
        case 0x00...0x7F: return .valid(1)
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        case 0xF1...0xF3: length = 4
        default: return .invalid
        }
        for place in 1..<length {
            guard index + place < bytes.count else { return .cut }
            guard (place == 1 ? second : 0x80...0xBF).contains(bytes[index + place]) else { return .invalid }
        }
        return .valid(length)
    }

    /// How many bytes of a sequence that is not whole belong together (Unicode 16, section 3.9: the maximal subpart); at least one.
    static func brokenLength(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Int {
        var length = 1
        while index + length < bytes.count {
            let part = UnsafeBufferPointer(rebasing: bytes[index...(index + length)])
            guard case .cut = sequence(part, at: 0) else { break }
            length += 1
        }
        return length
    }

    static func isValid(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, mayBeCut: Bool) -> Bool {
        let part = UnsafeBufferPointer(rebasing: bytes[range])
        var index = 0
        while index < part.count {
            switch sequence(part, at: index) {
            case .valid(let length): index += length
            case .cut: return mayBeCut
            case .invalid: return false
            }
        }
        return true
    }
}
