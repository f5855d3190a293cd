/// Turns a parsed expression into nodes: names become slots, macros loops, functions bodies; all that can be decided is decided here.
struct CELCompiler {
    var names: CELNames
    private(set) var unresolved: [CELError] = []
    /// The slots of the variables that are read.
    var reads: Set<Int> = []
    /// Where the outcome of each part goes, while an evaluation is explained; nil otherwise.
    private(set) var traces: [ObjectIdentifier: Int]?

    init(_ environment: CELEnvironment, isTracing: Bool = false) {
        names = CELNames(environment)
        traces = isTracing ? [:] : nil
    }

    private var environment: CELEnvironment { names.environment }

    mutating func compile(_ syntax: CELSyntax) throws -> any CELNode {
        if let resolution = names.resolve(syntax) { return node(resolution) }
        return try traced(syntax) { compiler in try compiler.bare(syntax) }
    }

    private mutating func bare(_ syntax: CELSyntax) throws -> any CELNode {
        let position = syntax.position
        switch syntax.form {
        case .literal(let value): return ConstantNode(value, position)
        case .identifier: preconditionFailure("names are resolved first")
        case .select(let operand, let field, let isOptional):
            return SelectNode(try compile(operand), field, isOptional ? .optional : .value, position)
        case .index(let operand, let index, let isOptional):
            return IndexNode(try compile(operand), try compile(index), isOptional: isOptional, position)
        case .unary(.not, let operand): return NotNode(try compile(operand), position)
        case .unary(.negate, let operand): return NegationNode(try compile(operand), position)
        case .binary(let operation, let left, let right): return binary(operation, try compile(left), try compile(right), position)
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
            if let macro = try CELMacro.of(target, name, arguments) { return try node(macro, position) }
            return try call(target, name, isRooted, arguments, position)
        }
    }

    private func binary(_ operation: CELSyntax.Binary, _ left: any CELNode, _ right: any CELNode, _ position: CELPosition) -> any CELNode {
        switch operation {
        case .equal, .notEqual:
            let isNegated = operation == .notEqual
            if case .string(let text) = right.constant { return StringEqualityNode(left, text, isNegated: isNegated, position) }
            if case .string(let text) = left.constant { return StringEqualityNode(right, text, isNegated: isNegated, position) }
            return EqualityNode(left, right, isNegated: isNegated, position)
        case .less, .lessOrEqual, .greater, .greaterOrEqual: return OrderNode(operation, left, right, position)
        case .within: return MembershipNode(left, right, position)
        case .add, .subtract, .multiply, .divide, .remainder: return ArithmeticNode(operation, left, right, position)
        }
    }

    private mutating func compile(_ parts: [CELSyntax]) throws -> [any CELNode] {
        var nodes: [any CELNode] = []
        for part in parts { nodes.append(try compile(part)) }
        return nodes
    }

    /// Makes the node of a part, with its outcome kept where an evaluation is explained.
    private mutating func traced(_ syntax: CELSyntax, _ make: (inout CELCompiler) throws -> any CELNode) rethrows -> any CELNode {
        guard let slot = traces?.count else { return try make(&self) }
        traces![ObjectIdentifier(syntax)] = slot
        let node = try make(&self)
        return TraceNode(node, slots: slot..<traces!.count)
    }

    // MARK: Names

    private mutating func node(_ resolution: CELNames.Resolution) -> any CELNode {
        var node = traced(resolution.part) { $0.start(resolution) }
        for (field, syntax) in resolution.selections {
            let operand = node
            node = traced(syntax) { _ in SelectNode(operand, field, .value, syntax.position) }
        }
        return node
    }

    private mutating func start(_ resolution: CELNames.Resolution) -> any CELNode {
        let position = resolution.part.position
        switch resolution.meaning {
        case .local(let slot): return LocalNode(slot, position)
        case .variable(let slot): return variable(slot, position)
        case .type(let type): return ConstantNode(.type(type), position)
        case .unknown: return failing(CELError(.unknownVariable, "undeclared reference to '\(resolution.part)'", at: position))
        }
    }

    private mutating func variable(_ slot: Int, _ position: CELPosition) -> any CELNode {
        reads.insert(slot)
        return VariableNode(environment.variables[slot].name, slot, position)
    }

    private mutating func failing(_ error: CELError) -> any CELNode {
        unresolved.append(error)
        return FailingNode(error)
    }

    /// Compiles `body` with new variables; answers their slots too.
    mutating func scoped<T>(_ variables: [String], _ body: (inout CELCompiler, [Int]) throws -> T) rethrows -> T {
        let slots = names.open(variables)
        defer { names.close(slots.count) }
        return try body(&self, slots)
    }

    // MARK: Calls

    private mutating func call(
        _ target: CELSyntax?, _ name: String, _ isRooted: Bool, _ arguments: [CELSyntax], _ position: CELPosition
    ) throws -> any CELNode {
        var qualified: (name: String, isRooted: Bool)? = (name, isRooted)
        if let target { qualified = names.qualifiedFunction(target, name) }
        let nodes = try compile((qualified == nil ? [target!] : []) + arguments)
        let global = qualified.flatMap { names.function($0.name, isRooted: $0.isRooted, count: nodes.count) }
        let member = qualified == nil ? environment.functions[name, isMember: true, count: nodes.count] : nil
        guard let entry = global ?? member else { return noFunction(qualified?.name ?? name, position) }
        switch entry.kind {
        case .values(let body):
            // What is written and can be read, such as duration("72h"), is read once.
            if entry.readsLiterals, case .one(let read) = body, case .string? = nodes[0].constant, let value = try? read(nodes[0].constant!) {
                return ConstantNode(value, position)
            }
            return CallNode(body, nodes, position)
        case .clock(let part): return ClockNode(part, nodes[0], nodes.count == 2 ? nodes[1] : nil, environment.zones, position)
        case .pattern: return try PatternNode(nodes[0], nodes[1], position)
        case .fallback(let unwraps): return OptionalOrNode(nodes[0], nodes[1], unwraps: unwraps, position)
        case .added(let function, let slot):
            let read: (any CELNode)? = if let slot { variable(slot, position) } else { nil }
            return AddedCallNode(function, read, nodes, position)
        }
    }

    private mutating func noFunction(_ name: String, _ position: CELPosition) -> any CELNode {
        let functions = environment.functions
        guard functions.globalNames.contains(name) || functions.memberNames.contains(name) else {
            return failing(CELError(.unknownFunction, "there is no function \(name)", at: position))
        }
        return failing(CELError(.noSuchOverload, "no such overload: \(name) in this form or with so many arguments", at: position))
    }
}
