import ITSMCore

/// Makes conditions over whatever an environment declares, by the types of its names.
struct RecordConditionMaker {
    private var state: UInt64
    private let names: [(name: String, type: CELDeclaredType, slot: ConditionEnvironment.Slot)]
    private let texts: [String]
    private let ids: [String]

    init(seed: UInt64, _ environment: ConditionEnvironment, texts: [String], ids: [String]) {
        state = seed | 1
        names = environment.names
        self.texts = texts
        self.ids = ids
    }

    /// Xorshift, the same everywhere.
    private mutating func below(_ bound: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state >> 33) % bound
    }

    private mutating func one(of choices: [String]) -> String { choices[below(choices.count)] }

    mutating func truth(_ depth: Int) -> String {
        if depth == 0 { return leaf() }
        switch below(6) {
        case 0: return "(\(truth(depth - 1)) && \(truth(depth - 1)))"
        case 1: return "(\(truth(depth - 1)) || \(truth(depth - 1)))"
        case 2, 3: return "!(\(truth(depth - 1)))"
        case 4: return "(\(truth(depth - 1)) ? \(truth(depth - 1)) : \(truth(depth - 1)))"
        default: return leaf()
        }
    }

    private mutating func leaf() -> String {
        let (name, type, slot) = names[below(names.count)]
        if case .nullable = type, below(4) == 0 { return "\(name) \(equality()) null" }
        switch type {
        case .nullable(let inner): return leaf(name, inner, slot.choices ?? [])
        default: return leaf(name, type, slot.choices ?? [])
        }
    }

    private mutating func leaf(_ name: String, _ type: CELDeclaredType, _ choices: [String]) -> String {
        switch type {
        case .bool: return one(of: [name, "\(name) == true", "\(name) != false"])
        case .int: return one(of: ["\(name) \(comparison()) \(below(5))", "\(name) in [1, 2.0, \(below(4))]", "\(name) < 2.5"])
        case .timestamp:
            return one(of: [
                "\(name) \(comparison()) \(moment())", "\(name).getHours() < \(below(24))", "(now - \(name)) > duration(\"\(below(600))h\")",
            ])
        case .string where !choices.isEmpty:
            let word = "\"\(one(of: choices))\""
            return one(of: ["\(name) \(equality()) \(word)", "\(name) in [\(word), \"\(one(of: choices))\"]", "\(name).contains(\"e\")"])
        case .string: return text(name)
        case .object: return one(of: [text("\(name).name"), "\(name).id \(equality()) \(id())", "\(name).id in [\(id()), \(id())]"])
        case .list(.string): return one(of: ["\(text()) in \(name)", "size(\(name)) \(comparison()) \(below(3))", "\(name).exists(w, \(text("w")))"])
        case .list:
            let macro = one(of: ["exists", "all", "exists_one"])
            return one(of: ["\(name).\(macro)(o, \(text("o.name")))", "\(name).\(macro)(o, o.id == \(id()))", "size(\(name)) > \(below(3))"])
        default: return "true"
        }
    }

    private mutating func text(_ name: String) -> String {
        switch below(6) {
        case 0: "\(name) \(equality()) \(text())"
        case 1: "\(name) \(comparison()) \(text())"
        case 2: "\(name).\(one(of: ["contains", "startsWith", "endsWith"]))(\(text()))"
        case 3: "\(name) in [\(text()), \(id())]"
        case 4: "size(\(name)) > \(below(12))"
        default: "\(name).lowerAscii() == \(text())"
        }
    }

    private mutating func text() -> String { one(of: texts.map { "\"\($0)\"" } + ["principal.name"]) }
    private mutating func id() -> String { one(of: ids.map { "\"\($0)\"" } + ["\"none\"", "principal.id"]) }
    private mutating func equality() -> String { one(of: ["==", "!="]) }
    private mutating func comparison() -> String { one(of: ["==", "!=", "<", "<=", ">", ">="]) }
    private mutating func moment() -> String { one(of: ["now", "now - duration(\"\(below(600))h\")", "timestamp(\"2026-03-29T01:30:00Z\")"]) }
}
