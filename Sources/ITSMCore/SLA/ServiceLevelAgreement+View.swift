extension ServiceLevelAgreement {
    /// An agreement as it is shown: what it names, by name.
    public struct View: Sendable, Hashable, Encodable {
        public var agreement: ServiceLevelAgreement
        public var names: SLANames

        public init(_ agreement: ServiceLevelAgreement, names: SLANames) {
            self.agreement = agreement
            self.names = names
        }

        private enum CodingKeys: String, CodingKey {
            case id, name, description, order, coverage, condition, targets, archivedAt, version, createdAt, updatedAt
        }

        public func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encode(agreement.id, forKey: .id)
            try fields.encode(agreement.name, forKey: .name)
            try fields.encodeIfPresent(agreement.description, forKey: .description)
            try fields.encode(agreement.order, forKey: .order)
            try fields.encode(ShownCoverage(coverage: agreement.coverage, names: names), forKey: .coverage)
            try fields.encodeIfPresent(agreement.condition, forKey: .condition)
            try fields.encode(agreement.targets.map { ShownTarget(target: $0, names: names) }, forKey: .targets)
            try fields.encodeIfPresent(agreement.archivedAt, forKey: .archivedAt)
            try fields.encode(agreement.version, forKey: .version)
            try fields.encode(agreement.createdAt, forKey: .createdAt)
            try fields.encode(agreement.updatedAt, forKey: .updatedAt)
        }

        /// What differs from `old`; everything, for a new agreement.
        func changes(since old: View?) throws -> FieldChanges {
            var changes = try FieldChanges(from: old, to: self, in: ["name", "description", "order", "coverage", "condition", "targets"])
            changes.note("archived", from: .bool(old?.agreement.archivedAt != nil), to: .bool(agreement.archivedAt != nil))
            return changes
        }
    }

    private struct ShownTarget: Encodable {
        let target: Target
        let names: SLANames

        private enum CodingKeys: String, CodingKey { case metric, goals, pausedIn }

        func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encode(target.metric, forKey: .metric)
            try fields.encode(
                target.goals.mapValues { ShownGoal(seconds: $0.seconds, calendar: names.ref($0.calendar, names.calendars)) }, forKey: .goals)
            try fields.encode(TicketStatus.allCases.filter(target.pausedIn.contains), forKey: .pausedIn)
        }
    }

    private struct ShownGoal: Encodable {
        let seconds: Int64
        let calendar: Ref<SLACalendar>
    }
}
