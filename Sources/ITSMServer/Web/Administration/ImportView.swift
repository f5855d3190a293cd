import ITSMCore

/// The form that sends a file, and the imports there were.
struct ImportListView: Sendable {
    let title = "Imports"
    let faults: FormFaults?
    let fields: [FormField]
    let columns = ["Begun", "State", "Progress", "Result"].map(RecordList.Column.init)
    let rows: [RecordList.Row]
    /// Nil while there is nothing that could be left out.
    let filter: RecordList.Filter?
    let empty: RecordList.Empty?
    /// Whether the form is open: something is wrong with it, or there is nothing else yet.
    let isOpen: Bool
    let next: String?
    let first: String?
    let zones = RecordPage.allZones

    init(_ jobs: [JobView], _ form: FormFields, _ filter: RecordList.Filter, _ time: ScreenTime, next: String?, first: String?) {
        faults = form.faults
        var file = FormField(id: "file", name: "file", label: "File", help: "CSV, at most 1 GB.", fault: form.faults?["file"])
        file.input = .init(type: "file", value: "", autocomplete: "off", accept: ".csv,text/csv")
        let presets = ImportMap.presets.keys.sorted().map { ($0, $0 == "servicenow" ? "ServiceNow" : $0) }
        fields = [
            form.select("preset", "What the file is", presets.first?.0, presets + [("", "Something else: the map below")]),
            form.area(
                "map", "Map", help: "YAML that says which column is which field; only where no preset fits. The import guide has its form.",
                optional: true, rows: 3),
            form.text("timeZone", "Time zone of the file", help: "For times that name none, such as Europe/Berlin.", optional: true, list: "zones"),
            form.checkbox("dryRun", "Dry run", true, words: "Check everything and change nothing"),
            file.described(),
        ]
        rows = jobs.map { job in
            let view = ImportView(job, time)
            return .init(
                at: "\(ImportPages.list)/\(job.id)", time(job.createdAt).short, badges: [view.state],
                ["State": view.isRunning ? "Not over yet" : "Over", "Progress": view.progress, "Result": view.summary])
        }
        let none = RecordList.Empty(icon: "inbox", heading: "No imports yet", words: "Each file that was sent stands here, with what became of it.")
        empty = jobs.isEmpty ? none.under(filter) : nil
        self.filter = jobs.isEmpty && !filter.isActive ? nil : filter
        isOpen = form.faults != nil || jobs.isEmpty && !filter.isActive
        self.next = next
        self.first = first
    }
}

/// One import: how far it is, what came of it, what went wrong.
struct ImportView: Sendable {
    let id: String
    let title: String
    let parent = RecordList.Link(address: ImportPages.list, words: "Imports")
    let state: RecordList.Badge
    let isRunning: Bool
    let isDryRun: Bool
    /// Such as `1,200 of 5,000 rows`.
    let progress: String
    let done: Int
    /// Nil while it is not known.
    let total: String?
    let summary: String?
    let counts: [Count]
    let failure: String?
    let warnings: [Count]
    let faults: [Fault]
    let hasFaults: Bool
    let hasCounts: Bool
    let hasWarnings: Bool
    /// How many there are in all, where not all are shown.
    let faultCount: Int
    let began: ScreenTime.Moment

    struct Count: Sendable {
        let words: String
        let number: String
        let sample: String?
    }

    struct Fault: Sendable {
        let row: String
        let column: String
        let value: String
        let message: String
    }

    private static let faultsShown = 50

    init(_ job: JobView, _ time: ScreenTime) {
        id = job.id.description
        began = time(job.createdAt)
        title = "Import of \(began.full)"
        state = Self.state(job.status)
        isRunning = job.status == .queued || job.status == .running
        let report = job.result.flatMap { try? $0.decode(ImportReport.self) }
        isDryRun = report?.isDryRun ?? false
        progress = job.progress.total > 0 ? "\(job.progress.done) of \(job.progress.total) rows" : "\(job.progress.done) rows"
        done = job.progress.done
        total = job.progress.total > 0 ? "\(job.progress.total)" : nil
        failure = job.error?.detail
        counts = report.map(Self.counts) ?? []
        hasCounts = report != nil
        summary = report.map {
            "\($0.isDryRun ? "Dry run: " : "")\($0.created) new, \($0.updated) changed, \($0.unchanged) as before, \($0.rejected) rejected"
        }
        warnings = (report?.warnings ?? [:]).sorted { $0.key.rawValue < $1.key.rawValue }.map { warning, found in
            .init(
                words: warning.rawValue.asWords, number: "\(found.count)",
                sample: found.samples.first.map { "First in row \($0.row), \($0.ticket): \($0.detail)" })
        }
        hasWarnings = !warnings.isEmpty
        faults = (report?.faults ?? []).prefix(Self.faultsShown).map {
            .init(
                row: "\($0.row)", column: $0.name ?? $0.column.map { "\($0)" } ?? "–", value: $0.value ?? "–",
                message: $0.message)
        }
        hasFaults = !faults.isEmpty
        faultCount = report?.faultCount ?? 0
    }

    private static func state(_ status: Job.Status) -> RecordList.Badge {
        switch status {
        case .queued: .init(words: "Waiting", tone: "")
        case .running: .init(words: "Running", tone: "info")
        case .succeeded: .init(words: "Done", tone: "ok")
        case .failed: .init(words: "Failed", tone: "danger")
        case .cancelled: .init(words: "Cancelled", tone: "warn")
        }
    }

    private static func counts(_ report: ImportReport) -> [Count] {
        [
            ("Rows read", report.read), ("Tickets created", report.created), ("Tickets updated", report.updated),
            ("Tickets unchanged", report.unchanged), ("Tickets rejected", report.rejected), ("Rows rejected", report.rejectedRows),
            ("Faults", report.faultCount),
        ].map { .init(words: $0.0, number: "\($0.1)", sample: nil) }
    }
}
