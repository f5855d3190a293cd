/// What an expression may speak of: the variables, the container in which names are looked for, the zones and the limits.
public struct CELEnvironment: Sendable {
    /// The variables in the order in which an evaluation takes their values. A name may be qualified, such as `ticket.previous`.
    public let variables: [String]
    /// The namespace of relative names: in `a.b`, `x` is looked for as `a.b.x`, `a.x` and `x` (CEL language definition, Name Resolution).
    public let container: String
    public let zones: CELZones
    public let limits: CELLimits

    let slots: [String: Int]

    public init(variables: [String], container: String = "", zones: CELZones = .foundation, limits: CELLimits = CELLimits()) {
        self.variables = variables
        self.container = container
        self.zones = zones
        self.limits = limits
        slots = Dictionary(variables.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// What a name may stand for, from the innermost namespace outwards.
    func candidates(_ name: String, isRooted: Bool) -> [String] {
        guard !isRooted, !container.isEmpty else { return [name] }
        let parts = container.split(separator: ".")
        return (0...parts.count).reversed().map { (parts.prefix($0) + [name[...]]).joined(separator: ".") }
    }
}
