import CShims

extension Character {
    /// The columns that this takes on a terminal: 0, 1 or 2, by the C library's tables of Unicode.
    var displayWidth: Int {
        let scalars = unicodeScalars
        if scalars.contains(where: { $0.properties.isEmojiPresentation || $0 == "\u{FE0F}" }) { return 2 }
        return scalars.map { max(0, Int(itsm_display_width($0.value))) }.max() ?? 0
    }
}

extension String {
    /// The columns that this line takes on a terminal.
    var displayWidth: Int {
        if utf8.allSatisfy({ $0 < 0x80 }) { return utf8.count }
        return reduce(0) { $0 + $1.displayWidth }
    }

    /// Cut to at most `columns` of a terminal, the last of them an ellipsis where something was cut.
    func truncated(to columns: Int) -> String {
        guard displayWidth > columns else { return self }
        var result = ""
        var used = 0
        for character in self {
            let width = String(character).displayWidth
            guard used + width < columns else { break }
            result.append(character)
            used += width
        }
        return result + "…"
    }

    /// Filled with spaces up to `columns` of a terminal.
    func padded(to columns: Int) -> String { self + String(repeating: " ", count: max(0, columns - displayWidth)) }

    /// Without what could steer a terminal: control characters, escape sequences' begin, and marks that reorder text. Line breaks and tabs
    /// become spaces unless `multiline`.
    func safeForTerminal(multiline: Bool = false) -> String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.map { scalar in
                    switch scalar.value {
                    case 0x0A, 0x09: multiline ? scalar : " "
                    case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069: scalar == "\r" ? " " : "\u{FFFD}"
                    default: scalar
                    }
                }))
    }
}
