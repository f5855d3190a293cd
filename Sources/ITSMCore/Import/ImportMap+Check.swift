extension ImportMap.Columns {
    func contains(_ name: String) -> Bool {
        switch self {
        case .all: true
        case .named(let names): names.contains { $0.lowercased() == name.lowercased() }
        }
    }
}

extension ImportMap {
    /// What can be wrong with a map before any file is seen.
    func check(_ problems: inout ProblemList) {
        let isName =
            !source.isEmpty && source.utf8.count <= Self.longestSource
            && source.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte & 0xDF) || byte == 45 || byte == 46 || byte == 95
            }
        if !isName {
            problems.add(
                "/map/source", .invalidValue, "The source is named by at most \(Self.longestSource) letters, digits, dots, dashes and underscores.")
        }
        if let delimiter, delimiter.utf8.count != 1 || delimiter == "\"" || delimiter.contains(where: \.isNewline) {
            problems.add("/map/delimiter", .invalidValue, "The delimiter is one ASCII character.")
        }
        for field in [ImportField.externalId, .title, .createdAt] where fields[field] == nil {
            problems.add("/map/fields/\(field.rawValue)", .required, "A map needs the field \(field.rawValue).")
        }
        for pattern in dates where DateFormat(pattern) == nil {
            problems.add("/map/dates", .invalidValue, "\(pattern) is not a way of writing times; an example is d/M/yyyy HH:mm.")
        }
        for (field, source) in fields {
            for pattern in source.dates ?? [] where DateFormat(pattern) == nil {
                problems.add(
                    "/map/fields/\(field.rawValue)/dates", .invalidValue, "\(pattern) is not a way of writing times; an example is d/M/yyyy HH:mm.")
            }
        }
        for (field, words) in values {
            for (word, ours) in words where !field.accepts(ours, kind: kind) {
                problems.add(
                    "/map/values/\(field.rawValue)", .invalidValue,
                    "\(word) is said to mean \(ours), which \(field.rawValue) does not know; it knows \(field.words(kind: kind).joined(separator: ", "))."
                )
            }
        }
    }
}

extension ImportField {
    /// The words that the field knows; empty when any text will do.
    func words(kind: TicketKind) -> [String] {
        switch self {
        case .status: kind.lifecycle.states.map(\.rawValue)
        case .impact: Impact.allCases.map(\.rawValue)
        case .urgency: Urgency.allCases.map(\.rawValue)
        case .priority: Priority.allCases.map(\.rawValue)
        case .channel: Channel.allCases.map(\.rawValue)
        case .resolutionCode: Ticket.Resolution.Code.allowed(for: kind).map(\.rawValue)
        default: []
        }
    }

    fileprivate func accepts(_ word: String, kind: TicketKind) -> Bool {
        let words = words(kind: kind)
        return words.isEmpty || words.contains(word) || (self == .status && word == ImportMap.keepsState)
    }
}
