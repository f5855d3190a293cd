/// One statement with its parameters, built by interpolation: a value never becomes part of the text.
///
/// ```swift
/// let open: SQL = "SELECT id FROM tickets WHERE group_id = \(group) AND state <> \(literal: Ticket.State.closed)"
/// ```
/// `\(value)` becomes `$n` and is sent beside the text in binary form. The text is the key under which the statement is prepared.
package struct SQL: Sendable, ExpressibleByStringInterpolation {
    package private(set) var text: String
    private(set) var parameters: SQLParameters
    /// Whether the server keeps a plan for this text.
    package var planning = Planning.prepared

    /// How the server plans a statement.
    package enum Planning: Sendable {
        /// Parsed once per connection, and planned as the server sees fit.
        case prepared
        /// Parsed and planned with the actual values each time and kept nowhere: for lists composed of filters, whose texts are many and whose best
        /// plan depends on the values.
        case perExecution
    }

    package init(stringLiteral text: String) {
        self.text = text
        parameters = SQLParameters()
    }

    package init(stringInterpolation: StringInterpolation) {
        text = stringInterpolation.text
        parameters = stringInterpolation.parameters
    }

    /// The same statement, planned with its actual values each time.
    package var plannedPerExecution: SQL {
        var copy = self
        copy.planning = .perExecution
        return copy
    }

    package var isEmpty: Bool { text.isEmpty }

    package static func + (a: SQL, b: SQL) -> SQL { "\(fragment: a)\(fragment: b)" }

    package struct StringInterpolation: StringInterpolationProtocol {
        var text = ""
        var parameters = SQLParameters()

        package init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + 4 * interpolationCount)
            parameters.reserve(interpolationCount)
        }

        package mutating func appendLiteral(_ literal: String) { text += literal }

        /// Binds a value.
        package mutating func appendInterpolation(_ value: some SQLValue) {
            parameters.append(value, at: text.utf8.count)
            text += "$\(parameters.count)"
        }

        /// Writes a case of a closed enum into the text, where the planner must see it (partial indexes).
        package mutating func appendInterpolation<Case: RawRepresentable & CaseIterable>(literal value: Case) where Case.RawValue == String {
            text += "'" + value.rawValue.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
        }

        /// Writes a case of a closed enum into the text, where the planner must see it (partial indexes).
        package mutating func appendInterpolation<Case: RawRepresentable & CaseIterable>(literal value: Case) where Case.RawValue: BinaryInteger {
            text += "\(value.rawValue)"
        }

        /// Writes the number of rows wanted into the text: the planner must see it, or it plans for a tenth of the table.
        package mutating func appendInterpolation(limit rows: Int) { text += "\(rows)" }

        /// Writes a column or table name out of a closed list.
        package mutating func appendInterpolation<Case: RawRepresentable & CaseIterable>(identifier value: Case) where Case.RawValue == String {
            text += "\"" + value.rawValue.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
        }

        /// Puts a piece in, with its parameters.
        package mutating func appendInterpolation(fragment: SQL) {
            let source = fragment.text
            var copied = source.startIndex
            for (index, slot) in fragment.parameters.slots.enumerated() {
                let placeholder = source.utf8.index(source.startIndex, offsetBy: Int(slot.place))
                text += source[copied..<placeholder]
                parameters.append(slot, of: fragment.parameters, at: text.utf8.count)
                text += "$\(parameters.count)"
                copied = source.utf8.index(placeholder, offsetBy: "$\(index + 1)".utf8.count)
            }
            text += source[copied...]
            parameters.inheritFault(of: fragment.parameters)
        }
    }
}

extension Sequence<SQL> {
    /// The pieces one after another, with `separator` between them.
    package func joined(separator: SQL) -> SQL {
        var result: SQL = ""
        for piece in self { result = result.isEmpty ? piece : "\(fragment: result)\(fragment: separator)\(fragment: piece)" }
        return result
    }
}

/// The bound values of a statement: all bytes in one block, and where each value lies in it.
struct SQLParameters: Sendable {
    struct Slot: Sendable {
        var type: UInt32
        var offset: Int32
        /// -1 for NULL.
        var length: Int32
        /// Where its placeholder begins in the text, in UTF-8 bytes.
        var place: Int32
    }

    private(set) var slots: [Slot] = []
    private var writer = BinaryWriter()

    var count: Int { slots.count }
    var bytes: [UInt8] { writer.bytes }
    /// Why a value cannot be sent, in words for the caller.
    var fault: String? { writer.fault }

    mutating func reserve(_ count: Int) {
        slots.reserveCapacity(count)
        writer.reserve(24 * count)
    }

    mutating func append<Value: SQLValue>(_ value: Value, at place: Int) {
        let offset = writer.count
        let length = value.write(to: &writer) ? writer.count - offset : -1
        slots.append(Slot(type: Value.sqlType.oid, offset: Int32(offset), length: Int32(length), place: Int32(place)))
    }

    mutating func append(_ slot: Slot, of other: SQLParameters, at place: Int) {
        let offset = writer.count
        if slot.length > 0 { writer.append(bytes: other.bytes[Int(slot.offset)..<Int(slot.offset + slot.length)]) }
        slots.append(Slot(type: slot.type, offset: Int32(offset), length: slot.length, place: Int32(place)))
    }

    mutating func inheritFault(of other: SQLParameters) {
        if writer.fault == nil { writer.fault = other.fault }
    }
}
