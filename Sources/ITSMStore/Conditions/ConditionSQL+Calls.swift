import ITSMCore

extension ConditionSQL {
    // MARK: Texts

    /// `contains`, `startsWith` and `endsWith`.
    mutating func textTest(_ part: CELSyntax, _ target: CELSyntax, _ name: String, _ arguments: [CELSyntax], isExact: Bool) -> SQL {
        guard ["contains", "startsWith", "endsWith"].contains(name), arguments.count == 1 else {
            let term = call(part, target, name, arguments)
            guard term.kind == .bool || term.kind == .refused else { return refuse(part, "it is neither true nor false").sql }
            return term.sql
        }
        let (text, wanted) = (value(target), value(arguments[0]))
        if text.kind == .refused || wanted.kind == .refused { return "NULL" }
        if text.kind == .null || wanted.kind == .null { return "NULL::boolean" }
        guard text.kind == .string, wanted.kind == .string else { return refuse(part, "\(name) is asked of texts").sql }
        if !isExact, let reference = text.reference, wanted.constant != nil {
            return reference.holding(Self.test(name, reference.column, wanted))
        }
        return Self.test(name, text.sql, wanted)
    }

    private static func test(_ name: String, _ text: SQL, _ wanted: ConditionTerm) -> SQL {
        switch (name, wanted.constant) {
        case ("contains", _): "(strpos(\(fragment: text), \(fragment: wanted.sql)) > 0)"
        case ("startsWith", _): "starts_with(\(fragment: text), \(fragment: wanted.sql))"
        case (_, .string(let end)?): "(\(fragment: text) LIKE \("%" + end.escapedForLike))"
        default: "(right(\(fragment: text), length(\(fragment: wanted.sql))) = \(fragment: wanted.sql))"
        }
    }

    // MARK: Functions of a value

    mutating func call(_ part: CELSyntax, _ target: CELSyntax, _ name: String, _ arguments: [CELSyntax]) -> ConditionTerm {
        switch (name, arguments.count) {
        case ("contains", 1), ("startsWith", 1), ("endsWith", 1):
            return .truth(textTest(part, target, name, arguments, isExact: true))
        case ("exists", 2), ("all", 2), ("exists_one", 2), ("existsOne", 2):
            return macro(part, target, name, arguments).map(ConditionTerm.truth) ?? .refused
        case ("size", 0): return size(part, of: target)
        // The collation C knows no letters but those of ASCII, as the functions do.
        case ("lowerAscii", 0): return text(part, target) { "lower(\(fragment: $0) COLLATE \"C\")" }
        case ("upperAscii", 0): return text(part, target) { "upper(\(fragment: $0) COLLATE \"C\")" }
        case ("matches", _): return refuse(part, "a pattern would be tried on every row; use contains, startsWith or endsWith")
        case (_, 0...1) where ClockPart(rawValue: name) != nil: return clock(part, target, ClockPart(rawValue: name)!, arguments.first)
        case ("filter", _), ("map", _), ("transformList", _), ("transformMap", _):
            return refuse(part, "of lists, all, exists and exists_one can be asked")
        default: return refuse(part, "\(name) has no form in SQL")
        }
    }

    private mutating func text(_ part: CELSyntax, _ target: CELSyntax, _ form: (SQL) -> SQL) -> ConditionTerm {
        let term = value(target)
        if term.kind == .refused { return .refused }
        guard term.kind == .string else { return refuse(part, "it is asked of texts") }
        return .computed(.string, form(term.sql))
    }

    mutating func size(_ part: CELSyntax, of target: CELSyntax) -> ConditionTerm {
        let term = value(target)
        switch term.kind {
        case .refused: return .refused
        case .string: return .computed(.int, "length(\(fragment: term.sql))")
        case .strings: return ConditionTerm(kind: .int, sql: "cardinality(\(fragment: term.sql))", isField: true)
        case .jsonStrings: return ConditionTerm(kind: .int, sql: "jsonb_array_length(\(fragment: term.sql))", isField: true)
        case .objects:
            guard let elements = term.elements else { return refuse(part, "size is asked of texts and lists") }
            return ConditionTerm(kind: .int, sql: "(SELECT count(*) FROM (\(fragment: elements.ids)) AS held)", isField: true)
        default: return refuse(part, "size is asked of texts and lists")
        }
    }

    // MARK: Times

    /// A time and a span, or the span between two times.
    mutating func sum(_ part: CELSyntax, _ left: CELSyntax, _ right: CELSyntax, sign: SQL) -> ConditionTerm {
        let (a, b) = (value(left), value(right))
        if a.kind == .refused || b.kind == .refused { return .refused }
        let isDifference = sign.text == "-"
        let kind: ConditionTerm.Kind
        switch (a.kind, b.kind) {
        case (.timestamp, .duration): kind = .timestamp
        case (.duration, .timestamp) where !isDifference: kind = .timestamp
        case (.timestamp, .timestamp) where isDifference: kind = .duration
        case (.duration, .duration): kind = .duration
        default:
            return refuse(part, "only times and durations can be added; compare numbers and texts as they are")
        }
        return .computed(kind, "(\(fragment: a.sql) \(fragment: sign) \(fragment: b.sql))")
    }

    /// The parts of a civil time (CEL language definition, Timestamps).
    enum ClockPart: String {
        case getFullYear, getMonth, getDate, getDayOfMonth, getDayOfWeek, getDayOfYear, getHours, getMinutes, getSeconds, getMilliseconds

        func sql(_ time: SQL) -> SQL {
            switch self {
            case .getFullYear: "extract(year FROM \(fragment: time))::bigint"
            case .getMonth: "extract(month FROM \(fragment: time))::bigint - 1"
            case .getDate: "extract(day FROM \(fragment: time))::bigint"
            case .getDayOfMonth: "extract(day FROM \(fragment: time))::bigint - 1"
            case .getDayOfWeek: "extract(dow FROM \(fragment: time))::bigint"
            case .getDayOfYear: "extract(doy FROM \(fragment: time))::bigint - 1"
            case .getHours: "extract(hour FROM \(fragment: time))::bigint"
            case .getMinutes: "extract(minute FROM \(fragment: time))::bigint"
            case .getSeconds: "floor(extract(second FROM \(fragment: time)))::bigint"
            case .getMilliseconds: "floor(extract(milliseconds FROM \(fragment: time)))::bigint % 1000"
            }
        }
    }

    private mutating func clock(_ part: CELSyntax, _ target: CELSyntax, _ clock: ClockPart, _ zone: CELSyntax?) -> ConditionTerm {
        let time = value(target)
        if time.kind == .refused { return .refused }
        guard time.kind == .timestamp else { return refuse(part, "it is asked of times here") }
        var name = "UTC"
        if let zone {
            guard case .string(let text)? = value(zone).constant, SystemZones.shared.rules(named: text) != nil else {
                return refuse(part, "the zone must be written out, such as \"Europe/Berlin\"")
            }
            name = text
        }
        return .computed(.int, "(\(fragment: clock.sql("(\(fragment: time.sql) AT TIME ZONE \(name))")))")
    }

    // MARK: Lists

    /// `exists`, `all` and `exists_one` over a list of the record; nil for anything else. An element without an answer decides nothing, unless no other does.
    mutating func macro(_ part: CELSyntax, _ target: CELSyntax, _ name: String, _ arguments: [CELSyntax]) -> SQL? {
        guard ["exists", "all", "exists_one", "existsOne"].contains(name), arguments.count == 2 else { return nil }
        guard case .identifier(let variable, _) = arguments[0].form else { return refuse(part, "the variable must be a simple name").sql }
        let list = value(target)
        let row = alias()
        let source: SQL
        let element: ConditionTerm
        switch list.kind {
        case .strings where list.constant == nil:
            source = "unnest(\(fragment: list.sql)) AS \(fragment: row)(v)"
            element = ConditionTerm(kind: .string, sql: "\(fragment: row).v", isField: true)
        case .jsonStrings:
            source = "jsonb_array_elements_text(\(fragment: list.sql)) AS \(fragment: row)(v)"
            element = ConditionTerm(kind: .string, sql: "\(fragment: row).v", isField: true)
        case .objects:
            guard let elements = list.elements else { return refuse(part, "it cannot be looked through").sql }
            source = "(\(fragment: elements.ids)) AS \(fragment: row) (id)"
            element = elements.element("\(fragment: row).id")
        case .refused: return "NULL"
        default: return refuse(part, "only fields that are lists can be looked through").sql
        }
        locals.append((variable, element))
        let test = truth(arguments[1], isExact: true)
        locals.removeLast()
        let answer: SQL =
            switch name {
            case "exists": "CASE WHEN bool_or(p) THEN true WHEN bool_or(p IS NULL) THEN NULL ELSE false END"
            case "all": "CASE WHEN bool_or(NOT p) THEN false WHEN bool_or(p IS NULL) THEN NULL ELSE true END"
            default: "CASE WHEN bool_or(p IS NULL) THEN NULL ELSE count(*) FILTER (WHERE p) = 1 END"
            }
        return "(SELECT \(fragment: answer) FROM (SELECT \(fragment: test) AS p FROM \(fragment: source)) asked)"
    }
}
