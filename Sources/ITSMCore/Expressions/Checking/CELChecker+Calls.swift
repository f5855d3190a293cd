extension CELChecker {
    /// How a message names what is called.
    enum Callee {
        case operation(String)
        case function(String)
        /// Written behind a value, which is its first argument.
        case member(String)
    }

    // MARK: Overloads

    /// The type that a call answers; a fault where none of the overloads takes such arguments.
    mutating func call(_ overloads: [CELOverload], _ arguments: [CELSyntax], _ callee: Callee, _ syntax: CELSyntax) -> CELDeclaredType {
        let types = arguments.map { type($0) }
        var left = overloads.filter { $0.accepts(count: types.count) }
        for (index, type) in types.enumerated() {
            let fitting = left.filter { $0[index]!.accepts(type) }
            if fitting.isEmpty {
                reportMismatch(callee, index, arguments, types, wanted: left.flatMap { $0[index]!.types }, syntax)
                return .dynamic
            }
            left = fitting
        }
        guard let first = left.first?.result(types), left.dropFirst().allSatisfy({ $0.result(types) == first }) else { return .dynamic }
        return first
    }

    private mutating func reportMismatch(
        _ callee: Callee, _ index: Int, _ arguments: [CELSyntax], _ types: [CELDeclaredType], wanted: [CELDeclaredType], _ syntax: CELSyntax
    ) {
        let argument = arguments[index], type = types[index]
        let expected = Self.list(wanted)
        let remedy = remedy(for: type, of: argument, wanted: wanted)
        let subject = "\(argument.short) is \(type.withArticle)"
        let message: String
        switch callee {
        case .operation(let name) where arguments.count == 1: message = "\(name) does not take \(type.withArticle); \(subject), expected \(expected)"
        case .operation(let name):
            // Where the left one alone would do, it says what the right one has to be.
            let other = index == 1 ? ", as \(arguments[0].short) is \(types[0].withArticle)" : ""
            message = "\(name) does not take \(type.withArticle) here: \(subject), expected \(expected)\(other)"
        case .function(let name): message = "\(Self.ordinal(index, of: arguments.count))argument of \(name): \(subject), expected \(expected)"
        case .member(let name) where index == 0: message = "\(name) is asked of \(expected), and \(subject)"
        case .member(let name): message = "\(Self.ordinal(index - 1, of: arguments.count - 1))argument of \(name): \(subject), expected \(expected)"
        }
        let isOperation = if case .operation = callee { true } else { false }
        report(
            .noSuchOverload, message + remedy, at: isOperation ? syntax.position : argument.start,
            expected: Self.unique(wanted).map(\.description).joined(separator: " or "))
    }

    private static func ordinal(_ index: Int, of count: Int) -> String {
        let ordinals = ["first ", "second ", "third ", "fourth "]
        return count == 1 ? "the " : ordinals.indices.contains(index) ? "the \(ordinals[index])" : "an "
    }

    private static func unique(_ types: [CELDeclaredType]) -> [CELDeclaredType] {
        var seen = Set<CELDeclaredType>()
        return types.filter { seen.insert($0).inserted }
    }

    /// `an int, a string or a list`.
    private static func list(_ types: [CELDeclaredType]) -> String {
        let names = unique(types).map(\.withArticle)
        return names.count < 2 ? names.joined() : names.dropLast().joined(separator: ", ") + " or " + names.last!
    }

    /// How a value of one type becomes one that is needed; nothing where no way is known.
    func remedy(for type: CELDeclaredType, of syntax: CELSyntax, wanted: [CELDeclaredType]) -> String {
        switch type.nonNull {
        case .string where wanted.contains(.timestamp): "; a time is written timestamp(\"2026-11-21T08:00:00Z\")"
        case .string where wanted.contains(.duration), .int where wanted.contains(.duration): "; a length of time is written duration(\"72h\")"
        case let number where number.isNumber && wanted.contains(where: \.isNumber):
            "; convert it, as in \(wanted.first(where: \.isNumber)!)(\(syntax.short))"
        case let number where number.isNumber && wanted == [.string]: "; convert it, as in string(\(syntax.short)), or write it in quotes"
        default: ""
        }
    }

    // MARK: Functions

    mutating func call(
        _ target: CELSyntax?, _ name: String, _ isRooted: Bool, _ arguments: [CELSyntax], _ syntax: CELSyntax
    ) -> CELDeclaredType {
        guard let target else { return callGlobal(name, isRooted, arguments, syntax) }
        if let qualified = names.qualifiedFunction(target, name) ?? namespaced(target, name) {
            return callGlobal(qualified.name, qualified.isRooted, arguments, syntax)
        }
        let all = [target] + arguments
        guard let entry = environment.functions[name, isMember: true, count: all.count] else {
            for part in all { _ = type(part) }
            reportNoFunction(name, isMember: true, all, syntax)
            return .dynamic
        }
        checkLiterals(entry, all)
        return call(entry.overloads, all, .member(name), syntax)
    }

    /// `math.abss`: no function, but what stands before the dot is nothing else than the beginning of functions' names.
    private func namespaced(_ target: CELSyntax, _ name: String) -> (name: String, isRooted: Bool)? {
        guard let (prefix, isRooted) = target.dottedName, case .unknown? = names.resolve(target)?.meaning,
            environment.functions.globalNames.contains(where: { $0.hasPrefix(prefix + ".") })
        else { return nil }
        return ("\(prefix).\(name)", isRooted)
    }

    private mutating func callGlobal(_ name: String, _ isRooted: Bool, _ arguments: [CELSyntax], _ syntax: CELSyntax) -> CELDeclaredType {
        guard let entry = names.function(name, isRooted: isRooted, count: arguments.count) else {
            for part in arguments { _ = type(part) }
            reportNoFunction(name, isMember: false, arguments, syntax)
            return .dynamic
        }
        checkLiterals(entry, arguments)
        return call(entry.overloads, arguments, .function(name), syntax)
    }

    /// Reads what is written: patterns, times, zones, addresses, the choices of a function.
    private mutating func checkLiterals(_ entry: CELFunctions.Entry, _ arguments: [CELSyntax]) {
        func text(_ index: Int) -> (String, CELPosition)? {
            guard arguments.indices.contains(index), case .literal(.string(let text)) = arguments[index].form else { return nil }
            return (text, arguments[index].position)
        }
        do {
            switch entry.kind {
            case .pattern: if let (source, position) = text(1) { try at(position) { _ = try CELPattern(source) } }
            case .clock: if let (zone, position) = text(1) { try at(position) { _ = try environment.zones.offset(of: zone, at: 0) } }
            case .values(.one(let body)) where entry.readsLiterals:
                if let (source, position) = text(0) { try at(position) { _ = try body(.string(source)) } }
            case .added(let function, _):
                if let (choice, position) = text(0) {
                    needChoice(choice, of: function.choices, "\(function.name) knows no \"\(choice)\"", at: position)
                }
            default: break
            }
        } catch {
            report(error.code, error.message, at: error.position)
        }
    }

    private func at(_ position: CELPosition, _ work: () throws -> Void) throws(CELError) {
        do { try work() } catch { throw (error as? CELFailure)?.at(position) ?? CELError(.invalidArgument, "\(error)", at: position) }
    }
}
