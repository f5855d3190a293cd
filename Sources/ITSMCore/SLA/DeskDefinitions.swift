import Synchronization

/// The desk's promises as one unit of work sees them: those in force from the desk's snapshot, old versions from the database.
struct DeskDefinitions: SLADefinitions {
    let desk: DeskSnapshot
    let tx: any Transaction

    var agreements: [ServiceLevelAgreement] { desk.agreementsInOrder }
    var rules: [EscalationRule] { desk.activeEscalationRules }
    var categories: CategoryTree { desk.categories }

    func edition(of calendar: ID<SLACalendar>) -> Edition<SLACalendar>? {
        // A calendar whose zone is not known here has no clock, and gives no new terms.
        guard let found = desk.calendars[calendar], desk.clock(of: calendar) != nil else { return nil }
        return Edition(calendar, version: found.version)
    }

    func agreement(_ edition: Edition<ServiceLevelAgreement>) throws -> ServiceLevelAgreement {
        if let current = desk.agreements[edition.id], current.version == edition.version { return current }
        return try OldEditions.shared.agreement(edition) { try tx.slaDefinitions.agreement(edition) }
    }

    func clock(_ edition: Edition<SLACalendar>) throws -> SLAClock {
        if desk.calendars[edition.id]?.version == edition.version, let clock = desk.clock(of: edition.id) { return clock }
        return try OldEditions.shared.clock(edition) { try tx.slaDefinitions.calendar(edition) }
    }

    func calendar(_ edition: Edition<SLACalendar>) throws -> SLACalendar {
        if let current = desk.calendars[edition.id], current.version == edition.version { return current }
        guard let old = try tx.slaDefinitions.calendar(edition) else { throw ITSMError.notFound("calendar") }
        return old
    }
}

/// Versions that clocks still run under though they are in force no more. They never change, so what was read once is kept.
final class OldEditions: Sendable {
    static let shared = OldEditions()

    private struct Kept {
        var agreements: [Edition<ServiceLevelAgreement>: ServiceLevelAgreement] = [:]
        var clocks: [Edition<SLACalendar>: SLAClock] = [:]
    }

    private let kept = Mutex(Kept())
    /// More than a desk uses at a time; beyond it, all are forgotten.
    private static let most = 1_000

    func agreement(_ edition: Edition<ServiceLevelAgreement>, load: () throws -> ServiceLevelAgreement?) throws -> ServiceLevelAgreement {
        if let found = kept.withLock({ $0.agreements[edition] }) { return found }
        guard let loaded = try load() else { throw ITSMError.notFound("agreement") }
        kept.withLock {
            if $0.agreements.count >= Self.most { $0.agreements.removeAll() }
            $0.agreements[edition] = loaded
        }
        return loaded
    }

    func clock(_ edition: Edition<SLACalendar>, load: () throws -> SLACalendar?) throws -> SLAClock {
        if let found = kept.withLock({ $0.clocks[edition] }) { return found }
        guard let loaded = try load() else { throw ITSMError.notFound("calendar") }
        let clock = try SLAClock(loaded.businessCalendar)
        kept.withLock {
            if $0.clocks.count >= Self.most { $0.clocks.removeAll() }
            $0.clocks[edition] = clock
        }
        return clock
    }
}
