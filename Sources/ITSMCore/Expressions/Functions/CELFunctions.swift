/// The functions by name, form and number of arguments; their overloads are told apart by the values.
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

    private var bodies: [Key: Body] = [:]
    private var names: Set<String> = []

    /// The standard's functions and those of the extensions.
    static let all: CELFunctions = {
        var functions = CELFunctions()
        functions.addConversions()
        functions.addStandard()
        functions.addStrings()
        functions.addMath()
        functions.addEncoders()
        functions.addOptionals()
        functions.addNetwork()
        return functions
    }()

    subscript(name: String, isMember isMember: Bool, count count: Int) -> Body? {
        bodies[Key(name: name, isMember: isMember, count: count)] ?? bodies[Key(name: name, isMember: isMember, count: nil)]
    }

    /// Whether any form has this name.
    func contains(_ name: String) -> Bool { names.contains(name) }

    private mutating func add(_ key: Key, _ body: Body) {
        bodies[key] = body
        names.insert(key.name)
    }

    mutating func global(_ name: String, _ body: @escaping @Sendable () throws -> CELValue) {
        add(Key(name: name, isMember: false, count: 0), .none(body))
    }

    mutating func global(_ name: String, _ body: @escaping @Sendable (CELValue) throws -> CELValue) {
        add(Key(name: name, isMember: false, count: 1), .one(body))
    }

    mutating func global(_ name: String, _ body: @escaping @Sendable (CELValue, CELValue) throws -> CELValue) {
        add(Key(name: name, isMember: false, count: 2), .two(body))
    }

    mutating func variadic(_ name: String, _ body: @escaping @Sendable ([CELValue]) throws -> CELValue) {
        add(Key(name: name, isMember: false, count: nil), .many(body))
    }

    mutating func member(_ name: String, _ body: @escaping @Sendable (CELValue) throws -> CELValue) {
        add(Key(name: name, isMember: true, count: 1), .one(body))
    }

    mutating func member(_ name: String, _ body: @escaping @Sendable (CELValue, CELValue) throws -> CELValue) {
        add(Key(name: name, isMember: true, count: 2), .two(body))
    }

    mutating func member(_ name: String, count: Int, _ body: @escaping @Sendable ([CELValue]) throws -> CELValue) {
        add(Key(name: name, isMember: true, count: count), .many(body))
    }
}
