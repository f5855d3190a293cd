/// The types that may stand at one place of a call: any of these.
struct CELParameter: Sendable, ExpressibleByArrayLiteral {
    let types: [CELDeclaredType]

    init(arrayLiteral types: CELDeclaredType...) { self.types = types }

    static let any: CELParameter = [.dynamic]
    static let bool: CELParameter = [.bool]
    static let int: CELParameter = [.int]
    static let uint: CELParameter = [.uint]
    static let double: CELParameter = [.double]
    static let number: CELParameter = [.int, .uint, .double]
    static let string: CELParameter = [.string]
    static let bytes: CELParameter = [.bytes]
    static let timestamp: CELParameter = [.timestamp]
    static let duration: CELParameter = [.duration]
    static let list: CELParameter = [.list(.dynamic)]
    static let map: CELParameter = [.map(.dynamic, .dynamic)]
    static let optional: CELParameter = [.optional(.dynamic)]
    static let address: CELParameter = [.address]
    static let block: CELParameter = [.block]

    func accepts(_ type: CELDeclaredType) -> Bool { types.contains { type.fits($0) } }
}

/// What an operator or function takes in one of its forms, and what it answers then.
struct CELOverload: Sendable {
    let parameters: [CELParameter]
    /// Whether the last parameter may stand any number of times.
    let isRepeating: Bool
    let result: @Sendable ([CELDeclaredType]) -> CELDeclaredType

    static func takes(_ parameters: CELParameter..., gives result: CELDeclaredType) -> CELOverload {
        CELOverload(parameters: parameters, isRepeating: false) { _ in result }
    }

    /// With a result that depends on the types of the arguments.
    static func takes(_ parameters: CELParameter..., givesOf result: @escaping @Sendable ([CELDeclaredType]) -> CELDeclaredType) -> CELOverload {
        CELOverload(parameters: parameters, isRepeating: false, result: result)
    }

    /// One argument of this kind or more.
    static func takesMany(_ parameter: CELParameter, givesOf result: @escaping @Sendable ([CELDeclaredType]) -> CELDeclaredType) -> CELOverload {
        CELOverload(parameters: [parameter], isRepeating: true, result: result)
    }

    private init(
        parameters: [CELParameter], isRepeating: Bool, result: @escaping @Sendable ([CELDeclaredType]) -> CELDeclaredType
    ) {
        self.parameters = parameters
        self.isRepeating = isRepeating
        self.result = result
    }

    init(_ function: CELFunction) {
        let result = function.result
        self.init(parameters: function.parameters.map { [$0] }, isRepeating: false) { _ in result }
    }

    /// What stands at a place; nil behind the last one.
    subscript(index: Int) -> CELParameter? {
        parameters.indices.contains(index) ? parameters[index] : isRepeating ? parameters.last : nil
    }

    func accepts(count: Int) -> Bool { isRepeating ? count >= parameters.count : count == parameters.count }
}
