import Foundation
import ITSMCore

/// What an array parameter or column can be made of. Bytes are elements too: an array of them is a bytea.
package protocol SQLElement: Sendable {
    static var arrayType: SQLType { get }
    static func write(array: [Self], to writer: inout BinaryWriter)
    static func read(array: SQLField) throws -> [Self]
}

extension Array: RowDecodable where Element: SQLElement {
    package init(row: inout Row) throws { self = try row.next() }
}

/// An array of one dimension, for `= ANY(…)` and `unnest(…)`.
extension Array: SQLValue where Element: SQLElement {
    package static var sqlType: SQLType { Element.arrayType }
    package func write(to writer: inout BinaryWriter) -> Bool {
        Element.write(array: self, to: &writer)
        return true
    }
    package init(field: SQLField) throws { self = try Element.read(array: field) }
}

extension SQLElement where Self: SQLValue {
    package static var arrayType: SQLType { SQLType(oid: sqlType.array, array: 0) }

    /// Dimensions, whether NULLs may be in it, the element type; for the one dimension its length and first index; then the elements.
    package static func write(array: [Self], to writer: inout BinaryWriter) {
        writer.append(Int32(array.isEmpty ? 0 : 1))
        writer.append(Int32(1))
        writer.append(sqlType.oid)
        guard !array.isEmpty else { return }
        writer.append(Int32(array.count))
        writer.append(Int32(1))
        for element in array { writer.appendSized { element.write(to: &$0) } }
    }

    package static func read(array field: SQLField) throws -> [Self] {
        let bytes = try field.bytes
        var position = 0
        func integer() throws -> Int {
            guard position + 4 <= bytes.count else { throw SQLField.Mismatch() }
            defer { position += 4 }
            return Int(Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: Int32.self)))
        }
        let dimensions = try integer()
        _ = try integer()
        _ = try integer()
        if dimensions == 0 { return [] }
        guard dimensions == 1 else { throw SQLField.Mismatch() }
        let count = try integer()
        _ = try integer()
        var result: [Self] = []
        result.reserveCapacity(count)
        for _ in 0..<count {
            let length = try integer()
            guard position + max(length, 0) <= bytes.count else { throw SQLField.Mismatch() }
            result.append(try Self(field: SQLField(start: bytes.baseAddress.map { $0 + position }, count: length)))
            position += max(length, 0)
        }
        return result
    }
}

extension Bool: SQLElement {}
extension Int16: SQLElement {}
extension Int32: SQLElement {}
extension Int64: SQLElement {}
extension Double: SQLElement {}
extension String: SQLElement {}
extension UUID: SQLElement {}
extension ID: SQLElement {}
extension Instant: SQLElement {}
extension CivilDate: SQLElement {}
extension Optional: SQLElement where Wrapped: SQLElement & SQLValue {}

extension Int: SQLElement {}

extension UInt8: SQLElement {
    package static var arrayType: SQLType { .bytea }
    package static func write(array: [UInt8], to writer: inout BinaryWriter) { writer.append(bytes: array) }
    package static func read(array: SQLField) throws -> [UInt8] { Array(try array.bytes) }
}
