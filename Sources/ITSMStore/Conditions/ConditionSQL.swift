import ITSMCore

/// Writes a condition as SQL over the rows of a list, such as `tickets AS t`. What has no answer is NULL, so that SQL's three-valued logic is the absorbing logic of the language.
///
/// Where nothing but true counts, at the root and under `&&` and `||` there, NULL and false are the same, and the forms are chosen that an index can serve;
/// elsewhere, under `!` above all, each part is exact (rules.md).
struct ConditionSQL {
    let environment: ConditionEnvironment
    let reader: Principal
    let now: Instant
    /// What could not be translated, in the order in which it was met.
    private(set) var faults: [CELFault] = []
    /// The variables of the macros around the part that is translated.
    var locals: [(name: String, term: ConditionTerm)] = []
    private var aliases = 0

    /// The condition as a piece of a WHERE clause.
    ///
    /// - Throws: `malformed` with each part that has no form in SQL.
    static func filter(_ condition: Condition, for reader: Principal, at now: Instant) throws -> SQL {
        do {
            return try translate(condition, for: reader, at: now)
        } catch let faults as CELFaults {
            throw faults.badFilter
        }
    }

    /// - Throws: `CELFaults` with each part that has no form in SQL.
    static func translate(_ condition: Condition, for reader: Principal, at now: Instant) throws -> SQL {
        var writer = ConditionSQL(environment: condition.environment, reader: reader, now: now)
        let sql = writer.truth(condition.expression.syntax, isExact: false)
        guard writer.faults.isEmpty else { throw CELFaults(writer.faults) }
        return "(\(fragment: sql))"
    }

    private init(environment: ConditionEnvironment, reader: Principal, now: Instant) {
        self.environment = environment
        self.reader = reader
        self.now = now
    }

    mutating func refuse(_ part: CELSyntax, _ why: String) -> ConditionTerm {
        faults.append(CELFault(.invalidExpression, "a list cannot be filtered by \(Self.short(part)): \(why)", at: part.position))
        return .refused
    }

    static func short(_ part: CELSyntax) -> String {
        let text = part.description
        return text.count > 60 ? "\(text.prefix(57))…" : text
    }

    /// A name for a row of a macro's list.
    mutating func alias() -> SQL {
        aliases += 1
        return "e\(ordinal: aliases)"
    }

    // MARK: Truths

    /// - Parameter isExact: false where NULL may stand for false and the other way round.
    mutating func truth(_ part: CELSyntax, isExact: Bool) -> SQL {
        if case .literal(.bool(let flag)) = part.form { return flag ? "true" : "false" }
        if let constant = constant(part) {
            guard case .bool(let flag)? = constant.constant else { return "NULL::boolean" }
            return flag ? "true" : "false"
        }
        switch part.form {
        case .logical(let operation, let terms):
            let pieces = terms.map { truth($0, isExact: isExact) }
            return "(\(fragment: pieces.joined(separator: operation == .and ? " AND " : " OR ")))"
        case .unary(.not, let operand): return "(NOT \(fragment: truth(operand, isExact: true)))"
        case .binary(let operation, let left, let right): return comparison(part, operation, left, right, isExact: isExact)
        case .conditional(let condition, let yes, let no):
            let asked = truth(condition, isExact: true)
            return """
                (CASE WHEN \(fragment: asked) THEN \(fragment: truth(yes, isExact: isExact)) \
                WHEN NOT \(fragment: asked) THEN \(fragment: truth(no, isExact: isExact)) END)
                """
        case .call(let target?, let name, _, let arguments):
            if let truth = macro(part, target, name, arguments) { return truth }
            return textTest(part, target, name, arguments, isExact: isExact)
        default:
            let term = value(part)
            guard term.kind == .bool || term.kind == .refused else { return refuse(part, "it is neither true nor false").sql }
            return term.sql
        }
    }

    private mutating func comparison(
        _ part: CELSyntax, _ operation: CELSyntax.Binary, _ left: CELSyntax, _ right: CELSyntax, isExact: Bool
    ) -> SQL {
        switch operation {
        case .equal, .notEqual: return equality(part, left, right, isNegated: operation == .notEqual, isExact: isExact)
        case .less, .lessOrEqual, .greater, .greaterOrEqual: return order(part, operation, left, right, isExact: isExact)
        case .within: return membership(part, left, right, isExact: isExact)
        default: return refuse(part, "it is neither true nor false").sql
        }
    }

    // MARK: Values

    /// A part as a value.
    mutating func value(_ part: CELSyntax) -> ConditionTerm {
        if let constant = constant(part) { return constant }
        switch part.form {
        case .identifier, .select: return name(part)
        case .binary(.add, let left, let right): return sum(part, left, right, sign: "+")
        case .binary(.subtract, let left, let right): return sum(part, left, right, sign: "-")
        case .binary(.multiply, _, _), .binary(.divide, _, _), .binary(.remainder, _, _), .unary(.negate, _):
            return refuse(part, "arithmetic may have no answer, and one such ticket would fail the whole list; compare with a number instead")
        case .logical, .unary(.not, _), .binary: return .truth(truth(part, isExact: true))
        case .conditional(let condition, let yes, let no): return choice(part, condition, yes, no)
        case .call(let target?, let name, _, let arguments): return call(part, target, name, arguments)
        case .call(nil, "size", _, let arguments) where arguments.count == 1: return size(part, of: arguments[0])
        case .call(nil, "has", _, let arguments): return refuse(part, "ask whether the field is null: \(Self.short(arguments.first ?? part)) != null")
        case .call(nil, let name, _, _): return refuse(part, "\(name) has no form in SQL")
        case .index(let list, _, _): return refuse(part, "ask whether a value is in the list instead: \"vip\" in \(Self.short(list))")
        case .literal, .list, .map, .message: return refuse(part, "it stands where a value is needed")
        }
    }

    private mutating func choice(_ part: CELSyntax, _ condition: CELSyntax, _ yes: CELSyntax, _ no: CELSyntax) -> ConditionTerm {
        let asked = truth(condition, isExact: true)
        let (first, second) = (value(yes), value(no))
        guard first.kind != .refused, second.kind != .refused else { return .refused }
        let kind = first.kind == .null ? second.kind : first.kind
        guard second.kind == kind || second.kind == .null, ![.object, .strings, .jsonStrings, .objects, .null].contains(kind) else {
            return refuse(part, "both answers must be single values of one type")
        }
        // A null that is an answer and a part without one cannot be told apart any more.
        guard first.isAlwaysKnown, second.isAlwaysKnown else { return refuse(part, "an answer may be null; ask about each field by itself") }
        return .computed(
            kind, "(CASE WHEN \(fragment: asked) THEN \(fragment: first.sql) WHEN NOT \(fragment: asked) THEN \(fragment: second.sql) END)")
    }

    /// A name with dots: a field of the record or of what it points to, or a macro's variable.
    private mutating func name(_ part: CELSyntax) -> ConditionTerm {
        if let (name, _) = part.dottedName {
            if let local = locals.last(where: { $0.name == name }) { return local.term }
            switch environment.slot(of: name) {
            case .ticket(let field)?: return ConditionTerm(field)
            case .record(let field)?: return ConditionTerm(field)
            case .customField(let field)?: return ConditionTerm(environment.customFields[field]!, for: reader)
            case .some, nil: break
            }
        }
        guard case .select(let operand, let field, isOptional: false) = part.form else { return refuse(part, "it has no form in SQL") }
        let owner = value(operand)
        if owner.kind == .refused { return .refused }
        guard let property = owner.fields[field] else { return refuse(part, "there is no \(field) in SQL") }
        return property()
    }

    // MARK: What hangs on no ticket

    /// The value of a part that reads neither a record nor a macro's variable, worked out once; nil for any other.
    mutating func constant(_ part: CELSyntax) -> ConditionTerm? {
        if case .literal(let value) = part.form { return ConditionTerm(value) ?? refuse(part, "it has no form in SQL") }
        guard !readsRows(part) else { return nil }
        do {
            let expression = try CELExpression(part.description, in: environment.language)
            let values = environment.language.variables.indices.map { index -> CELValue? in
                switch environment.slot(index) {
                case .principal(let field): field.value(of: reader)
                case .now: .instant(now)
                default: nil
                }
            }
            return ConditionTerm(try expression.evaluate(values)) ?? refuse(part, "\(part.description) has no form in SQL")
        } catch {
            // No answer, for any ticket.
            return ConditionTerm(kind: .null, sql: "NULL", mayBeNull: true, owner: "false")
        }
    }

    private func readsRows(_ part: CELSyntax) -> Bool {
        if let (name, _) = part.dottedName {
            if locals.contains(where: { $0.name == name || name.hasPrefix($0.name + ".") }) { return true }
            switch environment.slot(of: name) {
            case .principal?, .now?: return false
            case .some: return true
            case nil: break
            }
        }
        return part.children.contains(where: readsRows)
    }
}

extension ConditionTerm {
    /// Whether it has a value for every ticket.
    var isAlwaysKnown: Bool { !mayBeNull && owner == nil }
}
