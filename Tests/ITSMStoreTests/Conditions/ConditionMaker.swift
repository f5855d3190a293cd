import ITSMCore

/// Makes conditions of every form that a list can be asked, over whatever an environment declares, by the types of its names; with values that records have and
/// such as none has.
struct ConditionMaker {
    private var state: UInt64
    private let texts: [String]
    private let ids: [String]
    private var fields = Fields()
    private var leaves: [Leaf] = []

    /// The names by what can be asked of them.
    fileprivate struct Fields {
        var strings: [String] = []
        /// Those of few words, and these: others are refused before they are asked.
        var closed: [(name: String, words: [String])] = []
        var numbers: [String] = []
        /// Those that are never null.
        var wholeNumbers: [String] = []
        var flags: [String] = []
        var wholeFlags: [String] = []
        var times: [String] = []
        /// With the name of their type.
        var objects: [(name: String, type: String)] = []
        var words: [String] = []
        var objectLists: [String] = []
        var nullable: [String] = []
    }

    private enum Leaf: CaseIterable {
        case equality, order, twoTexts, part, amongTexts, closed, twoWords, comparison, amongNumbers, moment, null, object, twoObjects, flag, inWords,
            size, clock, age
    }

    init(seed: UInt64, _ environment: ConditionEnvironment, texts: [String], ids: [String]) {
        state = seed | 1
        self.texts = texts
        self.ids = ids
        for (name, type, slot) in environment.names where !name.hasPrefix("principal.") && name != "now" {
            fields.add(name, type, slot.choices ?? [])
        }
        leaves = Leaf.allCases.filter(isPossible)
    }

    private func isPossible(_ leaf: Leaf) -> Bool {
        switch leaf {
        case .equality, .order, .twoTexts, .part, .amongTexts, .size: !fields.strings.isEmpty
        case .closed, .twoWords: !fields.closed.isEmpty
        case .comparison, .amongNumbers: !fields.numbers.isEmpty
        case .moment, .clock, .age: !fields.times.isEmpty
        case .null: !fields.nullable.isEmpty
        case .object, .twoObjects: !fields.objects.isEmpty
        case .flag: !fields.flags.isEmpty
        case .inWords: !fields.words.isEmpty
        }
    }

    /// Xorshift, the same everywhere.
    private mutating func below(_ bound: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state >> 33) % bound
    }

    private mutating func one<Choice>(of choices: [Choice]) -> Choice { choices[below(choices.count)] }

    mutating func truth(_ depth: Int) -> String {
        if depth == 0 { return leaf() }
        switch below(9) {
        case 0, 1: return "(\(truth(depth - 1)) && \(truth(depth - 1)))"
        case 2, 3: return "(\(truth(depth - 1)) || \(truth(depth - 1)))"
        case 4, 5: return "!(\(truth(depth - 1)))"
        case 6: return "(\(truth(depth - 1)) ? \(truth(depth - 1)) : \(truth(depth - 1)))"
        case 7: return lookThrough()
        default: return leaf()
        }
    }

    /// A macro over one of the lists, where there are any.
    private mutating func lookThrough() -> String {
        let lists = fields.objectLists.map { (name: $0, isOfWords: false) } + fields.words.map { (name: $0, isOfWords: true) }
        guard !lists.isEmpty else { return leaf() }
        let (list, macro) = (one(of: lists), one(of: ["exists", "all", "exists_one"]))
        guard list.isOfWords else {
            let test = one(of: ["o.id == \(id())", "o.name == \(text())", "o.id == principal.id", "o.name.contains(\"a\")"])
            return "\(list.name).\(macro)(o, \(test))"
        }
        let test = one(of: ["w == \(text())", "size(w) > 3", "w.startsWith(\"v\") || \(leaf())", "!(\(leaf()))"])
        return "\(list.name).\(macro)(w, \(test))"
    }

    private mutating func leaf() -> String {
        switch one(of: leaves) {
        case .equality: return "\(string()) \(equality()) \(text())"
        case .order: return "\(string()) \(order()) \(text())"
        case .twoTexts: return "\(string()) \(equality()) \(string())"
        case .part: return "\(string()).\(one(of: ["contains", "startsWith", "endsWith"]))(\(one(of: [text(), string()])))"
        case .amongTexts: return "\(string()) in [\(text()), \(id())]"
        case .closed:
            let (field, words) = one(of: fields.closed)
            let texts = [one(of: words), one(of: words)].map { "\"\($0)\"" }
            return one(of: [
                "\(field) \(equality()) \(texts[0])", "\(field) in [\(texts[0]), \(texts[1])]", "\(field) \(order()) \(texts[0])",
                "\(field).contains(\"e\")",
            ])
        case .twoWords:
            let names = fields.closed.map(\.name) + fields.strings
            return "\(one(of: names)) \(equality()) \(one(of: names))"
        case .comparison: return "\(number()) \(comparison()) \(one(of: ["1", "2", "2.0", "2.5", "-1", "0", "7.25", number()]))"
        case .amongNumbers: return "\(number()) in [1, 2.0, 7.25, \(below(5))]"
        case .moment: return "\(time()) \(comparison()) \(moment())"
        case .null: return "\(one(of: fields.nullable)) \(equality()) null"
        case .object:
            let object = one(of: fields.objects).name
            return one(of: [
                "\(object).id \(equality()) \(id())", "\(object).name \(equality()) \(text())", "\(object).name.startsWith(\"A\")",
                "\(object).id in [\(id()), \(id())]",
            ])
        case .twoObjects:
            let first = one(of: fields.objects)
            return "\(first.name) \(equality()) \(one(of: fields.objects.filter { $0.type == first.type }).name)"
        case .flag: return "\(one(of: fields.flags))\(one(of: ["", " == true", " != false"]))"
        case .inWords: return "\(one(of: [text(), string()])) in \(one(of: fields.words))"
        case .size: return "size(\(one(of: [string()] + fields.words + fields.objectLists))) \(comparison()) \(below(6))"
        case .clock: return "\(time()).\(clock()) \(comparison()) \(below(24))"
        case .age: return "(now - \(time())) \(order()) duration(\"\(below(900))h\")"
        }
    }

    private mutating func equality() -> String { one(of: ["==", "!="]) }
    private mutating func order() -> String { one(of: ["<", "<=", ">", ">="]) }
    private mutating func comparison() -> String { one(of: ["==", "!=", "<", "<=", ">", ">="]) }
    private mutating func id() -> String { one(of: ids.map { "\"\($0)\"" } + ["\"none\"", "principal.id"]) }
    private mutating func text() -> String { one(of: texts.map { "\"\($0)\"" } + ["principal.name", "\"v\" + \"ip\""]) }

    private mutating func string() -> String {
        let field = one(of: fields.strings)
        return below(6) == 0 ? "\(field).\(one(of: ["lowerAscii", "upperAscii"]))()" : field
    }

    private mutating func number() -> String {
        var forms = fields.numbers
        if !fields.strings.isEmpty { forms.append("size(\(one(of: fields.strings)))") }
        if !fields.wholeFlags.isEmpty, !fields.wholeNumbers.isEmpty {
            forms.append("(\(one(of: fields.wholeFlags)) ? \(one(of: fields.wholeNumbers)) : \(one(of: fields.wholeNumbers)))")
        }
        return one(of: forms)
    }

    private mutating func time() -> String {
        let field = one(of: fields.times)
        return below(8) == 0 ? "(\(field) + duration(\"36h\"))" : field
    }

    private mutating func moment() -> String {
        one(of: ["now", "now - duration(\"\(below(900))h\")", "timestamp(\"2026-03-29T01:30:00Z\")", time(), "(\(time()) - duration(\"90m\"))"])
    }

    private mutating func clock() -> String {
        let part = one(
            of: [
                "getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear", "getHours", "getMinutes", "getSeconds",
                "getMilliseconds",
            ])
        return "\(part)(\(one(of: ["", "\"Europe/Berlin\"", "\"Asia/Kathmandu\"", "\"UTC\""])))"
    }
}

extension ConditionMaker.Fields {
    mutating func add(_ name: String, _ type: CELDeclaredType, _ choices: [String], isWithin: Bool = false) {
        switch type {
        case .nullable(let inner):
            nullable.append(name)
            add(name, inner, choices, isWithin: true)
        case .string where choices.isEmpty: strings.append(name)
        case .string: closed.append((name, choices))
        case .int, .double:
            numbers.append(name)
            if type == .int, !isWithin { wholeNumbers.append(name) }
        case .bool:
            flags.append(name)
            if !isWithin { wholeFlags.append(name) }
        case .timestamp: times.append(name)
        case .list(.string): words.append(name)
        case .list: objectLists.append(name)
        case .object(let kind, let members):
            if members["id"] != nil, members["name"] != nil { objects.append((name, kind)) }
            for (member, type) in members.sorted(by: { $0.key < $1.key }) { add("\(name).\(member)", type, [], isWithin: true) }
        default: break
        }
    }
}
