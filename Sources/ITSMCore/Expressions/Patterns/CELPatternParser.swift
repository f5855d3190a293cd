/// Reads RE2's syntax.
struct CELPatternParser {
    private let scalars: [Unicode.Scalar]
    private var at = 0
    private var depth = 0
    private var ignoresCase = false
    private var isMultiline = false
    private var dotTakesNewline = false

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    private static let deepest = 100
    private static let mostRepeats = 1000

    private static let posix: [String: [ClosedRange<UInt32>]] = [
        "alnum": [48...57, 65...90, 97...122], "alpha": [65...90, 97...122], "ascii": [0...127], "blank": [9...9, 32...32],
        "cntrl": [0...31, 127...127],
        "digit": [48...57], "graph": [33...126], "lower": [97...122], "print": [32...126], "punct": [33...47, 58...64, 91...96, 123...126],
        "space": [9...13, 32...32], "upper": [65...90], "word": [48...57, 65...90, 95...95, 97...122], "xdigit": [48...57, 65...70, 97...102],
    ]
    private static let perl: [Unicode.Scalar: [ClosedRange<UInt32>]] = [
        "d": [48...57], "s": [9...10, 12...13, 32...32], "w": [48...57, 65...90, 95...95, 97...122],
    ]
    private static let controls: [Unicode.Scalar: UInt32] = ["a": 7, "f": 12, "t": 9, "n": 10, "r": 13, "v": 11]

    private func malformed(_ why: String) -> CELFailure { CELFailure(.invalidArgument, "invalid pattern: \(why)") }

    private func peek(_ ahead: Int = 0) -> Unicode.Scalar? { at + ahead < scalars.count ? scalars[at + ahead] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
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

    private func single(_ value: UInt32) -> CELScalarSet { CELScalarSet(ranges: [value...value], ignoresCase: ignoresCase) }

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

    /// What stands behind a backslash, as a set.
    private mutating func escape() throws -> CELScalarSet {
        guard let scalar = peek() else { throw malformed("a backslash at the end") }
        at += 1
        if let ranges = Self.perl[scalar] { return CELScalarSet(ranges: ranges) }
        if let lower = Unicode.Scalar(scalar.value | 32), "DSW".unicodeScalars.contains(scalar) {
            return CELScalarSet(ranges: Self.perl[lower]!, isNegated: true)
        }
        if let control = Self.controls[scalar] { return single(control) }
        switch scalar {
        case "p", "P": return try category(isNegated: scalar == "P")
        case "x":
            let isBraced = take("{")
            var text = ""
            while let digit = peek(), digit.properties.isASCIIHexDigit, isBraced || text.utf8.count < 2 {
                text.unicodeScalars.append(digit)
                at += 1
            }
            guard isBraced ? take("}") : text.utf8.count == 2, let value = UInt32(text, radix: 16), value <= 0x10_FFFF else {
                throw malformed("\\x needs digits")
            }
            return single(value)
        case "0"..."7":
            var value = scalar.value - 48
            var digits = 1
            while digits < 3, let digit = peek(), ("0"..."7").contains(digit) {
                value = value * 8 + digit.value - 48
                digits += 1
                at += 1
            }
            guard scalar == "0" || digits == 3 else { throw malformed("there are no back references") }
            return single(value)
        default:
            guard !CELLexer.isLetter(scalar) || scalar == "_", !CELLexer.isDigit(scalar), scalar.isASCII else {
                throw malformed("\\\(scalar) is not supported")
            }
            return single(scalar.value)
        }
    }

    private mutating func category(isNegated: Bool) throws -> CELScalarSet {
        var name = ""
        if take("{") {
            while let scalar = peek(), scalar != "}" {
                name.unicodeScalars.append(scalar)
                at += 1
            }
            guard take("}") else { throw malformed("\\p has no end") }
        } else if let scalar = peek() {
            name = String(scalar)
            at += 1
        }
        let isInverted = name.hasPrefix("^")
        if isInverted { name.removeFirst() }
        let isKnown =
            name == "Any"
            || (1...2).contains(name.utf8.count) && "LMNPSZC".contains(name.prefix(1))
                && name.dropFirst().allSatisfy { "ultmoncedsifkp".contains($0) }
        guard isKnown else { throw malformed("\\p{\(name.prefix(20))} is not supported") }
        return CELScalarSet(categories: [(name, isNegated != isInverted)])
    }

    private mutating func brackets() throws -> CELScalarSet {
        var set = CELScalarSet()
        let isNegated = take("^")
        var isFirst = true
        while let scalar = peek(), scalar != "]" || isFirst {
            isFirst = false
            if scalar == "[", peek(1) == ":", let named = try posixClass() {
                set.add(named)
                continue
            }
            let low = try bracketed()
            guard peek() == "-", let next = peek(1), next != "]" else {
                set.add(low)
                continue
            }
            at += 1
            let high = try bracketed()
            guard let first = low.only, let last = high.only, first <= last else { throw malformed("a range has two ends in order") }
            set.ranges.append(first...last)
        }
        guard take("]") else { throw malformed("missing ]") }
        set.isNegated = isNegated
        set.ignoresCase = ignoresCase
        return set
    }

    private mutating func bracketed() throws -> CELScalarSet {
        guard let scalar = peek() else { throw malformed("missing ]") }
        at += 1
        return scalar == "\\" ? try escape() : single(scalar.value)
    }

    /// `[:alpha:]` or `[:^alpha:]`; nil where this is no name.
    private mutating func posixClass() throws -> CELScalarSet? {
        guard let end = scalars[at...].indices.first(where: { scalars[$0] == ":" && $0 > at + 1 && $0 + 1 < scalars.count && scalars[$0 + 1] == "]" })
        else {
            return nil
        }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[(at + 2)..<end])
        var name = String(view)
        let isNegated = name.hasPrefix("^")
        if isNegated { name.removeFirst() }
        guard let ranges = Self.posix[name] else { throw malformed("there is no class [:\(name.prefix(20)):]") }
        at = end + 2
        return CELScalarSet(ranges: ranges, isNegated: isNegated)
    }
}

extension CELScalarSet {
    /// The one character of a set of one.
    fileprivate var only: UInt32? {
        guard ranges.count == 1, categories.isEmpty, !isNegated, let range = ranges.first, range.lowerBound == range.upperBound else { return nil }
        return range.lowerBound
    }
}
