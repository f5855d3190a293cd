extension RecordField {
    /// The field's value as a record shows it.
    ///
    /// - Parameter record: the JSON that a list shows of it. Its names are those of conditions, but for `archived` and `disabled`, which say whether there is a time.
    public func value(of record: JSONValue) -> CELValue {
        let path = name.split(separator: ".").dropFirst().map(String.init)
        if type == .bool, record[path[0]] == nil, ["archived", "disabled"].contains(path[0]) { return .bool(record["\(path[0])At"] != nil) }
        var part: JSONValue? = record
        for name in path { part = part?[name] }
        return Self.value(part, as: type)
    }

    private static func value(_ value: JSONValue?, as type: CELDeclaredType) -> CELValue {
        switch (value, type.nonNull) {
        case (.string(let text)?, .timestamp): Instant(text).map(CELValue.instant) ?? .null
        // Levels stand in the JSON by their names.
        case (.string(let text)?, .int): Priority(rawValue: text).map { .int(Int64($0.level)) } ?? .null
        case (.string(let text)?, _): .string(text)
        case (.integer(let number)?, .double): .double(Double(number))
        case (.integer(let number)?, _): .int(number)
        case (.number(let number)?, _): .double(number)
        case (.bool(let flag)?, _): .bool(flag)
        case (.array(let elements)?, .list(let type)): .list(elements.map { self.value($0, as: type) })
        case (.array?, _), (nil, .list): .list([])
        case (.object(let members)?, _): .map(CELMap(members.mapValues { CELValue.orNull($0.string) }))
        default: .null
        }
    }
}

extension Condition {
    /// Those of a list that meet the condition, in their order. For lists that are always answered whole, whose conditions are never asked of the database.
    ///
    /// Each record is read from the JSON that the list shows, so that nothing can be asked for which its reader does not see.
    ///
    /// - Throws: only what encoding a record throws.
    public func kept<Record: Encodable>(of records: [Record], for reader: Principal, at now: Instant) throws -> [Record] {
        try records.filter { holds(of: try JSONValue(encoding: $0), for: reader, at: now) }
    }

    /// Whether a record that is no ticket meets it; one for which it has no answer does not.
    public func holds(of record: JSONValue, for reader: Principal, at now: Instant) -> Bool {
        (try? expression.matches(environment.values(of: record, for: reader, at: now, reading: expression.reads))) ?? false
    }
}
