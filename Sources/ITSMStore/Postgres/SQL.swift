/// One statement with its parameters, built by interpolation: a value never becomes part of the text.
///
/// ```swift
/// let open: SQL = "SELECT id FROM tickets WHERE group_id = \(group) AND state <> \(literal: Ticket.State.closed)"
/// ```
/// `\(value)` becomes `$n` and is sent beside the text in binary form.
package struct SQL: Sendable, ExpressibleByStringInterpolation {
    /// The text with a mark for each value. The marks get their numbers last, so pieces are put together by mere concatenation. It is the key under
    /// which the statement is prepared.
    private(set) var template: String
    private(set) var parameters: SQLParameters
    /// Whether the server keeps a plan for this text.
    package var planning = Planning.prepared

    /// How the server plans a statement.
    package enum Planning: Sendable {
        /// Parsed once per connection. Planned once too on the sessions of requests, with the actual values on the others.
        case prepared
        /// Parsed and planned each time and kept nowhere: for lists composed of filters, whose texts are many and whose best plan depends on the
        /// values. Such lists belong on the long lane, whose sessions plan with them.
        case perExecution
    }

    /// A character that no statement holds.
    private static let mark: Unicode.Scalar = "\u{1}"

    package init(stringLiteral text: String) {
        template = text
        parameters = SQLParameters()
    }

    package init(stringInterpolation: StringInterpolation) {
        template = stringInterpolation.template
        parameters = stringInterpolation.parameters
    }

    /// As the server is sent it, with `$1`, `$2` … for the values.
    package var text: String {
        var text = ""
        var number = 0
        for piece in template.utf8.split(separator: UInt8(ascii: Self.mark), omittingEmptySubsequences: false) {
            if number > 0 { text += "$\(number)" }
            text += Substring(piece)
            number += 1
        }
        return text
    }

    /// The same statement, planned with its actual values each time.
    package var plannedPerExecution: SQL {
        var copy = self
        copy.planning = .perExecution
        return copy
    }

    package var isEmpty: Bool { template.isEmpty }

    package static func + (a: SQL, b: SQL) -> SQL { "\(fragment: a)\(fragment: b)" }

    fileprivate mutating func append(_ piece: SQL) {
        template += piece.template
        parameters.append(piece.parameters)
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        var template = ""
        var parameters = SQLParameters()

        package init(literalCapacity: Int, interpolationCount: Int) {
            template.reserveCapacity(literalCapacity + 64 * interpolationCount)
        }

        package mutating func appendLiteral(_ literal: String) { template += literal }

        /// Binds a value.
        package mutating func appendInterpolation(_ value: some SQLValue) {
            parameters.append(value)
            template.unicodeScalars.append(SQL.mark)
        }

        /// Writes a case of a closed enum into the text, where the planner must see it (partial indexes).
        package mutating func appendInterpolation<Case: RawRepresentable & CaseIterable>(literal value: Case) where Case.RawValue == String {
            template += "'" + value.rawValue.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
        }

        /// Writes a case of a closed enum into the text, where the planner must see it (partial indexes).
        package mutating func appendInterpolation<Case: RawRepresentable & CaseIterable>(literal value: Case) where Case.RawValue: BinaryInteger {
            template += "\(value.rawValue)"
        }

        /// Writes the number of rows wanted into the text: the planner must see it, or it plans for a tenth of the table.
        package mutating func appendInterpolation(limit rows: Int) { template += "\(rows)" }

        /// Writes a number that makes an alias differ from others.
        package mutating func appendInterpolation(ordinal number: Int) { template += "\(number)" }

        /// Writes a column or table name out of a closed list.
        package mutating func appendInterpolation<Case: RawRepresentable & CaseIterable>(identifier value: Case) where Case.RawValue == String {
            template += "\"" + value.rawValue.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
        }

        /// Puts a piece in, with its parameters.
        package mutating func appendInterpolation(fragment: SQL) {
            template += fragment.template
            parameters.append(fragment.parameters)
        }
    }
}

extension Sequence<SQL> {
    /// The pieces one after another, with `separator` between them.
    package func joined(separator: SQL) -> SQL {
        var result: SQL = ""
        for piece in self {
            if !result.isEmpty { result.append(separator) }
            result.append(piece)
        }
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
    }

    private(set) var slots: [Slot] = []
    private var writer = BinaryWriter()

    var count: Int { slots.count }
    var bytes: [UInt8] { writer.bytes }
    /// Why a value cannot be sent, in words for the caller.
    var fault: String? { writer.fault }

    mutating func append<Value: SQLValue>(_ value: Value) {
        let offset = writer.count
        let length = value.write(to: &writer) ? writer.count - offset : -1
        slots.append(Slot(type: Value.sqlType.oid, offset: Int32(offset), length: Int32(length)))
    }

    mutating func append(_ others: SQLParameters) {
        if slots.isEmpty {
            self = others
            return
        }
        let offset = Int32(writer.count)
        writer.append(bytes: others.bytes)
        for var slot in others.slots {
            slot.offset += offset
            slots.append(slot)
        }
        if writer.fault == nil { writer.fault = others.fault }
    }
}
