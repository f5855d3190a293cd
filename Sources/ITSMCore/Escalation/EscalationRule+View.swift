extension EscalationRule {
    /// A rule as it is shown: what it names, by name.
    public struct View: Sendable, Hashable, Encodable {
        public var rule: EscalationRule
        public var names: SLANames

        public init(_ rule: EscalationRule, names: SLANames) {
            self.rule = rule
            self.names = names
        }

        private enum CodingKeys: String, CodingKey {
            case id, name, policy, metrics, threshold, coverage, condition, actions, archivedAt, version, createdAt, updatedAt
        }

        public func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encode(rule.id, forKey: .id)
            try fields.encode(rule.name, forKey: .name)
            try fields.encodeIfPresent(rule.agreement.map { names.ref($0, names.agreements) }, forKey: .policy)
            try fields.encode(SLAMetric.allCases.filter(rule.metrics.contains), forKey: .metrics)
            try fields.encode(rule.threshold, forKey: .threshold)
            try fields.encode(ShownCoverage(coverage: rule.coverage, names: names), forKey: .coverage)
            try fields.encodeIfPresent(rule.condition, forKey: .condition)
            try fields.encode(rule.actions.map { ShownAction(action: $0, names: names) }, forKey: .actions)
            try fields.encodeIfPresent(rule.archivedAt, forKey: .archivedAt)
            try fields.encode(rule.version, forKey: .version)
            try fields.encode(rule.createdAt, forKey: .createdAt)
            try fields.encode(rule.updatedAt, forKey: .updatedAt)
        }

        /// What differs from `old`; everything, for a new rule.
        func changes(since old: View?) throws -> FieldChanges {
            var changes = try FieldChanges(from: old, to: self, in: ["name", "policy", "metrics", "threshold", "coverage", "condition", "actions"])
            changes.note("archived", from: .bool(old?.rule.archivedAt != nil), to: .bool(rule.archivedAt != nil))
            return changes
        }
    }
}
