/// Checks the record against its seals and checkpoints, line by line; online and on an export it is the same.
///
///     var verifier = RecordVerifier(desk: id, keys: [publicKey], checkpoints: known, cryptography)
///     for line in lines { verifier.check(line) }
///     let report = verifier.finish()
public struct RecordVerifier: Sendable {
    private let cryptography: any SealCryptography
    /// By position, as several sources may speak of one.
    private let checkpoints: [Int64: [SealCheckpoint]]
    private var report = RecordReport()

    private var last: SealHead
    /// What the next chain may follow on: the chain as it stands, and as it should be, so that one changed seal is one finding.
    private var chains: Set<SHA256Digest>
    /// Rows without a seal since the last seal.
    private var strays: (count: Int64, first: Int64)?
    /// The last checkpoint that the record agrees with.
    private var agreed: Int64 = 0
    private var isRewritten = false
    /// Rows whose payload is gone, with their positions.
    private var redacted: [Int64: Int64] = [:]
    /// Rows of which a redaction is on record.
    private var redactions: Set<Int64> = []
    private var hasWithheldRedactions = false

    /// - Parameters:
    ///   - keys: whose signatures count; with none, any signature does that the checkpoint's own key made.
    ///   - checkpoints: from the database, from a file, or both.
    public init(desk: String, keys: [[UInt8]], checkpoints: [SealCheckpoint], _ cryptography: any SealCryptography) {
        self.cryptography = cryptography
        last = .start(of: desk, by: cryptography)
        chains = [last.chain]
        var sound: Set<SealCheckpoint> = []
        for checkpoint in Set(checkpoints) {
            if checkpoint.desk == desk, keys.isEmpty || keys.contains(checkpoint.key), checkpoint.isSigned(by: cryptography) {
                sound.insert(checkpoint)
            } else {
                let what = checkpoint.desk == desk ? "is not signed by the desk's key" : "is another desk's"
                report.add(
                    RecordFinding(
                        .checkpointForged, at: checkpoint.position, "The checkpoint of \(checkpoint.madeAt) at \(checkpoint.position) \(what)."))
            }
        }
        self.checkpoints = Dictionary(grouping: sound, by: \.position)
    }

    /// Tells of lines of a checkpoint file that cannot be read.
    public mutating func note(damagedLines lines: [Int]) {
        for line in lines {
            report.add(RecordFinding(.checkpointForged, at: 0, "Line \(line) of the checkpoint file cannot be read as a checkpoint."))
        }
    }

    public mutating func check(_ line: RecordLine) {
        if let activity = line.activity { note(activity) }
        guard let seal = line.seal else {
            if let activity = line.activity { strays = (1 + (strays?.count ?? 0), strays?.first ?? activity.place.id) }
            return
        }
        tellStrays(before: seal.position)
        let isBroken = follow(seal)
        let isChanged = check(line.activity, against: seal)
        // A changed seal is found twice: its row no longer agrees with it, and neither does the chain.
        if isBroken, !isChanged {
            add(.chainBroken, seal, "The seal at \(seal.position) does not follow on the one before: seals were changed, or set in another order.")
        }
        compareCheckpoints(at: seal)
        report.sealed += 1
    }

    /// - Returns: all that was found.
    public mutating func finish() -> RecordReport {
        report.unsealed = strays?.count ?? 0
        if !hasWithheldRedactions {
            for (activity, position) in redacted where !redactions.contains(activity) {
                report.add(
                    RecordFinding(
                        .redactedUnrecorded, at: position, activity: activity,
                        "The payload of the row at \(position) was taken out, and no redaction is on record."))
                report.redacted -= 1
            }
        }
        if let beyond = checkpoints.keys.filter({ $0 > last.position }).max(), let checkpoint = checkpoints[beyond]?.first {
            let doubtful = agreed < last.position ? " What stands behind \(agreed) may have been sealed anew: no checkpoint vouches for it." : ""
            report.add(
                RecordFinding(
                    .truncated, at: last.position + 1,
                    "The record ends at \(last.position), but the checkpoint of \(checkpoint.madeAt) knew \(beyond) rows: "
                        + "those behind \(last.position) were removed.\(doubtful)"))
        }
        return report
    }

    // MARK: Steps

    private mutating func add(_ kind: RecordFinding.Kind, _ seal: ActivitySeal, _ detail: String) {
        report.add(RecordFinding(kind, at: seal.position, activity: seal.activity, detail))
    }

    private mutating func tellStrays(before position: Int64) {
        guard let strays else { return }
        let what = strays.count == 1 ? "A row that no seal knows stands" : "\(strays.count) rows that no seal knows stand"
        report.add(RecordFinding(.inserted, at: position, activity: strays.first, "\(what) before the seal at \(position)."))
        self.strays = nil
    }

    /// - Returns: true when the seal does not follow on what was before it.
    private mutating func follow(_ seal: ActivitySeal) -> Bool {
        let expected = last.position + 1
        var isBroken = false
        if seal.position > expected {
            let missing = seal.position - 1
            report.add(
                RecordFinding(
                    .sealMissing, at: expected,
                    missing == expected ? "The seal at \(expected) is missing." : "The seals from \(expected) to \(missing) are missing."))
            chains = [seal.chain]
        } else {
            let sound = Set(chains.map { cryptography.chained($0, seal.digest) })
            isBroken = seal.position < expected || !sound.contains(seal.chain)
            chains = isBroken ? sound.union([seal.chain]) : [seal.chain]
        }
        last = SealHead(position: seal.position, chain: seal.chain)
        return isBroken
    }

    /// - Returns: true when something was found.
    private mutating func check(_ activity: RecordedActivity?, against seal: ActivitySeal) -> Bool {
        guard let activity else {
            add(.removed, seal, "The row at \(seal.position) is gone.")
            return true
        }
        var isSound = activity.place.id == seal.activity && cryptography.sha256(activity.sealedText(payload: seal.payload)) == seal.digest
        switch activity.payload {
        case .values(let values):
            isSound = isSound && seal.payload != nil && cryptography.digest(of: values, salt: seal.salt ?? []) == seal.payload
        case .redacted:
            report.redacted += 1
            redacted[activity.place.id] = seal.position
        case .withheld: report.withheld += 1
        }
        if !isSound { add(.changed, seal, "The row at \(seal.position) is not what was sealed.") }
        return !isSound
    }

    private mutating func note(_ activity: RecordedActivity) {
        guard activity.kind == Activity.Kind.activityRedacted.rawValue else { return }
        switch activity.payload {
        case .values(let values):
            if let place = values.value["activity"]?.string.flatMap(FeedCursor.init) { redactions.insert(place.id) }
        case .withheld: hasWithheldRedactions = true
        case .redacted: break
        }
    }

    private mutating func compareCheckpoints(at seal: ActivitySeal) {
        guard let known = checkpoints[seal.position] else { return }
        let agreeing = known.count { $0.chain == seal.chain }
        report.checkpoints += agreeing
        if agreeing == known.count {
            agreed = seal.position
            report.lastCheckpoint = seal.position
        } else if !isRewritten {
            // What follows a rewriting disagrees as well, and tells no more.
            isRewritten = true
            let checkpoint = known.first { $0.chain != seal.chain }!
            report.add(
                RecordFinding(
                    .rewritten, at: agreed + 1,
                    "The record does not agree with the checkpoint of \(checkpoint.madeAt) at \(seal.position): "
                        + "rows and seals from \(agreed + 1) to \(seal.position) were written anew."))
        }
    }
}
