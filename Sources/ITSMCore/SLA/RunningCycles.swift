/// What a saved edit does to the clocks that run already under an older version (sla.md, 2). Clocks that have ended never change.
public enum RunningCycles: String, Sendable, Codable, CaseIterable {
    /// They are computed anew under the new version: the default for calendars.
    case follow
    /// They end under the version that they began under: the default for agreements.
    case keep
}

/// A saved edit of something that clocks run under.
public struct SLAEdit<Record> {
    public var record: Record
    /// True when the clocks that run under older versions have to be computed anew.
    public var mustRecompute: Bool

    public init(_ record: Record, mustRecompute: Bool) {
        self.record = record
        self.mustRecompute = mustRecompute
    }
}

extension SLAEdit: Sendable where Record: Sendable {}

extension Principal {
    /// True for whoever may read what the desk promises: those who work tickets and those who manage the promises.
    public var readsAgreements: Bool { isAgent || holds(.manageSLA, atLeast: .all) }

    /// - Throws: `forbidden` for everybody else.
    func requireReadingAgreements() throws {
        guard readsAgreements else {
            throw ITSMError.forbidden("This is for people who work tickets, or who hold the permission \(Permission.manageSLA.rawValue).")
        }
    }
}
