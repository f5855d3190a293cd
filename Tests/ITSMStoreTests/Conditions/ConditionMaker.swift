import ITSMCore

/// Makes conditions of every form that a list can be asked, with values that tickets have and such as none has.
struct ConditionMaker {
    private var state: UInt64
    let names: [String]
    let ids: [String]

    init(seed: UInt64, names: [String], ids: [String]) {
        state = seed | 1
        self.names = names
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
        switch below(9) {
        case 0, 1: return "(\(truth(depth - 1)) && \(truth(depth - 1)))"
        case 2, 3: return "(\(truth(depth - 1)) || \(truth(depth - 1)))"
        case 4, 5: return "!(\(truth(depth - 1)))"
        case 6: return "(\(truth(depth - 1)) ? \(truth(depth - 1)) : \(truth(depth - 1)))"
        case 7: return lookThrough(depth)
        default: return leaf()
        }
    }

    private mutating func lookThrough(_ depth: Int) -> String {
        let macro = one(of: ["exists", "all", "exists_one"])
        switch below(3) {
        case 0:
            return "ticket.watchers.\(macro)(w, w.\(one(of: ["id == \(id())", "name == \(text())", "id == principal.id", "name.contains(\"a\")"])))"
        case 1: return "ticket.tags.\(macro)(tag, \(one(of: ["tag == \(text())", "tag.startsWith(\"v\") || \(leaf())", "!(\(leaf()))"])))"
        default: return "ticket.customFields.places.\(macro)(place, \(one(of: ["place == \(text())", "size(place) > 3", leaf()])))"
        }
    }

    private mutating func leaf() -> String {
        switch below(18) {
        case 16: return "\(word()) \(equality()) \(word())"
        case 17:
            let (field, words) = Self.closed[below(Self.closed.count)]
            let texts = [one(of: words), one(of: words)].map { "\"\($0)\"" }
            return one(of: ["\(field) \(equality()) \(texts[0])", "\(field) in [\(texts[0]), \(texts[1])]", "\(field) \(order()) \(texts[0])"])
        case 0: return "\(string()) \(equality()) \(text())"
        case 1: return "\(string()) \(order()) \(text())"
        case 2: return "\(string()) \(equality()) \(string())"
        case 3: return "\(string()).\(one(of: ["contains", "startsWith", "endsWith"]))(\(one(of: [text(), string()])))"
        case 4: return "\(string()) in [\(text()), \(text())]"
        case 5: return "\(number()) \(comparison()) \(one(of: ["1", "2", "2.0", "2.5", "-1", "0", "7.25", number()]))"
        case 6: return "\(number()) in [1, 2.0, 7.25, \(below(5))]"
        case 7: return "\(time()) \(comparison()) \(moment())"
        case 8: return "\(nullable()) \(equality()) null"
        case 9:
            return
                "\(object()).\(one(of: ["id \(equality()) \(id())", "name \(equality()) \(text())", "name.startsWith(\"A\")", "id in [\(id()), \(id())]"]))"
        case 10: return "\(person()) \(equality()) \(person())"
        case 11: return "\(truthField())\(one(of: ["", " == true", " != false"]))"
        case 12: return "\(one(of: [text(), string()])) in \(one(of: ["ticket.tags", "ticket.customFields.places"]))"
        case 13: return "size(\(one(of: [string(), "ticket.tags", "ticket.watchers", "ticket.customFields.places"]))) \(comparison()) \(below(6))"
        case 14: return "\(time()).\(clock()) \(comparison()) \(below(24))"
        default: return "(now - \(time())) \(order()) duration(\"\(below(900))h\")"
        }
    }

    private mutating func equality() -> String { one(of: ["==", "!="]) }
    private mutating func order() -> String { one(of: ["<", "<=", ">", ">="]) }
    private mutating func comparison() -> String { one(of: ["==", "!=", "<", "<=", ">", ">="]) }
    private mutating func id() -> String { one(of: ids.map { "\"\($0)\"" } + ["\"none\"", "principal.id"]) }

    private mutating func text() -> String {
        one(
            of: (names + [
                "", "a", "VPN", "vpn", "vip", "é", "network", "Network/VPN", "open", "assigned", "new", "high", "incident", "%", "_", "\\\\",
            ])
            .map { "\"\($0)\"" } + ["principal.name", "\"v\" + \"ip\""])
    }

    private mutating func string() -> String {
        let field = one(
            of: [
                "ticket.title", "ticket.description", "ticket.category", "ticket.number", "ticket.pendingReason", "ticket.priorityReason",
                "ticket.group.name",
                "ticket.service.name", "ticket.assignee.name", "ticket.requester.name", "ticket.openedBy.name", "ticket.parent.number",
                "ticket.externalRef.source", "ticket.externalRef.id", "ticket.customFields.place", "ticket.customFields.friend.name",
                "ticket.resolution.notes", "ticket.resolution.code",
            ])
        return below(6) == 0 ? "\(field).\(one(of: ["lowerAscii", "upperAscii"]))()" : field
    }

    /// Fields of few words, and such words: others are refused before they are asked.
    private static let closed: [(String, [String])] = [
        ("ticket.status", ["new", "assigned", "closed", "pendingRequester", "inProgress"]),
        ("ticket.statusCategory", ["open", "pending", "closed"]), ("ticket.kind", ["incident", "problem"]), ("ticket.impact", ["high", "low"]),
        ("ticket.urgency", ["medium", "high"]), ("ticket.channel", ["api", "phone"]),
    ]

    private mutating func word() -> String { one(of: Self.closed.map(\.0) + ["ticket.title", "ticket.priorityReason"]) }

    private mutating func number() -> String {
        one(
            of: [
                "ticket.priority", "ticket.reopenCount", "ticket.escalationLevel", "ticket.version", "ticket.customFields.cost", "size(ticket.title)",
                "(ticket.major ? ticket.priority : ticket.version)",
            ])
    }

    private mutating func time() -> String {
        one(
            of: [
                "ticket.createdAt", "ticket.updatedAt", "ticket.resolvedAt", "ticket.closedAt", "ticket.firstRespondedAt", "ticket.pendingUntil",
                "ticket.dueAt", "ticket.customFields.day", "(ticket.createdAt + duration(\"36h\"))",
            ])
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

    private mutating func object() -> String {
        one(of: ["ticket.requester", "ticket.openedBy", "ticket.assignee", "ticket.group", "ticket.service", "ticket.customFields.friend"])
    }

    private mutating func person() -> String { one(of: ["ticket.requester", "ticket.openedBy", "ticket.assignee", "ticket.customFields.friend"]) }
    private mutating func truthField() -> String { one(of: ["ticket.major", "ticket.confidential", "ticket.customFields.urgentOne"]) }

    private mutating func nullable() -> String {
        one(
            of: [
                "ticket.description", "ticket.category", "ticket.assignee", "ticket.group", "ticket.service", "ticket.parent", "ticket.resolution",
                "ticket.externalRef", "ticket.resolvedAt", "ticket.dueAt", "ticket.customFields.place", "ticket.customFields.cost",
                "ticket.customFields.friend", "ticket.resolution.notes", "ticket.resolution.code", "ticket.customFields.urgentOne",
                "ticket.customFields.day",
            ])
    }
}
