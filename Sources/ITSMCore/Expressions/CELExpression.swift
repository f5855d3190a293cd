/// A compiled expression: immutable, shared freely between threads, evaluated as often as one likes.
///
///     let environment = CELEnvironment(variables: ["ticket"])
///     let urgent = try CELExpression("ticket.priority <= 2", in: environment)
///     let isUrgent = try urgent.matches([.map(CELMap(["priority": .int(1)]))])
public struct CELExpression: Sendable {
    /// The text as it was written.
    public let source: String
    /// The parsed form, for those who translate or explain it.
    public let syntax: CELSyntax
    /// What it was compiled for; its values come in the order of this one's variables.
    public let environment: CELEnvironment
    /// Names and functions that do not exist here. They fail only when an evaluation reaches them; who saves a rule refuses them at once.
    public let unresolved: [CELError]

    /// The slots of the variables that an evaluation may read.
    public let reads: Set<Int>
    /// The type of the value, as far as it was checked.
    public let type: CELDeclaredType

    private let root: any CELNode
    private let locals: Int

    /// Parses and compiles, and checks nothing: what is wrong with names and types fails when an evaluation reaches it, as the standard has it.
    ///
    /// - Throws: `CELError` with the place of the first fault.
    public init(_ source: String, in environment: CELEnvironment) throws {
        try self.init(source, CELSyntax.parse(source, limits: environment.limits), environment, .dynamic)
    }

    /// Parses, checks names, types and literals against what the environment declares, and compiles.
    ///
    /// - Parameter type: what its user needs: a condition is a `bool`.
    /// - Throws: `CELFaults`, all that are wrong at once; only text that cannot be parsed has no more than its first fault.
    public init(checking source: String, in environment: CELEnvironment, as type: CELDeclaredType = .dynamic) throws {
        do {
            let syntax = try CELSyntax.parse(source, limits: environment.limits)
            var checker = CELChecker(environment)
            let found = checker.check(syntax, as: type)
            guard checker.faults.isEmpty else { throw CELFaults(checker.faults) }
            try self.init(source, syntax, environment, found)
        } catch let error as CELError {
            throw CELFaults([CELFault(error)])
        }
    }

    private init(_ source: String, _ syntax: CELSyntax, _ environment: CELEnvironment, _ type: CELDeclaredType) throws {
        self.source = source
        self.syntax = syntax
        self.environment = environment
        self.type = type
        var compiler = CELCompiler(environment)
        root = try compiler.compile(syntax)
        locals = compiler.names.localCount
        unresolved = compiler.unresolved
        reads = compiler.reads
    }

    /// The value of the expression.
    ///
    /// - Parameter variables: the values in the order of the environment's variables; nil is a variable without a value.
    /// - Throws: `CELError` with the place that failed.
    public func evaluate(_ variables: [CELValue?]) throws -> CELValue {
        precondition(variables.count == environment.variables.count, "one value for each variable of the environment")
        var frame = CELFrame(variables: variables, locals: locals, budget: environment.limits.cost)
        return try root.value(&frame)
    }

    /// The value of the expression with variables by name.
    public func evaluate(_ bindings: [String: CELValue]) throws -> CELValue {
        try evaluate(environment.variables.map { bindings[$0.name] })
    }

    /// What an evaluation with variables by name comes to, part by part.
    public func explain(_ bindings: [String: CELValue]) -> CELExplanation { explain(environment.variables.map { bindings[$0.name] }) }

    /// The answer of an expression that is a condition; an error where it is no bool.
    public func matches(_ variables: [CELValue?]) throws -> Bool {
        precondition(variables.count == environment.variables.count, "one value for each variable of the environment")
        var frame = CELFrame(variables: variables, locals: locals, budget: environment.limits.cost)
        return try root.truth(&frame)
    }

    /// What an evaluation with these values comes to, part by part. It reaches what `evaluate` reaches and nothing else.
    ///
    /// - Parameter variables: the values in the order of the environment's variables.
    public func explain(_ variables: [CELValue?]) -> CELExplanation {
        precondition(variables.count == environment.variables.count, "one value for each variable of the environment")
        var compiler = CELCompiler(environment, isTracing: true)
        guard let root = try? compiler.compile(syntax), let traces = compiler.traces else { preconditionFailure("what compiled once compiles again") }
        var frame = CELFrame(variables: variables, locals: locals, budget: environment.limits.cost)
        frame.outcomes = Array(repeating: .notReached, count: traces.count)
        // The error stands among the outcomes.
        _ = try? root.value(&frame)
        return CELExplanation(syntax, frame.outcomes[traces[ObjectIdentifier(syntax)]!], frame.outcomes, traces)
    }
}
