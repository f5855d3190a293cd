/// How much of the business a ticket touches.
public enum Impact: String, Codable, Sendable, CaseIterable, Hashable, CodingKeyRepresentable {
    case high, medium, low
}

/// How soon the business needs it solved.
public enum Urgency: String, Codable, Sendable, CaseIterable, Hashable, CodingKeyRepresentable {
    case high, medium, low
}

/// The order in which tickets are worked: impact and urgency through the desk's matrix (ITIL), unless a person overrides it.
///
/// By its name on the wire, by its level in the database and in expressions.
public enum Priority: String, Codable, Sendable, CaseIterable, Hashable, CodingKeyRepresentable {
    case critical, high, medium, low

    /// 1 (critical) to 4 (low).
    public var level: Int {
        switch self {
        case .critical: 1
        case .high: 2
        case .medium: 3
        case .low: 4
        }
    }

    /// Nil outside 1 to 4.
    public init?(level: Int) {
        guard let priority = Self.allCases.first(where: { $0.level == level }) else { return nil }
        self = priority
    }

    /// What people call it: `P1` to `P4`.
    public var label: String { "P\(level)" }
}
