/// What an expression may speak of: the variables, the functions, the container in which names are looked for, the zones and the limits.
public struct CELEnvironment: Sendable {
    /// The variables in the order in which an evaluation takes their values.
    public let variables: [CELVariable]
    /// The namespace of relative names: in `a.b`, `x` is looked for as `a.b.x`, `a.x` and `x` (CEL language definition, Name Resolution).
    public let container: String
    /// Where zones named in expressions, such as in `t.getHours("Europe/Berlin")`, are looked up.
    public let zones: CELZones
    /// What an expression and its evaluation may cost.
    public let limits: CELLimits

    let functions: CELFunctions
    private let slots: [String: Int]

    /// An environment of declared variables, and of functions besides those of the language.
    ///
    /// - Precondition: The names of variables differ, and what a function reads is one of them.
    public init(
        declaring variables: [CELVariable], functions: [CELFunction] = [], container: String = "", zones: CELZones = .foundation,
        limits: CELLimits = CELLimits()
    ) {
        self.variables = variables
        self.container = container
        self.zones = zones
        self.limits = limits
        let slots = Dictionary(uniqueKeysWithValues: variables.enumerated().map { ($1.name, $0) })
        self.slots = slots
        self.functions = functions.reduce(into: CELFunctions.all) { all, function in
            all.add(function, slot: function.reads.map { slots[$0]! })
        }
    }

    /// An environment of variables of which nothing but the names is known.
    public init(variables: [String], container: String = "", zones: CELZones = .foundation, limits: CELLimits = CELLimits()) {
        self.init(declaring: variables.map { CELVariable($0) }, container: container, zones: zones, limits: limits)
    }

    /// The place of a variable's value among those of an evaluation; nil where there is no such variable.
    public func slot(of name: String) -> Int? { slots[name] }

    /// What a name may stand for, from the innermost namespace outwards.
    func candidates(_ name: String, isRooted: Bool) -> [String] {
        guard !isRooted, !container.isEmpty else { return [name] }
        let parts = container.split(separator: ".")
        return (0...parts.count).reversed().map { (parts.prefix($0) + [name[...]]).joined(separator: ".") }
    }
}
