/// When a person is away, so that no rule gives them tickets. Half-open: from `from` on, and before `until`.
public struct Absence: Sendable, Hashable, Codable {
    /// Nil with an `until`: now already.
    public var from: Instant?
    /// Nil with a `from`: until further notice.
    public var until: Instant?

    /// Without both, nobody is absent.
    public init(from: Instant? = nil, until: Instant? = nil) {
        self.from = from
        self.until = until
    }

    /// Whether the person is absent then. `from` belongs to the absence, `until` does not.
    public func holds(at moment: Instant) -> Bool {
        guard from != nil || until != nil else { return false }
        return (from.map { $0 <= moment } ?? true) && (until.map { moment < $0 } ?? true)
    }
}
