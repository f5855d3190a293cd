extension TicketCondition {
    /// What holds where both do; nil where there is neither.
    ///
    /// - Throws: `CELFaults`, only where both together are too long.
    public static func all(_ first: TicketCondition?, _ second: TicketCondition?) throws -> TicketCondition? {
        guard let first, let second else { return first ?? second }
        // On lines of their own, as a text may end in a comment.
        return try TicketCondition("(\(first.text)\n) && (\(second.text)\n)", in: first.environment)
    }
}
