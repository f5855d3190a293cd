extension ProblemList {
    /// The condition of a definition, trimmed, if it can be used; nil for none, and where there is a problem, which is noted.
    mutating func condition(_ text: String?, _ scope: ConditionScope, in desk: DeskSnapshot, at pointer: String = "/condition") -> String? {
        guard let text = text?.trimmingWhitespace, !text.isEmpty else { return nil }
        check(text: text, pointer, limit: Limits.condition, multiline: true)
        do {
            return try desk.conditions.condition(text, scope).text
        } catch let faults as CELFaults {
            for problem in faults.problems(at: pointer) { add(problem.pointer, problem.code, problem.message) }
        } catch {
            add(pointer, "\(error)")
        }
        return nil
    }
}

extension String {
    fileprivate var trimmingWhitespace: String {
        let start = firstIndex { !$0.isWhitespace } ?? endIndex
        let end = lastIndex { !$0.isWhitespace }.map(index(after:)) ?? start
        return String(self[start..<end])
    }
}
