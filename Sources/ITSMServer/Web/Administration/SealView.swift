import ITSMCore

/// How far the record is sealed, and how its last check went.
struct SealView: Sendable {
    let sealed: String
    /// Nil where nothing waits.
    let waiting: String?
    let checkpoint: String?
    let key: String
    /// Nil before the first check.
    let check: Check?
    let isRunning: Bool

    struct Check: Sendable {
        let state: RecordList.Badge
        let began: ScreenTime.Moment
        let isRunning: Bool
        /// For the script that follows it; nil for a check of somebody else's.
        let job: String?
        let progress: String
        let done: Int
        let total: String?
        let summary: String?
        let findings: [Finding]
        let hasFindings: Bool
    }

    struct Finding: Sendable {
        let position: String
        let kind: String
        let detail: String
    }

    init(_ state: RecordState, for caller: Principal, _ time: ScreenTime) {
        sealed = state.sealed == 1 ? "1 entry is sealed" : "\(state.sealed) entries are sealed"
        waiting =
            state.lag.rows == 0
            ? nil : "\(state.lag.rows) not yet" + (state.lag.oldest.map { ", the oldest since \(time($0).short)" } ?? "")
        checkpoint = state.lastCheckpoint.map { "\(time($0.madeAt).full), at \($0.position)" }
        key = state.publicKey
        check = state.lastCheck.map { Check($0, time) }
        isRunning = check?.isRunning ?? false
    }
}

extension SealView.Check {
    init(_ job: JobView, _ time: ScreenTime) {
        let report = job.result.flatMap { try? $0.decode(RecordReport.self) }
        isRunning = job.status == .queued || job.status == .running
        state =
            switch job.status {
            case .queued: .init(words: "Waiting", tone: "")
            case .running: .init(words: "Checking", tone: "info")
            case .failed: .init(words: "Failed", tone: "danger")
            case .cancelled: .init(words: "Cancelled", tone: "warn")
            case .succeeded:
                report?.isIntact == true ? .init(words: "Intact", tone: "ok") : .init(words: "Not intact", tone: "danger")
            }
        began = time(job.createdAt)
        self.job = isRunning ? job.id.description : nil
        progress = "\(job.progress.done) of \(job.progress.total)"
        done = job.progress.done
        total = job.progress.total > 0 ? "\(job.progress.total)" : nil
        summary = report?.summary ?? job.error?.detail
        findings = (report?.findings ?? []).map {
            .init(position: "\($0.position)", kind: $0.kind.rawValue.asWords, detail: $0.detail)
        }
        hasFindings = !findings.isEmpty
    }
}
