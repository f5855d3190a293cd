/// The functions by name, form and number of arguments, each with what it takes and what it does: the one list of names, signatures and bodies.
struct CELFunctions: Sendable {
    struct Key: Hashable {
        let name: String
        /// Whether it is written behind a value, `x.f()`; the value then is the first argument.
        let isMember: Bool
        /// The number of arguments, the receiver included; nil where any will do.
        let count: Int?
    }

    enum Body: Sendable {
        case none(@Sendable () throws -> CELValue)
        case one(@Sendable (CELValue) throws -> CELValue)
        case two(@Sendable (CELValue, CELValue) throws -> CELValue)
        case many(@Sendable ([CELValue]) throws -> CELValue)
    }

    enum Kind: Sendable {
        /// A function of its arguments' values.
        case values(Body)
        /// An accessor of timestamps and durations, which needs the environment's zones.
        case clock(CELClockPart)
        /// `matches`, whose pattern is compiled once where it is written.
        case pattern
        /// `or` and `orValue`, which look at their argument only where they need it.
        case fallback(unwraps: Bool)
        /// A function that the environment adds, and the slot of the variable that it reads.
        case added(CELFunction, slot: Int?)
    }

    struct Entry: Sendable {
        let overloads: [CELOverload]
        let kind: Kind
        /// Whether a failure with literals can be told before any evaluation.
        var readsLiterals = false
    }

    private var entries: [Key: Entry] = [:]
    /// The names of each form.
    private(set) var globalNames: Set<String> = []
    private(set) var memberNames: Set<String> = []

    /// The standard's functions and those of the extensions.
    static let all: CELFunctions = {
        var functions = CELFunctions()
        functions.addConversions()
        functions.addStandard()
        functions.addClocks()
        functions.addStrings()
        functions.addMath()
        functions.addEncoders()
        functions.addOptionals()
        functions.addNetwork()
        return functions
    }()

    subscript(name: String, isMember isMember: Bool, count count: Int) -> Entry? {
        entries[Key(name: name, isMember: isMember, count: count)] ?? entries[Key(name: name, isMember: isMember, count: nil)]
    }

    /// The numbers of arguments with which this name is known, the receiver included.
    func counts(_ name: String, isMember: Bool) -> [Int] {
        entries.keys.filter { $0.name == name && $0.isMember == isMember }.compactMap(\.count).sorted()
    }

    private mutating func add(_ name: String, isMember: Bool, _ count: Int?, _ overloads: [CELOverload], _ kind: Kind) {
        entries[Key(name: name, isMember: isMember, count: count)] = Entry(overloads: overloads, kind: kind)
        if isMember { memberNames.insert(name) } else { globalNames.insert(name) }
    }

    /// A function of an environment.
    mutating func add(_ function: CELFunction, slot: Int?) {
        add(function.name, isMember: false, function.parameters.count, [CELOverload(function)], .added(function, slot: slot))
    }

    mutating func global(_ name: String, _ overloads: CELOverload..., body: @escaping @Sendable () throws -> CELValue) {
        add(name, isMember: false, 0, overloads, .values(.none(body)))
    }

    mutating func global(_ name: String, _ overloads: CELOverload..., body: @escaping @Sendable (CELValue) throws -> CELValue) {
        add(name, isMember: false, 1, overloads, .values(.one(body)))
    }

    mutating func global(_ name: String, _ overloads: CELOverload..., body: @escaping @Sendable (CELValue, CELValue) throws -> CELValue) {
        add(name, isMember: false, 2, overloads, .values(.two(body)))
    }

    mutating func variadic(_ name: String, _ overloads: CELOverload..., body: @escaping @Sendable ([CELValue]) throws -> CELValue) {
        add(name, isMember: false, nil, overloads, .values(.many(body)))
    }

    mutating func member(_ name: String, _ overloads: CELOverload..., body: @escaping @Sendable (CELValue) throws -> CELValue) {
        add(name, isMember: true, 1, overloads, .values(.one(body)))
    }

    mutating func member(_ name: String, _ overloads: CELOverload..., body: @escaping @Sendable (CELValue, CELValue) throws -> CELValue) {
        add(name, isMember: true, 2, overloads, .values(.two(body)))
    }

    /// A function of three arguments or more, the receiver included.
    mutating func member(_ name: String, _ overload: CELOverload, many body: @escaping @Sendable ([CELValue]) throws -> CELValue) {
        add(name, isMember: true, overload.parameters.count, [overload], .values(.many(body)))
    }

    mutating func member(_ name: String, _ overloads: CELOverload..., kind: Kind) {
        add(name, isMember: true, overloads[0].parameters.count, overloads, kind)
    }

    mutating func global(_ name: String, _ overloads: CELOverload..., kind: Kind) {
        add(name, isMember: false, overloads[0].parameters.count, overloads, kind)
    }

    /// Says of functions of one argument that they read a text, and that a literal which they cannot read is a fault.
    mutating func readLiterals(_ names: String...) {
        for name in names { entries[Key(name: name, isMember: false, count: 1)]!.readsLiterals = true }
    }
}
