/// A piece of the text with its place.
struct CELToken {
    enum Kind: Equatable {
        case identifier(String)
        /// A selector in backticks, which may hold `-`, `.`, `/` and spaces.
        case quoted(String)
        case int(String)
        case uint(String)
        case double(String)
        case string(String)
        case bytes([UInt8])
        /// An operator or a bracket.
        case symbol(String)
        case end
    }

    let kind: Kind
    let position: CELPosition

    /// How a message names this token.
    var name: String {
        switch kind {
        case .identifier(let text), .symbol(let text): "'\(text)'"
        case .quoted(let text): "`\(text)`"
        case .int(let text), .double(let text): "'\(text)'"
        case .uint(let text): "'\(text)u'"
        case .string: "a string"
        case .bytes: "bytes"
        case .end: "the end"
        }
    }

    /// Words that are no names but may be selectors (CEL language definition, Syntax).
    static let reserved: Set<String> = [
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package", "namespace", "return", "var", "void",
        "while",
    ]
    /// Words that are not even selectors.
    static let keywords: Set<String> = ["true", "false", "null", "in"]
}
