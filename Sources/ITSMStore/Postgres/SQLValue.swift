import CLibPQ

/// A value that travels to and from PostgreSQL in the type's own binary form.
///
/// An enum with a raw value conforms by `extension Ticket.State: SQLEnum {}`.
package protocol SQLValue: RowDecodable, Sendable {
    static var sqlType: SQLType { get }
    /// Whether a column of this type can be read as a value.
    static func accepts(columnType oid: UInt32) -> Bool
    /// Appends the binary form; false means NULL.
    func write(to writer: inout BinaryWriter) -> Bool
    /// - Throws: `SQLField.Mismatch` when the bytes are no such value.
    init(field: SQLField) throws
}

/// A type of PostgreSQL, by its number and that of its array type.
package struct SQLType: Sendable, Equatable {
    var oid: UInt32
    var array: UInt32

    package init(oid: UInt32, array: UInt32) {
        self.oid = oid
        self.array = array
    }

    static let bool = SQLType(oid: 16, array: 1000)
    static let bytea = SQLType(oid: 17, array: 1001)
    static let int8 = SQLType(oid: 20, array: 1016)
    static let int2 = SQLType(oid: 21, array: 1005)
    static let int4 = SQLType(oid: 23, array: 1007)
    static let text = SQLType(oid: 25, array: 1009)
    static let float8 = SQLType(oid: 701, array: 1022)
    static let date = SQLType(oid: 1082, array: 1182)
    static let timestamptz = SQLType(oid: 1184, array: 1185)
    static let uuid = SQLType(oid: 2950, array: 2951)
    static let jsonb = SQLType(oid: 3802, array: 3807)
}

/// A raw-valued enum that is stored as its raw value, alone and in arrays.
package typealias SQLEnum = SQLValue & SQLElement

extension SQLValue {
    package static func accepts(columnType oid: UInt32) -> Bool { oid == sqlType.oid }

    /// A row of one column.
    package init(row: inout Row) throws { self = try row.next() }
}

extension SQLValue where Self: RawRepresentable, RawValue: SQLValue {
    package static var sqlType: SQLType { RawValue.sqlType }
    package static func accepts(columnType oid: UInt32) -> Bool { RawValue.accepts(columnType: oid) }
    package func write(to writer: inout BinaryWriter) -> Bool { rawValue.write(to: &writer) }

    package init(field: SQLField) throws {
        guard let value = Self(rawValue: try RawValue(field: field)) else { throw SQLField.Mismatch() }
        self = value
    }
}

extension Optional: RowDecodable where Wrapped: SQLValue {
    package init(row: inout Row) throws { self = try row.next() }
}

extension Optional: SQLValue where Wrapped: SQLValue {
    package static var sqlType: SQLType { Wrapped.sqlType }
    package static func accepts(columnType oid: UInt32) -> Bool { Wrapped.accepts(columnType: oid) }
    package func write(to writer: inout BinaryWriter) -> Bool { self?.write(to: &writer) ?? false }
    package init(field: SQLField) throws { self = field.isNull ? nil : try Wrapped(field: field) }
}

/// Collects binary forms. All numbers are big-endian.
package struct BinaryWriter: Sendable {
    private(set) var bytes: [UInt8] = []
    /// Set when a value cannot be stored: why, in words for the caller.
    var fault: String?

    var count: Int { bytes.count }

    mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }
    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    package mutating func append(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    package mutating func append(bytes new: some Collection<UInt8>) { bytes.append(contentsOf: new) }

    /// PostgreSQL's text cannot hold NUL.
    package mutating func append(text: String) {
        var text = text
        text.withUTF8 {
            if $0.contains(0) { fault = "Text must not contain the character U+0000." }
            bytes.append(contentsOf: $0)
        }
    }

    /// Appends what `body` writes, with its length in front, as arrays and COPY have it; NULL has the length -1.
    mutating func appendSized(_ body: (inout BinaryWriter) -> Bool) {
        let start = bytes.count
        append(Int32(-1))
        guard body(&self) else { return }
        let length = Int32(bytes.count - start - 4).bigEndian
        withUnsafeBytes(of: length) { bytes.replaceSubrange(start..<start + 4, with: $0) }
    }
}

/// One column of one row, as the server sent it. Valid only while its row is read.
package struct SQLField {
    private let start: UnsafeRawPointer?
    /// -1 for NULL.
    let count: Int

    init(start: UnsafeRawPointer?, count: Int) {
        self.start = start
        self.count = count
    }

    /// The bytes are not a value of the type that was asked for.
    package struct Mismatch: Error {}

    package var isNull: Bool { count < 0 }

    package var bytes: UnsafeRawBufferPointer {
        get throws {
            guard count >= 0 else { throw Mismatch() }
            return UnsafeRawBufferPointer(start: start, count: count)
        }
    }

    package func integer<Number: FixedWidthInteger>(as: Number.Type = Number.self) throws -> Number {
        guard count == MemoryLayout<Number>.size, let start else { throw Mismatch() }
        return Number(bigEndian: start.loadUnaligned(as: Number.self))
    }

    func load<Plain: BitwiseCopyable>(_: Plain.Type = Plain.self) throws -> Plain {
        guard count == MemoryLayout<Plain>.size, let start else { throw Mismatch() }
        return start.loadUnaligned(as: Plain.self)
    }
}
