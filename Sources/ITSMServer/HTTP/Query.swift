import ITSMCore

/// A value that can stand in a query parameter.
protocol QueryValue: WireType, Sendable {
    /// Nil when `text` says nothing of this type.
    init?(query text: String)
}

extension String: QueryValue { init?(query text: String) { self = text } }
extension Int: QueryValue { init?(query text: String) { self.init(text) } }
extension Instant: QueryValue { init?(query text: String) { self.init(text) } }
extension ID: QueryValue { init?(query text: String) { self.init(text) } }
extension RefInput: QueryValue { init?(query text: String) { self.init(text) } }

extension Bool: QueryValue {
    init?(query text: String) {
        switch text {
        case "true": self = true
        case "false": self = false
        default: return nil
        }
    }
}

extension QueryValue where Self: RawRepresentable, RawValue == String {
    init?(query text: String) { self.init(rawValue: text) }
}

/// One documented query parameter; read it in a handler with `call[parameter]`.
struct Query<Value: QueryValue>: QueryParameter {
    let name: String
    let description: String
    let isRequired: Bool
    /// May stand several times, or once with commas; read it with `call.all(parameter)`.
    let isRepeatable: Bool
    /// For a repeatable one: a comma is part of a value, and does not part two.
    let takesCommas: Bool
    let maximum: Int

    init(
        _ name: String, _ description: String, isRequired: Bool = false, isRepeatable: Bool = false, takesCommas: Bool = false,
        maximum: Int = Limits.searchQuery
    ) {
        self.name = name
        self.description = description
        self.isRequired = isRequired
        self.isRepeatable = isRepeatable
        self.takesCommas = takesCommas
        self.maximum = maximum
    }

    var schema: Schema { Value.schema }

    func problem(in text: String) -> String? {
        if text.utf8.contains(0) { return "Holds a NUL character." }
        if text.unicodeScalars.count > maximum { return "Has more than \(maximum) characters." }
        return Value(query: text) == nil ? unknown(text).message : nil
    }

    /// What to say of a text that means nothing here.
    func unknown(_ text: String) -> FieldProblem {
        FieldProblem("?\(name)", .invalidValue, "\(text.quotedForPeople) is not \(expectation).")
    }

    private var expectation: String {
        switch schema.kind {
        case .string(let text) where !text.values.isEmpty: "one of " + text.values.joined(separator: ", ")
        default: "a value that \(name) can have"
        }
    }
}

/// What the route table knows of a query parameter.
protocol QueryParameter: Sendable {
    var name: String { get }
    var description: String { get }
    var isRequired: Bool { get }
    var isRepeatable: Bool { get }
    var takesCommas: Bool { get }
    var schema: Schema { get }
    /// What is wrong with `text`, as a sentence; nil if it will do.
    func problem(in text: String) -> String?
}

/// The query part of a request, decoded and held against the parameters that its route documents.
struct QueryValues: Sendable, Equatable {
    fileprivate(set) var values: [String: [String]] = [:]

    static let none = QueryValues()

    /// - Parameters:
    ///   - ignoringOthers: true to pass over what is not documented.
    ///   - emptyMeansNone: as with the fields of a page's form, which are sent though nobody filled them in. Else `status=` is a status without a name.
    /// - Throws: 400 `malformed`, `unknownParameter`, `required` or `invalidValue` with every fault at once.
    init(
        _ query: Substring?, parameters: [any QueryParameter], ignoringOthers: Bool = false, emptyMeansNone: Bool = true
    ) throws {
        guard let query, !query.isEmpty else {
            if parameters.contains(where: \.isRequired) { try check(parameters, emptyMeansNone) }
            return
        }
        for pair in query.utf8.split(separator: UInt8(ascii: "&")) {
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decode(Substring(parts[0])), let value = Self.decode(parts.count == 2 ? Substring(parts[1]) : "") else {
                throw ITSMError(.malformed, "The query part of the address is not percent-encoded UTF-8.")
            }
            if ignoringOthers, !parameters.contains(where: { $0.name == name }) { continue }
            values[name, default: []].append(value)
        }
        try check(parameters, emptyMeansNone)
    }

    private init() {}

    private mutating func check(_ parameters: [any QueryParameter], _ emptyMeansNone: Bool) throws {
        let problems = faults(parameters, place: "?", unknown: .unknownParameter, emptyMeansNone: emptyMeansNone)
        if !problems.isEmpty { throw ITSMError.badRequest(problems) }
    }

    /// Holds the values against their parameters, and takes repeatable ones apart at their commas.
    mutating func faults(
        _ parameters: [any QueryParameter], place: String, unknown: ErrorCode, emptyMeansNone: Bool = true
    ) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        for parameter in parameters {
            guard var texts = values[parameter.name] else {
                if parameter.isRequired { problems.append(.init("\(place)\(parameter.name)", .required, "\(parameter.name) is required.")) }
                continue
            }
            if parameter.isRepeatable, !parameter.takesCommas {
                texts = texts.flatMap { $0.split(separator: ",", omittingEmptySubsequences: emptyMeansNone).map(String.init) }
                values[parameter.name] = texts
            } else if !parameter.isRepeatable, texts.count > 1 {
                problems.append(.init("\(place)\(parameter.name)", .invalidValue, "\(parameter.name) stands more than once."))
            }
            problems += texts.compactMap(parameter.problem).map { FieldProblem("\(place)\(parameter.name)", .invalidValue, $0) }
        }
        for name in values.keys.sorted() where !parameters.contains(where: { $0.name == name }) {
            let known = parameters.isEmpty ? "none" : parameters.map(\.name).joined(separator: ", ")
            problems.append(.init("\(place)\(name)", unknown, "There is no \(name.quotedForPeople) here; known: \(known)."))
        }
        return problems
    }

    /// Percent-decodes, `+` meaning a space; nil for anything that is not UTF-8.
    static func decode(_ text: Substring) -> String? {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else { return String(text) }
        return percentDecoded(text.utf8, plusIsSpace: true)
    }

    static func percentDecoded(_ text: Substring.UTF8View, plusIsSpace: Bool) -> String? {
        var bytes: [UInt8] = []
        var rest = text.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(32)
            case UInt8(ascii: "%"):
                guard let high = rest.next().flatMap(hexadecimal), let low = rest.next().flatMap(hexadecimal) else { return nil }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }
}

extension QueryValues {
    /// The fields of a form, held against the parameters that document them; faults have JSON pointers, as those of a body do.
    init(form texts: [(name: String, value: String)], parameters: [any QueryParameter], problems: inout [FieldProblem]) {
        self = .none
        for (name, value) in texts { values[name, default: []].append(value) }
        problems += faults(parameters, place: "/", unknown: .unknownField)
    }
}

extension ITSMError {
    /// The request as a whole cannot be read as it was meant (400), as against a body whose fields are wrong (422).
    static func badRequest(_ problems: [FieldProblem]) -> ITSMError {
        let code: ErrorCode =
            problems.count == 1 ? problems[0].code : problems.allSatisfy { $0.code == .unknownParameter } ? .unknownParameter : .malformed
        return ITSMError(code, problems.count == 1 ? problems[0].message : "\(problems.count) parameters need attention.", problems: problems)
    }
}
