extension CELPattern {
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
                if case .scalar(let set) = program[state], sets[set].contains(scalar), enter(state + 1, &next, scalar, following) { return true }
            }
            swap(&states, &next)
            previous = scalar
            current = following
        }
    }

    /// Adds a state and all that follow it without a character; answers whether one of them is the match.
    private func enter(_ first: Int, _ states: inout States, _ before: Unicode.Scalar?, _ after: Unicode.Scalar?) -> Bool {
        var state = first
        while true {
            if states.insert(state) {
                switch program[state] {
                case .match: return true
                case .scalar: break
                case .jump(let target):
                    state = target
                    continue
                case .split(let one, let other):
                    states.open.append(other)
                    state = one
                    continue
                case .assertion(let assertion):
                    if Self.holds(assertion, before, after) {
                        state += 1
                        continue
                    }
                }
            }
            guard let next = states.open.popLast() else { return false }
            state = next
        }
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
        /// States that are still to be entered.
        var open: [Int] = []
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
