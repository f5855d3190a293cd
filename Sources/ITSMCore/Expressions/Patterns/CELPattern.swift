/// A regular expression in RE2's syntax that runs in time linear in the text, whatever the pattern (github.com/google/re2/wiki/Syntax).
///
/// The pattern becomes a machine whose states advance together, one character after the other. Groups only group, since `matches` asks for nothing but
/// whether there is a match. Scripts (`\p{Greek}`) are refused; general categories (`\pL`, `\p{Lu}`) are known.
struct CELPattern: Sendable {
    enum Instruction: Sendable {
        case scalar(CELScalarSet)
        case assertion(Assertion)
        case jump(Int)
        case split(Int, Int)
        case match
    }

    enum Assertion: Sendable { case textStart, textEnd, lineStart, lineEnd, wordBoundary, noWordBoundary }

    /// Instructions that a pattern may need; repetitions multiply them.
    static let largest = 5000

    private var program: [Instruction] = []
    /// Repetitions of nothing make no instructions, and take time all the same.
    private var steps = 0

    /// What looking at one character costs at most.
    var weight: Int { program.count }

    /// - Throws: `CELFailure` where the text is no pattern or needs too large a machine.
    init(_ text: String) throws {
        var parser = CELPatternParser(text)
        try emit(try parser.whole())
        program.append(.match)
    }

    private mutating func add(_ instruction: Instruction) throws -> Int {
        guard program.count < Self.largest else { throw CELFailure(.tooLarge, "the pattern is too large") }
        program.append(instruction)
        return program.count - 1
    }

    private mutating func emit(_ tree: CELPatternTree) throws {
        steps += 1
        guard steps <= 4 * Self.largest else { throw CELFailure(.tooLarge, "the pattern is too large") }
        switch tree {
        case .empty: break
        case .scalar(let set): _ = try add(.scalar(set))
        case .assertion(let assertion): _ = try add(.assertion(assertion))
        case .sequence(let parts): for part in parts { try emit(part) }
        case .choice(let branches):
            var exits: [Int] = []
            for branch in branches.dropLast() {
                let split = try add(.split(0, 0))
                try emit(branch)
                exits.append(try add(.jump(0)))
                program[split] = .split(split + 1, program.count)
            }
            try emit(branches[branches.count - 1])
            for exit in exits { program[exit] = .jump(program.count) }
        case .repetition(let part, let least, let most):
            for _ in 0..<least { try emit(part) }
            guard let most else {
                let split = try add(.split(0, 0))
                try emit(part)
                _ = try add(.jump(split))
                program[split] = .split(split + 1, program.count)
                return
            }
            var splits: [Int] = []
            for _ in least..<max(least, most) {
                splits.append(try add(.split(0, 0)))
                try emit(part)
            }
            for split in splits { program[split] = .split(split + 1, program.count) }
        }
    }

    /// Whether the pattern is found anywhere in the text.
    func matches(_ text: String) -> Bool {
        var states = States(program.count), next = States(program.count)
        var previous: Unicode.Scalar?
        var scalars = text.unicodeScalars.makeIterator()
        var current = scalars.next()
        while true {
            if enter(0, &states, previous, current) { return true }
            guard let scalar = current else { return false }
            let following = scalars.next()
            next.removeAll()
            for state in states.list {
                if case .scalar(let set) = program[state], set.contains(scalar), enter(state + 1, &next, scalar, following) { return true }
            }
            swap(&states, &next)
            previous = scalar
            current = following
        }
    }

    /// Adds a state and all that follow it without a character; answers whether one of them is the match.
    private func enter(_ first: Int, _ states: inout States, _ before: Unicode.Scalar?, _ after: Unicode.Scalar?) -> Bool {
        var open = [first]
        while let state = open.popLast() {
            guard states.insert(state) else { continue }
            switch program[state] {
            case .match: return true
            case .scalar: break
            case .jump(let target): open.append(target)
            case .split(let one, let other): open += [one, other]
            case .assertion(let assertion): if Self.holds(assertion, before, after) { open.append(state + 1) }
            }
        }
        return false
    }

    private static func holds(_ assertion: Assertion, _ before: Unicode.Scalar?, _ after: Unicode.Scalar?) -> Bool {
        switch assertion {
        case .textStart: before == nil
        case .textEnd: after == nil
        case .lineStart: before == nil || before == "\n"
        case .lineEnd: after == nil || after == "\n"
        case .wordBoundary: isWord(before) != isWord(after)
        case .noWordBoundary: isWord(before) == isWord(after)
        }
    }

    private static func isWord(_ scalar: Unicode.Scalar?) -> Bool { scalar.map { CELLexer.isLetter($0) || CELLexer.isDigit($0) } ?? false }

    /// A set of states in the order in which they came.
    private struct States {
        private(set) var list: [Int] = []
        private var isIn: [Bool]

        init(_ count: Int) { isIn = Array(repeating: false, count: count) }

        mutating func insert(_ state: Int) -> Bool {
            if isIn[state] { return false }
            isIn[state] = true
            list.append(state)
            return true
        }

        mutating func removeAll() {
            for state in list { isIn[state] = false }
            list.removeAll(keepingCapacity: true)
        }
    }
}

/// A parsed pattern.
indirect enum CELPatternTree {
    case empty
    case scalar(CELScalarSet)
    case assertion(CELPattern.Assertion)
    case sequence([CELPatternTree])
    case choice([CELPatternTree])
    /// From the least to the most times; nil is without end.
    case repetition(CELPatternTree, Int, Int?)
}

/// The characters that a place of a pattern takes.
struct CELScalarSet: Sendable {
    var ranges: [ClosedRange<UInt32>] = []
    /// General categories by the beginnings of their short names, `L` or `Lu`.
    var categories: [(name: String, isNegated: Bool)] = []
    var isNegated = false
    var ignoresCase = false

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        if holds(scalar) { return !isNegated }
        guard ignoresCase else { return isNegated }
        let others = [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping].compactMap { mapped in
            mapped.unicodeScalars.count == 1 ? mapped.unicodeScalars.first : nil
        }
        return others.contains(where: holds) != isNegated
    }

    private func holds(_ scalar: Unicode.Scalar) -> Bool {
        ranges.contains { $0.contains(scalar.value) }
            || categories.contains { (scalar.properties.generalCategory.shortName.hasPrefix($0.name) || $0.name == "Any") != $0.isNegated }
    }

    /// Adds the characters of another set that is no negation itself.
    mutating func add(_ other: CELScalarSet) {
        ranges += other.isNegated ? other.complement : other.ranges
        categories += other.categories
    }

    /// The ranges between the ranges.
    private var complement: [ClosedRange<UInt32>] {
        var result: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > next { result.append(next...range.lowerBound - 1) }
            next = max(next, range.upperBound + 1)
        }
        return result + [next...0x11_0000]
    }
}

extension Unicode.GeneralCategory {
    /// The standard's two letters.
    fileprivate var shortName: String {
        switch self {
        case .uppercaseLetter: "Lu"
        case .lowercaseLetter: "Ll"
        case .titlecaseLetter: "Lt"
        case .modifierLetter: "Lm"
        case .otherLetter: "Lo"
        case .nonspacingMark: "Mn"
        case .spacingMark: "Mc"
        case .enclosingMark: "Me"
        case .decimalNumber: "Nd"
        case .letterNumber: "Nl"
        case .otherNumber: "No"
        case .connectorPunctuation: "Pc"
        case .dashPunctuation: "Pd"
        case .openPunctuation: "Ps"
        case .closePunctuation: "Pe"
        case .initialPunctuation: "Pi"
        case .finalPunctuation: "Pf"
        case .otherPunctuation: "Po"
        case .mathSymbol: "Sm"
        case .currencySymbol: "Sc"
        case .modifierSymbol: "Sk"
        case .otherSymbol: "So"
        case .spaceSeparator: "Zs"
        case .lineSeparator: "Zl"
        case .paragraphSeparator: "Zp"
        case .control: "Cc"
        case .format: "Cf"
        case .surrogate: "Cs"
        case .privateUse: "Co"
        case .unassigned: "Cn"
        @unknown default: "Cn"
        }
    }
}
