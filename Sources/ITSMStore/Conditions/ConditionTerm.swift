import ITSMCore

/// A part of a condition as SQL over the rows of a list: its value, NULL where the field is null or the part has no answer.
struct ConditionTerm: Sendable {
    enum Kind: Sendable, Equatable {
        case null, bool, int, double, string, timestamp, duration
        /// A list of strings, an array in SQL; or one kept as JSON.
        case strings, jsonStrings
        /// A list of what ids point to.
        case objects
        /// What an id points to.
        case object
        /// What could not be translated; the fault is noted.
        case refused
    }

    var kind: Kind
    var sql: SQL
    /// The value, where it hangs on no ticket.
    var constant: CELValue?
    /// A column that is NULL exactly where the field is null, so that asking for null is no error.
    var isField = false
    /// Whether it may be NULL in SQL, for whatever reason.
    var mayBeNull = false
    /// Whether its NULL may be the field's null, which can be compared, and not only a part without an answer.
    var mayBeFieldNull: Bool { isField && mayBeNull && (owner == nil || isNullableWithin) }
    /// What must hold for the part to have an answer, where it is a field of something that may be null.
    var owner: SQL?
    /// Whether it may be null although what it is a field of is there.
    var isNullableWithin = false
    /// The column of the id, where this is one as text or the thing itself.
    var id: SQL?
    /// The small table whose column this is, so that a question can be asked there first.
    var reference: Reference?
    /// The fields of an object.
    var fields: [String: Property] = [:]
    /// Of a list of objects the query of their ids, whose column is `id`, and what stands behind one.
    var elements: Elements?
    /// The custom field whose values are kept beside the tickets too, by value.
    var kept: Kept?
    /// The words of a closed list, which the planner must see.
    var field: TicketField?

    struct Elements: Sendable {
        let ids: SQL
        let element: @Sendable (_ id: SQL) -> ConditionTerm
    }

    /// A custom field in `ticket_field_values`.
    struct Kept: Sendable {
        let field: ID<CustomField>
        let isNumber: Bool
    }

    struct Reference: Sendable {
        /// The ticket's column that points there.
        var key: SQL
        /// Such as `categories r`.
        var table: SQL
        /// Such as `r.path`.
        var column: SQL
        /// Whether no two rows have the same text there.
        var isUnique = false
    }

    /// A field of an object, made when it is asked for.
    typealias Property = @Sendable () -> ConditionTerm

    /// A null, a field that is null or a constant: comparing it with null is no error.
    var isPlain: Bool { (isField || constant != nil) && owner == nil }

    static let refused = ConditionTerm(kind: .refused, sql: "NULL")

    /// A truth that is no field.
    static func truth(_ sql: SQL) -> ConditionTerm { ConditionTerm(kind: .bool, sql: sql, mayBeNull: true) }

    static func computed(_ kind: Kind, _ sql: SQL) -> ConditionTerm { ConditionTerm(kind: kind, sql: sql, mayBeNull: true) }
}

extension ConditionTerm {
    /// A value that hangs on no ticket; nil for one that has no form in SQL.
    init?(_ value: CELValue) {
        switch value {
        case .null: self.init(kind: .null, sql: "NULL", constant: value, mayBeNull: true)
        case .bool(let flag): self.init(kind: .bool, sql: flag ? "true" : "false", constant: value)
        case .int(let number): self.init(kind: .int, sql: "\(number)", constant: value)
        case .uint(let number):
            guard let number = Int64(exactly: number) else { return nil }
            self.init(kind: .int, sql: "\(number)", constant: .int(number))
        case .double(let number):
            guard !number.isNaN else { return nil }
            self.init(kind: .double, sql: "\(number)", constant: value)
        case .string(let text): self.init(kind: .string, sql: "\(text)", constant: value)
        case .timestamp(let time):
            guard let instant = Instant(time) else { return nil }
            self.init(kind: .timestamp, sql: "\(instant)", constant: value)
        case .duration(let duration):
            guard duration.nanoseconds % 1_000 == 0 else { return nil }
            self.init(kind: .duration, sql: "(\(duration.nanoseconds / 1_000)::bigint * interval '1 microsecond')", constant: value)
        case .list: self.init(kind: .strings, sql: "NULL", constant: value)
        default: return nil
        }
    }
}

extension Instant {
    /// The same instant; nil where it is finer than a microsecond.
    init?(_ time: CELTimestamp) {
        guard time.nanoseconds % 1_000 == 0 else { return nil }
        self.init(microseconds: time.seconds * 1_000_000 + Int64(time.nanoseconds / 1_000))
    }
}
