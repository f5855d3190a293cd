/// What one evaluation works on: the variables by their slots, the variables of macros, and what may still be spent.
struct CELFrame {
    let variables: [CELValue?]
    var locals: [CELValue]
    private(set) var budget: Int
    /// What came of each part, where an evaluation is explained; empty otherwise.
    var outcomes: [CELExplanation.Outcome] = []

    init(variables: [CELValue?], locals: Int, budget: Int) {
        self.variables = variables
        self.locals = locals == 0 ? [] : Array(repeating: .null, count: locals)
        self.budget = budget
    }

    /// Whether the bound was passed: an error that nothing absorbs.
    var isSpent: Bool { budget < 0 }

    mutating func spend(_ cost: Int, at position: CELPosition) throws {
        let (rest, overflow) = budget.subtractingReportingOverflow(cost)
        budget = overflow ? -1 : rest
        if budget < 0 { throw CELError(.costExceeded, "the evaluation costs more than its bound", at: position) }
    }
}

/// A part of a compiled expression.
protocol CELNode: AnyObject, Sendable {
    var position: CELPosition { get }
    /// The number of parts: what a step of a macro over this body costs.
    var weight: Int { get }
    /// The value, where it is written in the expression.
    var constant: CELValue? { get }

    func value(_ frame: inout CELFrame) throws -> CELValue
    /// The value where a bool is needed.
    func truth(_ frame: inout CELFrame) throws -> Bool
}

extension CELNode {
    var constant: CELValue? { nil }

    func truth(_ frame: inout CELFrame) throws -> Bool {
        guard case .bool(let truth) = try value(&frame) else {
            throw CELError(.noSuchOverload, "no such overload: a bool is needed here", at: position)
        }
        return truth
    }

    /// Runs a function of values, which fails without a place, and gives its failure this part's place.
    @inline(__always)
    func here<T>(_ work: () throws -> T) throws -> T {
        do { return try work() } catch let failure as CELFailure { throw failure.at(position) }
    }
}
