import Foundation
import ITSMCore
import NIOCore

/// A type that writes its own JSON, for lists and hot answers: `JSONEncoder` costs about ten times as much (throughput.md, 3).
///
/// What it writes must equal what its `Codable` would; `expectSameJSON` in the tests holds the two together.
protocol JSONWritable {
    func write(to json: inout JSONWriter)
}

/// Appends JSON to one growing block of bytes. Commas take care of themselves.
struct JSONWriter: ~Copyable {
    private var bytes: UnsafeMutablePointer<UInt8>
    private var count = 0
    private var capacity: Int
    private var needsComma = false

    init(capacity: Int = 4_096) {
        self.capacity = max(capacity, 64)
        bytes = .allocate(capacity: self.capacity)
    }

    deinit { bytes.deallocate() }

    /// What was written so far.
    var buffer: ByteBuffer { ByteBuffer(bytes: UnsafeRawBufferPointer(start: bytes, count: count)) }

    // MARK: Structure

    mutating func object(_ members: (inout JSONWriter) -> Void) {
        open(UInt8(ascii: "{"))
        members(&self)
        close(UInt8(ascii: "}"))
    }

    mutating func array(_ elements: (inout JSONWriter) -> Void) {
        open(UInt8(ascii: "["))
        elements(&self)
        close(UInt8(ascii: "]"))
    }

    /// A member's name, plain ASCII without anything to escape; its value must follow.
    mutating func name(_ name: StaticString) {
        separate()
        let length = name.utf8CodeUnitCount
        reserve(length + 3)
        bytes[count] = UInt8(ascii: "\"")
        UnsafeMutableRawPointer(bytes + count + 1).copyMemory(from: name.utf8Start, byteCount: length)
        bytes[count + length + 1] = UInt8(ascii: "\"")
        bytes[count + length + 2] = UInt8(ascii: ":")
        count += length + 3
        needsComma = false
    }

    // MARK: Values

    mutating func string(_ value: String) {
        separate()
        var value = value
        value.withUTF8 { appendEscaped($0) }
        needsComma = true
    }

    mutating func integer<Value: FixedWidthInteger>(_ value: Value) {
        separate()
        reserve(20)
        if value < 0 {
            bytes[count] = UInt8(ascii: "-")
            count += 1
        }
        var rest = UInt64(value.magnitude)
        var digits = 1
        while rest >= 10 {
            digits += 1
            rest /= 10
        }
        rest = UInt64(value.magnitude)
        for place in stride(from: count + digits - 1, through: count, by: -1) {
            bytes[place] = 48 + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        count += digits
        needsComma = true
    }

    mutating func bool(_ value: Bool) { literal(value ? "true" : "false") }

    mutating func null() { literal("null") }

    /// A finite number.
    mutating func number(_ value: Double) {
        precondition(value.isFinite, "JSON has no \(value)")
        if let whole = Int64(exactly: value) { return integer(whole) }
        separate()
        for byte in "\(value)".utf8 { append(byte) }
        needsComma = true
    }

    mutating func instant(_ value: Instant) {
        separate()
        quoted(Instant.textLength) { value.write(to: $0) }
    }

    mutating func id<Record>(_ value: ID<Record>) {
        separate()
        quoted(UUID.textLength) { value.uuid.write(to: $0) }
    }

    /// JSON that was written before, as it is.
    mutating func raw(_ text: [UInt8]) {
        separate()
        text.withUnsafeBufferPointer { append($0) }
        needsComma = true
    }

    mutating func json(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let value): bool(value)
        case .integer(let value): integer(value)
        case .number(let value): number(value)
        case .string(let value): string(value)
        case .array(let values): array { for value in values { $0.json(value) } }
        case .object(let members):
            // In order, so that the same record has the same ETag on every server.
            object { json in
                for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                    json.string(name)
                    json.append(UInt8(ascii: ":"))
                    json.needsComma = false
                    json.json(value)
                }
            }
        }
    }

    // MARK: Bytes

    /// A text of known length that has nothing to escape.
    private mutating func quoted(_ length: Int, _ write: (UnsafeMutableBufferPointer<UInt8>) -> Void) {
        reserve(length + 2)
        bytes[count] = UInt8(ascii: "\"")
        write(UnsafeMutableBufferPointer(start: bytes + count + 1, count: length))
        bytes[count + length + 1] = UInt8(ascii: "\"")
        count += length + 2
        needsComma = true
    }

    private mutating func literal(_ text: StaticString) {
        separate()
        append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
        needsComma = true
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        append(bracket)
        needsComma = true
    }

    private mutating func separate() { if needsComma { append(UInt8(ascii: ",")) } }

    private mutating func appendEscaped(_ text: UnsafeBufferPointer<UInt8>) {
        // The worst case is six bytes for one.
        reserve(text.count * 6 + 2)
        let digits: StaticString = "0123456789abcdef"
        var end = count
        bytes[end] = UInt8(ascii: "\"")
        end += 1
        for byte in text {
            if byte >= 32, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
                bytes[end] = byte
                end += 1
                continue
            }
            bytes[end] = UInt8(ascii: "\\")
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes[end + 1] = byte
            case 10: bytes[end + 1] = UInt8(ascii: "n")
            case 13: bytes[end + 1] = UInt8(ascii: "r")
            case 9: bytes[end + 1] = UInt8(ascii: "t")
            default:
                bytes[end + 1] = UInt8(ascii: "u")
                bytes[end + 2] = UInt8(ascii: "0")
                bytes[end + 3] = UInt8(ascii: "0")
                bytes[end + 4] = digits.utf8Start[Int(byte >> 4)]
                bytes[end + 5] = digits.utf8Start[Int(byte & 15)]
                end += 4
            }
            end += 2
        }
        bytes[end] = UInt8(ascii: "\"")
        count = end + 1
    }

    private mutating func append(_ byte: UInt8) {
        reserve(1)
        bytes[count] = byte
        count += 1
    }

    private mutating func append(_ text: UnsafeBufferPointer<UInt8>) {
        guard let start = text.baseAddress else { return }
        reserve(text.count)
        UnsafeMutableRawPointer(bytes + count).copyMemory(from: start, byteCount: text.count)
        count += text.count
    }

    @inline(__always)
    private mutating func reserve(_ more: Int) { if count + more > capacity { grow(by: more) } }

    @inline(never)
    private mutating func grow(by more: Int) {
        let larger = max(capacity * 2, count + more)
        let block = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        UnsafeMutableRawPointer(block).copyMemory(from: bytes, byteCount: count)
        bytes.deallocate()
        bytes = block
        capacity = larger
    }
}

/// Members by name. Nil is absent, as on the wire nothing that is not set is there.
extension JSONWriter {
    mutating func field(_ name: StaticString, _ value: String?) { if let value { self.name(name); string(value) } }
    mutating func field(_ name: StaticString, _ value: Int?) { if let value { self.name(name); integer(value) } }
    mutating func field(_ name: StaticString, _ value: Int64?) { if let value { self.name(name); integer(value) } }
    mutating func field(_ name: StaticString, _ value: Bool?) { if let value { self.name(name); bool(value) } }
    mutating func field(_ name: StaticString, _ value: Instant?) { if let value { self.name(name); instant(value) } }
    mutating func field(_ name: StaticString, _ value: JSONValue?) { if let value { self.name(name); json(value) } }
    mutating func field<Record>(_ name: StaticString, _ value: ID<Record>?) { if let value { self.name(name); id(value) } }
    mutating func field(_ name: StaticString, _ value: (some RawRepresentable<String>)?) { if let value { self.name(name); string(value.rawValue) } }
    mutating func field(_ name: StaticString, _ value: (some JSONWritable)?) { if let value { self.name(name); value.write(to: &self) } }

    mutating func field(_ name: StaticString, _ values: [String]) {
        self.name(name)
        array { for value in values { $0.string(value) } }
    }

    mutating func field(_ name: StaticString, _ values: [some JSONWritable]) {
        self.name(name)
        // By index, for an element is large and would be copied.
        array { for index in values.indices { values[index].write(to: &$0) } }
    }
}

extension Ref: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object {
            $0.field("id", id)
            $0.field("name", name)
        }
    }
}

extension List: JSONWritable where Item: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object {
            $0.field("items", items)
            $0.field("next", next)
            $0.field("count", count)
            $0.field("correctedQuery", correctedQuery)
        }
    }
}

extension List.Count: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object {
            $0.field("value", value)
            $0.field("isExact", isExact)
        }
    }
}
