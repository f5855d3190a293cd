/// A header such as `form-data; name="file"; filename="a b.txt"`: a value, and parameters by lower-case name.
struct HeaderParameters: Equatable {
    private(set) var value = ""
    private(set) var parameters: [String: String] = [:]

    init(_ text: String) {
        var parts = Self.split(text)
        if parts.isEmpty { return }
        value = parts.removeFirst()
        for part in parts {
            guard let equals = part.firstIndex(of: "=") else { continue }
            let name = part[..<equals].trimmed.lowercased()
            if parameters[name] == nil { parameters[name] = Self.unquoted(part[part.index(after: equals)...].trimmed) }
        }
    }

    /// RFC 8187: `UTF-8''na%C3%AFve.txt`. Nil for anything else.
    static func extended(_ text: String) -> String? {
        let parts = text.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].lowercased() == "utf-8" else { return nil }
        return QueryValues.percentDecoded(parts[2].utf8, plusIsSpace: false)
    }

    /// At semicolons outside quotation marks.
    private static func split(_ text: String) -> [String] {
        var parts: [String] = [""]
        var isQuoted = false
        var isEscaped = false
        for character in text.unicodeScalars {
            if character == ";", !isQuoted {
                parts.append("")
                continue
            }
            if character == "\"", !isEscaped { isQuoted.toggle() }
            isEscaped = isQuoted && character == "\\" && !isEscaped
            parts[parts.count - 1].unicodeScalars.append(character)
        }
        return parts.map { $0[...].trimmed }
    }

    /// Without its quotation marks. Only `\"` and `\\` are escapes: clients send paths with bare backslashes.
    private static func unquoted(_ text: String) -> String {
        guard text.count >= 2, text.first == "\"", text.last == "\"" else { return text }
        return String(text.dropFirst().dropLast()).replacing("\\\\", with: "\u{0}").replacing("\\\"", with: "\"").replacing("\u{0}", with: "\\")
    }
}

extension Substring {
    /// Without blanks and tabs at both ends.
    var trimmed: String {
        var rest = self
        while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        return String(rest)
    }
}
