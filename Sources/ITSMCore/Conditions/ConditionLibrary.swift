import Synchronization

/// The conditions of one desk, compiled once: each text is read when it is first asked for, and kept with the snapshot of the desk whose fields it names.
public final class ConditionLibrary: Sendable {
    private struct Key: Hashable {
        let text: String
        let scope: ConditionScope
    }

    private let environments: [ConditionScope: TicketEnvironment]
    /// For those who see no work notes.
    private let publicEnvironments: [ConditionScope: TicketEnvironment]
    private let conditions = Mutex<[Key: TicketCondition]>([:])

    public init(customFields: [ConditionField] = []) {
        func all(_ fields: [ConditionField]) -> [ConditionScope: TicketEnvironment] {
            Dictionary(uniqueKeysWithValues: ConditionScope.allCases.map { ($0, TicketEnvironment($0, customFields: fields)) })
        }
        environments = all(customFields)
        publicEnvironments = all(customFields.filter { !$0.isHidden })
    }

    /// What `reader` may name where they filter lists: a field that they may not see does not exist for them.
    public func listEnvironment(for reader: Principal) -> TicketEnvironment { environment(.list, for: reader) }

    /// What `reader` may name where they write conditions of this scope.
    public func environment(_ scope: ConditionScope, for reader: Principal) -> TicketEnvironment {
        (reader.holds(.note) ? environments : publicEnvironments)[scope]!
    }

    public func environment(_ scope: ConditionScope) -> TicketEnvironment { environments[scope]! }

    /// The condition of a definition of the desk, from memory where it was asked for before. What a caller sends is not for this: it would be kept.
    ///
    /// - Throws: `CELFaults` with everything that is wrong.
    public func condition(_ text: String, _ scope: ConditionScope) throws -> TicketCondition {
        let key = Key(text: text, scope: scope)
        if let known = conditions.withLock({ $0[key] }) { return known }
        let condition = try TicketCondition(text, in: environment(scope))
        conditions.withLock { $0[key] = condition }
        return condition
    }
}
