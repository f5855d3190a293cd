extension DeskSnapshot {
    /// The definitions of the desk whose conditions name a custom field, so that it is not deleted under them.
    func conditions(naming field: String) -> [RecordUse] {
        func count(_ conditions: some Sequence<String?>, _ scope: ConditionScope) -> Int {
            conditions.count { text in text.flatMap { try? self.conditions.condition($0, scope) }?.customFields.contains(field) ?? false }
        }
        return [
            RecordUse("SLA policy", "SLA policies", count: count(agreements.values.map(\.condition), .agreement)),
            RecordUse("assignment rule", "assignment rules", count: count(assignmentRules.map(\.condition), .change)),
            RecordUse("escalation rule", "escalation rules", count: count(escalationRules.values.map(\.condition), .escalation)),
        ].filter { $0.count > 0 }
    }
}
