/// Turns a parsed expression into nodes: names become slots, macros loops, functions bodies; all that can be decided is decided here.
struct CELCompiler {
    let environment: CELEnvironment
    private(set) var unresolved: [CELError] = []
    /// The slots of the variables that are read.
    private(set) var reads: Set<Int> = []
    /// How many slots the variables of macros need.
    private(set) var localCount = 0
    /// The variables of the macros around the part that is compiled, innermost last.
    private var scopes: [(name: String, slot: Int)] = []

    init(_ environment: CELEnvironment) { self.environment = environment }

    mutating func compile(_ syntax: CELSyntax) throws -> any CELNode {
        let position = syntax.position
        switch syntax.form {
        case .literal(let value): return ConstantNode(value, position)
        case .identifier: return name(syntax)!
        case .select(let operand, let field, let isOptional):
            if let node = name(syntax) { return node }
            return SelectNode(try compile(operand), field, isOptional ? .optional : .value, position)
        case .index(let operand, let index, let isOptional):
            return IndexNode(try compile(operand), try compile(index), isOptional: isOptional, position)
        case .unary(.not, let operand): return NotNode(try compile(operand), position)
        case .unary(.negate, let operand): return NegationNode(try compile(operand), position)
        case .binary(let operation, let left, let right): return try binary(operation, left, right, position)
        case .logical(let operation, let terms):
            return LogicalNode(operation, try compile(terms), position)
        case .conditional(let condition, let yes, let no):
            return ConditionalNode(try compile(condition), try compile(yes), try compile(no), position)
        case .list(let elements):
            return ListNode(try elements.map { ($0.isOptional, try compile($0.value)) }, position)
        case .map(let entries):
            return MapNode(try entries.map { ($0.isOptional, try compile($0.key), try compile($0.value)) }, position)
        case .message(let name, _):
            throw CELError(.invalidExpression, "there are no messages, so no \(name){…}; a map is written {'field': value}", at: position)
        case .call(let target, let name, let isRooted, let arguments):
            return try macro(target, name, arguments, position) ?? call(target, name, isRooted, arguments, position)
        }
    }

    private mutating func binary(
        _ operation: CELSyntax.Binary, _ left: CELSyntax, _ right: CELSyntax, _ position: CELPosition
    ) throws -> any CELNode {
        let first = try compile(left)
        let second = try compile(right)
        switch operation {
        case .equal, .notEqual:
            let isNegated = operation == .notEqual
            if let constant = second as? ConstantNode, case .string(let text) = constant.constant {
                return StringEqualityNode(first, text, isNegated: isNegated, position)
            }
            if let constant = first as? ConstantNode, case .string(let text) = constant.constant {
                return StringEqualityNode(second, text, isNegated: isNegated, position)
            }
            return EqualityNode(first, second, isNegated: isNegated, position)
        case .less, .lessOrEqual, .greater, .greaterOrEqual: return OrderNode(operation, first, second, position)
        case .within: return MembershipNode(first, second, position)
        case .add, .subtract, .multiply, .divide, .remainder: return ArithmeticNode(operation, first, second, position)
        }
    }

    // MARK: Names

    /// The node of a name with dots in it, by its longest prefix that is something; nil where this is no such name.
    private mutating func name(_ syntax: CELSyntax) -> (any CELNode)? {
        guard let (whole, isRooted) = syntax.dottedName else { return nil }
        // From the whole name inwards, each part with the selection that follows it.
        var fields: [(name: String, position: CELPosition)] = []
        var prefix = whole
        var part = syntax
        let isLocal = !isRooted && local(String(whole.prefix { $0 != "." })) != nil
        while true {
            if case .identifier(let name, _) = part.form {
                if isLocal { return selections(fields, of: LocalNode(local(name)!, part.position)) }
                return selections(fields, of: resolved(name, isRooted, part.position) ?? unknown(name, part.position))
            }
            if !isLocal, let node = resolved(prefix, isRooted, part.position) { return selections(fields, of: node) }
            guard case .select(let operand, let field, _) = part.form else { return nil }
            fields.append((field, part.position))
            prefix.removeLast(field.count + 1)
            part = operand
        }
    }

    private func selections(_ fields: [(name: String, position: CELPosition)], of start: any CELNode) -> any CELNode {
        fields.reversed().reduce(start) { SelectNode($0, $1.name, .value, $1.position) }
    }

    private mutating func variable(_ slot: Int, _ position: CELPosition) -> any CELNode {
        reads.insert(slot)
        return VariableNode(environment.variables[slot].name, slot, position)
    }

    private mutating func resolved(_ name: String, _ isRooted: Bool, _ position: CELPosition) -> (any CELNode)? {
        for candidate in environment.candidates(name, isRooted: isRooted) {
            if let slot = environment.slot(of: candidate) { return variable(slot, position) }
            if let type = CELType.named[candidate] { return ConstantNode(.type(type), position) }
        }
        return nil
    }

    private mutating func unknown(_ name: String, _ position: CELPosition) -> any CELNode {
        failing(CELError(.unknownVariable, "undeclared reference to '\(name)'", at: position))
    }

    private mutating func failing(_ error: CELError) -> any CELNode {
        unresolved.append(error)
        return FailingNode(error)
    }

    private func local(_ name: String) -> Int? { scopes.last { $0.name == name }?.slot }

    /// Compiles `body` with new variables; answers their slots too.
    mutating func scoped<T>(_ names: [String], _ body: (inout CELCompiler, [Int]) throws -> T) rethrows -> T {
        let depth = scopes.count
        defer { scopes.removeLast(scopes.count - depth) }
        var slots: [Int] = []
        for name in names {
            slots.append(localCount)
            scopes.append((name, localCount))
            localCount += 1
        }
        return try body(&self, slots)
    }

    /// The node of a macro's variable that only the compiler names.
    func localNode(_ name: String, _ position: CELPosition) -> (any CELNode)? { local(name).map { LocalNode($0, position) } }

    // MARK: Calls

    private mutating func call(
        _ target: CELSyntax?, _ name: String, _ isRooted: Bool, _ arguments: [CELSyntax], _ position: CELPosition
    ) throws -> any CELNode {
        guard let target, qualified(target, name) == nil else {
            let global = target.flatMap { qualified($0, name) } ?? (name, isRooted)
            let nodes = try compile(arguments)
            for candidate in environment.candidates(global.0, isRooted: global.1) {
                if let entry = environment.functions[candidate, isMember: false, count: nodes.count] { return try node(entry, nodes, position) }
            }
            return noFunction(global.0, position)
        }
        let nodes = try compile([target] + arguments)
        if let entry = environment.functions[name, isMember: true, count: nodes.count] { return try node(entry, nodes, position) }
        return noFunction(name, position)
    }

    private mutating func node(_ entry: CELFunctions.Entry, _ arguments: [any CELNode], _ position: CELPosition) throws -> any CELNode {
        switch entry.kind {
        case .values(let body): return CallNode(body, arguments, position)
        case .clock(let part): return ClockNode(part, arguments[0], arguments.count == 2 ? arguments[1] : nil, environment.zones, position)
        case .pattern: return try PatternNode(arguments[0], arguments[1], position)
        case .fallback(let unwraps): return OptionalOrNode(arguments[0], arguments[1], unwraps: unwraps, position)
        case .added(let function, let slot):
            let variable = slot.map { self.variable($0, position) }
            return AddedCallNode(function, variable, arguments, position)
        }
    }

    private mutating func compile(_ parts: [CELSyntax]) throws -> [any CELNode] {
        var nodes: [any CELNode] = []
        for part in parts { nodes.append(try compile(part)) }
        return nodes
    }

    /// `math.abs` of `math` and `abs`, where there is such a function and no macro's variable hides it.
    private func qualified(_ target: CELSyntax, _ name: String) -> (String, Bool)? {
        guard let (prefix, isRooted) = target.dottedName, isRooted || local(String(prefix.prefix { $0 != "." })) == nil else { return nil }
        let whole = "\(prefix).\(name)"
        return environment.candidates(whole, isRooted: isRooted).contains(where: environment.functions.containsGlobal) ? (whole, isRooted) : nil
    }

    private mutating func noFunction(_ name: String, _ position: CELPosition) -> any CELNode {
        let functions = environment.functions
        guard functions.globalNames.contains(name) || functions.memberNames.contains(name) else {
            return failing(CELError(.unknownFunction, "there is no function \(name)", at: position))
        }
        return failing(CELError(.noSuchOverload, "no such overload: \(name) in this form or with so many arguments", at: position))
    }
}
