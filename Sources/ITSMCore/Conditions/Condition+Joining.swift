extension Condition {
    /// What holds where both do; nil where there is neither.
    ///
    /// - Throws: `CELFaults`, only where both together are too long.
    public static func all(_ first: Condition?, _ second: Condition?) throws -> Condition? {
        guard let first, let second else { return first ?? second }
        // On lines of their own, as a text may end in a comment.
        return try Condition("(\(first.text)\n) && (\(second.text)\n)", in: first.environment)
    }
}
