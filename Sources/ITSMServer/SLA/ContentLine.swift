import ITSMCore

/// One line of an iCalendar file, unfolded: a property with its parameters (RFC 5545, 3.1).
struct ContentLine: Sendable, Hashable {
    /// Where it begins in the file, from 1.
    let number: Int
    /// In capitals.
    let name: String
    /// By name in capitals; of several values the first.
    let parameters: [String: String]
    let value: String

    /// Nil for what is no content line.
    init?(_ text: String, number: Int) {
        var rest = text[...]
        guard let end = rest.firstIndex(where: { $0 == ";" || $0 == ":" }), end > rest.startIndex else { return nil }
        name = rest[..<end].uppercased()
        guard name.utf8.allSatisfy({ (65...90).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-") }) else { return nil }
        rest = rest[end...]
        var parameters: [String: String] = [:]
        while rest.first == ";" {
            rest = rest.dropFirst()
            guard let equals = rest.firstIndex(of: "=") else { return nil }
            let name = rest[..<equals].uppercased()
            rest = rest[rest.index(after: equals)...]
            guard let value = Self.parameterValues(&rest) else { return nil }
            parameters[name] = value
        }
        guard rest.first == ":" else { return nil }
        self.number = number
        self.parameters = parameters
        value = String(rest.dropFirst())
    }

    /// Reads the values up to the next parameter or the colon, and gives the first.
    private static func parameterValues(_ rest: inout Substring) -> String? {
        var first: String?
        while true {
            let value: Substring
            if rest.first == "\"" {
                rest = rest.dropFirst()
                guard let quote = rest.firstIndex(of: "\"") else { return nil }
                value = rest[..<quote]
                rest = rest[rest.index(after: quote)...]
            } else {
                let end = rest.firstIndex { $0 == "," || $0 == ";" || $0 == ":" } ?? rest.endIndex
                value = rest[..<end]
                rest = rest[end...]
            }
            first = first ?? String(value)
            guard rest.first == "," else { return first }
            rest = rest.dropFirst()
        }
    }

    /// The value as text (3.3.11).
    var text: String {
        var text = ""
        var isEscaped = false
        for character in value {
            if isEscaped {
                text.append(character == "n" || character == "N" ? "\n" : character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else {
                text.append(character)
            }
        }
        return text
    }
}
