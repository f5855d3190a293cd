/// The record as those read it who hold it to account: how far it is sealed, the rows with their seals, the checkpoints, and checks of the whole.
public struct RecordService: Sendable {
    /// Lines that a check reads at once.
    private static let batch = 1_000
    private static let jobKey = "record"

    private let database: any Database
    private let cryptography: any SealCryptography
    private let keys: [[UInt8]]
    private let archive: any CheckpointArchive

    /// - Parameters:
    ///   - keys: whose checkpoints count, the desk's own first.
    ///   - archive: the checkpoint file of this server.
    public init(database: any Database, cryptography: any SealCryptography, keys: [[UInt8]], archive: any CheckpointArchive) {
        self.database = database
        self.cryptography = cryptography
        self.keys = keys
        self.archive = archive
    }

    /// How far the record is sealed.
    ///
    /// - Throws: `forbidden` without `audit:read`, as the others.
    public func state(as caller: Principal) async throws -> RecordState {
        try caller.require(.readAudit)
        return try await database.read(on: .long) { tx in
            RecordState(
                desk: try tx.seals.desk(), publicKey: keys.first?.hexadecimal ?? "", sealed: try tx.seals.head()?.position ?? 0,
                lag: try tx.seals.lag(),
                lastCheckpoint: try tx.seals.lastCheckpoint(), lastCheck: try tx.jobs.latest(.recordCheck).map(JobView.init))
        }
    }

    /// Rows that no seal protects yet, for the figures that an operator watches.
    public func lag() async throws -> SealLag { try await database.read(on: .long) { try $0.seals.lag() } }

    /// The record line by line, with payloads of records that the caller may read; the others are withheld, and what else the rows say verifies all
    /// the same.
    public func lines(page request: PageRequest, as caller: Principal) async throws -> Page<RecordLine> {
        try caller.require(.readAudit)
        return try await database.read(on: .long) { tx in
            let place = try request.after.map(RecordPlace.init) ?? RecordPlace(end: try tx.seals.head()?.position ?? 0)
            let page = try tx.seals.page(after: place, limit: request.limit)
            let rows = page.lines.compactMap(\.activity)
            let audiences = try tx.tickets.audiences(of: Array(Set(rows.compactMap(\.ticket) + rows.flatMap(\.otherTickets))))
            let hidden = caller.hidden(among: audiences)
            let lines = page.lines.map { line in
                guard let row = line.activity else { return line }
                let isShown = hidden.isDisjoint(with: row.otherTickets) && caller.seesPayload(of: row, audience: row.ticket.flatMap { audiences[$0] })
                return isShown ? line : line.withholdingPayload
            }
            return Page(items: lines, next: page.isLast ? nil : page.next.listPosition)
        }
    }

    public func checkpoints(page request: PageRequest, as caller: Principal) async throws -> Page<SealCheckpoint> {
        try caller.require(.readAudit)
        return try await database.read(on: .long) { tx in
            let found = try tx.seals.checkpoints(after: request.after.flatMap { Int64($0.id) } ?? 0, limit: request.limit)
            let next = found.count < request.limit ? nil : found.last.map { PagePosition(key: nil, id: String($0.position)) }
            return Page(items: found, next: next)
        }
    }

    // MARK: Checks

    /// Begins a check of the whole record in the background; the one that is under way where there is one.
    public func beginCheck(as caller: Principal) async throws -> JobView {
        try await database.write { try beginCheck(in: $0, as: caller) }
    }

    public func beginCheck(in tx: any Transaction, as caller: Principal) throws -> JobView {
        try caller.require(.readAudit)
        let job = Job(
            id: tx.newID(), kind: .recordCheck, uniqueKey: Self.jobKey, payload: [:], dueAt: tx.now, createdBy: caller.id, createdAt: tx.now)
        if try tx.jobs.insert(job) { return JobView(job) }
        guard let other = try tx.jobs.latest(.recordCheck) else {
            throw ITSMError(.unavailable, "Another check is just ending. Try again in a moment.", retryAfterSeconds: 1)
        }
        return JobView(other)
    }

    /// The newest check, whoever began it; nil when there was none.
    public func lastCheck(as caller: Principal) async throws -> JobView? {
        try caller.require(.readAudit)
        return try await database.read { try $0.jobs.latest(.recordCheck).map(JobView.init) }
    }

    /// Checks the record against its seals, the database's checkpoints and this server's file of them.
    ///
    /// - Parameter progress: told after each page how many of how many seals were checked.
    public func check(progress: @Sendable (Job.Progress) async throws -> Void) async throws -> RecordReport {
        let kept = try await archive.read()
        // Before the seals: a checkpoint that is made meanwhile must not look like one of rows that are gone.
        var (checkpoints, desk, end) = try await database.read(on: .long) { tx in
            (try tx.seals.checkpoints(after: 0, limit: Int(Int32.max)), try tx.seals.desk(), try tx.seals.head()?.position ?? 0)
        }
        checkpoints += kept.checkpoints
        return try await check(RecordPlace(end: end), desk: desk, checkpoints, damaged: kept.damaged, progress)
    }

    private func check(
        _ start: RecordPlace, desk: String, _ checkpoints: [SealCheckpoint], damaged: [Int],
        _ progress: @Sendable (Job.Progress) async throws -> Void
    ) async throws -> RecordReport {
        var verifier = RecordVerifier(desk: desk, keys: keys, checkpoints: checkpoints, cryptography)
        verifier.note(damagedLines: damaged)
        var page = RecordPage(lines: [], next: start, isLast: false)
        while !page.isLast {
            try Task.checkCancellation()
            let (place, before) = (page.next, verifier)
            // Where the rows are read they are hashed too: that is no work for the threads that answer.
            (page, verifier) = try await database.read(on: .long) { tx in
                let page = try tx.seals.page(after: place, limit: Self.batch)
                var verifier = before
                for line in page.lines { verifier.check(line) }
                return (page, verifier)
            }
            try await progress(Job.Progress(done: Int(page.next.position), total: Int(start.end)))
        }
        return verifier.finish()
    }

    /// Does the job of `beginCheck`.
    public func run(_ job: Job, lease: ID<Job.Lease>) async throws -> RecordReport {
        try await check { progress in
            try await database.write(.alone, on: .long) { tx in
                try tx.require(job.id, lease: lease)
                try tx.jobs.save(progress, cursor: nil, of: job.id)
            }
        }
    }
}

/// How the record stands.
public struct RecordState: Sendable, Hashable, Codable {
    /// The desk's id, with which the chain begins.
    public var desk: String
    /// Ed25519, in hexadecimal.
    public var publicKey: String
    /// Rows that are sealed.
    public var sealed: Int64
    public var lag: SealLag
    public var lastCheckpoint: SealCheckpoint?
    /// The newest check of the whole record.
    public var lastCheck: JobView?
}

extension RecordLine {
    fileprivate var withholdingPayload: RecordLine {
        var line = self
        guard case .values? = activity?.payload else { return self }
        line.activity?.payload = .withheld
        line.seal?.salt = nil
        return line
    }
}

extension RecordedActivity {
    /// The other tickets that the payload names.
    fileprivate var otherTickets: [ID<Ticket>] {
        guard case .values(let values) = payload, let kind = Activity.Kind(rawValue: kind) else { return [] }
        return values.otherTickets(in: kind)
    }
}

extension Principal {
    /// True when the caller may read the record that the row speaks of. Of a payload that is to verify no part can be left out.
    fileprivate func seesPayload(of row: RecordedActivity, audience: TicketAudience?) -> Bool {
        guard row.ticket != nil else { return Activity.RecordType(rawValue: row.recordType).map(reads) ?? false }
        guard let audience else { return false }
        return row.restricted ? seesNotes(of: audience) : sees(audience)
    }
}
