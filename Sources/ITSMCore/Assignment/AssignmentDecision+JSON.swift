extension AssignmentDecision {
    /// As activity keeps it. Written by hand, for it is written with every ticket that is raised; what is read is decoded.
    var json: JSONValue {
        var fields: [String: JSONValue] = ["trigger": .string(trigger.rawValue), "asked": .array(asked.map(\.json))]
        if let group { fields["group"] = .string(group.description) }
        if let assignee { fields["assignee"] = assignee.json }
        return .object(fields)
    }
}

extension AssignmentDecision.Answer {
    fileprivate var json: JSONValue {
        var fields: [String: JSONValue] = [
            "rule": rule.json, "version": .integer(Int64(version)), "outcome": .string(outcome.rawValue),
        ]
        func put(_ name: String, _ value: JSONValue?) { if let value { fields[name] = value } }
        put("condition", condition.map(JSONValue.string))
        put("error", error.map(JSONValue.string))
        put("parts", parts.map { .array($0.map(\.json)) })
        put("choice", choice.map { .string($0.rawValue) })
        put("setGroup", setGroup?.json)
        put("setAssignee", setAssignee?.json)
        put("clearedAssignee", clearedAssignee.map(JSONValue.bool))
        put("notes", notes.map { .array($0.map { .string($0.rawValue) }) })
        put("wanted", wanted.map { .array($0.map(JSONValue.string)) })
        put("candidates", candidates.map { .array($0.map(\.json)) })
        return .object(fields)
    }
}

extension ConditionPart {
    fileprivate var json: JSONValue {
        var fields: [String: JSONValue] = ["text": .string(text), "depth": .integer(Int64(depth))]
        if let value { fields["value"] = .string(value) }
        if let error { fields["error"] = .string(error) }
        return .object(fields)
    }
}

extension AssignmentCandidate {
    fileprivate var json: JSONValue {
        var fields: [String: JSONValue] = ["person": person.json, "turn": .integer(Int64(turn)), "isAbsent": .bool(isAbsent)]
        if let load { fields["load"] = .integer(Int64(load)) }
        if let skills { fields["skills"] = .array(skills.map(JSONValue.string)) }
        if let absentUntil { fields["absentUntil"] = .string(absentUntil.description) }
        return .object(fields)
    }
}
