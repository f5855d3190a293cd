import Synchronization

/// The conditions of one desk, compiled once: each text is read when it is first asked for, and kept with the snapshot of the desk whose fields it names.
public final class ConditionLibrary: Sendable {
    private struct Key: Hashable {
        let text: String
        let scope: ConditionScope
    }

    private let environments: [ConditionScope: ConditionEnvironment]
    /// For those who see no work notes.
    private let publicEnvironments: [ConditionScope: ConditionEnvironment]
    private let conditions = Mutex<[Key: Condition]>([:])

    public init(customFields: [ConditionField] = []) {
        func all(_ fields: [ConditionField]) -> [ConditionScope: ConditionEnvironment] {
            let all = ConditionScope.allCases.map { ($0, $0.isOfTickets ? ConditionEnvironment($0, customFields: fields) : .ofRecords($0)) }
            return Dictionary(uniqueKeysWithValues: all)
        }
        environments = all(customFields)
        publicEnvironments = all(customFields.filter { !$0.isHidden })
    }

    /// What `reader` may name where they filter lists: a field that they may not see does not exist for them.
    public func listEnvironment(for reader: Principal) -> ConditionEnvironment { environment(.list, for: reader) }

    /// What `reader` may name where they write conditions of this scope.
    public func environment(_ scope: ConditionScope, for reader: Principal) -> ConditionEnvironment {
        (reader.holds(.note) ? environments : publicEnvironments)[scope]!
    }

    /// What the desk's own definitions of this scope may name: every field.
    public func environment(_ scope: ConditionScope) -> ConditionEnvironment { environments[scope]! }

    /// The condition of a definition of the desk, from memory where it was asked for before. What a caller sends is not for this: it would be kept.
    ///
    /// - Throws: `CELFaults` with everything that is wrong.
    public func condition(_ text: String, _ scope: ConditionScope) throws -> Condition {
        let key = Key(text: text, scope: scope)
        if let known = conditions.withLock({ $0[key] }) { return known }
        let condition = try Condition(text, in: environment(scope))
        conditions.withLock { $0[key] = condition }
        return condition
    }
}
