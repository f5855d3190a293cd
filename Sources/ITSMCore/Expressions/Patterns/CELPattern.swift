/// A regular expression in RE2's syntax that runs in time linear in the text, whatever the pattern (github.com/google/re2/wiki/Syntax).
///
/// The pattern becomes a machine whose states advance together, one character after the other. Groups only group, since `matches` asks for nothing but
/// whether there is a match. Scripts (`\p{Greek}`) are refused; general categories (`\pL`, `\p{Lu}`) are known.
struct CELPattern: Sendable {
    enum Instruction: Sendable {
        /// A character of the set with this number.
        case scalar(Int)
        case assertion(Assertion)
        case jump(Int)
        case split(Int, Int)
        case match
    }

    /// A set that answers at once for the characters that are asked for most.
    struct Scalars: Sendable {
        private let low, high: UInt64
        private let set: CELScalarSet

        init(_ set: CELScalarSet) {
            (low, high) = set.ascii
            self.set = set
        }

        func contains(_ scalar: Unicode.Scalar) -> Bool {
            switch scalar.value {
            case ..<64: low >> UInt64(scalar.value) & 1 == 1
            case ..<128: high >> UInt64(scalar.value - 64) & 1 == 1
            default: set.contains(scalar)
            }
        }
    }

    enum Assertion: Sendable { case textStart, textEnd, lineStart, lineEnd, wordBoundary, noWordBoundary }

    /// Instructions that a pattern may need; repetitions multiply them.
    static let largest = 5000
    /// The longest pattern in bytes: longer ones would need too large a machine too.
    private static let longest = 20_000

    private(set) var program: [Instruction] = []
    private(set) var sets: [Scalars] = []
    /// Repetitions of nothing make no instructions, and take time all the same.
    private var steps = 0

    /// What looking at one character costs at most.
    var weight: Int { program.count }

    /// - Throws: `CELFailure` where the text is no pattern or needs too large a machine.
    init(_ text: String) throws {
        guard text.utf8.count <= Self.longest else { throw Self.tooLarge }
        var parser = CELPatternParser(text)
        try emit(try parser.whole())
        program.append(.match)
    }

    private static let tooLarge = CELFailure(.tooLarge, "the pattern is too large")

    private mutating func add(_ instruction: Instruction) throws -> Int {
        guard program.count < Self.largest else { throw Self.tooLarge }
        program.append(instruction)
        return program.count - 1
    }

    private mutating func emit(_ tree: CELPatternTree) throws {
        steps += 1
        guard steps <= 4 * Self.largest else { throw Self.tooLarge }
        switch tree {
        case .empty: break
        case .scalar(let set):
            _ = try add(.scalar(sets.count))
            sets.append(Scalars(set))
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
