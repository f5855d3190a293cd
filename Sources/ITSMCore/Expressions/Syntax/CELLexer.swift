/// Cuts text into tokens (CEL language definition, Syntax).
struct CELLexer {
    private let scalars: [Unicode.Scalar]
    private var at = 0
    private var line = 1
    private var lineStart = 0

    private static let twoPart: Set<String> = ["&&", "||", "==", "!=", "<=", ">="]
    private static let onePart: Set<Unicode.Scalar> = ["<", ">", "+", "-", "*", "/", "%", "!", "?", ":", ".", ",", "(", ")", "[", "]", "{", "}"]

    init(_ source: String) { scalars = Array(source.unicodeScalars) }

    /// All tokens; the last is the end.
    static func tokens(of source: String) throws -> [CELToken] {
        var lexer = CELLexer(source)
        var tokens: [CELToken] = []
        while true {
            let token = try lexer.next()
            tokens.append(token)
            if token.kind == .end { return tokens }
        }
    }

    private var position: CELPosition { CELPosition(line: line, column: at - lineStart + 1) }

    private func peek(_ ahead: Int = 0) -> Unicode.Scalar? { at + ahead < scalars.count ? scalars[at + ahead] : nil }

    private mutating func advance() {
        if scalars[at] == "\n" {
            line += 1
            lineStart = at + 1
        }
        at += 1
    }

    private mutating func take(while isWanted: (Unicode.Scalar) -> Bool) -> String {
        var text = String.UnicodeScalarView()
        while let scalar = peek(), isWanted(scalar) {
            text.append(scalar)
            advance()
        }
        return String(text)
    }

    private mutating func next() throws -> CELToken {
        while let scalar = peek() {
            if Self.isSpace(scalar) {
                advance()
            } else if scalar == "/", peek(1) == "/" {
                while let scalar = peek(), scalar != "\n" { advance() }
            } else {
                break
            }
        }
        let start = position
        guard let scalar = peek() else { return CELToken(kind: .end, position: start) }
        if let kind = try quoted() { return CELToken(kind: kind, position: start) }
        if Self.isDigit(scalar) || scalar == "." && peek(1).map(Self.isDigit) == true {
            return CELToken(kind: try number(), position: start)
        }
        if Self.isLetter(scalar) {
            return CELToken(kind: .identifier(take { Self.isLetter($0) || Self.isDigit($0) }), position: start)
        }
        if scalar == "`" { return CELToken(kind: try selector(), position: start) }
        if let second = peek(1), case let both = "\(scalar)\(second)", Self.twoPart.contains(both) {
            at += 2
            return CELToken(kind: .symbol(both), position: start)
        }
        guard Self.onePart.contains(scalar) else {
            throw CELError(.syntax, "unexpected character \(scalar.isASCII ? "'\(scalar)'" : "U+\(String(scalar.value, radix: 16))")", at: start)
        }
        at += 1
        return CELToken(kind: .symbol(String(scalar)), position: start)
    }

    static func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\n" || scalar == "\t" || scalar == "\r" || scalar == "\u{C}" }
    static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
    static func isLetter(_ scalar: Unicode.Scalar) -> Bool { ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_" }

    private static func isHexadecimal(_ scalar: Unicode.Scalar) -> Bool {
        isDigit(scalar) || ("a"..."f").contains(scalar) || ("A"..."F").contains(scalar)
    }

    private mutating func number() throws -> CELToken.Kind {
        let start = position
        var text: String
        var isDouble = false
        if peek() == "0", let x = peek(1), x == "x" || x == "X", peek(2).map(Self.isHexadecimal) == true {
            at += 2
            text = "0x" + take(while: Self.isHexadecimal)
        } else {
            text = take(while: Self.isDigit)
            if peek() == ".", peek(1).map(Self.isDigit) == true {
                isDouble = true
                at += 1
                text = (text.isEmpty ? "0" : text) + "." + take(while: Self.isDigit)
            }
            let signed = peek(1) == "+" || peek(1) == "-"
            if peek() == "e" || peek() == "E", peek(signed ? 2 : 1).map(Self.isDigit) == true {
                isDouble = true
                text += "e" + (signed ? String(scalars[at + 1]) : "")
                at += signed ? 2 : 1
                text += take(while: Self.isDigit)
            }
        }
        let isUnsigned = !isDouble && (peek() == "u" || peek() == "U")
        if isUnsigned { at += 1 }
        if let next = peek(), Self.isLetter(next) || Self.isDigit(next) { throw CELError(.syntax, "this is no number", at: start) }
        return isDouble ? .double(text) : isUnsigned ? .uint(text) : .int(text)
    }

    private mutating func selector() throws -> CELToken.Kind {
        let start = position
        at += 1
        let text = take { Self.isLetter($0) || Self.isDigit($0) || $0 == "." || $0 == "-" || $0 == "/" || $0 == " " }
        guard peek() == "`", !text.isEmpty else {
            throw CELError(.syntax, "a name in backticks has letters, digits and any of _ . - / and space", at: start)
        }
        at += 1
        return .quoted(text)
    }

    /// A string or bytes, nil where none begins.
    private mutating func quoted() throws -> CELToken.Kind? {
        var isRaw = false, isBytes = false
        var prefix = 0
        while prefix < 2, let scalar = peek(prefix) {
            if scalar == "r" || scalar == "R", !isRaw {
                isRaw = true
            } else if scalar == "b" || scalar == "B", !isBytes, !isRaw {
                isBytes = true
            } else {
                break
            }
            prefix += 1
        }
        guard let quote = peek(prefix), quote == "\"" || quote == "'" else { return nil }
        let start = position
        let isTriple = peek(prefix + 1) == quote && peek(prefix + 2) == quote
        at += prefix + (isTriple ? 3 : 1)
        var bytes: [UInt8] = []
        while true {
            let here = position
            guard let scalar = peek() else { throw CELError(.syntax, "this string has no end", at: start) }
            if scalar == quote, !isTriple || peek(1) == quote && peek(2) == quote {
                at += isTriple ? 3 : 1
                return isBytes ? .bytes(bytes) : .string(String(decoding: bytes, as: UTF8.self))
            }
            if !isTriple, scalar == "\n" || scalar == "\r" { throw CELError(.syntax, "this string has no end on its line", at: start) }
            advance()
            if scalar == "\\", !isRaw {
                try escape(isBytes: isBytes, at: here, into: &bytes)
            } else {
                bytes.append(contentsOf: UTF8.encode(scalar)!)
            }
        }
    }

    private static let simpleEscapes: [Unicode.Scalar: UInt8] = [
        "a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "\\": 92, "?": 63, "\"": 34, "'": 39, "`": 96,
    ]

    /// What stands behind a backslash.
    private mutating func escape(isBytes: Bool, at start: CELPosition, into bytes: inout [UInt8]) throws {
        guard let scalar = peek() else { return }
        if let byte = Self.simpleEscapes[scalar] {
            at += 1
            return bytes.append(byte)
        }
        let digits: Int, radix: Int
        switch scalar {
        case "x", "X": (digits, radix) = (2, 16)
        case "u" where !isBytes: (digits, radix) = (4, 16)
        case "U" where !isBytes: (digits, radix) = (8, 16)
        case "0"..."3": (digits, radix) = (3, 8)
        default: throw CELError(.syntax, "this is no escape; write a backslash as \\\\", at: start)
        }
        if radix == 16 { at += 1 }
        var text = ""
        while text.utf8.count < digits, let digit = peek(), Self.isHexadecimal(digit) {
            text.unicodeScalars.append(digit)
            at += 1
        }
        guard text.utf8.count == digits, let number = UInt32(text, radix: radix) else {
            throw CELError(.syntax, "this escape needs \(digits) digits", at: start)
        }
        if isBytes { return bytes.append(UInt8(number)) }
        guard let scalar = Unicode.Scalar(number) else { throw CELError(.syntax, "this is no Unicode code point", at: start) }
        bytes.append(contentsOf: UTF8.encode(scalar)!)
    }
}
