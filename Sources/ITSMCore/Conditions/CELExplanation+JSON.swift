extension CELExplanation {
    /// Parts that are told; of longer conditions the first ones.
    static let mostParts = 60

    /// The condition and its parts with what they came to, for the record and for whoever asks why: literals are left out, they say themselves.
    public var json: JSONValue {
        var parts: [JSONValue] = []
        collect(into: &parts)
        return ["condition": .string(text), "parts": .array(parts)]
    }

    private func collect(into rows: inout [JSONValue]) {
        guard rows.count < Self.mostParts else { return }
        var row: [String: JSONValue] = ["part": .string(text)]
        switch outcome {
        case .value(let value): row["value"] = value.plain
        case .error(let error): row["error"] = .string(error.message)
        case .notReached: row["notReached"] = true
        }
        rows.append(.object(row))
        for part in parts where !part.isLiteral { part.collect(into: &rows) }
    }

    private var isLiteral: Bool {
        guard parts.isEmpty, let first = text.unicodeScalars.first else { return false }
        return first == "\"" || first == "'" || ("0"..."9").contains(first) || first == "-" || ["true", "false", "null"].contains(text)
    }
}

extension CELValue {
    /// As people read it in JSON: texts, numbers and truths as such, times in RFC 3339.
    public var plain: JSONValue {
        switch self {
        case .null: .null
        case .bool(let flag): .bool(flag)
        case .int(let number): .integer(number)
        case .uint(let number): Int64(exactly: number).map(JSONValue.integer) ?? .string("\(number)")
        case .double(let number): number.isFinite ? .number(number) : .string("\(number)")
        case .string(let text): .string(text)
        case .list(let list): .array(list.elements.map(\.plain))
        case .map(let map): .object(Dictionary(map.entries.map { (CELText.short($0.key), $0.value.plain) }, uniquingKeysWith: { first, _ in first }))
        case .optional(let optional): optional.value?.plain ?? .null
        default: .string(CELText.short(self))
        }
    }
}
