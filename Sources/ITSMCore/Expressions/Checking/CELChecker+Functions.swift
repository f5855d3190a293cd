extension CELChecker {
    /// Says why a call means nothing: another number of arguments, the other form, a name that is nearly right, or none at all.
    mutating func reportNoFunction(_ name: String, isMember: Bool, _ arguments: [CELSyntax], _ syntax: CELSyntax) {
        let functions = environment.functions
        let counts = functions.counts(name, isMember: isMember)
        let written = isMember ? arguments.count - 1 : arguments.count
        if !counts.isEmpty {
            let wanted = counts.map { "\(isMember ? $0 - 1 : $0)" }.joined(separator: " or ")
            return report(
                .noSuchOverload, "\(name) takes \(wanted) argument\(wanted == "1" ? "" : "s"), not \(written)", at: syntax.position,
                expected: "\(wanted) argument\(wanted == "1" ? "" : "s")")
        }
        if let usage = Self.macroUsage(name, isMember: isMember) {
            return report(.noSuchOverload, "\(name) is written \(usage)", at: syntax.position, expected: usage)
        }
        if isMember ? functions.globalNames.contains(name) : functions.memberNames.contains(name) {
            let texts = arguments.map(\.short)
            let behind = isMember || texts.isEmpty ? nil : texts[0]
            let usage = "\(behind.map { "\($0)." } ?? "")\(name)(\(texts.dropFirst(behind == nil ? 0 : 1).joined(separator: ", ")))"
            return report(.noSuchOverload, "\(name) is written \(usage)", at: syntax.position, expected: usage)
        }
        var known = Array(isMember ? functions.memberNames : functions.globalNames)
        known += isMember ? Array(CELMacro.members.keys) : ["has"] + CELMacro.bindings.keys.map { "cel.\($0)" }
        let start = name.lastIndex(of: ".").map { name.distance(from: name.startIndex, to: $0) } ?? 0
        let nearest = CELNearest.name(to: name, among: known.filter { $0.prefix(start) == name.prefix(start) }, after: start)
        let remedy = nearest.map { "; did you mean \($0)?" } ?? ""
        report(.unknownFunction, "there is no function \(name)\(remedy)", at: syntax.position, nearest: nearest)
    }

    private static func macroUsage(_ name: String, isMember: Bool) -> String? {
        if let form = CELMacro.members[name] { return form.usage }
        if name == "has" { return CELMacro.hasUsage }
        return isMember ? nil : name.hasPrefix("cel.") ? CELMacro.bindings[String(name.dropFirst(4))]?.usage : nil
    }
}
