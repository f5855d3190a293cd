extension CustomField {
    /// What a value is kept as: a text, a number, true or false, the value of a choice, a list of them in the definition's order, a day as
    /// `2026-12-25`, or of a person the id or name that was given, which only the database can look up.
    ///
    /// - Parameters:
    ///   - pointer: where the value stands in what was sent.
    ///   - current: what the ticket has now: it may keep choices that were archived since.
    /// - Returns: null for no value at all; nil, and a fault, for what this field does not take.
    public func checked(_ value: JSONValue, at pointer: String, keeping current: JSONValue? = nil, _ problems: inout ProblemList) -> JSONValue? {
        if value == .null { return .null }
        switch (kind, value) {
        case (.text, .string(let text)): return line(text, Limits.customFieldText, pointer, &problems)
        case (.ci, .string(let text)): return line(text, Limits.name, pointer, &problems)
        case (.url, .string(let text)):
            if Self.isAddress(text) { return line(text, Limits.customFieldURL, pointer, &problems) }
            problems.add(pointer, "\(label) must be an address that begins with https://, http:// or mailto:.")
        case (.number, .integer(let number)):
            // Beyond this a double no longer tells neighbours apart, and so neither does an expression.
            return number.magnitude <= 1 << 53 ? .integer(number) : .number(Double(number))
        case (.number, .number(let number)) where number.isFinite:
            return number.rounded() == number && number.magnitude <= 0x1p53 ? .integer(Int64(number)) : .number(number)
        case (.boolean, .bool): return value
        case (.date, .string(let text)):
            if let date = CivilDate(text) { return .string(date.description) }
            problems.add(pointer, "\(label) must be a day such as 2026-12-25.")
        case (.user, .string(let text)): return line(text, Limits.name, pointer, &problems)
        case (.user, .object(let members)) where members["id"]?.string != nil: return members["id"]
        case (.choice, .string(let text)): return choose([text], keeping: current, pointer, &problems)?.first
        case (.multiChoice, .array(let values)):
            let texts = values.compactMap(\.string)
            guard texts.count == values.count else { fallthrough }
            return choose(texts, keeping: current, pointer, &problems).map { $0.isEmpty ? .null : .array($0) }
        default: problems.add(pointer, "\(label) must be \(kind.expectation).")
        }
        return nil
    }

    private func line(_ text: String, _ limit: Int, _ pointer: String, _ problems: inout ProblemList) -> JSONValue? {
        let known = problems.problems.count
        problems.check(text: text, pointer, name: label, limit: limit)
        return problems.problems.count == known ? .string(text) : nil
    }

    /// The chosen values in the definition's order, each once.
    private func choose(_ texts: [String], keeping current: JSONValue?, _ pointer: String, _ problems: inout ProblemList) -> [JSONValue]? {
        let kept = current?.texts ?? []
        let offered = choices.filter { !$0.isArchived || kept.contains($0.value) }.map(\.value)
        let unknown = texts.filter { !offered.contains($0) }
        guard unknown.isEmpty else {
            let shown = offered.prefix(20).joined(separator: ", ") + (offered.count > 20 ? " …" : "")
            problems.add(pointer, "\(unknown[0].quotedForPeople) is no choice of \(label): \(shown).")
            return nil
        }
        return offered.filter(texts.contains).map(JSONValue.string)
    }

    /// True for what a browser can safely be sent to.
    private static func isAddress(_ text: String) -> Bool {
        guard text.unicodeScalars.allSatisfy({ $0.value > 32 && $0.value != 127 && !$0.properties.isWhitespace }) else { return false }
        let lower = text.lowercased()
        for scheme in ["https://", "http://"] where lower.hasPrefix(scheme) {
            return lower.dropFirst(scheme.count).first.map { !"/?#".contains($0) } ?? false
        }
        return lower.hasPrefix("mailto:") && lower.contains("@")
    }

    /// The words of a value for people who cannot see the field's form: choices by their labels.
    public func words(for value: JSONValue) -> String {
        switch value {
        case .null: ""
        case .bool(let isTrue): isTrue ? "Yes" : "No"
        case .integer(let number): String(number)
        case .number(let number): String(number)
        case .string(let text): choices.first { $0.value == text }?.label ?? text
        case .array(let values): values.map(words).joined(separator: ", ")
        case .object: ""
        }
    }
}

extension CustomField.Kind {
    /// What a value has to be, as the end of a sentence.
    fileprivate var expectation: String {
        switch self {
        case .text, .ci: "a text"
        case .number: "a number"
        case .boolean: "true or false"
        case .choice: "one of its choices"
        case .multiChoice: "a list of its choices"
        case .date: "a day such as 2026-12-25"
        case .user: "a person's id or username"
        case .url: "an address such as https://example.com"
        }
    }
}

extension JSONValue {
    /// The text, or the texts of a list.
    public var texts: [String] {
        switch self {
        case .string(let text): [text]
        case .array(let values): values.compactMap(\.string)
        default: []
        }
    }
}
