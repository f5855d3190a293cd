import Foundation
import ITSMCore

extension Bool: SQLValue {
    package static var sqlType: SQLType { .bool }
    package func write(to writer: inout BinaryWriter) -> Bool {
        writer.append(UInt8(self ? 1 : 0))
        return true
    }
    package init(field: SQLField) throws { self = try field.integer(as: UInt8.self) != 0 }
}

extension Int16: SQLValue {
    package static var sqlType: SQLType { .int2 }
    package func write(to writer: inout BinaryWriter) -> Bool {
        writer.append(self)
        return true
    }
    package init(field: SQLField) throws { self = try field.integer() }
}

extension Int32: SQLValue {
    package static var sqlType: SQLType { .int4 }
    package func write(to writer: inout BinaryWriter) -> Bool {
        writer.append(self)
        return true
    }
    package init(field: SQLField) throws { self = try field.integer() }
}

extension Int64: SQLValue {
    package static var sqlType: SQLType { .int8 }
    package func write(to writer: inout BinaryWriter) -> Bool {
        writer.append(self)
        return true
    }
    package init(field: SQLField) throws { self = try field.integer() }
}

/// Sent as bigint, read from any integer column.
extension Int: SQLValue {
    package static var sqlType: SQLType { .int8 }
    package static func accepts(columnType oid: UInt32) -> Bool {
        oid == SQLType.int8.oid || oid == SQLType.int4.oid || oid == SQLType.int2.oid
    }
    package func write(to writer: inout BinaryWriter) -> Bool {
        writer.append(Int64(self))
        return true
    }
    package init(field: SQLField) throws {
        switch field.count {
        case 8: self = Int(try field.integer(as: Int64.self))
        case 4: self = Int(try field.integer(as: Int32.self))
        default: self = Int(try field.integer(as: Int16.self))
        }
    }
}

/// Sent as double precision, read from that and from real, which text search ranks are.
extension Double: SQLValue {
    package static var sqlType: SQLType { .float8 }
    package static func accepts(columnType oid: UInt32) -> Bool { oid == SQLType.float8.oid || oid == 700 }
    package func write(to writer: inout BinaryWriter) -> Bool {
        writer.append(bitPattern)
        return true
    }
    package init(field: SQLField) throws {
        self =
            field.count == 4
            ? Double(Float(bitPattern: try field.integer())) : Double(bitPattern: try field.integer())
    }
}

/// Sent as text, read from text, varchar, name and every type that a migration defined (domains of text, enums, citext).
extension String: SQLValue {
    package static var sqlType: SQLType { .text }
    package static func accepts(columnType oid: UInt32) -> Bool {
        oid == SQLType.text.oid || oid == 1043 || oid == 19 || oid >= 16_384
    }
    package func write(to writer: inout BinaryWriter) -> Bool {
        writer.append(text: self)
        return true
    }
    package init(field: SQLField) throws { self = String(decoding: try field.bytes, as: UTF8.self) }
}

extension UUID: SQLValue {
    package static var sqlType: SQLType { .uuid }
    package func write(to writer: inout BinaryWriter) -> Bool {
        withUnsafeBytes(of: uuid) { writer.append(bytes: $0) }
        return true
    }
    package init(field: SQLField) throws { self.init(uuid: try field.load(uuid_t.self)) }
}

extension ID: SQLValue {
    package static var sqlType: SQLType { .uuid }
    package func write(to writer: inout BinaryWriter) -> Bool { uuid.write(to: &writer) }
    package init(field: SQLField) throws { self.init(uuid: try UUID(field: field)) }
}

/// A timestamptz: microseconds since 2000-01-01 on the wire. PostgreSQL's infinities are no instants.
extension Instant: SQLValue {
    private static let epoch2000: Int64 = 946_684_800_000_000

    package static var sqlType: SQLType { .timestamptz }
    package func write(to writer: inout BinaryWriter) -> Bool {
        guard Self.range.contains(self) else {
            writer.fault = "A time must lie in the years 0001 to 9999."
            return false
        }
        writer.append(microseconds - Self.epoch2000)
        return true
    }
    package init(field: SQLField) throws {
        let (value, overflow) = try field.integer(as: Int64.self).addingReportingOverflow(Self.epoch2000)
        guard !overflow, Self.range.contains(Instant(microseconds: value)) else { throw SQLField.Mismatch() }
        self.init(microseconds: value)
    }
}

/// A date: days since 2000-01-01 on the wire.
extension CivilDate: SQLValue {
    private static let epoch2000: Int64 = 10_957

    package static var sqlType: SQLType { .date }
    package func write(to writer: inout BinaryWriter) -> Bool {
        guard (1...9999).contains(year) else {
            writer.fault = "A date must lie in the years 0001 to 9999."
            return false
        }
        writer.append(Int32(daysSince1970 - Self.epoch2000))
        return true
    }
    package init(field: SQLField) throws {
        self.init(daysSince1970: Int64(try field.integer(as: Int32.self)) + Self.epoch2000)
        guard (1...9999).contains(year) else { throw SQLField.Mismatch() }
    }
}

/// JSON text, stored as jsonb. Read from jsonb and json.
package struct JSONB: SQLValue, SQLElement, Hashable {
    package var bytes: [UInt8]

    package init(_ bytes: [UInt8]) { self.bytes = bytes }
    package init(_ text: String) { bytes = Array(text.utf8) }

    /// The JSON of `value`, keys sorted, so that equal values are equal text.
    package init(encoding value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        bytes = Array(try encoder.encode(value))
    }

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    package func decode<Value: Decodable>(_: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(bytes))
    }

    package static var sqlType: SQLType { .jsonb }
    package static func accepts(columnType oid: UInt32) -> Bool { oid == SQLType.jsonb.oid || oid == 114 }
    package func write(to writer: inout BinaryWriter) -> Bool {
        writer.append(Self.version)
        writer.append(bytes: bytes)
        return true
    }
    package init(field: SQLField) throws {
        let all = try field.bytes
        bytes = Array(all.first == Self.version ? all[1...] : all[...])
    }

    /// The first byte of jsonb's binary form; no JSON text begins with it.
    private static let version: UInt8 = 1
}
