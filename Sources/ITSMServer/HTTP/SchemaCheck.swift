import ITSMCore

extension Schema {
    /// Every fault of `value` at once, each with its JSON pointer below `pointer`.
    func problems(in value: JSONValue, at pointer: String = "") -> [FieldProblem] {
        var list = ProblemList()
        check(value, pointer, &list)
        return list.problems
    }

    private func check(_ value: JSONValue, _ pointer: String, _ list: inout ProblemList) {
        if case .null = value, isNullable { return }
        switch (kind, value) {
        case (.object(let members), .object(let values)): check(values, against: members, pointer, &list)
        case (.map(let schema), .object(let values)):
            for (name, value) in values.sorted(by: { $0.key < $1.key }) { schema.check(value, pointer.appending(pointerToken: name), &list) }
        case (.array(let element, let maximum), .array(let values)):
            if let maximum, values.count > maximum {
                list.add(pointer, .tooLong, "There are \(values.count) elements; at most \(maximum) are allowed.")
            } else {
                for (index, value) in values.enumerated() { element.check(value, "\(pointer)/\(index)", &list) }
            }
        case (.string(let text), .string(let value)): text.check(value, pointer, &list)
        case (.integer(let range), .integer(let value)):
            if !range.contains(value) { list.add(pointer, .invalidValue, "Must be \(Self.words(for: range)).") }
        case (.integer(let range), .number(let value)) where value.rounded() == value:
            if Int64(exactly: value).map(range.contains) != true { list.add(pointer, .invalidValue, "Must be \(Self.words(for: range)).") }
        case (.number, .integer), (.number, .number), (.boolean, .bool), (.any, _): break
        case (.oneOf(let schemas), _):
            if !schemas.contains(where: { $0.problems(in: value).isEmpty }) {
                list.add(pointer, .invalidValue, "Must be " + schemas.map(\.expectation).joined(separator: ", or ") + ".")
            }
        default: list.add(pointer, .invalidValue, "Must be \(expectation)\(isNullable ? " or null" : ""), not \(Self.noun(for: value)).")
        }
    }

    private func check(_ values: [String: JSONValue], against members: [Member], _ pointer: String, _ list: inout ProblemList) {
        for member in members {
            if let value = values[member.name] {
                member.schema.check(value, pointer.appending(pointerToken: member.name), &list)
            } else if member.isRequired {
                list.add(pointer.appending(pointerToken: member.name), .required, "\(member.name) is required.")
            }
        }
        for name in values.keys.sorted() where !members.contains(where: { $0.name == name }) {
            list.add(pointer.appending(pointerToken: name), .unknownField, "There is no field \(name.quotedForPeople) here.")
        }
    }

    /// What is expected, in words: "a text of at most 300 characters".
    private var expectation: String {
        switch kind {
        case .object, .map: "an object"
        case .array: "an array"
        case .string(let text): text.expectation
        case .integer(let range): Self.words(for: range)
        case .number: "a number"
        case .boolean: "true or false"
        case .oneOf(let schemas): schemas.map(\.expectation).joined(separator: ", or ")
        case .any: "any JSON"
        }
    }

    private static func words(for range: ClosedRange<Int64>) -> String {
        switch (range.lowerBound, range.upperBound) {
        case (.min, .max): "a whole number"
        case (let low, .max): "a whole number of at least \(low)"
        case (let low, let high): "a whole number from \(low) to \(high)"
        }
    }

    private static func noun(for value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .number: "a number"
        case .string: "a text"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

extension Schema.Text {
    fileprivate func check(_ value: String, _ pointer: String, _ list: inout ProblemList) {
        if let maximum, value.unicodeScalars.count > maximum {
            list.add(pointer, .tooLong, "Has \(value.unicodeScalars.count) characters; at most \(maximum) are allowed.")
        } else if !values.isEmpty, !values.contains(value) {
            list.add(pointer, .invalidValue, "\(value.quotedForPeople) is none of \(values.joined(separator: ", ")).")
        } else if format == "uuid", ID<AnyRecord>(value) == nil {
            list.add(pointer, .invalidValue, "Must be an id such as 01932b4e-7c00-7000-8000-000000000000.")
        } else if format == "date-time", Instant(value) == nil {
            list.add(pointer, .invalidValue, "Must be an RFC 3339 time such as 2026-11-21T08:00:00Z.")
        } else if format == "date", CivilDate(value) == nil {
            list.add(pointer, .invalidValue, "Must be a date such as 2026-12-25.")
        }
    }

    fileprivate var expectation: String {
        if !values.isEmpty { return "one of " + values.joined(separator: ", ") }
        switch format {
        case "uuid": return "an id"
        case "date-time": return "an RFC 3339 time"
        case "date": return "a date"
        default: return "a text"
        }
    }
}
