/// Reads RE2's syntax.
struct CELPatternParser {
    let scalars: [Unicode.Scalar]
    var at = 0
    private var depth = 0
    private(set) var ignoresCase = false
    private var isMultiline = false
    private var dotTakesNewline = false

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    private static let deepest = 100
    private static let mostRepeats = 1000

    func malformed(_ why: String) -> CELFailure { CELFailure(.invalidArgument, "invalid pattern: \(why)") }

    func peek(_ ahead: Int = 0) -> Unicode.Scalar? { at + ahead < scalars.count ? scalars[at + ahead] : nil }

    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek() == scalar else { return false }
        at += 1
        return true
    }

    mutating func whole() throws -> CELPatternTree {
        let tree = try choice()
        guard at == scalars.count else { throw malformed("unexpected )") }
        return tree
    }

    private mutating func choice() throws -> CELPatternTree {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else { throw CELFailure(.tooLarge, "the pattern is nested too deeply") }
        // Flags set within a group end with it.
        let flags = (ignoresCase, isMultiline, dotTakesNewline)
        defer { (ignoresCase, isMultiline, dotTakesNewline) = flags }
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() throws -> CELPatternTree {
        var parts: [CELPatternTree] = []
        while let scalar = peek(), scalar != "|", scalar != ")" {
            if scalar == "\\", peek(1) == "Q" {
                parts += quoted()
                // A repetition behind the end repeats the last character.
                if let last = parts.popLast() { parts.append(try repeated(last)) }
                continue
            }
            guard let part = try atom() else { continue }
            parts.append(try repeated(part))
        }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    /// The characters between `\Q` and `\E`, or the end of the pattern, as they stand.
    private mutating func quoted() -> [CELPatternTree] {
        at += 2
        var parts: [CELPatternTree] = []
        while let literal = peek(), !(literal == "\\" && peek(1) == "E") {
            parts.append(.scalar(single(literal.value)))
            at += 1
        }
        at = min(at + 2, scalars.count)
        return parts
    }

    private mutating func repeated(_ part: CELPatternTree) throws -> CELPatternTree {
        guard let (least, most) = try repetition() else { return part }
        _ = take("?")
        if try repetition() != nil { throw malformed("two repetitions in a row") }
        return .repetition(part, least, most)
    }

    private mutating func repetition() throws -> (Int, Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        guard peek() == "{", let bounds = bounds() else { return nil }
        guard bounds.0 <= Self.mostRepeats, (bounds.1 ?? bounds.0) <= Self.mostRepeats, (bounds.1 ?? bounds.0) >= bounds.0 else {
            throw malformed("a repetition is at most \(Self.mostRepeats) times")
        }
        return bounds
    }

    /// `{2}`, `{2,}` or `{2,5}`; anything else is taken as written, and nothing is consumed.
    private mutating func bounds() -> (Int, Int?)? {
        let start = at
        at += 1
        func number(_ parser: inout CELPatternParser) -> Int? {
            var text = ""
            while let digit = parser.peek(), CELLexer.isDigit(digit) {
                text.unicodeScalars.append(digit)
                parser.at += 1
            }
            return text.isEmpty ? nil : Int(text) ?? .max
        }
        if let least = number(&self) {
            if take("}") { return (least, least) }
            if take(",") {
                let most = number(&self)
                if take("}") { return (least, most) }
            }
        }
        at = start
        return nil
    }

    func single(_ value: UInt32) -> CELScalarSet { CELScalarSet(ranges: [value...value], ignoresCase: ignoresCase) }

    /// One thing that can be repeated; nil for flags, which are nothing themselves.
    private mutating func atom() throws -> CELPatternTree? {
        let scalar = scalars[at]
        at += 1
        switch scalar {
        case "(": return try group()
        case "[": return .scalar(try brackets())
        case ".": return .scalar(CELScalarSet(ranges: dotTakesNewline ? [] : [10...10], isNegated: true))
        case "^": return .assertion(isMultiline ? .lineStart : .textStart)
        case "$": return .assertion(isMultiline ? .lineEnd : .textEnd)
        case "*", "+", "?": throw malformed("nothing to repeat")
        case "\\":
            switch peek() {
            case "A": at += 1; return .assertion(.textStart)
            case "z": at += 1; return .assertion(.textEnd)
            case "b": at += 1; return .assertion(.wordBoundary)
            case "B": at += 1; return .assertion(.noWordBoundary)
            default: return .scalar(try escape())
            }
        default: return .scalar(single(scalar.value))
        }
    }

    private mutating func group() throws -> CELPatternTree? {
        let outer = (ignoresCase, isMultiline, dotTakesNewline)
        if take("?") {
            if peek() == "P" && peek(1) == "<" || peek() == "<" && peek(1) != "=" && peek(1) != "!" {
                while peek() != nil, peek() != ">" { at += 1 }
                guard take(">") else { throw malformed("a group's name has no end") }
            } else if try flags() {
                return nil
            }
        }
        let tree = try choice()
        // The flags of (?i:…) end with the group.
        (ignoresCase, isMultiline, dotTakesNewline) = outer
        guard take(")") else { throw malformed("missing )") }
        return tree
    }

    /// The flags behind `(?`; true where the group ends with them.
    private mutating func flags() throws -> Bool {
        var isOn = true
        while let scalar = peek() {
            at += 1
            switch scalar {
            case "i": ignoresCase = isOn
            case "m": isMultiline = isOn
            case "s": dotTakesNewline = isOn
            case "U": break
            case "-": isOn = false
            case ":": return false
            case ")": return true
            default: throw malformed("(?\(scalar) is not supported")
            }
        }
        throw malformed("missing )")
    }
}
