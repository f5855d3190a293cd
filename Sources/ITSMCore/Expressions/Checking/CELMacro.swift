/// A macro of the standard or of the extensions two-variable comprehensions, bindings, optionals and block, told apart into its parts.
enum CELMacro {
    /// `has(operand.field)`, with the whole argument.
    case has(CELSyntax)
    /// `all`, which false decides, and `exists`, which true decides.
    case quantifier(CELSyntax, [String], deciding: Bool, CELSyntax)
    case existsOne(CELSyntax, [String], CELSyntax)
    /// `map`, `transformList`, and `filter`, which has no transformation.
    case list(CELSyntax, [String], predicate: CELSyntax?, CELSyntax?)
    /// `transformMap`, which keeps the keys, and `transformMapEntry`, which makes them.
    case map(CELSyntax, [String], predicate: CELSyntax?, CELSyntax, makesEntries: Bool)
    /// `optMap`, and `optFlatMap`, whose body itself answers an optional.
    case optional(CELSyntax, String, CELSyntax, isFlat: Bool)
    case bind(String, CELSyntax, CELSyntax)
    /// `cel.block`, as optimisers write it: parts, and the body that names them `cel.index(n)`.
    case block([CELSyntax], CELSyntax)
    /// `cel.index(n)` and `cel.iterVar(n, m)`: the name that stands for it.
    case generated(String)

    /// How a macro is written.
    struct Form: Sendable {
        /// Its numbers of arguments, what it is written behind not included.
        let counts: ClosedRange<Int>
        let usage: String
        fileprivate let make: @Sendable (CELSyntax, [CELSyntax]) throws -> CELMacro
    }

    /// The macros that are written behind a value.
    static let members: [String: Form] = [
        "all": Form(counts: 2...3, usage: "list.all(x, condition)") { try quantifier($0, $1, deciding: false) },
        "exists": Form(counts: 2...3, usage: "list.exists(x, condition)") { try quantifier($0, $1, deciding: true) },
        "exists_one": Form(counts: 2...3, usage: "list.exists_one(x, condition)", make: existsOne),
        "existsOne": Form(counts: 2...3, usage: "list.existsOne(x, condition)", make: existsOne),
        "filter": Form(counts: 2...2, usage: "list.filter(x, condition)") { .list($0, try variables($1.prefix(1)), predicate: $1[1], nil) },
        "map": Form(counts: 2...3, usage: "list.map(x, value) or list.map(x, condition, value)") { try transform($0, $1, variables: 1) },
        "transformList": Form(counts: 3...4, usage: "list.transformList(index, x, value)") { try transform($0, $1, variables: 2) },
        "transformMap": Form(counts: 3...4, usage: "map.transformMap(key, x, value)") { try mapTransform($0, $1, makesEntries: false) },
        "transformMapEntry": Form(counts: 3...4, usage: "map.transformMapEntry(key, x, {key: value})") {
            try mapTransform($0, $1, makesEntries: true)
        },
        "optMap": Form(counts: 2...2, usage: "optional.optMap(x, value)") { .optional($0, try variable($1[0]), $1[1], isFlat: false) },
        "optFlatMap": Form(counts: 2...2, usage: "optional.optFlatMap(x, optional)") { .optional($0, try variable($1[0]), $1[1], isFlat: true) },
    ]

    /// The macros behind `cel`.
    static let bindings: [String: Form] = [
        "bind": Form(counts: 3...3, usage: "cel.bind(x, value, body)") { .bind(try variable($1[0]), $1[1], $1[2]) },
        "block": Form(counts: 2...2, usage: "cel.block([part, …], body)") { _, arguments in
            guard case .list(let elements) = arguments[0].form else {
                throw CELError(.invalidExpression, "cel.block takes a list of parts", at: arguments[0].position)
            }
            return .block(elements.map(\.value), arguments[1])
        },
        "index": Form(counts: 1...1, usage: "cel.index(number)") { .generated(try generatedName("index", $0, $1)) },
        "iterVar": Form(counts: 2...2, usage: "cel.iterVar(number, number)") { .generated(try generatedName("iterVar", $0, $1)) },
    ]

    static let hasUsage = "has(a.field)"

    /// The macro that a call is; nil where it is none.
    ///
    /// - Throws: `CELError` where a part is not what a macro takes.
    static func of(_ target: CELSyntax?, _ name: String, _ arguments: [CELSyntax]) throws -> CELMacro? {
        guard let target else {
            guard name == "has", arguments.count == 1 else { return nil }
            guard case .select = arguments[0].form else {
                throw CELError(.invalidExpression, "has takes a field, such as has(ticket.category)", at: arguments[0].position)
            }
            return .has(arguments[0])
        }
        if target.dottedName?.name == "cel", let form = bindings[name], form.counts.contains(arguments.count) {
            return try form.make(target, arguments)
        }
        guard let form = members[name], form.counts.contains(arguments.count) else { return nil }
        return try form.make(target, arguments)
    }

    // MARK: Parts

    private static func variable(_ syntax: CELSyntax) throws -> String {
        switch syntax.form {
        case .identifier(let name, isRooted: false): return name
        case .call(let target?, "iterVar", _, let arguments) where target.dottedName?.name == "cel":
            return try generatedName("iterVar", target, arguments)
        default: throw CELError(.invalidExpression, "the variable of a macro is a simple name", at: syntax.position)
        }
    }

    private static func variables(_ parts: ArraySlice<CELSyntax>) throws -> [String] {
        let names = try parts.map(variable)
        if names.count == 2, names[0] == names[1] {
            throw CELError(.invalidExpression, "the two variables of a macro have different names", at: parts.first!.position)
        }
        return names
    }

    private static func quantifier(_ target: CELSyntax, _ arguments: [CELSyntax], deciding: Bool) throws -> CELMacro {
        .quantifier(target, try variables(arguments.dropLast()), deciding: deciding, arguments.last!)
    }

    @Sendable private static func existsOne(_ target: CELSyntax, _ arguments: [CELSyntax]) throws -> CELMacro {
        .existsOne(target, try variables(arguments.dropLast()), arguments.last!)
    }

    private static func transform(_ target: CELSyntax, _ arguments: [CELSyntax], variables count: Int) throws -> CELMacro {
        let predicate = arguments.count == count + 2 ? arguments[count] : nil
        return .list(target, try variables(arguments.prefix(count)), predicate: predicate, arguments.last!)
    }

    private static func mapTransform(_ target: CELSyntax, _ arguments: [CELSyntax], makesEntries: Bool) throws -> CELMacro {
        let predicate = arguments.count == 4 ? arguments[2] : nil
        return .map(target, try variables(arguments.prefix(2)), predicate: predicate, arguments.last!, makesEntries: makesEntries)
    }

    /// The name of a part of a block: no name that can be written.
    static func generatedName(_ index: Int) -> String { "@index:\(index)" }

    private static func generatedName(_ name: String, _ target: CELSyntax, _ arguments: [CELSyntax]) throws -> String {
        let numbers = arguments.compactMap { argument -> String? in
            if case .literal(.int(let number)) = argument.form { String(number) } else { nil }
        }
        guard numbers.count == bindings[name]!.counts.upperBound, numbers.count == arguments.count else {
            throw CELError(.invalidExpression, "cel.\(name) names nothing here", at: target.position)
        }
        return "@\(name):\(numbers.joined(separator: ":"))"
    }
}
