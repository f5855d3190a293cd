/// What names stand for at a place of an expression: the variables of the macros around it, then those of the environment, then types.
struct CELNames {
    enum Meaning {
        /// A macro's variable, by its slot among those.
        case local(Int)
        /// A variable of the environment, by its slot.
        case variable(Int)
        case type(CELType)
        case unknown
    }

    /// What the longest prefix of a dotted name means.
    struct Resolution {
        let meaning: Meaning
        /// The part of the expression that is this prefix.
        let part: CELSyntax
        /// The selections of fields around it, innermost first.
        let selections: [(field: String, syntax: CELSyntax)]
    }

    let environment: CELEnvironment
    /// How many slots the variables of macros need.
    private(set) var localCount = 0
    /// The variables of the macros around this place, innermost last.
    private(set) var locals: [(name: String, slot: Int)] = []

    init(_ environment: CELEnvironment) { self.environment = environment }

    func local(_ name: String) -> Int? { locals.last { $0.name == name }?.slot }

    /// Opens a scope with new variables; answers their slots.
    mutating func open(_ names: [String]) -> [Int] {
        names.map { name in
            defer { localCount += 1 }
            locals.append((name, localCount))
            return localCount
        }
    }

    /// Closes the scope of the last so many variables.
    mutating func close(_ count: Int) { locals.removeLast(count) }

    /// What a name with or without dots means, by its longest prefix that means anything; nil where this is no such name.
    func resolve(_ syntax: CELSyntax) -> Resolution? {
        guard let (whole, isRooted) = syntax.dottedName else { return nil }
        var prefix = whole
        var part = syntax
        var selections: [(field: String, syntax: CELSyntax)] = []
        func found(_ meaning: Meaning) -> Resolution { Resolution(meaning: meaning, part: part, selections: selections.reversed()) }
        let local = isRooted ? nil : local(String(whole.prefix { $0 != "." }))
        while case .select(let operand, let field, _) = part.form {
            if local == nil, let meaning = global(prefix, isRooted) { return found(meaning) }
            selections.append((field, part))
            prefix.removeLast(field.count + 1)
            part = operand
        }
        return found(local.map(Meaning.local) ?? global(prefix, isRooted) ?? .unknown)
    }

    private func global(_ name: String, _ isRooted: Bool) -> Meaning? {
        for candidate in environment.candidates(name, isRooted: isRooted) {
            if let slot = environment.slot(of: candidate) { return .variable(slot) }
            if let type = CELType.named[candidate] { return .type(type) }
        }
        return nil
    }

    /// `math.abs` of `math` and `abs`, where there is such a function and no macro's variable hides it.
    func qualifiedFunction(_ target: CELSyntax, _ name: String) -> (name: String, isRooted: Bool)? {
        guard let (prefix, isRooted) = target.dottedName, isRooted || local(String(prefix.prefix { $0 != "." })) == nil else { return nil }
        let whole = "\(prefix).\(name)"
        return environment.candidates(whole, isRooted: isRooted).contains(where: environment.functions.globalNames.contains) ? (whole, isRooted) : nil
    }

    /// The function of a call that is written before its arguments.
    func function(_ name: String, isRooted: Bool, count: Int) -> CELFunctions.Entry? {
        for candidate in environment.candidates(name, isRooted: isRooted) {
            if let entry = environment.functions[candidate, isMember: false, count: count] { return entry }
        }
        return nil
    }
}
