/// JSON in the one form that RFC 8785 (JCS) gives it: no spaces, members in the order of their names' UTF-16, numbers as ECMAScript writes them,
/// texts with as few escapes as can be. Equal documents are equal bytes, so they have equal digests.
///
/// RFC 8785 speaks of numbers that doubles tell apart. An integer that they do not, such as 9007199254740993, keeps its digits here, so that no two
/// different ones look alike.
public struct CanonicalJSON: Sendable, Hashable {
    /// UTF-8.
    public let bytes: [UInt8]

    /// - Parameter text: UTF-8.
    /// - Throws: `Fault` where it is no JSON, holds a member twice or half a surrogate pair, or stands more than 128 deep.
    public init(_ text: [UInt8]) throws(Fault) {
        var reader = CanonicalReader(text)
        bytes = try reader.document()
    }

    public init(_ value: JSONValue) throws(Fault) { try self.init(value.utf8) }

    /// Why a text has no canonical form.
    public struct Fault: Error, Sendable, Hashable {
        /// In bytes from the start.
        public var offset: Int
    }

    /// The text between quotation marks (RFC 8785, 3.2.2.2).
    static func write(_ text: String, to bytes: inout [UInt8]) {
        let digits = Array("0123456789abcdef".utf8)
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0x08: bytes += "\\b".utf8
            case 0x09: bytes += "\\t".utf8
            case 0x0A: bytes += "\\n".utf8
            case 0x0C: bytes += "\\f".utf8
            case 0x0D: bytes += "\\r".utf8
            case 0..<0x20: bytes += "\\u00".utf8 + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}

/// Reads JSON and writes its canonical form, one member of an object at a time.
private struct CanonicalReader {
    private static let mostDeep = 128

    private let text: [UInt8]
    private var position = 0
    private var depth = 0

    init(_ text: [UInt8]) { self.text = text }

    mutating func document() throws(CanonicalJSON.Fault) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        try value(to: &bytes)
        skipSpace()
        if position < text.count { throw fault }
        return bytes
    }

    private var fault: CanonicalJSON.Fault { CanonicalJSON.Fault(offset: position) }
    private var next: UInt8? { position < text.count ? text[position] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || (0x09...0x0A).contains(byte) || byte == 0x0D { position += 1 }
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard next == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func value(to bytes: inout [UInt8]) throws(CanonicalJSON.Fault) {
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): try object(to: &bytes)
        case UInt8(ascii: "["): try array(to: &bytes)
        case UInt8(ascii: "\""): CanonicalJSON.write(try string(), to: &bytes)
        case UInt8(ascii: "t"): try word("true", to: &bytes)
        case UInt8(ascii: "f"): try word("false", to: &bytes)
        case UInt8(ascii: "n"): try word("null", to: &bytes)
        default: bytes += try number()
        }
    }

    private mutating func word(_ word: StaticString, to bytes: inout [UInt8]) throws(CanonicalJSON.Fault) {
        let word = word.withUTF8Buffer { Array($0) }
        guard text[position...].starts(with: word) else { throw fault }
        position += word.count
        bytes += word
    }

    private mutating func array(to bytes: inout [UInt8]) throws(CanonicalJSON.Fault) {
        try open()
        bytes.append(UInt8(ascii: "["))
        if !skip("]") {
            try value(to: &bytes)
            while skip(",") {
                bytes.append(UInt8(ascii: ","))
                try value(to: &bytes)
            }
            guard skip("]") else { throw fault }
        }
        bytes.append(UInt8(ascii: "]"))
        depth -= 1
    }

    private mutating func object(to bytes: inout [UInt8]) throws(CanonicalJSON.Fault) {
        try open()
        var members: [(name: String, order: [UInt16], value: [UInt8])] = []
        if !skip("}") {
            repeat {
                skipSpace()
                let name = try string()
                guard skip(":") else { throw fault }
                var value: [UInt8] = []
                try self.value(to: &value)
                members.append((name, Array(name.utf16), value))
            } while skip(",")
            guard skip("}") else { throw fault }
        }
        members.sort { $0.order.lexicographicallyPrecedes($1.order) }
        bytes.append(UInt8(ascii: "{"))
        for (index, member) in members.enumerated() {
            if index > 0 {
                if members[index - 1].order == member.order { throw fault }
                bytes.append(UInt8(ascii: ","))
            }
            CanonicalJSON.write(member.name, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            bytes += member.value
        }
        bytes.append(UInt8(ascii: "}"))
        depth -= 1
    }

    private mutating func open() throws(CanonicalJSON.Fault) {
        depth += 1
        if depth > Self.mostDeep { throw fault }
        position += 1
    }

    private mutating func number() throws(CanonicalJSON.Fault) -> [UInt8] {
        let start = position
        while let byte = next, (48...57).contains(byte) || "+-.eE".utf8.contains(byte) { position += 1 }
        guard let number = CanonicalNumber(text[start..<position]) else {
            position = start
            throw fault
        }
        return Array(number.text.utf8)
    }

    private mutating func string() throws(CanonicalJSON.Fault) -> String {
        guard next == UInt8(ascii: "\"") else { throw fault }
        position += 1
        var bytes: [UInt8] = []
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: bytes, as: UTF8.self) else { throw fault }
                return string
            case UInt8(ascii: "\\"): try escape(to: &bytes)
            case 0..<0x20: throw fault
            default: bytes.append(byte)
            }
        }
        throw fault
    }

    private mutating func escape(to bytes: inout [UInt8]) throws(CanonicalJSON.Fault) {
        guard let byte = next else { throw fault }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(byte)
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "f"): bytes.append(0x0C)
        case UInt8(ascii: "n"): bytes.append(0x0A)
        case UInt8(ascii: "r"): bytes.append(0x0D)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if (0xD800..<0xDC00).contains(code) {
                guard skipEscapedU() else { throw fault }
                let low = try hexadecimal()
                guard (0xDC00..<0xE000).contains(low) else { throw fault }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw fault }
            bytes += UTF8.encode(scalar)!
        default: throw fault
        }
    }

    private mutating func skipEscapedU() -> Bool {
        guard text[position...].starts(with: "\\u".utf8) else { return false }
        position += 2
        return true
    }

    private mutating func hexadecimal() throws(CanonicalJSON.Fault) -> UInt32 {
        guard position + 4 <= text.count else { throw fault }
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(UnicodeScalar(text[position])).hexDigitValue else { throw fault }
            code = code << 4 | UInt32(digit)
            position += 1
        }
        return code
    }
}
