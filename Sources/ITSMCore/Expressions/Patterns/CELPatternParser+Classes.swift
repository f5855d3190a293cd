extension CELPatternParser {
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

    /// What stands behind a backslash, as a set.
    mutating func escape() throws -> CELScalarSet {
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

    mutating func brackets() throws -> CELScalarSet {
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
